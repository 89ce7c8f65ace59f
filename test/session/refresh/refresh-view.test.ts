import { mkdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { DataFrame, Row } from "../../../src/dataframe/data-frame.js";
import { count, sum } from "../../../src/dataframe/functions/aggregates.js";
import { col, expr, lit } from "../../../src/dataframe/functions/basics.js";
import { expectOrDrop, expectOrFail } from "../../../src/quality/rules.js";
import type { FlowTarget, RefreshRequest, RefreshResult } from "../../../src/session/flow-contract.js";
import { run } from "../../reliability/refresh/refreshes.js";
import { rowsOf, useSession } from "../../support/session.js";

const lake = useSession({ durable: false, configuration: { "spark.lakelet.refresh.maxTouchedShare": "1000" } });

interface Given extends Partial<Omit<RefreshRequest, "target" | "rows">> {
  readonly target?: Partial<FlowTarget>;
}

async function refresh(
  view: string,
  query: string | RefreshRequest["rows"],
  given: Given = {},
): Promise<RefreshResult> {
  const { target, ...rest } = given;
  const own = {
    table: [view],
    partitionBy: [],
    clusterBy: [],
    properties: { "pipelines.pipelineId": "p" },
    constraints: {},
  };
  return lake.spark.refreshView({
    flow: `p/${view}`,
    rows: typeof query === "string" ? await lake.spark.sql(query) : query,
    target: { ...own, ...target },
    expectations: [],
    full: false,
    ...rest,
  });
}

const textOf = (row: Row) => JSON.stringify(row, (_, value) => (typeof value === "bigint" ? String(value) : value));
const how = ({ technique, reason }: RefreshResult) => (reason === undefined ? [technique] : [technique, reason]);

beforeAll(() => lake.spark.execute("CREATE TABLE a AS SELECT * FROM VALUES (1, 'x'), (2, 'y') AS t(id, name)"));

test("a view is made, left alone while nothing changes, and brought up to date by its groups", async () => {
  const query = "SELECT name, count(*) AS n FROM a GROUP BY name";
  const first = await refresh("groups", query);
  expect([...how(first), first.version, first.published]).toEqual([
    "COMPLETE_RECOMPUTE",
    "the materialized view is new",
    0,
    2n,
  ]);
  await lake.spark.execute("OPTIMIZE a");
  expect([...how(await refresh("groups", query)), (await refresh("groups", query)).version]).toEqual([
    "NO_OP",
    undefined,
  ]);
  await lake.spark.execute("INSERT INTO a VALUES (3, 'y'), (4, 'z')");
  const second = await refresh("groups", query);
  expect([...how(second), second.version, second.published]).toEqual(["GROUP_AGGREGATE", 1, 2n]);
  expect(await rowsOf(lake.spark, "SELECT * FROM groups ORDER BY name")).toEqual([
    ["x", 1],
    ["y", 2],
    ["z", 1],
  ]);
});

test("rows that come are appended, and rules mean the same; a rule about all rows computes all", async () => {
  await lake.spark.execute("CREATE TABLE b AS SELECT 1 AS id, 5 AS v");
  const drop = [expectOrDrop("small", "v < 10")];
  await refresh("appended", "SELECT id, v FROM b", { expectations: drop });
  await lake.spark.execute("INSERT INTO b VALUES (2, 6), (3, 70)");
  const result = await refresh("appended", "SELECT id, v FROM b", { expectations: drop });
  expect([...how(result), result.published, result.quarantined]).toEqual(["APPEND_ONLY", 1n, 1n]);
  expect(await rowsOf(lake.spark, "SELECT id FROM appended_quarantine")).toEqual([[3]]);
  await refresh("appended", "SELECT id, v FROM b", { expectations: drop, full: true });
  expect(await rowsOf(lake.spark, "SELECT id FROM appended_quarantine")).toEqual([[3]]);
  const dated = { expectations: [expectOrFail("known", "now() IS NOT NULL AND v < 10")] };
  await lake.spark.execute("DELETE FROM b WHERE id = 3");
  await refresh("appended", "SELECT id, v FROM b", dated);
  const again = await refresh("appended", "SELECT id, v FROM b", dated);
  expect(how(again)).toEqual([
    "COMPLETE_RECOMPUTE",
    'the expectation "known" looks at more than its rows; its rows are the same',
  ]);
  await lake.spark.execute("INSERT INTO b VALUES (4, 70)");
  const failing = { expectations: [expectOrFail("small", "v < 10")] };
  await expect(refresh("appended", "SELECT id, v FROM b", failing)).rejects.toThrow("QUALITY_GATE_FAILED");
  expect(await rowsOf(lake.spark, "SELECT count(*) FROM appended")).toEqual([[2]]);
});

test("rules look at the columns of a view that is made with column mapping, where files call them otherwise", async () => {
  const target = { properties: { "delta.columnMapping.mode": "name" }, partitionBy: ["status"] };
  const query = "SELECT * FROM VALUES (1, 'new', 5), (2, 'odd', -1) AS t(id, status, amount)";
  const fails = refresh("mapped", query, { target, expectations: [expectOrFail("v", "amount IS NULL OR amount > 0")] });
  await expect(fails).rejects.toThrow("QUALITY_GATE_FAILED");
  await refresh("mapped", query, { target, expectations: [expectOrDrop("v", "amount > 0")] });
  expect(await rowsOf(lake.spark, "SELECT id, status FROM mapped")).toEqual([[1, "new"]]);
  expect(await rowsOf(lake.spark, "SELECT id, status FROM mapped_quarantine")).toEqual([[2, "odd"]]);
});

describe("all is computed, and why", () => {
  test.each([
    ["SELECT max(id) AS m FROM a", "it aggregates all rows without GROUP BY"],
    ["SELECT name, current_date() AS day FROM a", "it asks for the current time or date"],
    ["SELECT name, rand() AS r FROM a", "it calls a function that is not deterministic"],
    ["SELECT name, collect_list(id) AS ids FROM a GROUP BY name", "the order of rows decides what collect_list gives"],
    ["SELECT id FROM a ORDER BY id DESC LIMIT 100", "LIMIT and OFFSET take rows of the whole"],
    ["SELECT sum(id) OVER (ORDER BY id) AS s FROM a", "a window function looks at all rows: it has no PARTITION BY"],
    ["SELECT count(*) AS n FROM a GROUP BY name", "its columns lack the keys by which its rows part"],
  ])("%s", async (query, reason) => {
    await lake.spark.execute("DROP TABLE IF EXISTS whole");
    await refresh("whole", query);
    await lake.spark.execute("INSERT INTO a VALUES (9, 'x')");
    expect(how(await refresh("whole", query))).toEqual(["COMPLETE_RECOMPUTE", reason]);
  });
});

test("DataFrames are looked into; a table of another pipeline is left alone; somebody else's rows go", async () => {
  await lake.spark.execute("CREATE TABLE c AS SELECT * FROM VALUES (1, 'x'), (2, 'y') AS t(id, name)");
  const rows = () =>
    lake.spark
      .table("c")
      .filter(col("id").gt(lit(0)))
      .groupBy("name")
      .agg(count(lit(1)).alias("n"), sum("id").alias("s"));
  await refresh("framed", rows());
  expect(how(await refresh("framed", rows()))).toEqual(["NO_OP"]);
  await lake.spark.execute("UPDATE c SET name = 'z' WHERE id = 2");
  expect(how(await refresh("framed", rows()))).toEqual(["GROUP_AGGREGATE"]);
  expect(await rowsOf(lake.spark, "SELECT * FROM framed ORDER BY name")).toEqual([
    ["x", 1, 1],
    ["z", 1, 2],
  ]);
  const other = { target: { properties: { "pipelines.pipelineId": "q" } } };
  await expect(refresh("framed", rows(), other)).rejects.toThrow("TABLE_ALREADY_MANAGED_BY_OTHER_PIPELINE");
  await lake.spark.execute("DELETE FROM framed WHERE name = 'x'");
  expect(how(await refresh("framed", rows()))).toEqual(["COMPLETE_RECOMPUTE", "somebody else has changed its rows"]);
  expect(await rowsOf(lake.spark, "SELECT count(*) FROM framed")).toEqual([[2]]);
});

test("files that are as they were give no new rows, also with their names; others do, and the same rows are no commit", async () => {
  const path = join(lake.folder, "lakelet_source");
  mkdirSync(path);
  writeFileSync(join(path, "1.csv"), "id,v\n1,5\n2,6\n");
  await lake.spark.execute("CREATE TABLE f AS SELECT 1 AS id, 'x' AS name");
  const query = `SELECT f.name, s.v, s.file FROM (SELECT *, _metadata.file_name AS file FROM read_files('${path}', format => 'csv')) s JOIN f ON f.id = s.id`;
  const above = "SELECT max(v) AS v FROM files";
  const both = async () => [how(await refresh("files", query)), how(await refresh("above_files", above))];
  await both();
  expect(await both()).toEqual([["NO_OP"], ["NO_OP"]]);
  writeFileSync(join(path, "2.csv"), "id,v\n7,8\n");
  const changed = ["COMPLETE_RECOMPUTE", "files that it reads have changed; its rows are the same"];
  expect(await both()).toEqual([changed, ["NO_OP"]]);
  expect(await both()).toEqual([["NO_OP"], ["NO_OP"]]);
  const { mtime } = statSync(join(path, "2.csv"));
  writeFileSync(join(path, "2.csv"), "id,v\n1,9\n");
  utimesSync(join(path, "2.csv"), mtime, mtime);
  expect((await both())[0]).toEqual(["COMPLETE_RECOMPUTE", "files that it reads have changed"]);
  expect(await rowsOf(lake.spark, "SELECT v FROM files ORDER BY v")).toEqual([[5], [9]]);
  await lake.spark.execute("INSERT INTO f VALUES (2, 'y')");
  expect(how(await refresh("files", query))).toEqual(["COMPLETE_RECOMPUTE", "it reads files, which have no versions"]);
  expect(await rowsOf(lake.spark, "SELECT * FROM files ORDER BY v")).toEqual([
    ["x", 5, "1.csv"],
    ["y", 6, "1.csv"],
    ["x", 9, "2.csv"],
  ]);
});

describe("steps of a DataFrame are looked into", () => {
  beforeAll(() =>
    lake.spark.execute(`CREATE TABLE o AS SELECT * FROM VALUES (1, 'x', 5, 1.5D), (2, 'y', 6, 2D), (3, NULL, 7, NULL) AS t(id, k, v, x);
      CREATE TABLE n AS SELECT * FROM VALUES ('x', 'one'), ('y', 'two'), ('y', 'three') AS t(k, name)`),
  );
  const o = () => lake.spark.table("o");
  const n = () => lake.spark.table("n");
  const on = (type: "inner" | "left" | "leftsemi" | "leftanti") => {
    const [left, right] = [o().filter("v > 0"), n()];
    return { left, right, joined: left.join(right, left.col("k").eq(right.col("k")), type) };
  };
  const forms: readonly (readonly [string, string, () => DataFrame])[] = [
    [
      "withColumn",
      "APPEND_ONLY",
      () =>
        o()
          .withColumn("w", col("v").plus(lit(1)))
          .withColumn("v", expr("v * 2")),
    ],
    [
      "renamed and dropped",
      "APPEND_ONLY",
      () =>
        o()
          .withColumnRenamed("V", "w")
          .drop("x", "none")
          .filter(col("w").gt(lit(1))),
    ],
    [
      "select",
      "APPEND_ONLY",
      () => {
        const f = o();
        return f.select(f.col("id"), f.col("v").plus(lit(1)).alias("w"), "k");
      },
    ],
    [
      "an inner join",
      "APPEND_ONLY",
      () => {
        const { left, right, joined } = on("inner");
        return joined.drop(right.col("k")).withColumn("twice", left.col("v").multiply(lit(2)));
      },
    ],
    [
      "a left join",
      "APPEND_ONLY",
      () => {
        const { left, right, joined } = on("left");
        return joined.select(left.col("k"), right.col("k").alias("other"), "name", "v");
      },
    ],
    ["a semi join", "APPEND_ONLY", () => on("leftsemi").joined],
    ["an anti join", "APPEND_ONLY", () => on("leftanti").joined],
    ["USING", "APPEND_ONLY", () => o().join(n(), "k").select("k", "name", "v")],
    [
      "aliases",
      "APPEND_ONLY",
      () => o().alias("a").join(n().alias("b"), expr("a.k = b.k")).select("a.k", "b.name", "a.v"),
    ],
    [
      "groups of a join",
      "GROUP_AGGREGATE",
      () => {
        const { right, joined } = on("inner");
        return joined.groupBy(right.col("name")).agg(sum("v").alias("s"), count(lit(1)).alias("c"));
      },
    ],
    [
      "groups of new columns",
      "GROUP_AGGREGATE",
      () => o().withColumn("odd", expr("v % 2")).groupBy("odd").agg(sum("x").alias("s")),
    ],
    [
      "with itself",
      "ROW_BASED",
      () => {
        const [a, b] = [o(), o()];
        return a.join(b, a.col("k").eq(b.col("k"))).select(a.col("k"), b.col("v").alias("v"));
      },
    ],
  ];
  test("as those of a query are", async () => {
    const marked = { target: { properties: { "delta.enableDeletionVectors": "true" } } };
    const view = (i: number) => `steps_${i}`;
    for (const [i, [, , rows]] of forms.entries()) await refresh(view(i), rows(), marked);
    await lake.spark.execute("INSERT INTO o VALUES (4, 'y', 8, 0.5D), (5, 'z', 9, -0.0D)");
    for (const [i, [form, technique, rows]] of forms.entries()) {
      expect([form, ...how(await refresh(view(i), rows(), marked))]).toEqual([form, technique]);
      const [there, wanted] = [await lake.spark.table(view(i)).collect(), await rows().collect()];
      expect([form, there.map(textOf).sort()]).toEqual([form, wanted.map(textOf).sort()]);
    }
  });
});

test("files that are gone cannot tell what changed", async () => {
  await lake.spark.execute("CREATE TABLE e AS SELECT * FROM VALUES (1, 'x'), (2, 'y') AS t(id, name)");
  const query = "SELECT name, count(*) AS n FROM e GROUP BY name";
  await refresh("vacuumed", query);
  lake.spark.conf.set("spark.databricks.delta.retentionDurationCheck.enabled", "false");
  await lake.spark.execute("DELETE FROM e WHERE id = 1");
  await lake.spark.execute("VACUUM e RETAIN 0 HOURS");
  const reason = "files of a source that were removed since the last refresh are gone (VACUUM)";
  expect(how(await refresh("vacuumed", query))).toEqual(["COMPLETE_RECOMPUTE", reason]);
  expect(await rowsOf(lake.spark, "SELECT * FROM vacuumed")).toEqual([["y", 1]]);
});

test("a union of joins whose optional side has changed is computed anew", async () => {
  const { spark } = lake;
  await spark.execute(
    "CREATE TABLE kept_side AS SELECT 1 AS id, 'a' AS k; CREATE TABLE optional_side AS SELECT 'a' AS k, 'x' AS name",
  );
  const query =
    "SELECT id, name FROM kept_side l LEFT JOIN optional_side o ON l.k = o.k UNION ALL SELECT id, 'own' FROM kept_side";
  await refresh("joined_union", query);
  await spark.execute("INSERT OVERWRITE optional_side VALUES ('b', 'y')");
  expect(how(await refresh("joined_union", query))[0]).toBe("COMPLETE_RECOMPUTE");
  expect(await rowsOf(spark, "SELECT * FROM joined_union ORDER BY ALL")).toEqual([
    [1, null],
    [1, "own"],
  ]);
});

test("declared columns are those of the view", async () => {
  const target = { schemaDdl: "name STRING NOT NULL COMMENT 'who', n INT" };
  await refresh("declared", "SELECT name, count(*) AS n FROM c GROUP BY name", { target });
  expect(
    (await lake.spark.table("declared").schema()).fields.map((one) => [one.name, one.dataType.kind, one.nullable]),
  ).toEqual([
    ["name", "string", false],
    ["n", "integer", true],
  ]);
  const wrong = { target: { schemaDdl: "other INT" } };
  await expect(refresh("wrong", "SELECT 1 AS one", wrong)).rejects.toThrow(
    "USER_SPECIFIED_AND_INFERRED_SCHEMA_NOT_COMPATIBLE",
  );
});

/** 2,000 of them: `npm run test:reliability -- --only refresh`. */
test("random changes: refreshed by parts or anew, the rows are those of the query", async () => {
  const { anomalies } = await run({ count: 2, seed: 3 });
  expect(anomalies).toEqual([]);
}, 60_000);
