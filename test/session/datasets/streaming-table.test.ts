import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { rowsOf, useSession } from "../../support/session.js";

const lake = useSession({ durable: false });

async function said(sql: string): Promise<string | undefined> {
  return (await lake.spark.execute(sql)).statements.at(-1)?.summary;
}

function file(name: string, text: string): void {
  mkdirSync(join(lake.folder, "in"), { recursive: true });
  writeFileSync(join(lake.folder, "in", name), text);
}

beforeAll(() => lake.spark.execute("CREATE TABLE events AS SELECT * FROM VALUES (1, 'x'), (2, 'y') AS t(id, name)"));

test("files come in once each: by the statement again, and by REFRESH", async () => {
  file("a.csv", "id,amount\n1,10\n2,-5\n");
  const create = `CREATE OR REFRESH STREAMING TABLE bronze (
      id INT COMMENT 'key', amount INT,
      CONSTRAINT positive EXPECT (amount > 0) ON VIOLATION DROP ROW,
      CONSTRAINT known EXPECT (id IS NOT NULL))
    CLUSTER BY (id) COMMENT 'as it came' TBLPROPERTIES ('quality' = 'bronze')
    AS SELECT id, amount FROM STREAM read_files('${join(lake.folder, "in")}', format => 'csv', header => true, schemaHints => 'id INT, amount INT')`;
  expect(await said(create)).toBe("CREATE STREAMING TABLE main.default.bronze: version 0, 1 row added, 1 held back");
  expect(await said(create)).toBe("CREATE STREAMING TABLE main.default.bronze: nothing new");
  file("b.csv", "id,amount\n3,30\n4,-1\n");
  expect(await said("REFRESH STREAMING TABLE bronze")).toBe(
    "REFRESH STREAMING TABLE main.default.bronze: version 1, 1 row added, 1 held back",
  );
  file("c.csv", "id,amount\n5,50\n");
  expect(await said(create)).toContain("1 row added");
  expect(await rowsOf(lake.spark, "SELECT * FROM bronze ORDER BY id")).toEqual([
    [1, 10],
    [3, 30],
    [5, 50],
  ]);
  expect(await rowsOf(lake.spark, "SELECT id FROM bronze_quarantine ORDER BY id")).toEqual([[2], [4]]);
  expect(await said("REFRESH STREAMING TABLE bronze FULL")).toContain("3 rows added, 2 held back");
  expect(await said("REFRESH STREAMING TABLE bronze")).toContain("nothing new");
  expect(await rowsOf(lake.spark, "SELECT count(*) FROM bronze")).toEqual([[3]]);
});

test("what it is: SHOW CREATE TABLE makes it again, DESCRIBE and information_schema tell", async () => {
  const [[text] = []] = await rowsOf(lake.spark, "SHOW CREATE TABLE bronze");
  expect(String(text).split("\nAS SELECT")[0]).toBe(`CREATE STREAMING TABLE main.default.bronze (
  id INT COMMENT 'key',
  amount INT,
  CONSTRAINT positive EXPECT (amount > 0) ON VIOLATION DROP ROW,
  CONSTRAINT known EXPECT (id IS NOT NULL))
CLUSTER BY (id)
COMMENT 'as it came'
TBLPROPERTIES (
  'quality' = 'bronze')`);
  expect(await said(String(text).replace("bronze", "again"))).toContain("3 rows added, 2 held back");
  const described = new Map((await rowsOf(lake.spark, "DESCRIBE EXTENDED bronze")).map(([key, value]) => [key, value]));
  expect(described.get("Type")).toBe("STREAMING_TABLE");
  expect(
    await rowsOf(lake.spark, "SELECT table_type FROM information_schema.tables WHERE table_name = 'bronze'"),
  ).toEqual([["STREAMING_TABLE"]]);
});

test("rows of a table come once, whatever is asked at a time, under another name, and of another query", async () => {
  const create = "CREATE OR REFRESH STREAMING TABLE copied AS SELECT * FROM STREAM events";
  const other = lake.spark.newSession();
  await Promise.all([lake.spark.sql(create), other.sql(create)]);
  await lake.spark.execute("INSERT INTO events VALUES (3, 'z')");
  await Promise.all([lake.spark.sql("REFRESH STREAMING TABLE copied"), other.sql(create)]);
  expect(await rowsOf(lake.spark, "SELECT * FROM copied ORDER BY id")).toEqual([
    [1, "x"],
    [2, "y"],
    [3, "z"],
  ]);
  await lake.spark.execute(`
    ALTER TABLE copied RENAME TO moved;
    INSERT INTO events VALUES (4, 'w');
    REFRESH STREAMING TABLE moved;
    INSERT INTO events VALUES (5, 'v');
    CREATE OR REFRESH STREAMING TABLE moved COMMENT 'more' AS SELECT *, upper(name) AS big FROM STREAM events;
    INSERT INTO events VALUES (6, 'u');
    REFRESH TABLE moved`);
  expect(await rowsOf(lake.spark, "SELECT id, big FROM moved ORDER BY id")).toEqual([
    [1, null],
    [2, null],
    [3, null],
    [4, null],
    [5, "V"],
    [6, "U"],
  ]);
  expect(await rowsOf(lake.spark, "DESCRIBE EXTENDED moved")).toContainEqual(["Comment", "more", ""]);
});

test("its rows may be changed; a rule that fails the update leaves them", async () => {
  await lake.spark.execute("DELETE FROM moved WHERE id = 1; INSERT INTO events VALUES (7, 't')");
  await expect(
    lake.spark.sql(
      "CREATE OR REFRESH STREAMING TABLE moved (CONSTRAINT c EXPECT (id < 7) ON VIOLATION FAIL UPDATE) AS SELECT * FROM STREAM events",
    ),
  ).rejects.toMatchObject({ condition: "QUALITY_GATE_FAILED" });
  expect(await rowsOf(lake.spark, "SELECT count(*) FROM moved")).toEqual([[5]]);
  expect(await said("CREATE OR REFRESH STREAMING TABLE moved AS SELECT * FROM STREAM events")).toContain("1 row added");
});

test("what is no streaming table's is refused by name", async () => {
  await lake.spark.execute(`
    CREATE MATERIALIZED VIEW view AS SELECT * FROM events;
    CREATE TABLE ours (id INT) TBLPROPERTIES ('pipelines.pipelineId' = 'p', 'pipelines.datasetType' = 'STREAMING_TABLE')`);
  const refused: readonly (readonly [string, string])[] = [
    ["CREATE STREAMING TABLE s AS SELECT * FROM events", "STREAMING_TABLE_QUERY_INVALID"],
    ["CREATE STREAMING TABLE s AS SELECT * FROM STREAM view", "STREAMING_FROM_MATERIALIZED_VIEW"],
    [
      "CREATE OR REPLACE STREAMING TABLE s AS SELECT * FROM STREAM events",
      "STREAMING_TABLE_OPERATION_NOT_ALLOWED.CREATE_OR_REPLACE",
    ],
    ["CREATE STREAMING TABLE moved AS SELECT * FROM STREAM events", "TABLE_OR_VIEW_ALREADY_EXISTS"],
    ["CREATE OR REFRESH STREAMING TABLE events AS SELECT * FROM STREAM moved", "TABLE_OR_VIEW_ALREADY_EXISTS"],
    ["CREATE OR REFRESH STREAMING TABLE view AS SELECT * FROM STREAM events", "CANNOT_CHANGE_DATASET_TYPE"],
    [
      "CREATE OR REFRESH STREAMING TABLE ours AS SELECT * FROM STREAM events",
      "STREAMING_TABLE_OPERATION_NOT_ALLOWED.REFRESH_DELTA_LIVE_TABLE",
    ],
    ["REFRESH STREAMING TABLE ours FULL", "STREAMING_TABLE_OPERATION_NOT_ALLOWED.REFRESH_DELTA_LIVE_TABLE"],
    ["REFRESH STREAMING TABLE view", "STREAMING_TABLE_OPERATION_NOT_ALLOWED.NON_STREAMING_TABLE"],
    ["DROP STREAMING TABLE moved", "UNSUPPORTED_FEATURE.STATEMENT"],
    ["DROP VIEW moved", "WRONG_COMMAND_FOR_OBJECT_TYPE"],
    [
      "CREATE STREAMING TABLE s FLOW AUTO CDC FROM STREAM events KEYS (id) SEQUENCE BY id",
      "UNSUPPORTED_FEATURE.STATEMENT",
    ],
  ];
  for (const [sql, condition] of refused) await expect(lake.spark.sql(sql), sql).rejects.toMatchObject({ condition });
  expect(await said("CREATE STREAMING TABLE IF NOT EXISTS moved AS SELECT * FROM STREAM events")).toContain(
    "exists already",
  );
});

test("a table that may not be reset is not", async () => {
  await lake.spark.execute("ALTER TABLE moved SET TBLPROPERTIES ('pipelines.reset.allowed' = 'false')");
  await expect(lake.spark.sql("REFRESH STREAMING TABLE moved FULL")).rejects.toMatchObject({
    condition: "TABLE_NOT_RESETTABLE",
  });
});

test("a table that is dropped and made again takes all", async () => {
  await lake.spark.execute("DROP TABLE moved; CREATE STREAMING TABLE moved AS SELECT * FROM STREAM events");
  expect(await rowsOf(lake.spark, "SELECT count(*) FROM moved")).toEqual([[7]]);
});
