import { beforeAll, expect, test } from "vitest";
import { rowsOf, useSession } from "../../support/session.js";

const lake = useSession({ durable: false, configuration: { "spark.lakelet.refresh.maxTouchedShare": "1000" } });

async function said(sql: string): Promise<string | undefined> {
  return (await lake.spark.execute(sql)).statements.at(-1)?.summary;
}

beforeAll(() =>
  lake.spark.execute(`
    CREATE TABLE sales AS SELECT * FROM VALUES (1, 'x', 10), (2, 'y', 20), (3, 'y', -1) AS t(id, shop, amount);
    CREATE SCHEMA other`),
);

test("a view is made and filled, refreshed by what changed, left alone, and computed anew by FULL", async () => {
  expect(
    await said(`CREATE MATERIALIZED VIEW totals (CONSTRAINT positive EXPECT (total > 0) ON VIOLATION DROP ROW)
      COMMENT 'by shop' TBLPROPERTIES ('owner' = 'me')
      AS SELECT shop, sum(amount) AS total, count(*) AS n FROM sales GROUP BY shop`),
  ).toBe(
    "CREATE MATERIALIZED VIEW main.default.totals: version 0, 2 rows written, COMPLETE_RECOMPUTE (the materialized view is new)",
  );
  expect(await said("REFRESH MATERIALIZED VIEW totals")).toBe(
    "REFRESH MATERIALIZED VIEW main.default.totals: up to date, NO_OP",
  );
  await lake.spark.execute("INSERT INTO sales VALUES (4, 'z', -5), (5, 'x', 1)");
  // From another schema: the query's names are those of where it was written.
  await lake.spark.execute("USE other");
  expect(await said("REFRESH MATERIALIZED VIEW main.default.totals")).toBe(
    "REFRESH MATERIALIZED VIEW main.default.totals: version 1, 2 rows written, 1 held back, COMPLETE_RECOMPUTE (rows of it may be in quarantine, and would have to be found there)",
  );
  await lake.spark.execute("USE main.default");
  const rows = [
    ["x", 11, 2],
    ["y", 19, 2],
  ];
  expect(await rowsOf(lake.spark, "SELECT * FROM totals ORDER BY shop")).toEqual(rows);
  expect(await rowsOf(lake.spark, "SELECT shop, total FROM totals_quarantine")).toEqual([["z", -5]]);
  expect(await said("REFRESH MATERIALIZED VIEW totals FULL")).toContain("a full refresh was asked for");
  expect(await rowsOf(lake.spark, "SELECT * FROM totals ORDER BY shop")).toEqual(rows);
});

test("what can be refreshed by its parts is", async () => {
  await lake.spark.execute(`
    CREATE MATERIALIZED VIEW counts (CONSTRAINT some EXPECT (n > 0)) AS SELECT shop, count(*) AS n FROM sales GROUP BY shop;
    INSERT INTO sales VALUES (6, 'x', 1)`);
  expect(await said("REFRESH TABLE counts")).toBe(
    "REFRESH TABLE main.default.counts: version 1, 1 row written, GROUP_AGGREGATE",
  );
  await lake.spark.execute("DELETE FROM sales WHERE id = 6");
  expect(await said("CREATE OR REPLACE MATERIALIZED VIEW counts AS SELECT shop FROM sales")).toContain(
    "its definition or its expectations have changed",
  );
});

test("what it is: SHOW CREATE TABLE makes it again, DESCRIBE and information_schema tell", async () => {
  const [[text] = []] = await rowsOf(lake.spark, "SHOW CREATE TABLE totals");
  expect(text).toBe(`CREATE MATERIALIZED VIEW main.default.totals (
  shop STRING,
  total BIGINT,
  n BIGINT,
  CONSTRAINT positive EXPECT (total > 0) ON VIOLATION DROP ROW)
COMMENT 'by shop'
TBLPROPERTIES (
  'owner' = 'me')
AS SELECT shop, sum(amount) AS total, count(*) AS n FROM sales GROUP BY shop`);
  await lake.spark.execute(String(text).replace("totals", "again").replace("CREATE", "CREATE OR REPLACE"));
  expect(await rowsOf(lake.spark, "SELECT count(*) FROM again")).toEqual([[2]]);
  const described = new Map((await rowsOf(lake.spark, "DESCRIBE EXTENDED totals")).map(([key, value]) => [key, value]));
  expect(described.get("Type")).toBe("MATERIALIZED_VIEW");
  expect(described.get("View Text")).toBe("SELECT shop, sum(amount) AS total, count(*) AS n FROM sales GROUP BY shop");
  expect(described.get("View Catalog and Namespace")).toBe("main.default");
  expect(
    await rowsOf(
      lake.spark,
      "SELECT table_type, is_insertable_into FROM information_schema.tables WHERE table_name = 'totals'",
    ),
  ).toEqual([["MATERIALIZED_VIEW", "NO"]]);
  expect(
    await rowsOf(lake.spark, "SELECT is_materialized FROM information_schema.views WHERE table_name = 'totals'"),
  ).toEqual([["YES"]]);
});

test("nobody else changes its rows", async () => {
  const refused = { condition: "UNSUPPORTED_FEATURE.TABLE_OPERATION" };
  const statements = [
    "INSERT INTO totals VALUES ('a', 1, 1)",
    "INSERT OVERWRITE totals VALUES ('a', 1, 1)",
    "UPDATE totals SET n = 2",
    "DELETE FROM totals",
    "TRUNCATE TABLE totals",
    "MERGE INTO totals USING sales ON totals.shop = sales.shop WHEN MATCHED THEN DELETE",
  ];
  for (const sql of statements) await expect(lake.spark.sql(sql), sql).rejects.toMatchObject(refused);
  const rows = lake.spark.createDataFrame([["a", 1, 1]], "shop STRING, total BIGINT, n BIGINT");
  await expect(rows.write.mode("append").saveAsTable("totals")).rejects.toMatchObject(refused);
  await expect(rows.write.insertInto("totals")).rejects.toMatchObject(refused);
  await expect(lake.spark.sql("ALTER TABLE totals ADD COLUMN c INT")).rejects.toMatchObject({
    condition: "MATERIALIZED_VIEW_OPERATION_NOT_ALLOWED.INVALID_ALTER",
  });
});

test("a definition is replaced, kept by IF NOT EXISTS, and never taken from somebody else", async () => {
  expect(await said("CREATE MATERIALIZED VIEW IF NOT EXISTS totals AS SELECT 1 AS one")).toContain("exists already");
  await expect(lake.spark.sql("CREATE MATERIALIZED VIEW totals AS SELECT 1 AS one")).rejects.toMatchObject({
    condition: "TABLE_OR_VIEW_ALREADY_EXISTS",
  });
  await lake.spark.execute(`
    CREATE OR REPLACE MATERIALIZED VIEW totals (s COMMENT 'shop', n) PARTITIONED BY (s) AS SELECT shop, count(*) FROM sales GROUP BY shop;
    CREATE TABLE plain AS SELECT 1 AS id;
    CREATE TABLE ours (id INT) TBLPROPERTIES ('pipelines.pipelineId' = 'p', 'pipelines.datasetType' = 'MATERIALIZED_VIEW')`);
  expect(await rowsOf(lake.spark, "SELECT * FROM totals ORDER BY s")).toEqual([
    ["x", 2],
    ["y", 2],
    ["z", 1],
  ]);
  expect(await rowsOf(lake.spark, "DESCRIBE totals")).toContainEqual(["s", "string", "shop"]);
  await lake.spark.execute("INSERT INTO sales VALUES (8, 'x', 1)");
  await lake.spark.execute("REFRESH MATERIALIZED VIEW totals");
  expect(await rowsOf(lake.spark, "SELECT n FROM totals WHERE s = 'x'")).toEqual([[3]]);
  await expect(lake.spark.sql("CREATE OR REPLACE MATERIALIZED VIEW plain AS SELECT 1 AS id")).rejects.toMatchObject({
    condition: "TABLE_OR_VIEW_ALREADY_EXISTS",
  });
  await expect(lake.spark.sql("CREATE OR REPLACE MATERIALIZED VIEW ours AS SELECT 1 AS id")).rejects.toMatchObject({
    condition: "MATERIALIZED_VIEW_OPERATION_NOT_ALLOWED.REPLACE_DELTA_LIVE_TABLE",
  });
  await expect(lake.spark.sql("REFRESH MATERIALIZED VIEW ours")).rejects.toThrow(
    "lakelet pipeline run <pipeline> --refresh main.default.ours",
  );
  await expect(lake.spark.sql("REFRESH MATERIALIZED VIEW plain")).rejects.toMatchObject({
    condition: "MATERIALIZED_VIEW_OPERATION_NOT_ALLOWED.NON_MATERIALIZED_VIEW",
  });
  await expect(lake.spark.sql("REFRESH MATERIALIZED VIEW nowhere")).rejects.toMatchObject({
    condition: "TABLE_OR_VIEW_NOT_FOUND",
  });
});

test("its query sees nothing of the session, no stream and not itself", async () => {
  await lake.spark.execute("CREATE TEMPORARY VIEW mine AS SELECT 1 AS id");
  const refused: readonly (readonly [string, string])[] = [
    ["SELECT * FROM mine", "INVALID_TEMP_OBJ_REFERENCE"],
    ["SELECT * FROM STREAM sales", "INVALID_FLOW_QUERY_TYPE.STREAMING_RELATION_FOR_MATERIALIZED_VIEW"],
    ["SELECT * FROM missing", "TABLE_OR_VIEW_NOT_FOUND"],
    ["SELECT 1 AS a, 2 AS a", "COLUMN_ALREADY_EXISTS"],
    ["SELECT s, n FROM totals", "RECURSIVE_VIEW"],
  ];
  for (const [query, condition] of refused) {
    const name = condition === "RECURSIVE_VIEW" ? "totals" : "bad";
    await expect(
      lake.spark.sql(`CREATE OR REPLACE MATERIALIZED VIEW ${name} AS ${query}`),
      query,
    ).rejects.toMatchObject({ condition });
  }
  expect(await rowsOf(lake.spark, "SHOW TABLES LIKE 'bad'")).toEqual([]);
  await expect(
    lake.spark.sql(
      "CREATE MATERIALIZED VIEW bad (CONSTRAINT c EXPECT (id > 9) ON VIOLATION FAIL UPDATE) AS SELECT * FROM sales",
    ),
  ).rejects.toMatchObject({ condition: "QUALITY_GATE_FAILED" });
  expect(await rowsOf(lake.spark, "SHOW TABLES LIKE 'bad'")).toEqual([]);
});

test("what has no effect is said, what is of pipelines is refused", async () => {
  lake.reports.length = 0;
  await lake.spark.execute(`
    CREATE MATERIALIZED VIEW daily SCHEDULE EVERY 1 DAY AS SELECT id FROM sales;
    ALTER MATERIALIZED VIEW daily ADD TRIGGER ON UPDATE AT MOST EVERY INTERVAL 1 HOUR;
    ALTER MATERIALIZED VIEW daily DROP SCHEDULE;
    REFRESH MATERIALIZED VIEW daily ASYNC`);
  const warnings = lake.reports.flatMap((one) => (one.kind === "warning" ? [one.message.split(":")[0]] : []));
  expect(warnings).toEqual([
    "SCHEDULE EVERY 1 DAY is kept, and nothing runs by it",
    "TRIGGER ON UPDATE AT MOST EVERY INTERVAL 1 HOUR changes nothing here",
    "DROP SCHEDULE changes nothing here",
    "ASYNC",
  ]);
  for (const sql of ["CREATE LIVE TABLE v AS SELECT 1 AS id", "CREATE STREAMING TABLE v (id INT)"])
    await expect(lake.spark.sql(sql), sql).rejects.toMatchObject({ condition: "UNSUPPORTED_FEATURE.STATEMENT" });
  await expect(lake.spark.sql("REFRESH MATERIALIZED VIEW daily WHERE id = 1")).rejects.toMatchObject({
    condition: "UNSUPPORTED_FEATURE.REFRESH_WHERE",
  });
});

test("it is dropped as a materialized view, and by no name of something else", async () => {
  await expect(lake.spark.sql("DROP MATERIALIZED VIEW plain")).rejects.toMatchObject({
    condition: "WRONG_COMMAND_FOR_OBJECT_TYPE",
  });
  await lake.spark.execute("DROP MATERIALIZED VIEW daily; DROP MATERIALIZED VIEW IF EXISTS daily");
  expect(await rowsOf(lake.spark, "SHOW TABLES LIKE 'daily'")).toEqual([]);
  await lake.spark.execute("CREATE TABLE copied DEEP CLONE totals; INSERT INTO copied VALUES ('new', 1)");
  expect(await rowsOf(lake.spark, "SELECT count(*) FROM copied")).toEqual([[4]]);
});
