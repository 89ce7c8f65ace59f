/** The dbt_task with a program in dbt's place: which commands it is given, with which profile, and what comes of how they end. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { AttemptEvent } from "../../../src/jobs/run/attempt.js";
import { runDbtTask } from "../../../src/tasks/dbt/dbt-task.js";
import { useSession } from "../../support/session.js";
import { attempt, type PythonBench, pythonBench, textOf } from "../python/fake-python.js";

/** Logs what it is asked, fails where the file `fails` names the subcommand, and leaves the artifacts of a project of two models. */
const FAKE_DBT = `
const { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { DBT_TARGET_PATH: target, DBT_PROFILES_DIR, FAKE_LOG } = process.env;
const profile = existsSync(join(DBT_PROFILES_DIR, "profiles.yml")) ? readFileSync(join(DBT_PROFILES_DIR, "profiles.yml"), "utf8") : "";
appendFileSync(FAKE_LOG, JSON.stringify(["dbt", ...args, { profile }]) + "\\n");
mkdirSync(target, { recursive: true });
const node = (unique_id, more) => ({ unique_id, resource_type: unique_id.split(".")[0], name: unique_id.split(".")[1], database: "MAIN",
  schema: "default", alias: unique_id.split(".")[1], depends_on: { nodes: [] }, original_file_path: "models/" + unique_id.split(".")[1] + ".sql", ...more });
const nodes = [node("model.a", { raw_code: "select * from orders", config: { materialized: "table" } }),
  node("test.unique_a", { attached_node: "model.a", depends_on: { nodes: ["model.a"] } })];
writeFileSync(join(target, "manifest.json"), JSON.stringify({ nodes: Object.fromEntries(nodes.map((one) => [one.unique_id, one])),
  sources: { "source.old": node("source.old", { resource_type: "source", database: "main", identifier: "Old" }) } }));
const fails = existsSync("fails") && readFileSync("fails", "utf8").trim() === args[0];
const results = { run: [["model.a", fails ? "error" : "success", fails ? "Binder Error: no such column" : "OK"]], test: [["test.unique_a", fails ? "fail" : "pass", fails ? "Got 2 results" : null]] }[args[0]];
console.log("Running " + args[0]);
if (fails && !results) console.error("Error: no such thing");
if (results) writeFileSync(join(target, "run_results.json"), JSON.stringify({ results: results.map(([unique_id, status, message]) => ({ unique_id, status, message, failures: 2, execution_time: 0.5 })) }));
process.exitCode = fails ? 1 : 0;
`;

const lake = useSession();
let events: AttemptEvent[];
beforeEach(() => {
  events = [];
});

function benchOf(files: Readonly<Record<string, string>> = {}): PythonBench {
  const session = Object.assign(Object.create(lake.spark) as typeof lake.spark, { stop: () => Promise.resolve() });
  const project = { "dbt/dbt_project.yml": "name: kion\nprofile: kion\n", "dbt/fake_dbt.js": FAKE_DBT, ...files };
  return pythonBench(project, () => Promise.resolve(session));
}

function run({ environment }: PythonBench, settings: Readonly<Record<string, unknown>>) {
  const request = attempt("dbt_task", { project_directory: "/Workspace/KION/dbt", ...settings });
  return runDbtTask(environment, request, (event) => void events.push(event));
}

const dbtCalls = (bench: PythonBench) =>
  (bench.log() as readonly (readonly unknown[])[]).flatMap(([what, ...rest]) => (what === "dbt" ? [rest] : []));
/** As the first command found it. */
function profileOf(bench: PythonBench): string {
  const { profile } = (dbtCalls(bench)[0]?.at(-1) ?? { profile: "" }) as { readonly profile: string };
  return profile;
}
const COURSE = ["dbt deps", "dbt seed", "dbt run --models tag:daily", "dbt test"];

test("the course's commands, in order, on a profile of DuckDB over the lake; tables that the project names are there", async () => {
  await lake.spark.execute(
    "CREATE OR REPLACE TABLE orders AS SELECT 1 AS id; CREATE OR REPLACE TABLE old AS SELECT 1 AS id",
  );
  await lake.spark.execute("CREATE OR REPLACE TABLE unnamed AS SELECT 1 AS id");
  const bench = benchOf();
  const result = await run(bench, {
    commands: COURSE,
    profiles_directory: "/Workspace/KION/dbt",
    warehouse_id: "abc123",
  });
  expect(result).toEqual({ state: "SUCCESS" });
  expect(dbtCalls(bench).map((call) => call.slice(0, -1))).toEqual([
    ["deps"],
    ["parse"],
    ["seed"],
    ["run", "--models", "tag:daily"],
    ["test"],
  ]);
  const profile = profileOf(bench);
  expect(JSON.parse(profile)).toEqual({
    kion: {
      target: "lakelet",
      outputs: {
        lakelet: {
          type: "duckdb",
          threads: 2,
          path: expect.stringMatching(/\/MAIN\.duckdb$/),
          schema: "default",
          settings: { TimeZone: "UTC", memory_limit: "512MiB", temp_directory: expect.stringContaining(bench.root) },
        },
      },
    },
  });
  const [, shown] = (bench.log() as [string, { objects: { name: string; kind: string; sql: string }[] }][]).find(
    ([what]) => what === "script",
  ) ?? ["", { objects: [] }];
  expect(shown.objects.map(({ name, kind }) => `${kind} ${name}`).sort()).toEqual(["VIEW Old", "VIEW orders"]);
  expect(shown.objects[0]?.sql).toContain("read_parquet");
  expect(events).toContainEqual({
    type: "report",
    report: { kind: "check", table: "main.default.a", check: "unique_a", status: "PASSED", value: 2, violations: 2 },
  });
  expect(textOf(events)).toContain("$ dbt run --models tag:daily\nRunning run\n");
  const kept = await lake.spark.execute(
    "SELECT table_name, check_name, check_type, status, source FROM data_quality_metrics WHERE source = 'dbt'",
  );
  expect(kept.rows).toEqual([["main.default.a", "unique_a", "dbt_test", "PASSED", "dbt"]]);
});

test("a failed command ends the task: later ones are not run, and nothing untested is published", async () => {
  const bench = benchOf({ "dbt/fails": "run" });
  const result = await run(bench, { commands: ["dbt run", "dbt test"] });
  expect(result).toMatchObject({
    state: "FAILED",
    failure: {
      message: "`dbt run` ended with exit code 1.\na: Binder Error: no such column",
      location: { file: expect.stringMatching(/models\/a\.sql$/) },
    },
  });
  expect(dbtCalls(bench).map(([first]) => first)).toEqual(["parse", "run"]);
});

test("a failed test: the model is not published, and it is said why", async () => {
  const bench = benchOf({ "dbt/fails": "test" });
  const result = await run(bench, { commands: ["dbt run", "dbt test"] });
  expect(result).toMatchObject({ failure: { message: "`dbt test` ended with exit code 1.\nunique_a: Got 2 results" } });
  expect(textOf(events)).toContain("a is not published: its test unique_a failed.\n");
});

test("what dbt said is the failure where it has no results", async () => {
  const bench = benchOf({ "dbt/fails": "deps" });
  expect(await run(bench, { commands: ["dbt deps"] })).toMatchObject({
    failure: { message: expect.stringMatching(/Error: no such thing\n`dbt deps` ended with exit code 1\.$/) },
  });
});

test.each([
  [{ commands: ["dbt run && rm x"], catalog: "dev", schema: "gold" }, "", "dev.duckdb", "gold"],
  [
    { commands: ["dbt run -t prod"] },
    "type: databricks\n      catalog: cat\n      schema: silver\n      threads: 7",
    "cat.duckdb",
    "silver",
  ],
  [{ commands: ["dbt run"] }, "type: duckdb\n      schema: s\n      settings: { x: 1 }", "MAIN.duckdb", "s"],
])("the profile of %j beside one of %j", async (settings, output, database, schema) => {
  const profiles = `kion:\n  target: prod\n  outputs:\n    prod:\n      ${output}\n`;
  const bench = benchOf(output === "" ? {} : { "dbt/profiles.yml": profiles });
  await run(bench, settings);
  const profile = profileOf(bench);
  const { target, outputs } = JSON.parse(profile).kion as {
    target: string;
    outputs: Record<string, Record<string, unknown>>;
  };
  expect(outputs[target]).toMatchObject({
    type: "duckdb",
    path: expect.stringMatching(new RegExp(`/${database}$`)),
    schema,
  });
  if (output.includes("threads")) expect(outputs.prod).toMatchObject({ threads: 7 });
  if (output.includes("settings")) expect(outputs.prod).toMatchObject({ settings: { x: 1, TimeZone: "UTC" } });
});

test("a profile of another database is dbt's own business: nothing of the lake is shown or published", async () => {
  const profiles = "kion:\n  target: dev\n  outputs:\n    dev: { type: postgres, host: localhost }\n";
  const bench = benchOf({ "profiles/profiles.yml": profiles });
  expect(await run(bench, { commands: ["dbt run"], profiles_directory: "profiles" })).toEqual({ state: "SUCCESS" });
  expect(dbtCalls(bench)).toEqual([["run", { profile: profiles }]]);
  expect(textOf(events)).toContain("nothing is published to the lake");
  expect(bench.log().some((one) => (one as readonly unknown[])[0] === "script")).toBe(false);
});

test.each([
  [{ commands: [] }, "INVALID_DBT_COMMAND"],
  [{ commands: ["dbt run", "ls"] }, "INVALID_DBT_COMMAND"],
  [{ commands: ["dbt run"], project_directory: "nowhere" }, "DBT_PROJECT_NOT_FOUND"],
])("%j fails with %s before anything runs", async (settings, condition) => {
  const bench = benchOf();
  expect(await run(bench, settings)).toMatchObject({ failure: { condition, retryable: false } });
  expect(bench.log()).toEqual([]);
});

test("dbt that is in no Python is installed: pinned, Databricks' adapter left out, what else the task names beside it", async () => {
  const bench = benchOf();
  const libraries = {
    libraries: [{ pypi: { package: "dbt-databricks>=1.0" } }, { pypi: { package: "duckdb==1.4.0" } }],
    dependencies: [],
  };
  const request = attempt("dbt_task", { project_directory: "dbt", commands: ["dbt deps"] }, { libraries });
  await runDbtTask(bench.environment, request, (event) => void events.push(event));
  expect(bench.log()[1]).toEqual([
    "pip",
    "duckdb==1.4.0",
    expect.stringMatching(/^dbt-core==/),
    expect.stringMatching(/^dbt-duckdb==/),
  ]);
});

test("nothing is left of an attempt", async () => {
  const bench = benchOf();
  await run(bench, { commands: ["dbt run"] });
  expect(() => readFileSync(join(bench.environment.temporaryFolder, "dbt-3-0"))).toThrow(/ENOENT/);
});
