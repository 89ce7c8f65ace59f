/** What `lakelet serve` says of a run that ended: of one that did not succeed, why, and where to look. */
import { expect, test } from "vitest";
import { serveLines } from "../../../src/cli/progress/serve-lines.js";
import type { RunEvent } from "../../../src/jobs/run/run-event.js";
import { replay } from "../../../src/jobs/run/run-state.js";
import type { SimulatedTask } from "../../jobs/run/simulated-run.js";
import { logOf } from "../../notifications/notified-run.js";

const plain = (_: unknown, text: string) => text;

function told(tasks: Readonly<Record<string, SimulatedTask>>, message = ""): readonly string[] {
  const run = replay(
    logOf(tasks, {}).map((event): RunEvent => {
      if (event.type !== "attempt-ended" || event.result.state === "SUCCESS") return event;
      const failure = { message, retryable: false, location: { file: "pipelines/load/copy.ts", line: 12, column: 1 } };
      return { ...event, result: { ...event.result, failure } };
    }),
  );
  if (!run) throw new Error("a log begins with run-created");
  const { job, runId } = run.created;
  const event = { type: "ended" as const, at: 0, trigger: "t", runId, resultState: run.resultState ?? "" };
  const scheduled = { id: job.id, name: "load", reference: "load", triggers: [] };
  return serveLines({ kind: "event", job: scheduled, trigger: undefined, event }, 0, { paint: plain, run }).map(
    (line) => line.replace(runId, "<run>").replace(/in .*s$/, "in <time>"),
  );
}

test("a run that succeeded", () => {
  expect(told({ copy: {} })).toEqual(["1970-01-01 00:00:00Z  load: run <run> SUCCESS in <time>"]);
});

test("a run that failed: the tasks that did, the first line of why, nothing that a terminal would act on", () => {
  const tasks = { copy: { outcomes: ["FAILED"] }, next: { after: ["copy"] } } as const;
  expect(told(tasks, "no such file\u001b]0;title\u0007\nat line 1")).toEqual([
    "1970-01-01 00:00:00Z  load: run <run> FAILED in <time>",
    "1970-01-01 00:00:00Z    copy FAILED: no such file\\u001b]0;title\\u0007 (pipelines/load/copy.ts:12)",
    "1970-01-01 00:00:00Z    npx lakelet runs show <run>",
  ]);
});

test("of many that failed some are named", () => {
  const keys = ["a", "b", "c", "d", "e"].map((key) => [key, { outcomes: ["FAILED"] }] as const);
  expect(told(Object.fromEntries(keys), "no")[4]).toBe("1970-01-01 00:00:00Z    2 more tasks failed");
});
