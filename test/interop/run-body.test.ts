/** What `runs show --json` prints is read by Databricks' own SDK as its `Run`, key by key and word by word. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { runBody } from "../../src/history/run-body.js";
import { replay } from "../../src/jobs/run/run-state.js";
import { repairedRun, runOfAllKinds } from "../history/sample-runs.js";

/** Of older answers, and of `runs/get-output`: told along, so that nobody has to ask for each task. */
const ALONG = /\.(format|error|error_trace|notebook_output|run_job_output)$/;

let python: string;
beforeAll(() => {
  const folder = execFileSync(join(import.meta.dirname, "peers.sh"), ["--sdk"], { encoding: "utf8" }).trim();
  python = join(folder, "venv/bin/python");
});

const log = runOfAllKinds();

test.each([
  ["a repaired run", repairedRun()],
  ["a run of all kinds", log],
  ["one in the queue", log.slice(0, 2)],
  ["one at work", log.slice(0, 5)],
])("%s", (_, events) => {
  const state = replay(events);
  const body = JSON.stringify(state && runBody(state));
  const script = join(import.meta.dirname, "run_body.py");
  const unknown = execFileSync(python, [script], { input: body, encoding: "utf8" }).trim().split("\n");
  expect(unknown.filter((line) => !ALONG.test(line))).toEqual([]);
});
