/** Names of unaliased columns, as Spark 4 gives them. */
import { beforeAll, expect, test } from "vitest";
import { loadParser, parseExpression, prettyName } from "../../../src/sql/parse/parse.js";

beforeAll(loadParser);

test.each([
  ["a", "a"],
  ["a.b", "b"],
  ["a.b + 1", "(a.b + 1)"],
  ["a AS x", "x"],
  ["1", "1"],
  ["1L", "1"],
  ["1e3", "1000.0"],
  ["1.50", "1.50"],
  ["'text'", "text"],
  ["null", "NULL"],
  ["true", "true"],
  ["date'2024-01-31'", "DATE '2024-01-31'"],
  ["count(*)", "count(1)"],
  ["SUM(DISTINCT x)", "sum(DISTINCT x)"],
  ["cast(a as int)", "CAST(a AS INT)"],
  ["a::decimal(10,2)", "CAST(a AS DECIMAL(10,2))"],
  ["int(a)", "a"],
  ["a and b or not c", "((a AND b) OR (NOT c))"],
  ["a <> b", "(NOT (a = b))"],
  ["a is not null", "(a IS NOT NULL)"],
  ["a in (1, 'x')", "(a IN (1, x))"],
  ["a like '%x'", "a LIKE %x"],
  ["a rlike 'x'", "RLIKE(a, x)"],
  ["a between 1 and 2", "between(a, 1, 2)"],
  ["a || b", "concat(a, b)"],
  ["-a", "(- a)"],
  ["a[0]", "a[0]"],
  ["f(a).b", "b"],
  ["if(a, 1, 2)", "(IF(a, 1, 2))"],
  ["sqrt(a)", "SQRT(a)"],
  ["case a when 1 then 'x' else 'y' end", "CASE WHEN (a = 1) THEN x ELSE y END"],
  ["extract(year from d)", "extract(year FROM d)"],
  ["trim(both 'x' from a)", "TRIM(BOTH x FROM a)"],
  ["datediff(day, a, b)", "timestampdiff(DAY, a, b)"],
  ["interval 1 day", "INTERVAL '1' DAY"],
  ["interval '1 02:03' day to minute", "INTERVAL '1 02:03' DAY TO MINUTE"],
  ["transform(a, x -> x + 1)", "transform(a, lambdafunction((namedlambdavariable() + 1), namedlambdavariable()))"],
  ["sum(x) filter (where y > 0)", "sum(x) FILTER (WHERE (y > 0))"],
  [
    "row_number() over (partition by a order by b desc)",
    "row_number() OVER (PARTITION BY a ORDER BY b DESC NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
  ],
  [
    "sum(x) over (order by b)",
    "sum(x) OVER (ORDER BY b ASC NULLS FIRST RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
  ],
  ["(select 1)", "scalarsubquery()"],
])("%s", (text, expected) => {
  expect(prettyName(parseExpression(text))).toBe(expected);
});
