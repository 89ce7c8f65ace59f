/** Old runs go once they are in the system tables; what goes on or was not recorded stays. */
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { removeOldRuns } from "../../src/history/retention.js";
import { rememberRecorded } from "../../src/history/system-tables/record-marks.js";
import { runIdAt } from "../../src/jobs/run/run-id.js";
import { RunStore } from "../../src/jobs/run/run-store.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { goodRun, writeLog } from "./system-tables/run-log.js";

const NOW = Date.UTC(2026, 0, 1);
const days = (count: number) => NOW - count * 86_400_000;

test("older than that, quiet since, and recorded", () => {
  const state = temporaryFolder({});
  const store = new RunStore(state);
  const run = (age: number, quietFor: number, recorded: boolean): string => {
    const runId = writeLog(state, goodRun({ runId: String(runIdAt(days(age))), at: days(age) }));
    utimesSync(join(store.folderOf(runId), "events.ndjson"), days(quietFor) / 1000, days(quietFor) / 1000);
    if (recorded) rememberRecorded(store.folderOf(runId), 1);
    return runId;
  };
  const old = run(100, 100, true);
  const repairedLately = run(99, 5, true);
  const unrecorded = run(98, 98, false);
  const young = run(10, 10, true);
  expect(removeOldRuns(store, 0, NOW)).toEqual([]);
  expect(removeOldRuns(store, 60, NOW)).toEqual([old]);
  expect(store.ids()).toEqual([young, unrecorded, repairedLately]);
});
