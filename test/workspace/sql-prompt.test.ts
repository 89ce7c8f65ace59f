/** The prompt of `lakelet sql` behind its terminal: where statements end, what Tab offers, where errors are marked, what history keeps. */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LakeletError } from "../../src/errors/lakelet-error.js";
import { completionOf, type NamesInReach } from "../../src/workspace/sql-prompt/completion.js";
import { markedLine } from "../../src/workspace/sql-prompt/error-place.js";
import { PromptHistory } from "../../src/workspace/sql-prompt/prompt-history.js";
import { completeStatements } from "../../src/workspace/sql-prompt/statement-buffer.js";
import { temporaryFolder } from "../support/temporary-folder.js";

describe("a statement is complete", () => {
  test.each([
    ["SELECT 1", [], "SELECT 1"],
    ["SELECT 1; SELECT", ["SELECT 1"], "SELECT"],
    ["SELECT 'a;b', `c;d` -- e;f\n", [], "SELECT 'a;b', `c;d` -- e;f\n"],
    ["SELECT 'it''s \\';'; /* ; */ SELECT r'\\';", ["SELECT 'it''s \\';'", "/* ; */ SELECT r'\\'"], ""],
    ["SELECT 'open;\n", [], "SELECT 'open;\n"],
    ["SELECT (1;", ["SELECT (1"], ""],
    [";;SELECT 1;", ["SELECT 1"], ""],
    ["BEGIN SELECT 1; SELECT 2;", [], "BEGIN SELECT 1; SELECT 2;"],
    ["BEGIN SELECT 1; SELECT 2; END;", ["BEGIN SELECT 1; SELECT 2; END"], ""],
  ])("%j", (text, statements, rest) => {
    expect(completeStatements(text)).toEqual({ statements, rest });
  });
});

describe("Tab offers", () => {
  const names: NamesInReach = {
    tables: async () => ["orders", "customers"],
    schemas: async () => ["default", "gold"],
    tablesOf: async (schema) => (schema === "gold" ? ["daily_sales"] : []),
    columns: async (table) => ({ orders: ["order_id", "customer_id"], customers: ["id", "name"] })[table] ?? [],
    functions: ["upper", "count"],
  };
  const offered = async (text: string, rest = "") => (await completionOf(text, rest, names)).candidates;

  test("tables and schemas where a table is expected", async () => {
    expect(await offered("SELECT * FROM ")).toEqual(["orders", "customers", "default.", "gold."]);
    expect(await offered("SELECT * FROM ord")).toEqual(["orders"]);
    expect(await offered("SELECT * FROM gold.")).toEqual(["daily_sales"]);
  });
  test("columns of the tables that the statement names, functions, and keywords as they are typed", async () => {
    expect(await offered("SELECT * FROM orders WHERE cust")).toEqual(["customer_id", "customers"]);
    expect(await offered("SELECT cu", " FROM orders")).toContain("customer_id");
    expect(await offered("SELECT up")).toEqual(["upper(", "update"]);
    expect(await offered("sel")).toEqual(["select"]);
    expect(await offered("SEL")).toEqual(["SELECT"]);
  });
  test("columns of an alias", async () => {
    expect(await offered("SELECT * FROM orders o JOIN customers AS c ON o.cust")).toEqual(["customer_id"]);
    expect(await offered("SELECT c.", " FROM orders o JOIN customers AS c")).toEqual(["id", "name"]);
  });
});

describe("an error is marked", () => {
  const error = (condition: string, parameters: Record<string, string>) =>
    new LakeletError({ condition, problem: "It is wrong.", parameters });

  test("at its line and column", () => {
    const marked = markedLine("SELECT 1,\n  FROM t", error("PARSE_SYNTAX_ERROR", { line: "2", column: "3" }));
    expect(marked).toBe("    FROM t\n    ^");
  });
  test("at the name that is not known", () => {
    const unknown = error("UNRESOLVED_COLUMN.WITH_SUGGESTION", { objectName: "`o`.`amont`" });
    expect(markedLine("SELECT amonts, o.amont FROM o", unknown)).toBe(
      `  SELECT amonts, o.amont FROM o\n  ${" ".repeat(17)}^`,
    );
  });
  test("not where nothing tells its place", () => {
    expect(markedLine("SELECT 1/0", error("DIVIDE_BY_ZERO", {}))).toBeUndefined();
    expect(markedLine("SELECT 1", new Error("other"))).toBeUndefined();
  });
});

describe("the history", () => {
  test("keeps each statement as one line, the newest last, readable by its owner only", () => {
    const file = join(temporaryFolder(), "state", "sql_history");
    const history = new PromptHistory(file);
    history.add("SELECT 1;");
    history.add("SELECT\n  -- why\n  2;");
    history.add("SELECT 1;");
    history.add("SELECT 3 -- three\n + 1;");
    history.save();
    expect(readFileSync(file, "utf8")).toBe("SELECT 2;\nSELECT 1;\n");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(new PromptHistory(file).entries).toEqual(["SELECT 2;", "SELECT 1;"]);
  });
  test("is bounded", () => {
    const file = join(temporaryFolder(), "sql_history");
    writeFileSync(file, Array.from({ length: 5000 }, (_, i) => `SELECT ${i};\n`).join(""));
    const history = new PromptHistory(file);
    history.add(`SELECT '${"x".repeat(20_000)}';`);
    expect(history.entries).toHaveLength(1000);
    expect(history.entries.at(-1)).toBe("SELECT 4999;");
  });
});
