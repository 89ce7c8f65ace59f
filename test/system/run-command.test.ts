/** `lakelet run` and `lakelet runs` as a person uses them: real sessions, real processes, no terminal. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readEventLog } from "../../src/jobs/run/event-log.js";
import { isAlive } from "../../src/jobs/run/process-identity.js";
import { type RunState, replay } from "../../src/jobs/run/run-state.js";
import { RunStore } from "../../src/jobs/run/run-store.js";
import { builtPackage, lakelet } from "../support/built-package.js";
import { eventually } from "../support/eventually.js";
import { temporaryFolder } from "../support/temporary-folder.js";

// A build takes seconds where the machine is busy.
beforeAll(() => {
  builtPackage();
}, 120_000);

const PROJECT = "paths: { /Workspace/KION: ./notebooks }\n";

function project(tasks: readonly object[], files: Readonly<Record<string, string>>, more: object = {}): string {
  return temporaryFolder({
    "lakelet.yml": PROJECT,
    "pipelines/daily/job.json": JSON.stringify({ name: "Daily", ...more, tasks }, undefined, 2),
    ...files,
  });
}

const notebook = (task_key: string, more: object = {}) => ({
  task_key,
  notebook_task: { notebook_path: `/Workspace/KION/${task_key}` },
  ...more,
});

/** Numbers that differ from run to run. */
function steady(text: string): string {
  return text
    .replace(/\d+\.\d s/g, "N s")
    .replace(/\b\d{11}\b/g, "RUN")
    .replace(/\b\d{15}\b/g, "TASKRUN");
}

function onlyRun(folder: string): RunState {
  const store = new RunStore(join(folder, ".lakelet"));
  return store.read(store.ids()[0] ?? "");
}

test("a job of a notebook, a SQL task and a failure handler: lines, summary, exit code", async () => {
  const folder = project(
    [
      notebook("load", { new_cluster: { spark_version: "13.3.x-scala2.12", num_workers: 2 } }),
      {
        task_key: "gold",
        depends_on: [{ task_key: "load" }],
        sql_task: { warehouse_id: "w", query: { query_id: "gold" } },
      },
      notebook("rescue", { depends_on: [{ task_key: "gold" }], run_if: "AT_LEAST_ONE_FAILED" }),
    ],
    {
      "notebooks/load.ts": `import { dbutils, spark } from "lakelet/notebook";
// %% Load
dbutils.widgets.text("rows", "3");
await spark.sql("CREATE OR REPLACE TABLE bronze AS SELECT id FROM range(" + Number(dbutils.widgets.get("rows")) + ")");
console.log("loaded", (await spark.table("bronze").collect()).length);
dbutils.notebook.exit({ status: "success" });
`,
      "notebooks/rescue.ts": "",
      "queries/gold.sql": "CREATE OR REPLACE TABLE gold AS SELECT count(*) AS n FROM bronze;\n",
    },
    { schedule: { quartz_cron_expression: "0 0 2 * * ?", timezone_id: "Europe/Warsaw" } },
  );
  const { code, stdout, stderr } = await lakelet(folder, ["run", "daily", "--param", "rows=5"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(steady(stdout)).toMatchSnapshot();
  const run = onlyRun(folder);
  expect(run.tasks.get("load")?.attempts[0]?.result).toEqual({ state: "SUCCESS", exitValue: '{"status":"success"}' });

  const shown = await lakelet(folder, ["runs", "show", "--output"]);
  expect(shown.stdout).toContain("loaded 5");
  expect(shown.stdout).toContain("did not run: no task before it failed");
  const listed = await lakelet(folder, ["runs"]);
  expect(listed.stdout).toMatch(/^✔ {2}\d{11} {2}Daily {2}SUCCESS {2}2\/3/m);
  const body = JSON.parse((await lakelet(folder, ["runs", "show", run.created.runId, "--json"])).stdout);
  expect(body).toMatchObject({
    run_id: Number(run.created.runId),
    state: { life_cycle_state: "TERMINATED", result_state: "SUCCESS" },
    overriding_parameters: { job_parameters: { rows: "5" } },
    tasks: [
      { task_key: "load", notebook_output: { result: '{"status":"success"}' } },
      { task_key: "gold" },
      { state: { result_state: "EXCLUDED" } },
    ],
  });
});

test("a notebook that throws: its cell, its line, the command to try again; exit 1", async () => {
  const folder = project([notebook("check"), notebook("after", { depends_on: [{ task_key: "check" }] })], {
    "notebooks/check.ts": `import { spark } from "lakelet/notebook";
// %% Read
const rows = await spark.sql("SELECT 1 AS id WHERE false");
// %% Check
const first = await rows.first();
if (!first) throw new Error("Source table is empty");
`,
    "notebooks/after.ts": "",
  });
  const { code, stdout } = await lakelet(folder, ["run", "daily", "--param", "day=it's today"]);
  expect(code).toBe(1);
  expect(steady(stdout)).toMatchSnapshot();
});

test("--json prints the body of runs/get and nothing else; --only leaves the others out", async () => {
  const folder = project([notebook("a"), notebook("b", { depends_on: [{ task_key: "a" }] })], {
    "notebooks/a.ts": 'throw new Error("not asked for");',
    "notebooks/b.ts": "console.log(1);",
  });
  const { code, stdout } = await lakelet(folder, ["run", "daily", "--only", "b", "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    run_name: "Daily",
    state: { result_state: "SUCCESS" },
    tasks: [{ task_key: "b", depends_on: [] }],
  });
});

describe.concurrent("a run that is ended from outside", () => {
  const hanging = () =>
    project([notebook("hang", { max_retries: 3 }), notebook("next", { depends_on: [{ task_key: "hang" }] })], {
      "notebooks/hang.ts": "await new Promise((resolve) => setTimeout(resolve, 60_000));",
      "notebooks/next.ts": "",
    });

  async function start(folder: string) {
    const child = spawn(process.execPath, [builtPackage().command, "run", "daily"], { cwd: folder });
    const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
    let text = "";
    child.stdout.on("data", (bytes) => {
      text += bytes;
    });
    await eventually(() => text.includes("[hang] started"));
    const attempt = onlyRun(folder).tasks.get("hang")?.attempts[0];
    return { child, ended, worker: attempt?.pid ?? 0, text: () => text };
  }

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s: children gone, run CANCELED, exit %i", async (signal, code) => {
    const folder = hanging();
    const { child, ended, worker } = await start(folder);
    const began = Date.now();
    child.kill(signal);
    expect(await ended).toBe(code);
    expect(Date.now() - began).toBeLessThan(2000);
    expect(isAlive({ ...onlyRun(folder).created.runner, pid: worker, startMark: undefined })).toBe(false);
    const run = onlyRun(folder);
    expect(run).toMatchObject({ resultState: "CANCELED", lifeCycleState: "TERMINATED" });
    expect([...run.tasks.values()].map((task) => task.resultState)).toEqual(["CANCELED", "UPSTREAM_CANCELED"]);
  });

  test("runs cancel ends it; while it runs, a second run is skipped", async () => {
    const folder = hanging();
    const { ended } = await start(folder);
    const second = await lakelet(folder, ["run", "daily"]);
    expect(second.code).toBe(1);
    expect(second.stdout).toContain("MAXIMUM_CONCURRENT_RUNS_REACHED");
    const id = onlyRun(folder).created.runId;
    const first = new RunStore(join(folder, ".lakelet")).ids().find((one) => one !== id) ?? "";
    expect((await lakelet(folder, ["runs", "cancel", first])).code).toBe(0);
    expect(await ended).toBe(1);
    expect((await lakelet(folder, ["runs", "cancel", first])).stderr).toContain("It ended CANCELED.");
  });

  test("kill -9 of the runner: its worker ends too, the run shows as killed, the next run is free to begin", async () => {
    const folder = hanging();
    const { child, ended, worker } = await start(folder);
    child.kill("SIGKILL");
    await ended;
    const { runner } = onlyRun(folder).created;
    await eventually(() => !isAlive({ ...runner, pid: worker, startMark: undefined }));
    expect((await lakelet(folder, ["runs", "list"])).stdout).toContain("KILLED");
    const again = await lakelet(folder, ["run", "daily", "--only", "next"]);
    expect(again.code).toBe(0);
    const log = readEventLog(join(folder, ".lakelet/runs", onlyRun(folder).created.runId, "events.ndjson"));
    expect(replay(log)?.resultState).toBe("SUCCESS");
  });
});

test("a promise that nobody awaited fails the task that made it", async () => {
  const folder = project([notebook("stray")], {
    "notebooks/stray.ts":
      'import { spark } from "lakelet/notebook";\nspark.sql("SELECT * FROM nowhere");\nawait new Promise((r) => setTimeout(r, 500));',
  });
  const { code, stdout } = await lakelet(folder, ["run", "daily"]);
  expect(code).toBe(1);
  expect(stdout).toContain("FAILED: A promise that was not awaited failed: [TABLE_OR_VIEW_NOT_FOUND]");
});

test("a callback that throws after its task has ended does not fail the next one in the same process", async () => {
  const shared = { job_cluster_key: "c" };
  const folder = project(
    [notebook("early", shared), notebook("next", { ...shared, depends_on: [{ task_key: "early" }] })],
    {
      "notebooks/early.ts": 'setTimeout(() => { throw new Error("too late"); }, 100);',
      "notebooks/next.ts": "await new Promise((r) => setTimeout(r, 400));",
    },
    { job_clusters: [{ job_cluster_key: "c", new_cluster: { spark_version: "13.3.x-scala2.12", num_workers: 0 } }] },
  );
  const { code, stdout } = await lakelet(folder, ["run", "daily"]);
  expect(stdout).toContain("[next] | Of a task that has ended, in the same process: A callback threw: too late");
  expect(code).toBe(0);
});
