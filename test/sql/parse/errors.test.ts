/** Errors: the condition, the place, the piece of text and the cure. */
import { beforeAll, describe, expect, test } from "vitest";
import { isLakeletError } from "../../../src/errors/lakelet-error.js";
import { loadParser, parseStatements } from "../../../src/sql/parse/parse.js";

beforeAll(loadParser);

function failure(text: string): { readonly condition: string; readonly message: string; readonly parameters: object } {
  try {
    parseStatements(text);
  } catch (error) {
    if (isLakeletError(error)) return error;
    throw error;
  }
  throw new Error(`parsed: ${text}`);
}

describe("syntax errors", () => {
  test.each([
    ["slect 1", "slect", 1, 1, "Did you mean SELECT?"],
    ["select 1;\n  updte t set a = 1", "updte", 2, 3, "Did you mean UPDATE?"],
    ["select a from t where", "", 1, 22, ""],
    ["select a b c from t", "c", 1, 12, ""],
    ["select a,\n from t", "from", 2, 2, ""],
    ["select (a + 1", "(", 1, 8, "never closed"],
    ["select a + 1)", ")", 1, 13, "no opening parenthesis"],
    ["select 'abc", "'", 1, 8, "Close it with '"],
    ["select 1 /* x", "/", 1, 10, "Close it with */"],
    ["select case when a then 1", "case", 1, 8, "Write END"],
    ["select a 'x'", "'x'", 1, 10, "operator or a comma"],
    ["select * from t where a = {{day}}", "{", 1, 27, ":name"],
    ["select * from t where a in 1", "1", 1, 28, "Write IN (1, 2)"],
    ["merge into t using s on a = b", "", 1, 30, "WHEN"],
    ["merge into t using s on a = b when matched then update set a = ", "", 1, 63, "Expected an expression"],
    ["merge into t using s on a when not matched then insert (a, b) values (1)", "(", 1, 56, "2 columns"],
    ["create table t (a int) bogus", "bogus", 1, 24, ""],
    ["create table t (a int b int)", "b", 1, 23, ""],
    ["insert into t", "", 1, 14, "rows to insert"],
    ["alter table t frobnicate", "frobnicate", 1, 15, "SET TBLPROPERTIES"],
    ["select interval x day", "interval", 1, 8, "make_interval"],
    ["update t set a = 1 wher b", "b", 1, 25, ""],
    ["select\n  a,\n  b +\nfrom t", "from", 4, 1, ""],
  ])("%s", (text, piece, line, column, cure) => {
    const error = failure(text);
    expect(error).toMatchObject({ condition: "PARSE_SYNTAX_ERROR", sqlState: "42601" });
    expect(error.parameters).toEqual({ error: piece, line: String(line), column: String(column) });
    expect(error.message).toContain(cure);
  });

  test.each([
    ["create table t (a strng)", "UNSUPPORTED_DATATYPE", "Did you mean STRING?"],
    ["create table t (a decimal(50))", "PARSE_SYNTAX_ERROR", "1 to 38"],
    ["create table t (a varchar)", "DATATYPE_MISSING_SIZE", "VARCHAR(n)"],
    ["create table t (a int, primary key (a))", "UNSUPPORTED_FEATURE.TABLE_CONSTRAINT", "expectations"],
    ["select date'soon'", "INVALID_TYPED_LITERAL", "DATE'2024-01-31'"],
  ])("%s", (text, condition, cure) => {
    const error = failure(text);
    expect(error.condition).toBe(condition);
    expect(error.message).toContain(cure);
  });
});
