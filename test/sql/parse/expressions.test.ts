/** Expressions, construct by construct: their meaning as canonical text, and the parts that text does not show. */
import { beforeAll, describe, expect, test } from "vitest";
import * as types from "../../../src/schema/data-type.js";
import { expressionText, loadParser, parseExpression } from "../../../src/sql/parse/parse.js";
import { stripped } from "./stripped.js";

beforeAll(loadParser);

function canonical(text: string): string {
  return expressionText(parseExpression(text)).replaceAll("`", "");
}

describe("operators", () => {
  test.each([
    ["a + b * c", "(a + (b * c))"],
    ["a - b - c", "((a - b) - c)"],
    ["a || b + c", "((a || b) + c)"],
    ["a & b ^ c | d", "(((a & b) ^ c) | d)"],
    ["a << 1 + 2", "(a << (1 + 2))"],
    ["a div b % c", "((a DIV b) % c)"],
    ["a == b", "(a = b)"],
    ["a != b", "(a <> b)"],
    ["!a and not b or c", "(((NOT a) AND (NOT b)) OR c)"],
    ["a or not b like c", "(a OR (NOT (b LIKE c)))"],
    ["not not a ilike b and c", "((NOT (NOT (a ILIKE b))) AND c)"],
    ["a <=> b", "(a <=> b)"],
    ["a is distinct from b", "(NOT (a <=> b))"],
    ["a is not distinct from b", "(a <=> b)"],
    ["a is true", "(a <=> true)"],
    ["a is not false", "(NOT (a <=> false))"],
    ["a is unknown", "(a IS NULL)"],
    ["a is not null", "(a IS NOT NULL)"],
    ["a between 1 and 2 and b", "((a BETWEEN 1 AND 2) AND b)"],
    ["a not between 1 and 2", "(NOT (a BETWEEN 1 AND 2))"],
    ["a ! in (1, 2)", "(NOT (a IN (1, 2)))"],
    ["(a, b) in ((1, 2), (3, 4))", "((a, b) IN ((1, 2), (3, 4)))"],
    ["a like 'x' escape '/'", "(a LIKE 'x' ESCAPE '/')"],
    ["a not rlike 'x'", "(NOT (a RLIKE 'x'))"],
    ["a regexp 'x'", "(a RLIKE 'x')"],
    ["a like any ('x', 'y')", "((a LIKE 'x') OR (a LIKE 'y'))"],
    ["a ilike all ('x', 'y')", "((a ILIKE 'x') AND (a ILIKE 'y'))"],
    ["a not like any ('x', 'y')", "((NOT (a LIKE 'x')) OR (NOT (a LIKE 'y')))"],
    ["not a like all ('x', 'y')", "(NOT ((a LIKE 'x') AND (a LIKE 'y')))"],
    ["- a * ~ b", "((- (a)) * (~ b))"],
    ["a - -1", "(a - -1)"],
    ["a-1", "(a - 1)"],
    ["-9223372036854775808", "-9223372036854775808L"],
  ])("%s", (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });
});

describe("literals", () => {
  test.each([
    ["1", types.INTEGER, "1"],
    ["-1", types.INTEGER, "-1"],
    ["2147483648", types.LONG, "2147483648"],
    ["9223372036854775808", types.decimal(19, 0), "9223372036854775808"],
    ["1L", types.LONG, "1"],
    ["1s", types.SHORT, "1"],
    ["1Y", types.BYTE, "1"],
    ["1.5", types.decimal(2, 1), "1.5"],
    ["0.05", types.decimal(2, 2), "0.05"],
    [".5", types.decimal(1, 1), ".5"],
    ["10.", types.decimal(2, 0), "10."],
    ["1e3", types.DOUBLE, "1e3"],
    ["1.5D", types.DOUBLE, "1.5"],
    ["2f", types.FLOAT, "2"],
    ["1.5BD", types.decimal(2, 1), "1.5"],
    ["1e2BD", types.decimal(3, 0), "100"],
    ["true", types.BOOLEAN, "true"],
    ["NULL", types.VOID, null],
    ["'it''s'", types.STRING, "its"],
    ["'a\\'b\\n\\u017c\\%'", types.STRING, "a'b\nż\\%"],
    ['"double"', types.STRING, "double"],
    ["r'\\n'", types.STRING, "\\n"],
    ["'a' \"b\"\n'c'", types.STRING, "abc"],
    ["X'1f a'", undefined, undefined],
    ["X'1fa'", types.BINARY, "01FA"],
    ["DATE '2024-01-31'", types.DATE, "2024-01-31"],
    ["timestamp'2024-01-31 10:00:00+02:00'", types.TIMESTAMP, "2024-01-31 10:00:00+02:00"],
    ["TIMESTAMP_NTZ'2024-01-31T10:00'", types.TIMESTAMP_NTZ, "2024-01-31T10:00"],
    ["TIMESTAMP_LTZ'2024-01-31'", types.TIMESTAMP, "2024-01-31"],
    ["date'yesterday'", undefined, undefined],
    ["300Y", undefined, undefined],
  ])("%s", (text, dataType, value) => {
    if (dataType === undefined) expect(() => parseExpression(text)).toThrow("INVALID_TYPED_LITERAL");
    else expect(stripped(parseExpression(text))).toEqual({ kind: "literal", dataType, value });
  });

  test.each([
    ["interval 1 day", "INTERVAL '1' DAY"],
    ["interval '3' hours", "INTERVAL '3' HOUR"],
    ["interval 1 day 2 hours", "INTERVAL '1' DAY '2' HOUR"],
    ["interval -2 months", "INTERVAL '-2' MONTH"],
    ["interval - '2' weeks", "INTERVAL '-2' WEEK"],
    ["interval '1-2' year to month", "INTERVAL '1' YEAR '2' MONTH"],
    ["interval '-1 02:03:04.5' day to second", "INTERVAL '-1' DAY '-2' HOUR '-3' MINUTE '-4.5' SECOND"],
    ["interval '02:03' hour to minute", "INTERVAL '2' HOUR '3' MINUTE"],
    ["interval '1 day 2 hours'", "INTERVAL '1' DAY '2' HOUR"],
    ["interval + 1", "(interval + 1)"],
  ])("%s", (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });
});

describe("calls with grammar of their own", () => {
  test.each([
    ["cast(a as decimal(10, 2))", "CAST(a AS decimal(10,2))"],
    ["try_cast(a as array<map<string, int>>)", "TRY_CAST(a AS array<map<string,int>>)"],
    ["a::int + b", "(CAST(a AS int) + b)"],
    ["-a::double", "(- (CAST(a AS double)))"],
    ["extract(YEAR from d)", "extract('YEAR', d)"],
    ["trim(s)", "trim(s)"],
    ["trim(both 'x' from s)", "trim('x', s)"],
    ["trim(leading from s)", "ltrim(s)"],
    ["trim(trailing 'x' from s)", "rtrim('x', s)"],
    ["substring(a from 1 for 2)", "substring(a, 1, 2)"],
    ["position('a' in b)", "locate('a', b)"],
    ["overlay(a placing 'b' from 1)", "overlay(a, 'b', 1)"],
    ["datediff(second, a, b)", "datediff('SECOND', a, b)"],
    ["datediff(day, a)", "datediff(day, a)"],
    ["dateadd(month, 1, a)", "dateadd('MONTH', 1, a)"],
    ["timestampdiff(day, a, b)", "timestampdiff('DAY', a, b)"],
    ["current_date", "current_date()"],
    ["current_timestamp - x", "(current_timestamp() - x)"],
    ["if(a, b, c)", "if(a, b, c)"],
    ["left(a, 2) || right(b, 1)", "(left(a, 2) || right(b, 1))"],
    ["struct(a as x, b + 1 y)", undefined],
    ["struct(a as x, b + 1 as y)", "struct(a AS x, (b + 1) AS y)"],
    ["count(*) + count(distinct a, b)", "(count(*) + count(DISTINCT a, b))"],
    ["count(all a)", "count(a)"],
    ["any_value(x ignore nulls)", "any_value(x) IGNORE NULLS"],
    ["sum(x) filter (where y > 0)", "sum(x) FILTER (WHERE (y > 0))"],
    ["percentile_cont(0.5) within group (order by a desc)", "percentile_cont(0.5BD) WITHIN GROUP (ORDER BY a DESC)"],
    ["lag(x) ignore nulls over (order by a)", "lag(x) IGNORE NULLS OVER (ORDER BY a)"],
    ["sum(x) over w", "sum(x) OVER (w)"],
    [
      "sum(x) over (partition by a, b order by c desc nulls first rows 3 preceding)",
      "sum(x) OVER (PARTITION BY a, b ORDER BY c DESC NULLS FIRST ROWS BETWEEN 3 PRECEDING AND CURRENT ROW)",
    ],
    [
      "sum(x) over (order by c range between interval 1 day preceding and unbounded following)",
      "sum(x) OVER (ORDER BY c RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND UNBOUNDED FOLLOWING)",
    ],
    ["transform(a, x -> x + 1)", "transform(a, (x) -> (x + 1))"],
    ["aggregate(a, 0, (acc, x) -> acc + x)", "aggregate(a, 0, (acc, x) -> (acc + x))"],
    ["filter(a, x -> x > 0 and y)", "filter(a, (x) -> ((x > 0) AND y))"],
    ["exists(a, x -> x > 0)", "exists(a, (x) -> (x > 0))"],
    ["f(a, b => 1, c => 'x')", "f(a, b => 1, c => 'x')"],
    ["`my fn`(1)", "my fn(1)"],
    ["db.f(1)", "db.f(1)"],
    ["case a when 1 then 'x' else 'y' end", "CASE a WHEN 1 THEN 'x' ELSE 'y' END"],
    ["case when a > 1 then case when b then 1 end end", "CASE WHEN (a > 1) THEN CASE WHEN b THEN 1 END END"],
  ])("%s", (text, expected) => {
    if (expected === undefined) expect(() => parseExpression(text)).toThrow("PARSE_SYNTAX_ERROR");
    else expect(canonical(text)).toBe(expected);
  });
});

describe("names, fields and paths", () => {
  test.each([
    ["a.b.c", { kind: "column", parts: ["a", "b", "c"] }],
    ["a.`b.c``d`", { kind: "column", parts: ["a", "b.c`d"] }],
    ["date", { kind: "column", parts: ["date"] }],
    ["a.select.from", { kind: "column", parts: ["a", "select", "from"] }],
    ["identifier('a.`b c`')", { kind: "column", parts: ["a", "b c"] }],
    [":day", { kind: "parameter", name: "day" }],
    ["?", { kind: "parameter", name: "1" }],
    ["(a).b", { kind: "field", operand: { kind: "column", parts: ["a"] }, name: "b" }],
    ["x:a.b[0]['c d']", { kind: "json-path", operand: { kind: "column", parts: ["x"] }, path: "a.b[0]['c d']" }],
    ["t.*", { kind: "star", qualifier: ["t"], except: [] }],
    ["* except (a, b)", { kind: "star", qualifier: [], except: ["a", "b"] }],
  ])("%s", (text, expected) => {
    expect(stripped(parseExpression(text))).toEqual(expected);
  });

  test("subscripts and fields follow each other", () => {
    expect(canonical("arr[0].b.c['k'][1]")).toBe("(((arr)[0].b).c)['k'][1]");
  });

  test("spans point into the text", () => {
    const text = "  upper(a.b) ";
    expect(parseExpression(text)).toMatchObject({
      span: { start: 2, end: 12 },
      args: [{ span: { start: 8, end: 11 } }],
    });
  });
});

describe("depth", () => {
  test.each([
    ["parentheses", (n: number) => `${"(".repeat(n)}a${")".repeat(n)}`],
    ["calls", (n: number) => `${"f(".repeat(n)}a${")".repeat(n)}`],
    ["casts", (n: number) => `${"cast(".repeat(n)}a${" as int)".repeat(n)}`],
    ["cases", (n: number) => `${"case when a then b else ".repeat(n)}c${" end".repeat(n)}`],
    ["subqueries", (n: number) => `(select ${"(select ".repeat(n)}1${")".repeat(n)})`],
  ])("200 nested %s", (_, make) => {
    const tree = parseExpression(make(200));
    expect(expressionText(parseExpression(expressionText(tree)))).toBe(expressionText(tree));
  });

  test("a chain beyond what the library takes is refused by name", () => {
    expect(() => parseExpression(Array(2000).fill("a").join(" + "))).toThrow("UNSUPPORTED_FEATURE.STATEMENT_DEPTH");
  });
});
