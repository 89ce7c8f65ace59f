/** Notebooks on a real session: SQL cells, what cells share, dbutils, limits and secrets of outputs, failures at their cell. */
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import * as lakelet from "../../src/index.js";
import type { AttemptEvent, TaskOutput, TaskResult } from "../../src/jobs/run/attempt.js";
import { _sqldf, spark } from "../../src/tasks/notebook/bound-session.js";
import { captureConsole } from "../../src/tasks/notebook/console-capture.js";
import { dbutils } from "../../src/tasks/notebook/dbutils.js";
import { display, displayHTML, displayInNotebook } from "../../src/tasks/notebook/display.js";
import { HELP } from "../../src/tasks/notebook/help-texts.js";
import { performNotebook } from "../../src/tasks/notebook/notebook-task.js";
import { NotebookLoader } from "../../src/tasks/notebook/typescript-notebook.js";
import { ProjectPaths } from "../../src/tasks/project-paths.js";
import { useSession } from "../support/session.js";
import { writeFiles } from "../support/temporary-folder.js";

const lake = useSession({ onDisplay: displayInNotebook });
const names = { ...lakelet, spark, _sqldf, dbutils, display, displayHTML };
const loader = new NotebookLoader({ "lakelet/notebook": names, lakelet });
const IMPORT = 'import { _sqldf, dbutils, display, displayHTML, spark } from "lakelet/notebook";';

beforeAll(() => captureConsole());

interface Ran {
  readonly result: TaskResult;
  readonly outputs: readonly TaskOutput[];
  /** What was printed, and tables as `name:type ...` with their rows. */
  readonly shown: readonly unknown[];
}

let runs = 0;

/** The first file is run, in a folder of its own. */
async function run(files: Readonly<Record<string, string>>, parameters: Record<string, string> = {}): Promise<Ran> {
  const folder = join(lake.folder, `project${runs++}`);
  writeFiles(folder, files);
  const events: AttemptEvent[] = [];
  const result = await performNotebook(
    {
      spark: lake.spark,
      file: join(folder, Object.keys(files)[0] ?? ""),
      parameters,
      paths: new ProjectPaths({
        root: folder,
        mappings: { "/Volumes/main/default": join(folder, "data") },
        warehouse: join(lake.folder, "lake"),
      }),
      request: undefined,
      emit: (event) => events.push(event),
    },
    loader,
  );
  const outputs = events.flatMap((event) => (event.type === "output" ? [event.output] : []));
  return { result, outputs, shown: outputs.flatMap(shownOf) };
}

function shownOf(output: TaskOutput): readonly unknown[] {
  switch (output.kind) {
    case "text":
      return [output.text.trimEnd()];
    case "html":
      return [output.html];
    case "table":
      return [[output.columns.map(({ name, type }) => `${name}:${type}`).join(" "), ...output.rows]];
    case "nested":
      return shownOf(output.output);
    default:
      return [];
  }
}

const jupyter = (...sources: readonly string[]) =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { language: "typescript" } },
    cells: sources.map((source) => ({ cell_type: "code", metadata: {}, outputs: [], execution_count: null, source })),
  });

describe("SQL cells", () => {
  test("widgets as values, the last result shown, and kept as _sqldf", async () => {
    const ran = await run({
      "a.ts": `${IMPORT}
dbutils.widgets.text("n", "3");
// %% [sql]
// CREATE OR REPLACE TEMP VIEW v AS SELECT id, 'x; y' AS t FROM range(CAST(:n AS INT));
// SELECT 'not shown';
// SELECT *, CAST(NULL AS DATE) AS d FROM v WHERE id > 0
// %%
await display(_sqldf.filter("id = 2"));
dbutils.notebook.exit((await _sqldf.join(spark.range(9), ["id"]).collect()).length);`,
    });
    expect(ran.result).toEqual({ state: "SUCCESS", exitValue: "2" });
    expect(ran.shown).toEqual([
      "CREATE TEMPORARY VIEW v",
      ["id:bigint t:string d:date", ["1", "x; y", null], ["2", "x; y", null]],
      ["id:bigint t:string d:date", ["2", "x; y", null]],
    ]);
  });

  test("a SQL notebook declares its widgets", async () => {
    const files = {
      "a.sql": `CREATE WIDGET TEXT day DEFAULT '2024-01-15';
CREATE WIDGET DROPDOWN city DEFAULT "Lodz" CHOICES SELECT * FROM VALUES ('Lodz'), ('Radom');
-- COMMAND ----------
SELECT :day AS day, :city AS city;
-- COMMAND ----------
REMOVE WIDGET city;
-- COMMAND ----------
INSERT INTO written SELECT :day;`,
    };
    await lake.spark.execute("CREATE OR REPLACE TABLE written (day STRING)");
    const ran = await run(files, { city: "Radom" });
    expect(ran.result).toEqual({ state: "SUCCESS" });
    expect(ran.shown).toMatchObject([
      ["day:string city:string", ["2024-01-15", "Radom"]],
      expect.stringContaining("written"),
    ]);
  });

  test("a widget is never spliced into the statement", async () => {
    const { result } = await run({ "a.sql": "CREATE WIDGET TEXT t DEFAULT 'x';\nSELECT * FROM $" + "{t}" });
    expect(result).toMatchObject({
      failure: {
        condition: "UNSUPPORTED_FEATURE.WIDGET_SUBSTITUTION",
        message: expect.stringContaining("IDENTIFIER(:t)"),
        location: { line: 2 },
      },
    });
  });

  test("_sqldf before any result", async () => {
    const { result } = await run({ "a.ts": `${IMPORT}\nawait _sqldf.count();` });
    expect(result).toMatchObject({ failure: { condition: "NO_SQL_RESULT", location: { line: 2 } } });
  });
});

describe("a failure", () => {
  const place = ({ result }: Ran) =>
    result.state === "FAILED" && [result.failure.cell?.number, result.failure.location?.line, result.failure.frame];

  test("of a statement: its line in the file", async () => {
    const ran = await run({ "a.ts": "// %% [sql]\n// SELECT 1;\n// SELECT id\n// FROM range(1)\n// WHERE nope\n" });
    expect(place(ran)).toEqual([1, 3, expect.stringContaining("> 3 | // SELECT id")]);
    const parsed = await run({ "a.sql": "SELECT 1;\n-- COMMAND ----------\n\nSELECT 2;\nSELEC 3" });
    expect(place(parsed)).toEqual([2, 5, expect.stringContaining("> 5 | SELEC 3")]);
  });

  test("of an .ipynb: the cell's number and the line in the cell", async () => {
    const typescript = await run({ "a.ipynb": jupyter("const a = 1;", "const b = a;\n\nthrow new Error('no ' + b);") });
    expect(place(typescript)).toEqual([2, 3, "  1 | const b = a;\n  2 |\n> 3 | throw new Error('no ' + b);"]);
    const sql = await run({ "a.ipynb": jupyter("f();\nfunction f() {}", "%sql\n\nSELECT 1;\nSELECT nope") });
    expect(place(sql)).toEqual([2, 4, expect.stringContaining("> 4 | SELECT nope")]);
    const syntax = await run({ "a.ipynb": jupyter("const a = 1;", "const b = ;") });
    expect(place(syntax)).toEqual([2, 1, "> 1 | const b = ;"]);
  });

  test("of a notebook that %run runs: there", async () => {
    const ran = await run({
      "a.ts": "// %% [run] ./b",
      "b.ts": "// %%\nconst a = 1;\n// %% Bad\nthrow new Error('x');\n",
    });
    expect(place(ran)).toEqual([2, 4, expect.stringContaining("> 4 | throw")]);
    expect(ran.result).toMatchObject({ failure: { location: { file: expect.stringMatching(/b\.ts$/) } } });
  });
});

describe("%run", () => {
  test("shares session, widgets, values and what it exports; its output is the cell's", async () => {
    const ran = await run({
      "a.ts": `${IMPORT}
// %% [run] ./setup $who="world"
// %%
console.log(greet(level), dbutils.widgets.get("who"), (await spark.table("fromSetup").collect()).length);`,
      "setup.ts": `// %% [run] ./deeper
// %%
console.log("in setup");
export const level = base + 1;
await spark.sql("CREATE OR REPLACE TEMP VIEW fromSetup AS SELECT 1");`,
      "deeper.ts": "export const base = 1;\nexport const greet = (n: number) => 'hello ' + n;",
    });
    expect(ran.result).toEqual({ state: "SUCCESS" });
    expect(ran.shown).toEqual(["in setup", "hello 2 world 1"]);
    expect(ran.outputs.flatMap((one) => (one.kind === "cell" ? [one.number] : []))).toEqual([1, 2, 3]);
  });

  test("an exit ends both; a notebook that runs itself is refused", async () => {
    const ran = await run({
      "a.sql": "-- MAGIC %run ./b\n-- COMMAND ----------\nSELECT 1",
      "b.ts": 'dbutils.notebook.exit("early");',
    });
    expect(ran).toMatchObject({ result: { state: "SUCCESS", exitValue: "early" }, shown: [] });
    const circle = await run({ "a.ts": "// %% [run] ./b", "b.sql": "-- MAGIC %run ./a" });
    expect(circle.result).toMatchObject({
      failure: {
        condition: "RECURSIVE_NOTEBOOK_RUN",
        message: expect.stringContaining("a.ts -> b.sql -> a.ts"),
      },
    });
  });
});

describe("dbutils.notebook.run", () => {
  test("widgets, exit, temporary views and settings of its own", async () => {
    const ran = await run({
      "a.ts": `${IMPORT}
// %%
await spark.sql("CREATE OR REPLACE TEMP VIEW mine AS SELECT 1");
console.log(await dbutils.notebook.run("./child", 60, { x: 5, y: { a: 1n } }));`,
      "child.ts": `${IMPORT}
// %% Inner
await display([{ x: dbutils.widgets.get("x"), y: dbutils.widgets.get("y") }]);
const found = await spark.table("mine").count().catch((error) => error.condition);
dbutils.notebook.exit(found);`,
    });
    expect(ran.result).toEqual({ state: "SUCCESS" });
    expect(ran.shown).toEqual([["x:string y:string", ["5", '{"a":1}']], "TABLE_OR_VIEW_NOT_FOUND"]);
    expect(ran.outputs.filter((one) => one.kind === "nested")).toMatchObject([
      { run: 1, path: "./child", output: { kind: "notebook" } },
      { output: { kind: "cell", number: 1 } },
      { output: { kind: "cell", number: 2, title: "Inner" } },
      { output: { kind: "table" } },
    ]);
  });

  test("ends at its timeout, and does nothing more", async () => {
    const ran = await run({
      "a.ts": `${IMPORT}
// %%
console.log(await dbutils.notebook.run("./slow", 0.05).catch((error) => error.condition));
await new Promise((resolve) => setTimeout(resolve, 150));`,
      "slow.ts": `${IMPORT}
await new Promise((resolve) => setTimeout(resolve, 120));
// %%
console.log("too late");`,
    });
    expect(ran).toMatchObject({ result: { state: "SUCCESS" }, shown: ["NOTEBOOK_TIMED_OUT"] });
  });
});

describe("outputs", () => {
  test("tables are cut at 1,000 rows and at 10 MB, text at 10 MB, and that is told", async () => {
    const { outputs } = await run({
      "a.ts": `${IMPORT}
await display(spark.range(1001));
await display(spark.range(1000));
await display(spark.range(20).selectExpr("id", "repeat('x', 1024 * 1024) AS t"));
// %%
for (let i = 0; i < 3; i++) console.log("y".repeat(6 * 1024 * 1024));`,
    });
    const tables = outputs.flatMap((one) => (one.kind === "table" ? [[one.rows.length, one.truncated]] : []));
    expect(tables).toEqual([
      [1000, true],
      [1000, false],
      [9, true],
    ]);
    const texts = outputs.flatMap((one) => (one.kind === "text" ? [one.text.slice(0, 40)] : []));
    expect(texts).toEqual([expect.stringMatching(/^y+$/), expect.stringContaining("more than 10 MB")]);
  });

  test("secrets are blacked out of text, tables, HTML and errors", async () => {
    process.env.G_TOKEN = "hush-hush";
    const { outputs, result } = await run({
      "a.ts": `${IMPORT}
const token = dbutils.secrets.get("g", "token");
console.log(token, dbutils.secrets.list("g"), dbutils.secrets.getBytes("g", "token").length);
displayHTML("<b>" + token + "</b>");
await display([{ [token]: token, nested: { token } }]);
await display(spark.createDataFrame([{ t: token }]));
throw new Error("refused: " + token);`,
    });
    expect(JSON.stringify({ outputs, result })).not.toContain("hush");
    expect(JSON.stringify({ outputs, result }).match(/\[REDACTED\]/g)?.length).toBeGreaterThan(6);
  });
});

describe("dbutils", () => {
  test("help names every method, and each has a text", async () => {
    const modules: Record<string, object> = {
      notebook: dbutils.notebook,
      "jobs.taskValues": dbutils.jobs.taskValues,
      fs: dbutils.fs,
      secrets: dbutils.secrets,
      data: dbutils.data,
    };
    for (const [name, module] of Object.entries(modules)) {
      const methods = Object.keys(module).filter((one) => !["help", "entry_point", "mount"].includes(one));
      expect([name, Object.keys(HELP[name]?.methods ?? {}).sort()]).toEqual([name, methods.sort()]);
    }
    const { shown, result } = await run({
      "a.ts": `${IMPORT}
dbutils.help(); dbutils.fs.help(); dbutils.fs.help("ls"); dbutils.widgets.help("dropdown"); dbutils.jobs.taskValues.help();
dbutils.fs.help("lss");`,
    });
    expect(shown).toEqual([
      expect.stringContaining("dbutils.secrets: "),
      expect.stringContaining("mkdirs(path): boolean"),
      expect.stringMatching(/^dbutils\.fs\.ls\(path\): FileInfo\[\]\n {2}Files/),
      expect.stringContaining("dbutils.widgets.dropdown(name"),
      expect.stringContaining("48 KiB"),
    ]);
    expect(result).toMatchObject({ failure: { message: expect.stringContaining("Did you mean `ls`?") } });
  });

  test("fs: folders, flags, what may not be removed", async () => {
    const ran = await run({
      "a.ts": `${IMPORT}
const { fs } = dbutils;
const root = "/Volumes/main/default";
fs.put(root + "/in/ł.txt", "łódź", true);
console.log(fs.head(root + "/in/ł.txt", 3));
fs.mkdirs(root + "/out");
fs.cp(root + "/in/ł.txt", root + "/out");
const failed = (act: () => unknown) => { try { act(); } catch (error) { return (error as { condition?: string }).condition; } };
console.log([
  failed(() => fs.put(root + "/in/ł.txt", "")), failed(() => fs.rm(root + "/in")), failed(() => fs.mv(root + "/in", root + "/x")),
  failed(() => fs.rm(".", true)), failed(() => fs.rm("/", true)), failed(() => fs.mount("s3://b", "/mnt/b")), failed(() => fs.ls("/mnt/b")),
].join());
fs.mv(root + "/in", root + "/moved", true);
// %% [fs] ls /Volumes/main/default/moved`,
    });
    expect(ran.result).toEqual({ state: "SUCCESS" });
    expect(ran.shown).toEqual([
      "Wrote 7 bytes.",
      "łó".slice(0, 1),
      "PATH_ALREADY_EXISTS,PATH_IS_FOLDER,PATH_IS_FOLDER,INVALID_PATH,INVALID_PATH,UNSUPPORTED_FEATURE.MOUNT,UNMAPPED_PATH",
      [
        "path:string name:string size:bigint modificationTime:bigint",
        ["/Volumes/main/default/moved/ł.txt", "ł.txt", 7, expect.any(Number)],
      ],
    ]);
  });

  test("fs on volumes that were created", async () => {
    const ran = await run({
      "a.ts": `${IMPORT}
// %% [sql]
// CREATE SCHEMA IF NOT EXISTS landing;
// CREATE VOLUME IF NOT EXISTS landing.files
// %%
dbutils.fs.put("/Volumes/main/landing/files/in/a.csv", "id\\n7");
console.log(dbutils.fs.ls("dbfs:/Volumes/main/landing/files").map((file) => file.path).join());
console.log((await spark.read.option("header", true).csv("/Volumes/main/landing/files/in").collect())[0]?.id);
dbutils.fs.ls("/Volumes/main/landing/others");`,
    });
    expect(ran.shown.slice(-3)).toEqual(["Wrote 4 bytes.", "dbfs:/Volumes/main/landing/files/in/", "7"]);
    expect(ran.result).toMatchObject({
      failure: { condition: "UNMAPPED_PATH", message: expect.stringContaining("or CREATE VOLUME") },
    });
  });

  test("widgets: a dropdown's default is one choice, a multiselect's several; what is removed is gone", async () => {
    const { shown } = await run({
      "a.ts": `${IMPORT}
const { widgets } = dbutils;
const failed = (act: () => unknown) => { try { return act(); } catch (error) { return (error as { condition?: string }).condition; } };
widgets.multiselect("m", "a,b", ["a", "b", "c"]);
console.log(failed(() => widgets.dropdown("d", "a,b", ["a", "b"])), widgets.get("m"), widgets.getArgument("none", "x"));
widgets.combobox("c", "free", ["a"]);
widgets.remove("m");
console.log(widgets.getAll(), failed(() => widgets.get("m")));
widgets.removeAll();
console.log(widgets.getAll());`,
    });
    expect(shown).toEqual(["INVALID_WIDGET_DEFAULT a,b x", "{ c: 'free' } INPUT_WIDGET_NOT_DEFINED", "{}"]);
  });
});
test("what is displayed and not awaited belongs to its cell, before an exit, too", async () => {
  const { outputs, result } = await run({
    "nb.ts": [
      IMPORT,
      "// %%",
      "display(spark.range(1));",
      "// %%",
      'console.log("second");',
      "// %%",
      "spark.range(2).display();",
      'dbutils.notebook.exit("done");',
    ].join("\n"),
  });
  expect(result).toMatchObject({ state: "SUCCESS", exitValue: "done" });
  expect(outputs.flatMap((one) => (one.kind === "cell" ? [one.number] : shownOf(one)))).toEqual([
    1,
    2,
    ["id:bigint", ["0"]],
    3,
    "second",
    4,
    ["id:bigint", ["0"], ["1"]],
  ]);
});
