/** TypeScript and SQL notebooks as tasks: cells, parameters, exit, failures with their place, dbutils. */
import { describe, expect, test } from "vitest";
import { LakeletError } from "../../src/errors/lakelet-error.js";
import { runNotebook, runTask } from "./notebook-bench.js";

const IMPORT = 'import { dbutils, display, spark } from "lakelet/notebook";';

describe("a TypeScript notebook", () => {
  test("runs top to bottom with top-level await, its cells told as they begin", async () => {
    const ran = await runNotebook(`${IMPORT}
// %% Count
const n: number = await spark.table("orders").count();
// %% [markdown]
// # Not run
// %% Print
console.log("n is", n, { a: [1] });
console.error("to stderr");
`);
    expect(ran.result).toEqual({ state: "SUCCESS" });
    const at = expect.any(Number);
    expect(ran.outputs).toEqual([
      {
        kind: "notebook",
        file: expect.stringMatching(/jobs\/nb\.ts$/),
        cells: [
          { number: 1, title: "", language: "typescript", line: 1, source: IMPORT },
          expect.objectContaining({ number: 2, title: "Count" }),
          { number: 3, title: "", language: "markdown", line: 4, source: "# Not run" },
          expect.objectContaining({ number: 4, title: "Print" }),
        ],
      },
      { kind: "cell", number: 1, title: "", line: 1, at },
      { kind: "cell", number: 2, title: "Count", line: 2, at },
      { kind: "cell", number: 4, title: "Print", line: 6, at },
      { kind: "text", stream: "stdout", text: "n is 6 { a: [ 1 ] }\n" },
      { kind: "text", stream: "stderr", text: "to stderr\n" },
    ]);
  });

  test("imports a module of the project, which shares its session", async () => {
    const files = {
      "jobs/lib/rules.ts": `${IMPORT}\nexport const count = (name: string) => spark.table(name).count();\nlet calls = 0;\nexport const next = () => ++calls;`,
    };
    const source = `${IMPORT}\nimport { count, next } from "./lib/rules.js";\nnext();\ndbutils.notebook.exit({ n: await count("ab"), calls: next() });`;
    expect((await runNotebook(source, {}, { files })).result).toEqual({
      state: "SUCCESS",
      exitValue: '{"n":2,"calls":2}',
    });
  });

  test("each attempt begins with fresh modules", async () => {
    const files = { "jobs/state.ts": "let calls = 0;\nexport const next = () => ++calls;" };
    const source = `${IMPORT}\nimport { next } from "./state";\ndbutils.notebook.exit(String(next()));`;
    for (let i = 0; i < 2; i++)
      expect((await runNotebook(source, {}, { files })).result).toMatchObject({ exitValue: "1" });
  });
});

describe("parameters", () => {
  test("a task's value beats the widget's default", async () => {
    const source = `${IMPORT}
dbutils.widgets.text("given", "default");
dbutils.widgets.text("left", "default");
dbutils.widgets.dropdown("choice", "a", ["a", "b"]);
dbutils.notebook.exit(dbutils.widgets.getAll());`;
    const { result } = await runNotebook(source, { given: "task", extra: "{{job.id}} '; DROP" });
    expect(JSON.parse(result.state === "SUCCESS" ? (result.exitValue ?? "") : "")).toEqual({
      given: "task",
      extra: "{{job.id}} '; DROP",
      left: "default",
      choice: "a",
    });
  });

  test("an unknown name is named, with the nearest", async () => {
    const { result } = await runNotebook(`${IMPORT}\ndbutils.widgets.get("run_dat");`, { run_date: "x" });
    expect(result).toMatchObject({
      state: "FAILED",
      failure: {
        condition: "INPUT_WIDGET_NOT_DEFINED",
        message: expect.stringContaining("Did you mean `run_date`?"),
        retryable: false,
      },
    });
  });
});

describe("dbutils.notebook.exit", () => {
  test.each([
    ['"text"', "text"],
    ['{ status: "FAILED", n: 1 }', '{"status":"FAILED","n":1}'],
    ["5", "5"],
    ["{ rows: 7n, big: 2n ** 60n }", '{"rows":7,"big":"1152921504606846976"}'],
    ["", ""],
  ])("exit(%s) ends the notebook with success", async (argument, exitValue) => {
    const ran = await runNotebook(
      `${IMPORT}\nconsole.log("before");\ndbutils.notebook.exit(${argument});\nconsole.log("after");`,
    );
    expect(ran.result).toEqual({ state: "SUCCESS", exitValue });
    expect(ran.text).toBe("before\n");
  });

  test("a catch around it neither undoes nor replaces it, and nothing more is done", async () => {
    const ran = await runNotebook(`${IMPORT}
// %% Work
try {
  dbutils.notebook.exit("first");
} catch (error) {
  console.log("Unexpected error:", error);
  dbutils.notebook.exit("second");
}
// %% Never reached
await spark.execute("DROP TABLE orders");
`);
    expect(ran.result).toEqual({ state: "SUCCESS", exitValue: "first" });
    expect(ran).toMatchObject({ text: "", executed: [] });
  });

  test("swallowed, the notebook ends at its next use of spark or its next cell", async () => {
    const ran = await runNotebook(`${IMPORT}
try { dbutils.notebook.exit("first"); } catch {}
await spark.execute("DROP TABLE orders");`);
    expect(ran).toMatchObject({ result: { state: "SUCCESS", exitValue: "first" }, executed: [] });
  });
});

describe("a failure", () => {
  test("names the cell and the line, and shows the lines around it", async () => {
    const { result } = await runNotebook(`${IMPORT}
// %% Read
const rows: readonly number[] = [];
// %% Check
function check(count: number): void {
  if (count === 0) throw new TypeError("Source table is empty");
}
check(rows.length);
`);
    expect(result).toMatchObject({
      state: "FAILED",
      failure: {
        message: "TypeError: Source table is empty",
        cell: { number: 3, title: "Check" },
        location: { file: expect.stringMatching(/jobs\/nb\.ts$/), line: 6 },
        retryable: true,
      },
    });
    expect(result.state === "FAILED" ? result.failure.frame : "").toBe(`  4 | // %% Check
  5 | function check(count: number): void {
> 6 |   if (count === 0) throw new TypeError("Source table is empty");
  7 | }
  8 | check(rows.length);`);
  });

  test("of something awaited names the line that awaits", async () => {
    const { result } = await runNotebook(
      `${IMPORT}\n// %% SQL\nawait spark.execute("SELECT nope");\n`,
      {},
      {
        execute: () => {
          throw new LakeletError({ condition: "QUALITY_GATE_FAILED", problem: "No." });
        },
      },
    );
    expect(result).toMatchObject({
      failure: { condition: "QUALITY_GATE_FAILED", location: { line: 3 }, cell: { title: "SQL" }, retryable: false },
    });
  });

  test("in the source itself names its line", async () => {
    const { result } = await runNotebook("// %% Broken\nconst a = ;\n");
    expect(result).toMatchObject({ state: "FAILED", failure: { location: { line: 2 }, cell: { number: 1 } } });
  });

  test.each([
    ['throw "text"', "text"],
    ["throw { code: 5 }", 'A value was thrown that is no Error: {"code":5}'],
    ["throw null", "A value was thrown that is no Error: null"],
  ])("%s", async (statement, message) => {
    expect((await runNotebook(statement)).result).toMatchObject({ state: "FAILED", failure: { message } });
  });
});

describe("the notebook's file", () => {
  const failureOf = async (path: string, files: Readonly<Record<string, string>>) => {
    const { result } = await runTask({ files, settings: { notebook_path: path } });
    return result.state === "FAILED" ? result.failure : undefined;
  };
  test("a missing one, with the nearest", async () => {
    expect(await failureOf("/Workspace/KION/jobs/ingst", { "jobs/ingest.ts": "" })).toMatchObject({
      condition: "NOTEBOOK_NOT_FOUND",
      message: expect.stringContaining("Did you mean `ingest`?"),
    });
  });
  test("another language, with what to do", async () => {
    expect(await failureOf("/Workspace/KION/jobs/ingest", { "jobs/ingest.py": "" })).toMatchObject({
      condition: "UNSUPPORTED_NOTEBOOK_LANGUAGE",
      message: expect.stringMatching(
        /is a Python notebook: lakelet runs TypeScript and SQL notebooks.*Write .*ingest\.ts/,
      ),
    });
  });
  test("a path that no mapping covers", async () => {
    expect(await failureOf("/Workspace/Other/x", {})).toMatchObject({ condition: "UNMAPPED_PATH" });
  });
  test("a path that leaves its folder", async () => {
    expect(await failureOf("/Workspace/KION/../../etc/x", {})).toMatchObject({ condition: "INVALID_PATH" });
  });
});

describe("dbutils", () => {
  test("the job's ids, by the ways that Python notebooks go", async () => {
    const source = `${IMPORT}
const context = dbutils.notebook.entry_point.getDbutils().notebook().getContext();
const tags = context.tags();
dbutils.notebook.exit([tags.get("jobId").get(), tags.get("multitaskParentRunId").get(), tags.get("runId").get(),
  dbutils.notebook.getContext().currentRunId().get(), tags.get("nope").getOrElse("none"), tags.get("nope").isDefined()]);`;
    expect((await runNotebook(source)).result).toMatchObject({ exitValue: '["42","100","200","200","none",false]' });
  });

  test("task values: set, get, default, exit value, missing", async () => {
    const source = `${IMPORT}
const { taskValues } = dbutils.jobs;
taskValues.set({ key: "rows", value: 5 });
taskValues.set("list", [1n]);
dbutils.notebook.exit([
  taskValues.get({ taskKey: "up", key: "n", debugValue: 0 }),
  taskValues.get("up", "default", "{}"),
  taskValues.get({ taskKey: "up", key: "nope", default: "d", debugValue: "" }),
]);`;
    const ran = await runNotebook(source, {}, { taskValues: { up: { n: 7, default: "{}" } } });
    expect(ran.result).toMatchObject({ exitValue: '[7,"{}","d"]' });
    expect(ran.events.filter((event) => event.type === "value")).toEqual([
      { type: "value", key: "rows", value: 5 },
      { type: "value", key: "list", value: [1] },
    ]);
    const missing = await runNotebook(`${IMPORT}\ndbutils.jobs.taskValues.get({ taskKey: "other", key: "n" });`);
    expect(missing.result).toMatchObject({ failure: { condition: "TASK_VALUE_NOT_FOUND" } });
    const large = await runNotebook(`${IMPORT}\ndbutils.jobs.taskValues.set("k", "x".repeat(50000));`);
    expect(large.result).toMatchObject({ failure: { condition: "INVALID_TASK_VALUE" } });
  });

  test("files by Databricks' paths", async () => {
    const source = `${IMPORT}
const folder = "/Volumes/main/default/in";
dbutils.fs.put(folder + "/b.txt", "hello");
const all = dbutils.fs.ls(folder).map((file) => [file.path, file.name, file.size, file.isDir()]);
dbutils.fs.cp(folder + "/b.txt", "dbfs:/Volumes/main/default/out/c.txt");
dbutils.fs.rm(folder, true);
dbutils.notebook.exit([all, dbutils.fs.head("/Volumes/main/default/out/c.txt", 4), dbutils.fs.rm(folder)]);`;
    const { result } = await runNotebook(source, {}, { files: { "in/sub/a.txt": "" } });
    expect(JSON.parse(result.state === "SUCCESS" ? (result.exitValue ?? "") : JSON.stringify(result))).toEqual([
      [
        ["/Volumes/main/default/in/b.txt", "b.txt", 5, false],
        ["/Volumes/main/default/in/sub/", "sub/", 0, true],
      ],
      "hell",
      false,
    ]);
  });

  test("secrets come from the environment and are blacked out", async () => {
    process.env.KION_API_KEY = "s3cret-value";
    const ran = await runNotebook(
      `${IMPORT}\nconst key = dbutils.secrets.get("kion", "api-key");\nconsole.log("key", key, key.length);`,
    );
    expect(ran.text).toBe("key [REDACTED] 12\n");
    const missing = await runNotebook(`${IMPORT}\ndbutils.secrets.get({ scope: "no", key: "such" });`);
    expect(missing.result).toMatchObject({
      failure: { message: expect.stringContaining("Set the environment variable NO_SUCH.") },
    });
  });

  test("notebook.run: the other notebook has its own widgets and exit", async () => {
    const files = {
      "jobs/inner.ts": `${IMPORT}\ndbutils.widgets.text("x", "none");\nconsole.log("inner");\ndbutils.notebook.exit("got " + dbutils.widgets.get("x"));`,
      "jobs/broken.ts": 'throw new Error("inner trouble");',
    };
    const source = `${IMPORT}
const [one, two] = await Promise.all([dbutils.notebook.run("./inner", 60, { x: "1" }), dbutils.notebook.run("/Workspace/KION/jobs/inner")]);
console.log(one, two);
await dbutils.notebook.run("./broken");`;
    const ran = await runNotebook(source, { x: "outer" }, { files });
    expect(ran.text).toBe("inner\ninner\ngot 1 got none\n");
    expect(ran.result).toMatchObject({ state: "FAILED", failure: { location: { line: 4 } } });
    expect(ran.result.state === "FAILED" && ran.result.failure.message).toMatch(
      /The notebook \.\/broken failed in cell 1 \(.*broken\.ts:1\): inner trouble/,
    );
  });
});

describe("a SQL notebook", () => {
  const source = `-- Databricks notebook source
-- MAGIC %md # Title
-- COMMAND ----------
-- DBTITLE 1,Load
CREATE TABLE t AS SELECT :day AS day;
-- COMMAND ----------
SELECT * FROM t
`;
  const settings = { notebook_path: "/Workspace/KION/jobs/load", base_parameters: { day: "2024-01-15" } };
  const files = { "jobs/load.sql": source };

  test("runs its cells in turn, parameters bound, comments left out", async () => {
    const ran = await runTask({ files, settings });
    expect(ran.result).toEqual({ state: "SUCCESS" });
    expect(ran.executed.map((one) => one.args)).toEqual([{ day: "2024-01-15" }, { day: "2024-01-15" }]);
    expect(ran.executed[0]?.text).toContain("CREATE TABLE t AS SELECT :day AS day");
    expect(ran.outputs).toMatchObject([
      {
        kind: "notebook",
        cells: [{ language: "markdown", source: "# Title" }, { title: "Load" }, { language: "sql" }],
      },
      { number: 2, title: "Load", line: 3 },
      { number: 3, line: 6 },
    ]);
  });

  test("a failing statement names its cell", async () => {
    const execute = () => {
      throw new LakeletError({ condition: "UNRESOLVED_COLUMN", problem: "No." });
    };
    expect((await runTask({ files, settings, execute })).result).toMatchObject({
      failure: { cell: { title: "Load" }, location: { line: 5 } },
    });
  });
});

describe("a SQL task", () => {
  const settings = { query: { query_id: "gold" }, parameters: { day: "2024-01-15' OR 1=1" } };
  const files = { "queries/gold.sql": "SELECT :day AS day" };
  const rows = () => ({
    schema: {
      kind: "struct" as const,
      fields: [{ name: "n", dataType: { kind: "long" as const }, nullable: true, metadata: {} }],
    },
    rows: [[5n], [2n ** 60n]],
    statements: [{ kind: "query", summary: "SELECT: 2 rows" }],
  });

  test("runs a saved query, its parameters as values", async () => {
    const ran = await runTask({ type: "sql_task", files, settings, execute: rows });
    expect(ran.executed).toEqual([{ text: "SELECT :day AS day", args: { day: "2024-01-15' OR 1=1" } }]);
    expect(ran.result).toEqual({ state: "SUCCESS", rows: [{ n: 5 }, { n: "1152921504606846976" }] });
    expect(ran.outputs.at(-1)).toMatchObject({ kind: "table", columns: [{ name: "n", type: "bigint" }] });
  });

  test("a failing statement tells its line", async () => {
    const execute = () => {
      throw Object.assign(new Error("No."), { statement: 1 });
    };
    const files = { "queries/gold.sql": "SELECT 1;\n\n-- the second\nSELECT nope;\nSELECT 2" };
    const { result } = await runTask({ type: "sql_task", files, settings, execute });
    expect(result).toMatchObject({
      failure: { location: { line: 4 }, frame: expect.stringContaining("> 4 | SELECT nope") },
    });
  });

  test("runs a file", async () => {
    const ran = await runTask({
      type: "sql_task",
      files,
      settings: { file: { path: "/Workspace/KION/queries/gold.sql" } },
    });
    expect(ran.result).toEqual({ state: "SUCCESS" });
  });

  test.each([
    [{ query: { query_id: "gld" } }, "QUERY_NOT_FOUND", "Did you mean `gold`?"],
    [{ query: { query_id: "../gold" } }, "QUERY_NOT_FOUND", "names a file in the queries folder"],
    [{ file: { path: "/Workspace/KION/nope.sql" } }, "SQL_FILE_NOT_FOUND", "nope.sql"],
  ])("%j is not there", async (settings, condition, reason) => {
    const { result } = await runTask({ type: "sql_task", files, settings });
    expect(result).toMatchObject({
      failure: { condition, message: expect.stringContaining(reason), retryable: false },
    });
  });
});
