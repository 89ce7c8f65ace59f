/** Queries, clause by clause, as canonical text; and queries that are refused. */
import { beforeAll, describe, expect, test } from "vitest";
import { loadParser, parseQuery } from "../../../src/sql/parse/parse.js";
import { queryText } from "../../../src/sql/parse/sql-text.js";
import { stripped } from "./stripped.js";

beforeAll(loadParser);

/** Input with its canonical text, backticks left out. */
const QUERIES: readonly (readonly [string, string])[] = [
  ["select 1", "SELECT 1"],
  ["select distinct a, b as c, d e from t", "SELECT DISTINCT a, b AS c, d AS e FROM t"],
  ["select all a from t", "SELECT a FROM t"],
  ["select /*+ broadcast(t) */ a -- note\n from t", "SELECT a FROM t"],
  ["select explode(m) as (k, v) from t", "SELECT explode(m) AS (k, v) FROM t"],

  ["from t select b where a", "SELECT b FROM t WHERE a"],
  ["table a.t", "SELECT * FROM a.t"],
  ["values (1, 'a'), (2, 'b') limit 1", "VALUES (1, 'a'), (2, 'b') LIMIT 1"],
  ["values 1, 2", "VALUES (1), (2)"],
  ["values (1 + 1, a)", "VALUES ((1 + 1), a)"],
  ["select * from values (1, 2) as t(a, b)", "SELECT * FROM (VALUES (1, 2)) AS t(a, b)"],
  ["select * from values (1), (-2) t", "SELECT * FROM (VALUES (1), (-2)) AS t"],
  ["values (1, 2) t(a, b)", "SELECT * FROM (VALUES (1, 2)) AS t(a, b)"],
  [
    "with a as (select 1), b(x) as (select 2) select * from a, b",
    "WITH a AS (SELECT 1), b(x) AS (SELECT 2) SELECT * FROM a, b",
  ],
  [
    "with a as (with b as (select 1) select * from b) table a",
    "WITH a AS (WITH b AS (SELECT 1) SELECT * FROM b) SELECT * FROM a",
  ],
  [
    "with recursive r as (select 1 union all select 2) select * from r",
    "WITH RECURSIVE r AS ((SELECT 1) UNION ALL (SELECT 2)) SELECT * FROM r",
  ],
  ["select 1 union select 2 intersect select 3", "(SELECT 1) UNION ((SELECT 2) INTERSECT (SELECT 3))"],
  ["select 1 except all select 2 minus select 3", "((SELECT 1) EXCEPT ALL (SELECT 2)) EXCEPT (SELECT 3)"],
  ["select 1 union all by name select 2", "(SELECT 1) UNION ALL BY NAME (SELECT 2)"],
  [
    "(select 1 order by 1 limit 1) union distinct (select 2) order by 1",
    "(SELECT 1 ORDER BY 1 LIMIT 1) UNION (SELECT 2) ORDER BY 1",
  ],
  ["(select 1 limit 2) limit 1", "SELECT * FROM (SELECT 1 LIMIT 2) LIMIT 1"],
  ["select 1 union values (2)", "(SELECT 1) UNION (VALUES (2))"],
  ["select a from t order by a desc nulls first, b limit all", "SELECT a FROM t ORDER BY a DESC NULLS FIRST, b"],
  ["select a from t order by 1 limit 10 offset 5", "SELECT a FROM t ORDER BY 1 LIMIT 10 OFFSET 5"],
  ["select a from t sort by b", "SELECT a FROM t ORDER BY b"],
  ["select a from t distribute by b", "SELECT a FROM t"],
  ["select a from t cluster by b", "SELECT a FROM t"],
  [
    "select a, count(*) from t group by a having count(*) > 1",
    "SELECT a, count(*) FROM t GROUP BY a HAVING (count(*) > 1)",
  ],
  ["select a from t group by all", "SELECT a FROM t GROUP BY ALL"],
  ["select a from t group by rollup(a, (b, c))", "SELECT a FROM t GROUP BY GROUPING SETS ((a, b, c), (a), ())"],
  ["select a from t group by cube(a, b)", "SELECT a FROM t GROUP BY GROUPING SETS ((a, b), (a), (b), ())"],
  ["select a from t group by a, b with rollup", "SELECT a FROM t GROUP BY GROUPING SETS ((a, b), (a), ())"],
  [
    "select a from t group by c, grouping sets ((a, b), a, ())",
    "SELECT a FROM t GROUP BY GROUPING SETS ((c, a, b), (c, a), (c))",
  ],
  ["select a from t group by a, b grouping sets ((a, b), b)", "SELECT a FROM t GROUP BY GROUPING SETS ((a, b), (b))"],
  [
    "select a from t qualify row_number() over (order by a) = 1",
    "SELECT a FROM t QUALIFY (row_number() OVER (ORDER BY a) = 1)",
  ],
  [
    "select sum(a) over w from t window w as (partition by b)",
    "SELECT sum(a) OVER (w) FROM t WINDOW w AS (PARTITION BY b)",
  ],
  ["select 1 from a, b join c on a.x = c.x and y, d", "SELECT 1 FROM a CROSS JOIN b JOIN c ON ((a.x = c.x) AND y), d"],
  [
    "select 1 from a left join b using (x, y) right outer join c on true",
    "SELECT 1 FROM a LEFT JOIN b USING (x, y) RIGHT JOIN c ON true",
  ],
  [
    "select 1 from a semi join b on x left anti join c on y",
    "SELECT 1 FROM a LEFT SEMI JOIN b ON x LEFT ANTI JOIN c ON y",
  ],
  ["select 1 from a natural full join b cross join c", "SELECT 1 FROM a NATURAL FULL JOIN b CROSS JOIN c"],
  ["select 1 from a join (b join c on x) on y", "SELECT 1 FROM a JOIN (b JOIN c ON x) ON y"],
  ["select 1 from (select 2 as a) as s (b)", "SELECT 1 FROM (SELECT 2 AS a) AS s(b)"],
  [
    "select 1 from t, lateral (select t.a) s, lateral explode(t.b) e(f)",
    "SELECT 1 FROM t, LATERAL (SELECT t.a) AS s, LATERAL explode(t.b) AS e(f)",
  ],
  [
    "select 1 from t lateral view outer explode(a) v as x, y lateral view f(b) w",
    "SELECT 1 FROM t LATERAL VIEW OUTER explode(a) v AS x, y LATERAL VIEW f(b) w",
  ],
  ["select 1 from range(10) as r(i), table(f(1))", "SELECT 1 FROM range(10) AS r(i), f(1)"],
  ["select 1 from delta.`/tmp/x y` version as of 3 as d", "SELECT 1 FROM delta./tmp/x y VERSION AS OF 3 AS d"],
  [
    "select 1 from t@v3, s timestamp as of '2024-01-01' u",
    "SELECT 1 FROM t VERSION AS OF 3, s TIMESTAMP AS OF '2024-01-01' AS u",
  ],
  ["select 1 from t for system_version as of 3", "SELECT 1 FROM t VERSION AS OF 3"],
  ["select 1 from t@20240131100000000", "SELECT 1 FROM t TIMESTAMP AS OF '2024-01-31 10:00:00.000'"],
  [
    "select 1 from t tablesample (10 percent) repeatable (7) s",
    "SELECT 1 FROM t TABLESAMPLE (10 PERCENT) REPEATABLE (7) AS s",
  ],
  ["select 1 from t tablesample (5 rows)", "SELECT 1 FROM t TABLESAMPLE (5 ROWS)"],
  [
    "select * from t pivot (sum(x) as s, max(y) for (a, b) in ((1, 2) as n, (3, 4))) p",
    "SELECT * FROM t PIVOT (sum(x) AS s, max(y) FOR (a, b) IN ((1, 2) AS n, (3, 4))) AS p",
  ],
  ["select * from t pivot (sum(x) for a in ('u' v, 'w'))", "SELECT * FROM t PIVOT (sum(x) FOR a IN ('u' AS v, 'w'))"],
  [
    "select * from t unpivot include nulls (v for n in (a as `A`, b)) u",
    "SELECT * FROM t UNPIVOT INCLUDE NULLS (v FOR n IN (a AS A, b)) AS u",
  ],
  [
    "select (select max(a) from t), exists (select 1) from t where a in (select b from u)",
    "SELECT (SELECT max(a) FROM t), EXISTS (SELECT 1) FROM t WHERE (a IN (SELECT b FROM u))",
  ],
  [
    "select a from t where b in ((select 1) union (select 2))",
    "SELECT a FROM t WHERE (b IN ((SELECT 1) UNION (SELECT 2)))",
  ],
  [
    "select date, timestamp, values, end, first, row from range",
    "SELECT date, timestamp, values, end, first, row FROM range",
  ],
  ["select * except (a), t.* from t", "SELECT * EXCEPT (a), t.* FROM t"],
  ["select a from identifier('s.t')", "SELECT a FROM s.t"],
];

describe("queries", () => {
  test.each(QUERIES)("%s", (text, expected) => {
    expect(queryText(parseQuery(text)).replaceAll("`", "")).toBe(expected);
  });

  test.each(QUERIES)("text of %s parses to the same tree", (text) => {
    const tree = parseQuery(text);
    expect(stripped(parseQuery(queryText(tree)))).toEqual(stripped(tree));
  });

  test("thousands of literal rows", () => {
    const rows = Array.from({ length: 5000 }, (_, i) => `(${i}, 'name ${i}', -${i}.5, date'2024-01-01', null)`);
    const query = parseQuery(`values ${rows.join(", ")}`);
    expect(query.kind === "values" && query.rows.length).toBe(5000);
    expect(stripped(query.kind === "values" && query.rows[4999]?.[2])).toEqual({
      kind: "literal",
      dataType: { kind: "decimal", precision: 5, scale: 1 },
      value: "-4999.5",
    });
  });

  test("60 nested subqueries", () => {
    const text = `${"select * from (".repeat(60)}select 1 a${")".repeat(60)}`;
    expect(queryText(parseQuery(text)).replaceAll("`", "")).toBe(
      `${"SELECT * FROM (".repeat(60)}SELECT 1 AS a${")".repeat(60)}`,
    );
  });
});

describe("refused by name", () => {
  test.each([
    ["select * replace (1 as a) from t", "UNSUPPORTED_FEATURE.STAR_REPLACE"],
    ["select 1 from t tablesample (bucket 1 out of 4 on a)", "UNSUPPORTED_FEATURE.TABLESAMPLE"],
    ["select 1 from t unpivot ((a, b) for n in ((c, d) as x))", "UNSUPPORTED_FEATURE"],
  ])("%s", (text, condition) => {
    expect(() => parseQuery(text)).toThrow(condition);
  });
});
