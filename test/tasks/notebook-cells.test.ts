/** How the three kinds of notebook files are cut into cells, and how a notebook becomes one module without moving a line. */
import { describe, expect, test } from "vitest";
import { isLakeletError } from "../../src/errors/lakelet-error.js";
import { jupyterDocument } from "../../src/tasks/notebook/jupyter-cells.js";
import { exportedNames, moduleText } from "../../src/tasks/notebook/module-text.js";
import type { NotebookDocument } from "../../src/tasks/notebook/notebook-document.js";
import { runReference } from "../../src/tasks/notebook/run-reference.js";
import { sqlDocument } from "../../src/tasks/notebook/sql-cells.js";
import { typescriptDocument } from "../../src/tasks/notebook/typescript-cells.js";
import { widgetStatement } from "../../src/tasks/notebook/widget-statement.js";

const cellsOf = ({ cells }: NotebookDocument) =>
  cells.map(({ number, title, language, source, sourceLine }) => [number, title, language, source, sourceLine]);
const typescript = (...lines: string[]) => typescriptDocument("/p/nb.ts", lines.join("\n"));
const sql = (...lines: string[]) => sqlDocument("/p/nb.sql", lines.join("\n"));

const code = (source: string | readonly string[], metadata = {}) => ({ cell_type: "code", source, metadata });
const jupyter = (cells: readonly unknown[], language: string | undefined = "typescript") =>
  jupyterDocument(
    "/p/nb.ipynb",
    JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec: { language } }, cells }),
  );

function refusal(read: () => unknown): unknown {
  try {
    read();
  } catch (error) {
    if (isLakeletError(error)) return [error.condition, error.problem];
  }
  return undefined;
}

describe("a TypeScript notebook", () => {
  test("marks, titles, markdown and SQL in comments", () => {
    const document = typescript(
      'import { spark } from "lakelet/notebook";',
      "// %% [markdown] Intro",
      "// # Title",
      "//",
      "// text",
      "//%% Load",
      "const n = 1;",
      "",
      "// %% [sql] Query",
      "// SELECT *",
      "//   FROM t",
      "// %%[md]",
      "/**",
      " * In a block",
      " */",
      "// %% [sql]",
      "/*",
      "SELECT 1",
      "*/",
    );
    expect(cellsOf(document)).toEqual([
      [1, "", "typescript", 'import { spark } from "lakelet/notebook";', 1],
      [2, "Intro", "markdown", "# Title\n\ntext", 3],
      [3, "Load", "typescript", "const n = 1;", 7],
      [4, "Query", "sql", "SELECT *\n  FROM t", 10],
      [5, "", "markdown", "In a block", 14],
      [6, "", "sql", "SELECT 1", 18],
    ]);
  });

  test("a mark within a template or a block comment is none, whatever the code before holds", () => {
    const bt = "`";
    const document = typescript(
      `const text = ${bt}a \${ { b: ${bt}}${bt} } + "${bt}" } \\${bt}`,
      "// %% not a mark",
      `${bt}; const patterns = [/${bt}'/g, 4 / 2, /[/${bt}]/, text.length / 2 / 1]; // it's ${bt}`,
      "/* don't",
      "// %% not a mark either",
      "*/",
      "// %% A mark",
      "const quote = '\"'; const url = 'http://x'; if (quote) text.match(/a/);",
      "// %% Another",
    );
    expect(document.cells.map(({ title, line }) => [title, line])).toEqual([
      ["", 1],
      ["A mark", 7],
      ["Another", 9],
    ]);
    // A template that never ends is the compiler's to tell: the marks stay.
    expect(typescript(`const a = ${bt}`, "// %% Mark").cells.map(({ title }) => title)).toEqual(["", "Mark"]);
  });

  test("as Databricks exports it", () => {
    const document = typescript(
      "// Databricks notebook source",
      "// MAGIC %md",
      "// MAGIC # Title",
      "",
      "// COMMAND ----------",
      "",
      "// DBTITLE 1,Shared",
      '// MAGIC %run "./my setup" $day="2024-01-15"',
      "// COMMAND ----------",
      "// MAGIC %sql SELECT 1",
      "// COMMAND ----------",
      "// MAGIC %ts",
      "// MAGIC const a = 1;",
      "// COMMAND ----------",
      "const b = a;",
    );
    expect(cellsOf(document)).toEqual([
      [1, "", "markdown", "# Title", 3],
      [2, "Shared", "run", '"./my setup" $day="2024-01-15"', 8],
      [3, "", "sql", "SELECT 1", 10],
      [4, "", "typescript", "const a = 1;", 13],
      [5, "", "typescript", "const b = a;", 15],
    ]);
  });

  test("code below the text of a markdown cell is a cell of its own", () => {
    const document = typescript("// %% [markdown]", "/*Title", "*/", "", "f();", "// note", "// %% Next", "g();");
    expect(cellsOf(document)).toEqual([
      [1, "", "markdown", "Title", 2],
      [2, "", "typescript", "f();\n// note", 5],
      [3, "Next", "typescript", "g();", 8],
    ]);
  });

  test("a word in brackets that is no language belongs to the title", () => {
    expect(cellsOf(typescript("// %% [draft] Load", "f();"))).toEqual([[1, "[draft] Load", "typescript", "f();", 2]]);
  });

  test.each([
    [
      ["// %% [sql]", "// SELECT 1", "f();"],
      "INVALID_NOTEBOOK_CELL",
      "Cell 1 of nb.ts is `[sql]`, but its line 3 is code.",
    ],
    [["// MAGIC %md hi", "f();"], "INVALID_NOTEBOOK_CELL", "Cell 1 of nb.ts is `// MAGIC`, but its line 2 is code."],
    [
      ["f();", "// %% [python]", "// print(1)"],
      "UNSUPPORTED_NOTEBOOK_LANGUAGE",
      "Cell 2 of nb.ts (line 2) is `python`",
    ],
    [["// MAGIC %scala", "// MAGIC val x = 1"], "UNSUPPORTED_NOTEBOOK_LANGUAGE", "Cell 1 of nb.ts (line 1) is `scala`"],
    [["// MAGIC %pip install x"], "UNSUPPORTED_NOTEBOOK_LANGUAGE", "is `pip`"],
  ])("%j is refused", (lines, condition, problem) => {
    expect(refusal(() => typescript(...lines))).toEqual([condition, expect.stringContaining(problem)]);
  });
});

describe("a SQL notebook", () => {
  test("cells, markdown, titles and TypeScript", () => {
    const document = sql(
      "-- Databricks notebook source",
      "-- MAGIC %md",
      "-- MAGIC **Hi**",
      "-- COMMAND ----------",
      "-- DBTITLE 1,Load",
      "-- what it does",
      "SELECT 1;",
      "SELECT 2",
      "-- COMMAND ----------",
      "-- MAGIC %ts",
      "-- MAGIC console.log(1);",
    );
    expect(cellsOf(document)).toEqual([
      [1, "", "markdown", "**Hi**", 3],
      [2, "Load", "sql", "-- what it does\nSELECT 1;\nSELECT 2", 6],
      [3, "", "typescript", "console.log(1);", 11],
    ]);
    // Each line where it stands in the file.
    expect(moduleText(document, () => []).split("\n")).toEqual([
      ...[
        "",
        "",
        "",
        ";await __lakelet_run_cell__(2);",
        "",
        "",
        "",
        "",
        ";await __lakelet_cell__(3);",
        "",
        "console.log(1);",
      ],
    ]);
  });

  test.each(["%python", "%r", "%sh"])("a cell in %s is refused", (magic) => {
    expect(refusal(() => sql("SELECT 1", "-- COMMAND ----------", `-- MAGIC ${magic}`, "-- MAGIC x"))).toEqual([
      "UNSUPPORTED_NOTEBOOK_LANGUAGE",
      expect.stringContaining("Cell 2 of nb.sql (line 3)"),
    ]);
  });

  test("statements about widgets", () => {
    expect(widgetStatement("CREATE WIDGET TEXT `run day` DEFAULT 'it''s'")).toEqual({
      kind: "text",
      name: "run day",
      defaultValue: "it's",
      choices: undefined,
    });
    expect(widgetStatement('\n create widget dropdown d default "a" choices select x\nfrom t')).toMatchObject({
      kind: "dropdown",
      choices: "select x\nfrom t",
    });
    expect(widgetStatement("REMOVE WIDGET d")).toEqual({ kind: "remove", name: "d" });
    expect(widgetStatement("CREATE TABLE widget AS SELECT 1")).toBeUndefined();
    for (const wrong of [
      "CREATE WIDGET SLIDER s DEFAULT '1'",
      "CREATE WIDGET DROPDOWN d DEFAULT '1'",
      "REMOVE WIDGET",
    ]) {
      expect(refusal(() => widgetStatement(wrong))).toEqual(["PARSE_SYNTAX_ERROR", expect.any(String)]);
    }
  });
});

describe("an .ipynb", () => {
  test("each cell's language, and its lines counted from its first", () => {
    const document = jupyter([
      { cell_type: "markdown", source: ["# A\n", "b"], metadata: {} },
      code(["const a: number = 1;\n", "f(a);"], { title: "Load" }),
      code("%%sql\nSELECT 1"),
      code("\nSELECT 2", { vscode: { languageId: "sql" } }),
      code("%run ./other"),
      { cell_type: "raw", source: "as it is", metadata: {} },
      code(""),
    ]);
    expect(document.cells.map(({ language, title, source }) => [language, title, source])).toEqual([
      ["markdown", "", "# A\nb"],
      ["typescript", "Load", "const a: number = 1;\nf(a);"],
      ["sql", "", "\nSELECT 1"],
      ["sql", "", "\nSELECT 2"],
      ["run", "", "./other"],
      ["raw", "", "as it is"],
      ["typescript", "", ""],
    ]);
    const lines = moduleText(document, () => ["x", "y"]).split("\n");
    for (const cell of document.cells.filter((one) => one.language === "typescript")) {
      expect(lines.slice(cell.sourceLine - 1, cell.lastLine).join("\n")).toBe(cell.source);
    }
    expect(lines).toContain(";const { x, y } = await __lakelet_run_cell__(5);");
  });

  test.each([
    [
      "python",
      [code("%sql\nSELECT 1"), code("print(1)")],
      "UNSUPPORTED_NOTEBOOK_LANGUAGE",
      "Cell 2 of nb.ipynb (line 1) is `python`",
    ],
    [
      "typescript",
      [code("\n%scala\nval x = 1")],
      "UNSUPPORTED_NOTEBOOK_LANGUAGE",
      "Cell 1 of nb.ipynb (line 2) is `scala`",
    ],
    ["typescript", [code("!pip install x")], "UNSUPPORTED_NOTEBOOK_LANGUAGE", "is `sh`"],
    [undefined, [code("f()")], "MALFORMED_NOTEBOOK", "does not say what language cell 1 is in"],
    ["typescript", [{ cell_type: "chart" }], "MALFORMED_NOTEBOOK", "cells.0.cell_type"],
  ])("%s: %j is refused", (language, cells, condition, problem) => {
    const metadata = language === undefined ? {} : { kernelspec: { language } };
    const text = JSON.stringify({ nbformat: 4, metadata, cells });
    expect(refusal(() => jupyterDocument("/p/nb.ipynb", text))).toEqual([condition, expect.stringContaining(problem)]);
  });

  test.each([
    ["{", "it is no JSON"],
    ['{"nbformat":3,"worksheets":[]}', "it is nbformat 3"],
    ["null", "MALFORMED"],
  ])("%s", (text, problem) => {
    const found = refusal(() => jupyterDocument("/p/nb.ipynb", text));
    expect(JSON.stringify(found)).toContain(problem);
  });
});

test("what %run brings: the values that the other notebook exports, but for names of this one's own", () => {
  const other = typescript(
    "export const a = 1, ignored = 2;",
    "export async function f() {}",
    "export type T = string;",
    "export interface I {}",
    "const b = 1, c = 2;",
    "export { b, c as d, type T2 };",
    "export default 1;",
  );
  expect(exportedNames(other)).toEqual(["a", "f", "b", "d"]);
  const own = typescript('import { f } from "./x.js";', "// %% [run] ./other", "// %%", "const b = 1;");
  expect(moduleText(own, () => exportedNames(other)).split("\n")[1]).toBe(
    ";const { a, d } = await __lakelet_run_cell__(2);// %% [run] ./other",
  );
});

test("%run's path and values", () => {
  expect(runReference(' "./a b" $x="1 2"  $y=3 ')).toEqual({ path: "./a b", values: { x: "1 2", y: "3" } });
  expect(refusal(() => runReference("./a b"))).toEqual(["INVALID_NOTEBOOK_CELL", "%run ./a b cannot be read."]);
});
