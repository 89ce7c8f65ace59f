/** The history of runs, `system.lakeflow`, as Spark and delta-rs read it: rows cell by cell, columns by Databricks' types. */
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { SYSTEM_TABLES, type SystemTableName } from "../../src/catalog/system-tables.js";
import { recordRuns } from "../../src/history/system-tables/record-runs.js";
import { RunStore } from "../../src/jobs/run/run-store.js";
import { createLocalSession } from "../../src/session/local-session.js";
import { badRun, goodRun, writeLog } from "../history/system-tables/run-log.js";
import { useLake } from "./lake.js";
import { peers } from "./peers.js";

const lake = useLake();
const TABLES = Object.keys(SYSTEM_TABLES) as SystemTableName[];
const ROWS: Readonly<Record<SystemTableName, number>> = {
  jobs: 1,
  job_tasks: 2,
  // The good one took three hours.
  job_run_timeline: 5,
  job_task_run_timeline: 6,
};

beforeAll(async () => {
  const state = lake.path("state");
  const warehouse = lake.path("lake");
  const at = Date.UTC(2024, 0, 15, 9, 30);
  writeLog(state, goodRun({ runId: "100", at }, 90));
  writeLog(state, badRun({ runId: "101", at: at + 3_600_000 }));
  const session = await createLocalSession({ warehouse, threads: 1, writesSystemTables: true });
  await recordRuns({ session, warehouse, stateFolder: state, store: new RunStore(state) }, ["100", "101"]);
  await session.stop();
});

test.each(TABLES)("%s", async (name) => {
  const table = join("lake/system/lakeflow", name);
  await lake.expectReadAlike(table, ROWS[name]);
  const told = await peers().spark(`DESCRIBE ${lake.name(table)}`);
  const wanted = SYSTEM_TABLES[name].columns.map(({ name: column, type, comment }) => [
    column,
    type.toLowerCase().replaceAll(/([:,]) /g, "$1"),
    comment,
  ]);
  expect(told.rows.map((row) => row.slice(0, 3))).toEqual(wanted);
});

test("the course's query of the last runs gives Spark the same", async () => {
  const table = lake.name("lake/system/lakeflow/job_run_timeline");
  const query = `SELECT run_name, result_state, count(*) AS runs, round(avg(run_duration_seconds)) AS seconds FROM ${table}
    WHERE result_state IS NOT NULL GROUP BY run_name, result_state ORDER BY run_name, result_state`;
  expect((await lake.sql(query)).rows).toEqual((await peers().spark(query)).rows);
});
