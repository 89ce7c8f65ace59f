/** What Databricks has beside Spark: volumes, information_schema, read_files, catalogs; and EXPLAIN. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { rowsOf, useSession } from "../support/session.js";

const lake = useSession();
const folder = mkdtempSync(join(tmpdir(), "lakelet-volume-"));
beforeAll(async () => {
  writeFileSync(join(folder, "orders.csv"), "id,amount\n1,2.5\n2,4\n");
  mkdirSync(join(folder, "more"));
  await lake.spark.execute(`
    CREATE TABLE orders (id INT NOT NULL COMMENT 'key', code VARCHAR(4), amount DECIMAL(10,2), day STRING,
      CONSTRAINT positive CHECK (id > 0)) PARTITIONED BY (day) COMMENT 'all orders';
    INSERT INTO orders VALUES (1, 'a', 1, 'mon'), (2, 'b', 2, 'tue');
    CREATE VIEW big (key COMMENT 'of the order') AS SELECT id FROM orders WHERE amount > 1;
    CREATE FUNCTION doubled(x INT DEFAULT 1) RETURNS INT COMMENT 'twice' RETURN x * 2;
    CREATE EXTERNAL VOLUME landing LOCATION '${folder}' COMMENT 'files that come in';
    CREATE VOLUME scratch`);
});

describe("volumes", () => {
  test("are shown, described and listed; paths into one lead to its folder", async () => {
    expect(await rowsOf(lake.spark, "SHOW VOLUMES LIKE 'l*'")).toEqual([["default", "landing"]]);
    const [described] = await rowsOf(lake.spark, "DESCRIBE VOLUME landing");
    expect(described?.filter((_, i) => i !== 3)).toEqual([
      "landing",
      "main",
      "default",
      folder,
      "EXTERNAL",
      "files that come in",
    ]);
    const listed = await rowsOf(lake.spark, "LIST '/Volumes/main/default/landing'");
    expect(listed.map((row) => row.slice(0, 3))).toEqual([
      ["/Volumes/main/default/landing/more/", "more/", 0],
      ["/Volumes/main/default/landing/orders.csv", "orders.csv", 20],
    ]);
    expect(await rowsOf(lake.spark, "SELECT count(*) FROM csv.`/Volumes/main/default/landing/orders.csv`")).toEqual([
      [3],
    ]);
  });

  test("a dropped one takes its own folder with it, and none that is elsewhere", async () => {
    await lake.spark.execute("CREATE VOLUME gone; DROP VOLUME gone; DROP VOLUME IF EXISTS gone");
    await expect(lake.spark.sql("DROP VOLUME gone")).rejects.toMatchObject({ condition: "VOLUME_NOT_FOUND" });
    await expect(lake.spark.sql("LIST '/Volumes/main/default/gone'")).rejects.toMatchObject({
      condition: "PATH_NOT_FOUND",
    });
  });

  test("a path does not leave its volume", async () => {
    await expect(lake.spark.sql("LIST '/Volumes/main/default/scratch/../..'")).rejects.toMatchObject({
      condition: "INVALID_PATH",
    });
  });
});

describe("read_files", () => {
  const path = "/Volumes/main/default/landing/orders.csv";

  test("infers format and types, takes options by name and hints", async () => {
    expect(await rowsOf(lake.spark, `SELECT * FROM read_files('${path}', header => true)`)).toEqual([
      [1, 2.5],
      [2, 4],
    ]);
    const hinted = `SELECT typeof(id), amount FROM read_files('${path}', header => true, schemaHints => 'id STRING') LIMIT 1`;
    expect(await rowsOf(lake.spark, hinted)).toEqual([["string", 2.5]]);
  });

  test("takes its path from a variable and tells of the file", async () => {
    await lake.spark.execute(`DECLARE OR REPLACE source = '${path}'`);
    const sql =
      "SELECT DISTINCT _metadata.file_name, _metadata.file_block_length FROM read_files(source, header => true)";
    expect(await rowsOf(lake.spark, sql)).toEqual([["orders.csv", 20]]);
  });

  test("names an option that there is not", async () => {
    await expect(lake.spark.sql(`SELECT * FROM read_files('${path}', heder => true)`)).rejects.toMatchObject({
      condition: "UNSUPPORTED_OPTION",
    });
  });
});

describe("information_schema", () => {
  test("tells of tables and views, of one catalog or of all", async () => {
    const sql = "SELECT table_name, table_type, comment FROM information_schema.tables ORDER BY 1";
    expect(await rowsOf(lake.spark, sql)).toEqual([
      ["big", "VIEW", null],
      ["orders", "MANAGED", "all orders"],
    ]);
    expect(await rowsOf(lake.spark, "SELECT catalog_name FROM system.information_schema.catalogs")).toEqual([["main"]]);
  });

  test("tells of columns with their types, places and comments", async () => {
    const sql = `SELECT column_name, ordinal_position, full_data_type, character_maximum_length, numeric_precision, is_nullable,
      partition_ordinal_position, comment FROM main.information_schema.columns WHERE table_schema = 'default' ORDER BY table_name, 2`;
    expect(await rowsOf(lake.spark, sql)).toEqual([
      ["key", 1, "int", null, 10, "YES", null, "of the order"],
      ["id", 1, "int", null, 10, "NO", null, "key"],
      ["code", 2, "varchar(4)", 4, null, "YES", null, null],
      ["amount", 3, "decimal(10,2)", null, 10, "YES", null, null],
      ["day", 4, "string", null, null, "YES", 1, null],
    ]);
  });

  test("tells of functions, their parameters, and of rules", async () => {
    const routine = "SELECT routine_name, routine_definition, comment FROM information_schema.routines";
    expect(await rowsOf(lake.spark, routine)).toEqual([["doubled", "x * 2", "twice"]]);
    const parameter = "SELECT parameter_name, parameter_default FROM information_schema.parameters";
    expect(await rowsOf(lake.spark, parameter)).toEqual([["x", "1"]]);
    const rule = "SELECT constraint_name, check_clause FROM information_schema.check_constraints";
    expect(await rowsOf(lake.spark, rule)).toEqual([["positive", "id > 0"]]);
  });
});

test("EXPLAIN tells which files of a table are skipped, and of a query that cannot be planned why", async () => {
  const explained = await rowsOf(lake.spark, "EXPLAIN SELECT id FROM orders WHERE day = 'mon'");
  const plan = String(explained[0]?.[0]);
  expect(plan).toMatch(/^== Physical Plan ==/);
  expect(plan).toContain("orders: 1 of 2 files");
  const [first, second] = await rowsOf(lake.spark, "EXPLAIN SELECT nosuch");
  expect(first).toEqual(["Error occurred during query planning: "]);
  expect(String(second?.[0])).toContain("UNRESOLVED_COLUMN");
});

test("SHOW PARTITIONS tells the values in the table's log", async () => {
  expect(await rowsOf(lake.spark, "SHOW PARTITIONS orders")).toEqual([["day=mon"], ["day=tue"]]);
  expect(await rowsOf(lake.spark, "SHOW PARTITIONS orders PARTITION (day = 'tue')")).toEqual([["day=tue"]]);
  await expect(lake.spark.sql("SHOW PARTITIONS orders PARTITION (id = 1)")).rejects.toMatchObject({
    condition: "PARTITIONS_NOT_FOUND",
  });
});

test("catalogs are made, described, used and dropped; one that is not there is named", async () => {
  await lake.spark.execute(
    "CREATE CATALOG other COMMENT 'second'; USE CATALOG other; CREATE TABLE t AS SELECT 1 AS id",
  );
  const described = await rowsOf(lake.spark, "DESCRIBE CATALOG other");
  expect(described.slice(0, 2)).toEqual([
    ["Catalog Name", "other"],
    ["Comment", "second"],
  ]);
  await lake.spark.execute("USE CATALOG main");
  await expect(lake.spark.sql("DROP CATALOG other")).rejects.toMatchObject({ condition: "CATALOG_NOT_EMPTY" });
  await lake.spark.execute("DROP CATALOG other CASCADE");
  await expect(lake.spark.sql("USE CATALOG other")).rejects.toMatchObject({ condition: "CATALOG_NOT_FOUND" });
});

test("a user's function and the catalog's comments are described", async () => {
  const lines = (await rowsOf(lake.spark, "DESCRIBE FUNCTION EXTENDED doubled")).map(([line]) => String(line));
  expect(lines).toContain("Function:      main.default.doubled");
  expect(lines).toContain("Body:          x * 2");
  await lake.spark.execute("COMMENT ON COLUMN orders.code IS 'short'; COMMENT ON VOLUME scratch IS 'for now'");
  expect(await rowsOf(lake.spark, "DESCRIBE orders code")).toContainEqual(["comment", "short"]);
});
