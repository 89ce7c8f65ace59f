/** Which files a query opens: all but one of the table's files are gone, so that a query works only if it skips them. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { DataFrame } from "../../src/dataframe/data-frame.js";
import { expr } from "../../src/dataframe/functions/basics.js";
import type { SparkSession } from "../../src/session/contract.js";
import { rowsOf, useSession } from "../support/session.js";

const lake = useSession();
beforeAll(async () => {
  const row = (id: number) =>
    `SELECT ${id} AS id, 'name ${id}' AS name, named_struct('f', ${id}) AS s, TIMESTAMP'2024-01-0${id} 10:00:00.123456' AS at, IF(${id} = 1, NULL, ${id}) AS n`;
  const folder = join(lake.folder, "lake", "main", "default", "t");
  await lake.spark.execute(`CREATE TABLE t AS ${row(1)}; CREATE TABLE u AS SELECT 1 AS k, 1 AS id2`);
  const kept = readdirSync(folder);
  await lake.spark.execute(`INSERT INTO t ${row(2)}; INSERT INTO t ${row(3)}`);
  for (const name of readdirSync(folder)) if (!kept.includes(name)) rmSync(join(folder, name));
  await lake.spark.execute("CREATE VIEW v AS SELECT id AS k, s, name FROM t; CREATE VIEW w AS SELECT * FROM v");
});

type Frame = (spark: SparkSession) => DataFrame | Promise<DataFrame>;

describe("files are skipped", () => {
  test.each<[string, Frame]>([
    ["by a filter", (spark) => spark.table("t").filter("id = 1")],
    ["by the table's name", (spark) => spark.table("t").filter("t.id < 2 AND default.t.id > 0")],
    ["by several filters, sorted", (spark) => spark.table("t").filter("id >= 1").orderBy("id").filter("id <=> 1")],
    [
      "by a column of the frame",
      (spark) => {
        const t = spark.table("t");
        return t.select("id", "name").filter(t.col("id").equalTo(1));
      },
    ],
    ["by a renamed column", (spark) => spark.table("t").withColumnRenamed("id", "key").filter("key = 1")],
    ["by an alias", (spark) => spark.table("t").alias("a").filter("a.id = 1")],
    ["beside a new column", (spark) => spark.table("t").withColumn("x", expr("id + 1")).filter("x > 1 AND id = 1")],
    ["by a selected column", (spark) => spark.table("t").selectExpr("id AS k", "name").drop("name").filter("k = 1")],
    ["by a struct's field", (spark) => spark.table("t").filter("s.f = 1")],
    [
      "by IN, LIKE, NULL, time",
      (spark) => spark.table("t").filter("id IN (0, 1) AND name LIKE 'name 1%' AND n IS NULL"),
    ],
    ["by a timestamp", (spark) => spark.table("t").filter("at < '2024-01-02'")],
    ["by NOT and OR", (spark) => spark.table("t").filter("NOT (id > 1) OR id = 7")],
    [
      "on the left of a join",
      (spark) => spark.table("t").join(spark.table("u"), expr("id = k"), "left").filter("id = 1"),
    ],
    ["below a query", (spark) => spark.sql("SELECT id AS k FROM t").then((frame) => frame.filter("k = 1"))],
    ["below a view", (spark) => spark.table("w").filter("k = 1")],
  ])("%s", async (_, frame) => {
    expect(await (await frame(lake.spark)).count()).toBe(1);
  });

  test.each([
    "SELECT * FROM v WHERE k = 1",
    "SELECT * FROM w AS x WHERE x.k = 1 AND x.s.f = 1",
    "WITH c AS (SELECT * FROM t) SELECT * FROM c WHERE id = 1",
    "WITH c AS (SELECT id AS k FROM t), d AS (SELECT k FROM c) SELECT * FROM d AS x WHERE x.k = 1",
  ])("in %s", async (sql) => {
    expect(await rowsOf(lake.spark, sql)).toHaveLength(1);
  });
});

describe("files are not skipped", () => {
  test.each<[string, Frame]>([
    ["before a limit", (spark) => spark.table("t").limit(5).filter("id = 1")],
    [
      "before an aggregate",
      (spark) => spark.table("t").groupBy("id").agg(expr("count(1)").alias("c")).filter("id = 1"),
    ],
    [
      "before a window",
      (spark) => spark.table("t").selectExpr("id", "row_number() OVER (ORDER BY id) r").filter("id = 1"),
    ],
    ["by a column that hides another", (spark) => spark.table("t").withColumn("id", expr("1")).filter("id = 1")],
    ["by a name that was given away", (spark) => spark.table("t").selectExpr("n AS id").filter("id = 2")],
    [
      "on the right of a left join",
      (spark) => spark.table("u").join(spark.table("t"), expr("id = k"), "left").filter("id = 1"),
    ],
    [
      "that another reader needs",
      (spark) => {
        const t = spark.table("t");
        return t.filter("id = 1").unionAll(t);
      },
    ],
    ["below a union", (spark) => spark.table("t").select("id").unionAll(spark.table("u").select("k")).filter("id = 1")],
  ])("%s", async (_, frame) => {
    await expect((await frame(lake.spark)).count()).rejects.toMatchObject({ condition: "PATH_NOT_FOUND" });
  });

  test.each([
    "WITH c AS (SELECT * FROM t) SELECT * FROM c WHERE id = 1 UNION ALL SELECT * FROM c",
    "WITH c AS (SELECT * FROM t LIMIT 9) SELECT * FROM c WHERE id = 1",
    "WITH c(x) AS (SELECT n FROM t) SELECT * FROM c WHERE x = 2",
  ])("in %s", async (sql) => {
    await expect(rowsOf(lake.spark, sql)).rejects.toMatchObject({ cause: { condition: "PATH_NOT_FOUND" } });
  });
});
