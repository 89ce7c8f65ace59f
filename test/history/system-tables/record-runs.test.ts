/** Runs in `system.lakeflow`: what their rows say, and that each part of a run is there once, whatever is asked how often. */
import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { recordRuns } from "../../../src/history/system-tables/record-runs.js";
import type { RunEvent } from "../../../src/jobs/run/run-event.js";
import { RunStore } from "../../../src/jobs/run/run-store.js";
import { createLocalSession } from "../../../src/session/local-session.js";
import { taskPlan } from "../../jobs/run/simulated-run.js";
import { rowsOf, useSession } from "../../support/session.js";
import { attempt, badRun, created, DEAD, goodRun, SETTINGS, taskEnded, writeLog } from "./run-log.js";

const lake = useSession({ writesSystemTables: true });
const state = join(lake.folder, "state");
const NINE_THIRTY = Date.UTC(2024, 0, 15, 9, 30);
const HOUR = 3_600_000;

const record = (...runIds: readonly string[]) =>
  recordRuns(
    { session: lake.spark, warehouse: join(lake.folder, "lake"), stateFolder: state, store: new RunStore(state) },
    runIds,
  );
const log = (runId: string) => join(state, "runs", runId, "events.ndjson");
const add = (runId: string, events: readonly RunEvent[]) =>
  appendFileSync(log(runId), events.map((event) => `${JSON.stringify(event)}\n`).join(""));
const rows = (sql: string) => rowsOf(lake.spark, sql);
const runRows = (runId: string) =>
  rows(`SELECT date_format(period_start_time, 'HH:mm:ss'), date_format(period_end_time, 'HH:mm:ss'), result_state, termination_code,
    run_duration_seconds FROM system.lakeflow.job_run_timeline WHERE run_id = '${runId}' ORDER BY period_start_time`);
const taskRows = (runId: string) =>
  rows(`SELECT task_key, run_id, result_state, setup_duration_seconds, execution_duration_seconds
    FROM system.lakeflow.job_task_run_timeline WHERE job_run_id = '${runId}' ORDER BY period_start_time, task_key`);

beforeAll(async () => {
  writeLog(state, goodRun({ runId: "100", at: NINE_THIRTY }));
  writeLog(state, badRun({ runId: "101", at: NINE_THIRTY + HOUR }));
  await record("100", "101");
});

test("a run and its attempts", async () => {
  expect(await runRows("100")).toEqual([["09:30:00", "09:32:00", "SUCCEEDED", "SUCCESS", 120]]);
  expect(await taskRows("100")).toEqual([
    ["a", "1001", "SUCCEEDED", 2, 58],
    ["b", "1002", "SUCCEEDED", 0, 60],
  ]);
  const facts =
    await rows(`SELECT workspace_id, job_id, trigger_type, run_type, run_name, job_parameters['run_date'], termination_type
    FROM system.lakeflow.job_run_timeline WHERE run_id = '100'`);
  expect(facts).toEqual([
    ["0", "281474976710657", "ONETIME", "JOB_RUN", "KION_Daily_Orders_ETL", "2024-01-15", "SUCCESS"],
  ]);
  const day = "SELECT task_parameters['day'] FROM system.lakeflow.job_task_run_timeline WHERE run_id = '1001'";
  expect(await rows(day)).toEqual([["15"]]);
});

test("a task that did not run is BLOCKED and has no run of its own", async () => {
  expect(await runRows("101")).toEqual([["10:30:00", "10:31:30", "FAILED", "RUN_EXECUTION_ERROR", 90]]);
  expect(await taskRows("101")).toEqual([
    ["a", "1011", "FAILED", 0, 90],
    ["b", null, "BLOCKED", 0, 0],
  ]);
});

test("what took longer than an hour has a row for each clock hour, the result in the last", async () => {
  writeLog(state, goodRun({ runId: "102", at: NINE_THIRTY }, 60));
  await record("102");
  expect(await runRows("102")).toEqual([
    ["09:30:00", "10:00:00", null, null, null],
    ["10:00:00", "11:00:00", null, null, null],
    ["11:00:00", "11:30:00", "SUCCEEDED", "SUCCESS", 7200],
  ]);
});

test("recorded again, with and without the note in the run's folder, nothing is added", async () => {
  const count =
    "SELECT (SELECT count(*) FROM system.lakeflow.job_run_timeline), (SELECT count(*) FROM system.lakeflow.job_task_run_timeline), (SELECT count(*) FROM system.lakeflow.jobs), (SELECT count(*) FROM system.lakeflow.job_tasks)";
  const before = await rows(count);
  await record("100", "101");
  for (const run of ["100", "101"]) rmSync(join(state, "runs", run, "recorded"));
  rmSync(join(state, "history"), { recursive: true });
  await record("101", "100");
  expect(await rows(count)).toEqual(before);
});

test("a repair has rows of its own, and the run counts as repaired", async () => {
  const at = NINE_THIRTY + 2 * HOUR;
  const { tasks } = created({ runId: "101", at });
  add("101", [
    {
      type: "repair-started",
      at,
      repairId: "1",
      tasks,
      rerun: ["a", "b"],
      parameters: {},
      overrides: {},
      settings: SETTINGS,
      runner: DEAD,
    },
    ...attempt("a", [at, at, at + 60_000], "1013", "SUCCESS", 1),
    taskEnded("a", at + 60_000, "SUCCESS"),
    ...attempt("b", [at + 60_000, at + 60_000, at + 120_000], "1014"),
    taskEnded("b", at + 120_000, "SUCCESS"),
    { type: "run-ended", at: at + 120_000, resultState: "SUCCESS", message: "" },
  ]);
  await record("101");
  expect((await runRows("101")).map((row) => row[2])).toEqual(["FAILED", "SUCCEEDED"]);
  expect((await taskRows("101")).map((row) => [row[0], row[1], row[2]])).toEqual([
    ["a", "1011", "FAILED"],
    ["b", null, "BLOCKED"],
    ["a", "1013", "SUCCEEDED"],
    ["b", "1014", "SUCCEEDED"],
  ]);
  const repaired = `SELECT run_id, count(*) - 1 FROM system.lakeflow.job_run_timeline WHERE result_state IS NOT NULL
    GROUP BY run_id HAVING count(*) > 1`;
  expect(await rows(repaired)).toEqual([["101", 1]]);
});

test("a run whose runner was killed is ERROR, and what a resumption did comes as rows of its own", async () => {
  const at = NINE_THIRTY + 3 * HOUR;
  const whole = goodRun({ runId: "103", at });
  writeLog(state, whole.slice(0, 7));
  await record("103");
  expect(await runRows("103")).toEqual([["12:30:00", "12:31:00", "ERROR", "INTERNAL_ERROR", 60]]);
  expect((await taskRows("103")).map((row) => [row[0], row[2]])).toEqual([
    ["a", "SUCCEEDED"],
    ["b", "ERROR"],
  ]);
  const late = at + 600_000;
  add("103", [
    { type: "run-resumed", at: late, runner: DEAD },
    ...attempt("b", [late, late, late + 1000], "1039", "SUCCESS", 1),
    taskEnded("b", late + 1000, "SUCCESS"),
    { type: "run-ended", at: late + 1000, resultState: "SUCCESS", message: "" },
  ]);
  await record("103", "103");
  expect((await runRows("103")).map((row) => row[2])).toEqual(["ERROR", "SUCCEEDED"]);
  expect((await taskRows("103")).map((row) => [row[0], row[1], row[2]])).toEqual([
    ["a", "1031", "SUCCEEDED"],
    ["b", "1032", "ERROR"],
    ["b", "1039", "SUCCEEDED"],
  ]);
});

test("a run at work is left alone", async () => {
  const whole = goodRun({
    runId: "104",
    at: NINE_THIRTY,
    created: { runner: { pid: process.pid, host: DEAD.host, startMark: undefined } },
  });
  writeLog(state, whole.slice(0, 5));
  await record("104");
  expect(await runRows("104")).toEqual([]);
});

test("a run that run_job started names the tasks above it", async () => {
  const parent = { runId: "100", taskKey: "a", taskRunId: "1001" };
  writeLog(
    state,
    goodRun({ runId: "105", at: NINE_THIRTY, created: { trigger: { type: "RUN_JOB_TASK", at: 0, parent } } }),
  );
  await record("105");
  const sql =
    "SELECT trigger_type, source_task_run_id, root_task_run_id FROM system.lakeflow.job_run_timeline WHERE run_id = '105'";
  expect(await rows(sql)).toEqual([["RUN_JOB_TASK", "1001", "1001"]]);
});

describe("jobs and their tasks", () => {
  const jobs = `SELECT name, trigger_type, paused, trigger.schedule.timezone_id, tags['team'], health_rules[0].value, date_format(change_time, 'HH:mm')
    FROM system.lakeflow.jobs ORDER BY change_time`;

  test("as the first run found them", async () => {
    expect(await rows(jobs)).toEqual([
      ["KION_Daily_Orders_ETL", "CRON", false, "Europe/Warsaw", "data", 3600, "09:30"],
    ]);
    const tasks = "SELECT task_key, depends_on_keys FROM system.lakeflow.job_tasks ORDER BY task_key";
    expect((await rows(tasks)).map((row) => row[0])).toEqual(["a", "b"]);
  });

  test("a change is a row more, a task that went is deleted", async () => {
    const at = NINE_THIRTY + 10 * HOUR;
    const { tasks = [], ...rest } = SETTINGS;
    const settings = { ...rest, tags: { team: "platform" }, tasks: tasks.slice(0, 1) };
    const events = goodRun({ runId: "106", at, settings, created: { tasks: [taskPlan("a", {})] } });
    writeLog(
      state,
      events.filter((event) => !("taskKey" in event && event.taskKey === "b")),
    );
    await record("106");
    expect((await rows(jobs)).map((row) => [row[4], row[6]])).toEqual([
      ["data", "09:30"],
      ["platform", "19:30"],
    ]);
    const gone =
      "SELECT task_key, date_format(delete_time, 'HH:mm') FROM system.lakeflow.job_tasks WHERE delete_time IS NOT NULL";
    expect(await rows(gone)).toEqual([["b", "19:30"]]);
    const current = `SELECT count(*) FROM (SELECT *, row_number() OVER (PARTITION BY workspace_id, job_id ORDER BY change_time DESC) AS rn
      FROM system.lakeflow.jobs QUALIFY rn = 1)`;
    expect(await rows(current)).toEqual([[1]]);
  });
});

test("job_runs: a row a run, in the words of the Jobs API", async () => {
  const found =
    await rows(`SELECT run_id, job_name, result_state, size(task_runs), task_runs[0].task_key, task_runs[0].result_state
    FROM system.lakeflow.job_runs WHERE run_id IN ('100', '101') ORDER BY run_id`);
  expect(found).toEqual([
    ["100", "KION_Daily_Orders_ETL", "SUCCESS", 2, "a", "SUCCESS"],
    ["101", "KION_Daily_Orders_ETL", "SUCCESS", 4, "a", "FAILED"],
  ]);
});

test("several processes that record the same runs at once write each of them once", async () => {
  const folder = join(lake.folder, "contended");
  const stateFolder = join(folder, "state");
  const warehouse = join(folder, "lake");
  const runIds = [200, 201, 202].map((id) => writeLog(stateFolder, goodRun({ runId: String(id), at: NINE_THIRTY })));
  const store = new RunStore(stateFolder);
  const sessions = await Promise.all(
    [1, 2, 3].map(() => createLocalSession({ warehouse, threads: 1, writesSystemTables: true })),
  );
  const orders = [runIds, runIds.toReversed(), [runIds[1] ?? "", runIds[0] ?? "", runIds[2] ?? ""]];
  await Promise.all(
    sessions.map((session, i) => recordRuns({ session, warehouse, stateFolder, store }, orders[i] ?? [])),
  );
  const [session] = sessions;
  const count = "SELECT run_id, count(*) FROM system.lakeflow.job_run_timeline GROUP BY run_id ORDER BY run_id";
  expect(session && (await rowsOf(session, count))).toEqual(runIds.map((id) => [id, 1]));
  const tasks = "SELECT count(*), count(DISTINCT run_id) FROM system.lakeflow.job_task_run_timeline";
  expect(session && (await rowsOf(session, tasks))).toEqual([[6, 6]]);
  const definitions =
    "SELECT (SELECT count(*) FROM system.lakeflow.jobs), (SELECT count(*) FROM system.lakeflow.job_tasks)";
  expect(session && (await rowsOf(session, definitions))).toEqual([[1, 2]]);
  for (const one of sessions) await one.stop();
});
