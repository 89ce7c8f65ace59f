/** The logs of a run: what befell each attempt and what it printed, bounded in size, without secrets. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LogFile } from "../../../src/history/logs/log-file.js";
import { runLogs } from "../../../src/history/logs/run-logs.js";
import type { RunEvent } from "../../../src/jobs/run/run-event.js";
import { applyEvent, initialState } from "../../../src/jobs/run/run-state.js";
import { KnownSecrets } from "../../../src/jobs/secrets/known-secrets.js";
import { temporaryFolder } from "../../support/temporary-folder.js";
import { badRun } from "../system-tables/run-log.js";

const SECRET = 'pass"word\\1';

/** Logs a run as a runner would, with something printed by each attempt. */
async function logged(folder: string, events: readonly RunEvent[], printed: string): Promise<void> {
  const logs = runLogs(
    (runId) => join(folder, runId),
    new KnownSecrets({ DB_PASSWORD: SECRET, PATH: "/usr/bin" }).redact,
  );
  const [first] = events;
  if (first?.type !== "run-created") throw new Error("not the beginning");
  let state = initialState(first);
  for (const event of events) {
    state = applyEvent(state, event);
    logs.event?.(event, state);
    if (event.type !== "attempt-started") continue;
    logs.output?.(event.taskKey, event.attempt, { kind: "text", stream: "stdout", text: printed });
  }
  await logs.close();
}

const lines = (path: string) =>
  readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test("a file an attempt, and one of the run", async () => {
  const folder = temporaryFolder({});
  await logged(folder, badRun({ runId: "101", at: 0 }), "hello\n");
  const attempt = lines(join(folder, "101/logs/1011.log"));
  expect(attempt.map((one) => [one.level, one.event, one.msg])).toEqual([
    ["info", "attempt-started", "the attempt begins"],
    ["info", "output", "hello"],
    ["error", "attempt-ended", "no such table"],
  ]);
  expect(attempt[0]).toMatchObject({ run_id: "101", job_name: "KION_Daily_Orders_ETL", task_key: "a", attempt: 0 });
  expect(attempt[0]?.time).toBe("1970-01-01T00:00:00.000Z");
  const run = lines(join(folder, "101/logs/run.log")).map((one) => one.msg);
  expect(run).toEqual(["the run is made", "the run begins", "no such table", "a failed", "a failed"]);
});

test("values of variables that are secret by their names are blacked out", async () => {
  const folder = temporaryFolder({});
  await logged(folder, badRun({ runId: "102", at: 0 }), `connecting with ${SECRET} from /usr/bin`);
  const [, output] = lines(join(folder, "102/logs/1021.log"));
  expect(output?.msg).toBe("connecting with [REDACTED] from /usr/bin");
});

test("a full log turns over: two halves are kept", () => {
  const path = join(temporaryFolder({}), "x.log");
  const file = new LogFile(path, 100);
  for (let i = 0; i < 50; i++) file.write(`line ${i}\n`);
  file.close();
  expect(readFileSync(path, "utf8")).toMatch(/line 49\n$/);
  expect(statSync(path).size).toBeLessThanOrEqual(100);
  expect(existsSync(`${path}.1`)).toBe(true);
  expect(statSync(`${path}.1`).size).toBeLessThanOrEqual(100);
});
