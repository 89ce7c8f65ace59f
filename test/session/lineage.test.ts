/** Column lineage: what each column of a query is made of, through all that a query may hold; and what writes tell of it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { col, lit, row_number, sum, upper, Window } from "../../src/index.js";
import type { QueryLineage } from "../../src/session/contract.js";
import { useSession } from "../support/session.js";

const lake = useSession();

beforeAll(async () => {
  await lake.spark.execute(`
    CREATE TABLE t (a INT, b INT, c STRING, d DATE, s STRUCT<x: INT, y: STRING>, xs ARRAY<INT>, m MAP<STRING, INT>);
    CREATE TABLE u (a INT, e INT, f STRING);
    CREATE SCHEMA other; CREATE TABLE other.w (a INT, g INT);
    CREATE VIEW v AS SELECT a AS va, b + 1 AS vb FROM t WHERE c = 'x';
    CREATE TEMPORARY VIEW tv AS SELECT upper(c) AS big, 1 AS one FROM t;
    INSERT INTO t (a, b, c) VALUES (1, 2, 'x'); INSERT INTO u VALUES (1, 3, 'y');
    CREATE FUNCTION plus(x INT, y INT) RETURNS INT RETURN x + y;
    CREATE FUNCTION most() RETURNS INT RETURN (SELECT max(e) FROM u);
  `);
});

/** `a=t.a b=t.a,u.e`, without main.default, sorted; `-` for none. */
function shown(lineage: QueryLineage | undefined): string {
  const short = (source: string) => source.replace("main.default.", "").replace("main.", "");
  const columns = (lineage?.columns ?? []).map(({ name, sources }) => {
    const list = sources.map((one) => `${short(one.source)}.${one.column}`).sort();
    return `${name}=${list.join(",") || "-"}`;
  });
  return columns.join(" ");
}

const CASES: readonly (readonly [sql: string, lineage: string])[] = [
  // names, aliases, stars
  ["SELECT a FROM t", "a=t.a"],
  ["SELECT a AS z FROM t", "z=t.a"],
  ["SELECT t.a, x.b FROM t AS x JOIN t ON x.a = t.a", "a=t.a b=t.b"],
  ["SELECT main.default.t.a FROM main.default.t", "a=t.a"],
  ["SELECT * FROM u", "a=u.a e=u.e f=u.f"],
  ["SELECT u.* FROM u CROSS JOIN t", "a=u.a e=u.e f=u.f"],
  ["SELECT * EXCEPT (e) FROM u", "a=u.a f=u.f"],
  ["SELECT *, a + e AS n FROM u", "a=u.a e=u.e f=u.f n=u.a,u.e"],
  ["SELECT x, y FROM u AS q(x, y, z)", "x=u.a y=u.e"],
  ["SELECT A, T.B FROM T", "A=t.a B=t.b"],
  ["SELECT g FROM other.w", "g=other.w.g"],
  ["SELECT a, a AS a2 FROM t", "a=t.a a2=t.a"],
  // constants
  ["SELECT 1 AS one, a FROM t", "one=- a=t.a"],
  ["SELECT current_date() AS d, 'x' AS x, a FROM t", "d=- x=- a=t.a"],
  ["SELECT count(*) AS n, max(a) AS m FROM t", "n=- m=t.a"],
  ["SELECT rand() AS r, a FROM t", "r=- a=t.a"],
  // expressions
  ["SELECT a + b AS n FROM t", "n=t.a,t.b"],
  ["SELECT -a AS n, NOT (a > b) AS p FROM t", "n=t.a p=t.a,t.b"],
  ["SELECT concat(c, '-', a) AS n FROM t", "n=t.a,t.c"],
  ["SELECT c || a AS n FROM t", "n=t.a,t.c"],
  ["SELECT cast(a AS STRING) AS n, try_cast(c AS INT) AS i FROM t", "n=t.a i=t.c"],
  ["SELECT CASE WHEN a > 1 THEN b ELSE 0 END AS n FROM t", "n=t.a,t.b"],
  ["SELECT CASE a WHEN 1 THEN c WHEN b THEN 'x' END AS n FROM t", "n=t.a,t.b,t.c"],
  ["SELECT if(a > 1, b, 0) AS n, coalesce(a, b) AS k, nullif(a, b) AS l FROM t", "n=t.a,t.b k=t.a,t.b l=t.a,t.b"],
  ["SELECT a IN (b, 2) AS n FROM t", "n=t.a,t.b"],
  ["SELECT a BETWEEN 1 AND b AS n FROM t", "n=t.a,t.b"],
  ["SELECT c LIKE 'x%' AS n, c RLIKE 'y' AS r FROM t", "n=t.c r=t.c"],
  ["SELECT a IS NULL AS n, b IS NOT NULL AS m FROM t", "n=t.a m=t.b"],
  ["SELECT year(d) AS y, date_add(d, a) AS n, d + INTERVAL 1 DAY AS o FROM t", "y=t.d n=t.a,t.d o=t.d"],
  ["SELECT extract(MONTH FROM d) AS mo, date_trunc('month', d) AS tr FROM t", "mo=t.d tr=t.d"],
  ["SELECT substring(c, a, b) AS n FROM t", "n=t.a,t.b,t.c"],
  ["SELECT round(a / b, 2) AS n, a % b AS m, a DIV b AS d FROM t", "n=t.a,t.b m=t.a,t.b d=t.a,t.b"],
  ["SELECT hash(a, c) AS n, md5(c) AS m FROM t", "n=t.a,t.c m=t.c"],
  ["SELECT greatest(a, b) AS n FROM t", "n=t.a,t.b"],
  ["SELECT plus(a, b) AS n, plus(a, 1) AS m FROM t", "n=t.a,t.b m=t.a"],
  ["SELECT most() AS n, a FROM t", "n=u.e a=t.a"],
  // nested values
  ["SELECT s.x FROM t", "x=t.s"],
  ["SELECT s.* FROM t", "x=t.s y=t.s"],
  ["SELECT xs[0] AS n, m['k'] AS k FROM t", "n=t.xs k=t.m"],
  ["SELECT xs[a] AS n FROM t", "n=t.a,t.xs"],
  ["SELECT struct(a, c) AS n, named_struct('p', b).p AS p FROM t", "n=t.a,t.c p=t.b"],
  ["SELECT array(a, b) AS n, map(c, a) AS p FROM t", "n=t.a,t.b p=t.a,t.c"],
  ["SELECT transform(xs, x -> x + a) AS n FROM t", "n=t.a,t.xs"],
  ["SELECT filter(xs, x -> x > 1) AS n, aggregate(xs, 0, (p, x) -> p + x) AS g FROM t", "n=t.xs g=t.xs"],
  ["SELECT to_json(s) AS n, from_json(c, 'q INT').q AS q FROM t", "n=t.s q=t.c"],
  ["SELECT get_json_object(c, '$.a') AS n, c:k AS k FROM t", "n=t.c k=t.c"],
  ["SELECT split(c, ',')[0] AS n, size(xs) AS z FROM t", "n=t.c z=t.xs"],
  // conditions are no part of values
  ["SELECT a FROM t WHERE b > 1", "a=t.a"],
  ["SELECT a FROM t WHERE b IN (SELECT e FROM u)", "a=t.a"],
  ["SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.a = t.a)", "a=t.a"],
  ["SELECT a FROM t ORDER BY b LIMIT 3", "a=t.a"],
  ["SELECT DISTINCT a FROM t", "a=t.a"],
  ["SELECT a FROM t TABLESAMPLE (10 PERCENT)", "a=t.a"],
  ["SELECT a FROM t QUALIFY row_number() OVER (PARTITION BY b ORDER BY d) = 1", "a=t.a"],
  // joins
  ["SELECT t.a, u.e FROM t JOIN u ON t.a = u.a", "a=t.a e=u.e"],
  ["SELECT t.b, u.f FROM t LEFT JOIN u ON t.a = u.a", "b=t.b f=u.f"],
  ["SELECT a, e FROM t JOIN u USING (a)", "a=t.a e=u.e"],
  ["SELECT a FROM t RIGHT JOIN u USING (a)", "a=u.a"],
  ["SELECT a FROM t FULL JOIN u USING (a)", "a=t.a,u.a"],
  ["SELECT a, b, e FROM t NATURAL JOIN u", "a=t.a b=t.b e=u.e"],
  ["SELECT * FROM u LEFT SEMI JOIN t ON t.a = u.a", "a=u.a e=u.e f=u.f"],
  ["SELECT e FROM u LEFT ANTI JOIN t ON t.a = u.a", "e=u.e"],
  ["SELECT x.a + y.a AS n FROM t x, u y", "n=t.a,u.a"],
  ["SELECT x.e, y.e AS e2 FROM u x JOIN u y ON x.a = y.e", "e=u.e e2=u.e"],
  ["SELECT t.a, q.n FROM t, LATERAL (SELECT max(e) + t.b AS n FROM u WHERE u.a = t.a) q", "a=t.a n=t.b,u.e"],
  // subqueries
  ["SELECT n FROM (SELECT a + b AS n FROM t)", "n=t.a,t.b"],
  ["SELECT q.n * 2 AS k FROM (SELECT a AS n, b FROM t) q", "k=t.a"],
  ["SELECT x FROM (SELECT y AS x FROM (SELECT c AS y FROM t))", "x=t.c"],
  ["SELECT a, (SELECT max(e) FROM u) AS n FROM t", "a=t.a n=u.e"],
  ["SELECT a, (SELECT max(e) FROM u WHERE f = 'x') + b AS n FROM t", "a=t.a n=t.b,u.e"],
  ["SELECT (SELECT max(u.e + t.b) FROM u WHERE u.a = t.a) AS n FROM t", "n=t.b,u.e"],
  ["SELECT a IN (SELECT e FROM u) AS n FROM t", "n=t.a"],
  // common tables
  ["WITH q AS (SELECT a AS n FROM t) SELECT n FROM q", "n=t.a"],
  ["WITH q (n, k) AS (SELECT a, b FROM t) SELECT k, n FROM q", "k=t.b n=t.a"],
  [
    "WITH q AS (SELECT a FROM t), r AS (SELECT a + 1 AS n FROM q) SELECT q.a, r.n FROM q JOIN r ON q.a = r.n",
    "a=t.a n=t.a",
  ],
  ["WITH q AS (SELECT sum(a) AS n FROM t) SELECT u.e / q.n AS share FROM u CROSS JOIN q", "share=t.a,u.e"],
  ["WITH RECURSIVE q AS (SELECT a AS n FROM t UNION ALL SELECT n + 1 FROM q WHERE n < 5) SELECT n FROM q", "n=t.a"],
  // grouping
  ["SELECT a, sum(b) AS n FROM t GROUP BY a", "a=t.a n=t.b"],
  ["SELECT a AS k, count(DISTINCT c) AS n FROM t GROUP BY k", "k=t.a n=t.c"],
  ["SELECT year(d) AS y, avg(a) AS n FROM t GROUP BY year(d)", "y=t.d n=t.a"],
  ["SELECT a + b AS k, max(c) AS n FROM t GROUP BY 1", "k=t.a,t.b n=t.c"],
  ["SELECT c, sum(a) / sum(b) AS n FROM t GROUP BY ALL", "c=t.c n=t.a,t.b"],
  ["SELECT a, count(*) AS n FROM t GROUP BY a HAVING sum(b) > 1", "a=t.a n=-"],
  ["SELECT sum(a) FILTER (WHERE b > 1) AS n FROM t", "n=t.a,t.b"],
  ["SELECT max_by(c, d) AS n FROM t", "n=t.c,t.d"],
  ["SELECT collect_list(c) AS n, first(a) AS f FROM t", "n=t.c f=t.a"],
  ["SELECT a, b, sum(b) AS n FROM t GROUP BY ROLLUP (a, b)", "a=t.a b=t.b n=t.b"],
  ["SELECT a, c, count(*) AS n FROM t GROUP BY GROUPING SETS ((a), (c))", "a=t.a c=t.c n=-"],
  ["SELECT percentile(a, 0.5) AS n, stddev(b) AS s FROM t", "n=t.a s=t.b"],
  // windows
  ["SELECT a, row_number() OVER (PARTITION BY c ORDER BY d) AS n FROM t", "a=t.a n=t.c,t.d"],
  ["SELECT sum(a) OVER (ORDER BY d ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS n FROM t", "n=t.a,t.d"],
  ["SELECT lag(a, 1) OVER w AS n FROM t WINDOW w AS (PARTITION BY c ORDER BY d)", "n=t.a,t.c,t.d"],
  ["SELECT a / sum(a) OVER (PARTITION BY c) AS n FROM t", "n=t.a,t.c"],
  ["SELECT sum(sum(a)) OVER (ORDER BY c) AS n, c FROM t GROUP BY c", "n=t.a,t.c c=t.c"],
  ["SELECT n FROM (SELECT a, rank() OVER (ORDER BY b) AS n FROM t) WHERE n = 1", "n=t.b"],
  // lateral aliases
  ["SELECT a + 1 AS x, x * b AS y FROM t", "x=t.a y=t.a,t.b"],
  ["SELECT a AS x, x AS y, y AS z FROM t", "x=t.a y=t.a z=t.a"],
  // set operations
  ["SELECT a FROM t UNION ALL SELECT e FROM u", "a=t.a,u.e"],
  ["SELECT a, c FROM t UNION SELECT a, f FROM u", "a=t.a,u.a c=t.c,u.f"],
  ["SELECT a FROM t INTERSECT SELECT a FROM u", "a=t.a,u.a"],
  ["SELECT a FROM t EXCEPT SELECT a FROM u", "a=t.a"],
  ["SELECT a FROM t UNION ALL SELECT 1 UNION ALL SELECT g FROM other.w", "a=other.w.g,t.a"],
  ["SELECT n FROM (SELECT a AS n FROM t UNION ALL SELECT e FROM u) WHERE n > 1", "n=t.a,u.e"],
  // generators, pivot, unpivot
  ["SELECT a, explode(xs) AS n FROM t", "a=t.a n=t.xs"],
  ["SELECT a, x FROM t LATERAL VIEW explode(xs) q AS x", "a=t.a x=t.xs"],
  ["SELECT k, v FROM t LATERAL VIEW OUTER explode(m) q AS k, v", "k=t.m v=t.m"],
  ["SELECT p, x FROM t LATERAL VIEW posexplode(xs) q AS p, x", "p=t.xs x=t.xs"],
  ["SELECT x FROM t, LATERAL explode(xs) AS q(x)", "x=t.xs"],
  ["SELECT stack(2, a, b) AS n FROM t", "n=t.a,t.b"],
  ["SELECT * FROM (SELECT a, c, b FROM t) PIVOT (sum(b) FOR c IN ('p', 'q'))", "a=t.a p=t.b q=t.b"],
  ["SELECT c, k, n FROM t UNPIVOT (n FOR k IN (a, b))", "c=t.c k=- n=t.a,t.b"],
  ["SELECT col1 AS x FROM VALUES (1), (2)", ""],
  // views
  ["SELECT va, vb FROM v", "va=t.a vb=t.b"],
  ["SELECT big, one FROM tv", "big=t.c one=-"],
  ["SELECT vb + e AS n FROM v JOIN u ON v.va = u.a", "n=t.b,u.e"],
  // pipe syntax, parameters of names
  ["FROM t |> WHERE a > 1 |> SELECT b + 1 AS n", "n=t.b"],
  ["FROM t |> AGGREGATE sum(a) AS n GROUP BY c", "c=t.c n=t.a"],
  ["SELECT a FROM IDENTIFIER('t')", "a=t.a"],
];

test("there are a hundred cases and more", () => expect(CASES.length).toBeGreaterThan(100));

test.each(CASES)("%s", async (sql, lineage) => {
  expect(shown(await lake.spark.lineage(await lake.spark.sql(sql)))).toBe(lineage);
});

describe("DataFrames", () => {
  const of = async (frame: Parameters<typeof lake.spark.lineage>[0]) => shown(await lake.spark.lineage(frame));

  test("steps", async () => {
    const { spark } = lake;
    const t = spark.table("t");
    const u = spark.table("u");
    expect(await of(t.select("a", upper(col("c")).alias("n")))).toBe("a=t.a n=t.c");
    expect(await of(u.withColumn("n", col("e").plus(1)).drop("e"))).toBe("a=u.a f=u.f n=u.e");
    expect(await of(u.withColumnRenamed("e", "z").filter("z > 1"))).toBe("a=u.a z=u.e f=u.f");
    expect(await of(t.join(u, "a").groupBy("f").agg(sum("b").alias("n")))).toBe("f=u.f n=t.b");
    expect(await of(t.select("a").union(u.select("e")))).toBe("a=t.a,u.e");
    expect(await of(u.select("a").unionByName(u.select(col("e").alias("a"))))).toBe("a=u.a,u.e");
    expect(await of(t.select("a", row_number().over(Window.partitionBy("c").orderBy("d")).alias("n")))).toBe(
      "a=t.a n=t.c,t.d",
    );
    expect(await of(u.select("a", lit(1).alias("one")).distinct().orderBy("a").limit(3))).toBe("a=u.a one=-");
    expect(await of(u.toDF("x", "y", "z").selectExpr("x + y AS n"))).toBe("n=u.a,u.e");
    expect(await of(u.fillna(0, ["e"]))).toBe("a=u.a e=u.e f=u.f");
  });

  test("files are told by their path", async () => {
    writeFileSync(join(lake.folder, "in.csv"), "p,q\n1,2\n");
    const lineage = await lake.spark.lineage(
      lake.spark.read.option("header", true).csv("in.csv").selectExpr("p || q AS n"),
    );
    expect(lineage?.sources).toEqual([{ source: "in.csv", kind: "PATH" }]);
    expect(shown(lineage)).toBe("n=in.csv.p,in.csv.q");
  });

  test("what is read for conditions alone is a source of the rows", async () => {
    const lineage = await lake.spark.lineage(
      await lake.spark.sql("SELECT b FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.a = t.a)"),
    );
    expect(lineage?.sources.map((one) => one.source).sort()).toEqual(["main.default.t", "main.default.u"]);
  });

  test("without a table there is none", async () =>
    expect(await lake.spark.lineage(lake.spark.range(3))).toBeUndefined());
});

test("writes tell what they are made of", async () => {
  const { spark, reports } = lake;
  const told = async (run: () => Promise<unknown>): Promise<readonly string[]> => {
    reports.length = 0;
    await run();
    return reports.flatMap((one) => (one.kind === "lineage" ? [`${one.table}: ${shown(one)}`] : []));
  };
  expect(await told(() => spark.sql("CREATE TABLE w1 AS SELECT a AS n, f FROM u"))).toEqual([
    "main.default.w1: n=u.a f=u.f",
  ]);
  expect(await told(() => spark.sql("INSERT INTO w1 SELECT a + b, c FROM t"))).toEqual([
    "main.default.w1: n=t.a,t.b f=t.c",
  ]);
  expect(
    await told(() => spark.table("u").select(col("e").alias("n"), "f").write.mode("append").saveAsTable("w1")),
  ).toEqual(["main.default.w1: n=u.e f=u.f"]);
  expect(await told(() => spark.sql("INSERT INTO w1 VALUES (1, 'x')"))).toEqual([]);
  expect(
    await told(() =>
      spark.sql(
        "MERGE INTO w1 USING u ON w1.n = u.a WHEN MATCHED THEN UPDATE SET f = concat(u.f, u.e) WHEN NOT MATCHED THEN INSERT (n, f) VALUES (u.a, 'new')",
      ),
    ),
  ).toEqual(["main.default.w1: f=u.e,u.f n=u.a"]);
  expect(await told(() => spark.table("u").collect())).toEqual([]);
  const from = join(lake.folder, "copied.csv");
  writeFileSync(from, "n,f\n1,x\n");
  const copy = { from, fileFormat: "csv", formatOptions: { header: true }, schema: "n INT, f STRING" } as const;
  expect(await told(() => spark.copyInto({ ...copy, table: "w2", auditColumns: false }))).toEqual([
    `main.default.w2: n=${from}.n f=${from}.f`,
  ]);
});
