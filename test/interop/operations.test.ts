import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../src/tasks/json-value.js";
import { expectSame, useLake } from "./lake.js";
import { type PeerRows, peers } from "./peers.js";

const lake = useLake();
const table = lake.name("life");

/** Each makes one version. */
const VERSIONS: readonly (readonly [operation: string, run: () => Promise<unknown>])[] = [
  [
    "CREATE TABLE",
    () =>
      lake.sql(
        `CREATE TABLE ${table} (id INT NOT NULL, p STRING, v DECIMAL(10,2) COMMENT 'amount') PARTITIONED BY (p)
         COMMENT 'it''s a life' TBLPROPERTIES ('delta.checkpointInterval' = '2', 'owner' = 'ü')`,
      ),
  ],
  [
    "WRITE",
    () =>
      lake.sql(
        `INSERT INTO ${table} VALUES (1, 'a', 1.10), (2, 'a', 2.20), (3, 'b', NULL), (4, NULL, 4.40), (5, 'x/y ü', 5)`,
      ),
  ],
  ["UPDATE", () => lake.sql(`UPDATE ${table} SET v = v * -1 WHERE p = 'a'`)],
  ["DELETE", () => lake.sql(`DELETE FROM ${table} WHERE id = 2 OR p IS NULL`)],
  [
    "MERGE",
    () =>
      lake.sql(
        `MERGE INTO ${table} t USING (SELECT * FROM VALUES (1, 'a', 10), (3, 'b', 30), (6, 'c', 60) AS s(id, p, v)) s ON t.id = s.id
         WHEN MATCHED AND s.id = 3 THEN DELETE WHEN MATCHED THEN UPDATE SET v = s.v
         WHEN NOT MATCHED THEN INSERT * WHEN NOT MATCHED BY SOURCE THEN UPDATE SET v = 0`,
      ),
  ],
  [
    "WRITE",
    async () =>
      (await lake.spark.sql("SELECT 7 AS id, 'b' AS p, CAST(7.77 AS DECIMAL(10,2)) AS v, array('new') AS tags")).write
        .format("delta")
        .mode("append")
        .option("mergeSchema", true)
        .save(lake.path("life")),
  ],
  ["WRITE", () => lake.sql(`INSERT INTO ${table} REPLACE WHERE p = 'b' SELECT 8, 'b', 8.88, array('x', NULL)`)],
  ["WRITE", () => lake.sql(`INSERT OVERWRITE ${table} SELECT id + 100, p, v, tags FROM ${table} WHERE id <> 6`)],
  ["ADD COLUMNS", () => lake.sql(`ALTER TABLE ${table} ADD COLUMNS (s STRUCT<a: INT, b: STRING>)`)],
  [
    "MERGE",
    () =>
      lake.sql(
        `MERGE INTO ${table} t USING (SELECT 101 AS id, named_struct('a', 1, 'b', 'y') AS s) s ON t.id = s.id
         WHEN MATCHED THEN UPDATE SET t.s = s.s`,
      ),
  ],
  [
    "CREATE OR REPLACE TABLE AS SELECT",
    () =>
      lake.sql(
        `CREATE OR REPLACE TABLE ${table} PARTITIONED BY (day) TBLPROPERTIES ('delta.checkpointInterval' = '2')
         AS SELECT id, DATE'2024-01-01' AS day, s.b AS word FROM ${table}`,
      ),
  ],
  ["WRITE", () => lake.sql(`INSERT INTO ${table} VALUES (1000, DATE'2024-01-02', 'more')`)],
  ["DELETE", () => lake.sql(`DELETE FROM ${table}`)],
  ["WRITE", () => lake.sql(`INSERT INTO ${table} VALUES (2000, NULL, 'after')`)],
];

/** The entries of a map in one order. */
function anyOrder(value: JsonValue | undefined): JsonValue {
  return Array.isArray(value)
    ? [...(value as readonly JsonValue[])].sort((a, b) => (String(a) < String(b) ? -1 : 1))
    : (value ?? null);
}

describe("a table's life by lakelet, with a checkpoint every second version", () => {
  const states: PeerRows[] = [];

  test("each operation is one version", async () => {
    for (const [version, [, run]] of VERSIONS.entries()) {
      await run();
      states.push(await lake.read("life"));
      expect(await lake.read("life", { version }), `version ${version}`).toEqual(states[version]);
    }
    const checkpoints = readdirSync(lake.path("life/_delta_log")).filter((name) =>
      name.endsWith(".checkpoint.parquet"),
    );
    expect(checkpoints.sort()).toEqual(
      [2, 4, 6, 8, 10, 12].map((one) => `${String(one).padStart(20, "0")}.checkpoint.parquet`),
    );
  });

  test.each(["spark", "delta-rs"] as const)("%s reads every version as lakelet does", async (reader) => {
    for (const [version, own] of states.entries()) await expectSame(reader, lake.path("life"), own, { version });
  });

  test("Spark tells the history as lakelet does", async () => {
    const columns =
      "version, operation, operationParameters, readVersion, isolationLevel, isBlindAppend, operationMetrics, engineInfo";
    const told = await peers().spark(`DESCRIBE HISTORY ${table}`);
    const own = await lake.sql(`DESCRIBE HISTORY ${table}`);
    const pick = ({ columns: names, rows }: PeerRows) =>
      rows.map((row) => columns.split(", ").map((name) => [name, anyOrder(row[names.indexOf(name)])]));
    expect(pick(told)).toEqual(pick(own));
    expect(told.rows.map((row) => row[told.columns.indexOf("operation")])).toEqual(
      VERSIONS.map(([name]) => name).reverse(),
    );
  });

  test("Spark describes the table as lakelet does", async () => {
    const detail = async (rows: Promise<PeerRows>) => {
      const {
        columns,
        rows: [row = []],
      } = await rows;
      return [
        "format",
        "id",
        "partitionColumns",
        "numFiles",
        "sizeInBytes",
        "minReaderVersion",
        "minWriterVersion",
        "properties",
      ].map((name) => [name, row[columns.indexOf(name)] ?? null]);
    };
    expect(await detail(peers().spark(`DESCRIBE DETAIL ${table}`))).toEqual(
      await detail(lake.sql(`DESCRIBE DETAIL ${table}`)),
    );
  });

  test("without the commits before the last checkpoint all read it alike", async () => {
    cpSync(lake.path("life"), lake.path("cut"), { recursive: true });
    const log = lake.path("cut/_delta_log");
    for (const name of readdirSync(log)) {
      const version = Number(/^(\d{20})\.json$/.exec(name)?.[1] ?? Number.NaN);
      if (version < 12) rmSync(join(log, name));
    }
    for (const at of [2, 4, 6, 8, 10]) rmSync(join(log, `${String(at).padStart(20, "0")}.checkpoint.parquet`));
    await lake.expectReadAlike("cut", [[2000, null, "after"]]);
    await lake.expectReadAlike("cut", [], { version: 12 });
  });

  test("the peers write on, and all read it alike", async () => {
    await peers().spark(
      `INSERT INTO ${table} VALUES (3000, DATE'2024-01-03', 'spark')`,
      `UPDATE ${table} SET word = 'ü' WHERE id = 2000`,
    );
    await peers().rustWrite(lake.path("life"), ["SELECT 4000 AS id, DATE'2024-01-04' AS day, 'rust' AS word"]);
    await lake.sql(`UPDATE ${table} SET id = id + 1`);
    await lake.expectReadAlike("life", [
      [2001, null, "ü"],
      [3001, "2024-01-03", "spark"],
      [4001, "2024-01-04", "rust"],
    ]);
    await peers().spark(`RESTORE TABLE ${table} TO VERSION AS OF 11`);
    await lake.expectReadAlike("life", states[11]?.rows ?? []);
    await peers().rustCall(lake.path("life"), "restore", { target: 5 });
    await lake.expectReadAlike("life", states[5]?.rows ?? []);
  });
});

describe("DataFrames", () => {
  test("written with partitions, overwritten with another schema, are read alike by all", async () => {
    const at = lake.path("frames");
    // More columns than statistics are kept of.
    const wide = (count: number) => Array.from({ length: count }, (_, i) => `id * ${i + 1} AS c${i}`);
    const frame = lake.spark.range(5).selectExpr("CAST(id % 2 AS STRING) AS p", ...wide(40));
    await frame.write.format("delta").partitionBy("p").save(at);
    await lake.expectReadAlike("frames", 5);
    const own = await lake.read("frames", { where: "c39 = 160" });
    expect(own.rows).toHaveLength(1);
    for (const reader of ["spark", "datafusion"] as const) await expectSame(reader, at, own, { where: "c39 = 160" });
    const other = lake.spark.range(3).selectExpr("id", "array(id) AS list");
    await other.write.format("delta").mode("overwrite").option("overwriteSchema", true).save(at);
    await lake.expectReadAlike(
      "frames",
      [0, 1, 2].map((id) => [id, [id]]),
    );
    // As in Spark the table has lost its partitions.
    const { columns, rows } = await peers().spark(`DESCRIBE DETAIL ${lake.name("frames")}`);
    expect(rows[0]?.[columns.indexOf("partitionColumns")]).toEqual([]);
  });

  test("without rows are tables without rows", async () => {
    await lake.spark.range(0).write.format("delta").save(lake.path("empty"));
    await lake.sql(`CREATE TABLE ${lake.name("nothing")} (id INT, p STRING) PARTITIONED BY (p)`);
    await lake.expectReadAlike("empty", []);
    await lake.expectReadAlike("nothing", []);
  });
});
