import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../src/tasks/json-value.js";
import { sorted, useLake } from "./lake.js";
import { peers } from "./peers.js";

const lake = useLake();

/** Spark shows a parameter without a value as NULL; in lakelet it is not there. */
function withoutNulls(value: JsonValue): JsonValue {
  const isMap = Array.isArray(value) && value.every((entry) => Array.isArray(entry) && entry.length === 2);
  return isMap ? value.filter(([, one]) => one !== null) : value;
}

describe("a table's life by Spark", () => {
  const table = lake.name("life");
  const STATEMENTS = [
    `CREATE TABLE ${table} (id BIGINT NOT NULL, p STRING, v DECIMAL(12,3)) USING delta PARTITIONED BY (p)
     TBLPROPERTIES ('delta.checkpointInterval' = '3')`,
    `INSERT INTO ${table} VALUES (1, 'x/y', 1.1), (2, 'ü 😀', NULL), (3, NULL, -3.3), (4, 'a=b%', 4)`,
    `INSERT INTO ${table} SELECT id, 'x/y', id / 8 FROM range(100, 150)`,
    `UPDATE ${table} SET v = v * 2 WHERE p = 'x/y'`,
    `DELETE FROM ${table} WHERE id BETWEEN 120 AND 130`,
    `ALTER TABLE ${table} ADD COLUMNS (note STRING AFTER id, seen TIMESTAMP)`,
    `MERGE INTO ${table} t USING (SELECT 1L AS id, 'n' AS note, 'x/y' AS p, 9.9 AS v, TIMESTAMP'2024-01-01 00:00:00.5Z' AS seen
       UNION ALL SELECT 900L, 'new', 'ü 😀', NULL, NULL) s ON t.id = s.id
     WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT * WHEN NOT MATCHED BY SOURCE AND t.id > 140 THEN DELETE`,
    `INSERT INTO ${table} VALUES (105, 'late', 'ü 😀', 1.5, NULL)`,
    `OPTIMIZE ${table}`,
    `INSERT OVERWRITE ${table} SELECT * FROM ${table} WHERE id < 110`,
  ];

  test("lakelet and delta-rs read every version as Spark does", async () => {
    await peers().spark(...STATEMENTS);
    const { columns, rows } = await lake.sql(`DESCRIBE HISTORY ${table}`);
    const versions = rows.map((row) => Number(row[columns.indexOf("version")])).reverse();
    expect(versions.length).toBeGreaterThanOrEqual(STATEMENTS.length);
    for (const version of versions) {
      const told = await peers().read("spark", lake.path("life"), { version });
      await lake.expectReadAlike("life", told.rows, { version, readers: ["delta-rs"] });
    }
  });

  test("lakelet tells its history as Spark does", async () => {
    const told = await peers().spark(`DESCRIBE HISTORY ${table}`);
    const own = await lake.sql(`DESCRIBE HISTORY ${table}`);
    expect(own.columns).toEqual(told.columns);
    expect(own.rows).toEqual(told.rows.map((row) => row.map(withoutNulls)));
  });

  test("lakelet appends, replaces and merges, and Spark and delta-rs read it right", async () => {
    const before = (await lake.read("life")).rows;
    await lake.sql(
      `INSERT INTO ${table} VALUES (5000, 'own', 'ü 😀', 5.005, TIMESTAMP'2024-06-01 12:00:00.000001Z')`,
      `INSERT INTO ${table} REPLACE WHERE p = 'a=b%' SELECT 6000, 'replaced', 'a=b%', 6, NULL`,
      `MERGE INTO ${table} t USING (SELECT * FROM VALUES (1, 11), (7000, 77) AS s(id, v)) s ON t.id = s.id
       WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT (id, p, v) VALUES (s.id, 'x/y', s.v)
       WHEN NOT MATCHED BY SOURCE AND t.p IS NULL THEN DELETE`,
    );
    const kept = before.filter(([id, , p]) => p !== "a=b%" && p !== null && id !== 1);
    await lake.expectReadAlike("life", [
      ...kept,
      [1, "n", "x/y", "11.000", "2024-01-01T00:00:00.500000Z"],
      [5000, "own", "ü 😀", "5.005", "2024-06-01T12:00:00.000001Z"],
      [6000, "replaced", "a=b%", "6.000", null],
      [7000, null, "x/y", "77.000", null],
    ]);
  });
});

describe("Spark's checkpoints", () => {
  test.each(["one part", "several parts"])("of %s are read, and written on by lakelet", async (parts) => {
    const name = parts.replace(" ", "_");
    const table = lake.name(name);
    const setting = "spark.databricks.delta.checkpoint.partSize";
    await peers().spark(
      ...(parts === "several parts" ? [`SET ${setting} = 3`] : []),
      `CREATE TABLE ${table} USING delta PARTITIONED BY (p) TBLPROPERTIES ('delta.checkpointInterval' = '2')
       AS SELECT id, CAST(id % 7 AS STRING) AS p, CAST(id AS DECIMAL(30,5)) AS v, DATE'2024-01-01' + CAST(id AS INT) AS d FROM range(20)`,
      `DELETE FROM ${table} WHERE p = '3'`,
      `INSERT INTO ${table} SELECT id, NULL, 0.5, NULL FROM range(100, 102)`,
      `RESET ${setting}`,
    );
    const files = readdirSync(lake.path(`${name}/_delta_log`));
    const checkpoints = files.filter((one) => one.startsWith("00000000000000000002.checkpoint."));
    if (parts === "one part") expect(checkpoints).toEqual(["00000000000000000002.checkpoint.parquet"]);
    else expect(checkpoints.length).toBeGreaterThan(1);
    await lake.expectReadAlike(name, 19);
    await lake.sql(`DELETE FROM ${table} WHERE p = '4'`, `UPDATE ${table} SET v = -1 WHERE p IS NULL`);
    await lake.expectReadAlike(name, 16);
    expect((await lake.read(name, { where: "v = -1" })).rows).toHaveLength(2);
  });
});

describe("files that lie elsewhere", () => {
  test("of a shallow clone of lakelet's table by Spark are read, and replaced by lakelet", async () => {
    const [origin, clone] = [lake.name("ori gin ü%"), lake.name("clone")];
    await lake.sql(
      `CREATE TABLE ${origin} (id INT, p STRING) PARTITIONED BY (p)`,
      `INSERT INTO ${origin} VALUES (1, 'x/y %ü'), (2, NULL), (3, 'b')`,
    );
    await peers().spark(`CREATE TABLE ${clone} SHALLOW CLONE ${origin}`);
    await lake.sql(`UPDATE ${clone} SET id = 10 WHERE id = 1`, `DELETE FROM ${clone} WHERE p = 'b'`);
    await lake.expectReadAlike(
      "clone",
      [
        [10, "x/y %ü"],
        [2, null],
      ],
      { readers: ["spark"] },
    );
    await lake.expectReadAlike("ori gin ü%", 3);
  });
});

describe("statistics of Spark's files", () => {
  test("let lakelet find the right rows", async () => {
    const table = lake.name("stats");
    const long = "ä".repeat(40);
    await peers().spark(
      `CREATE TABLE ${table} USING delta AS SELECT 0 AS id, '${long}0' AS s, TIMESTAMP'2024-01-01 00:00:00.123456Z' AS ts,
         CAST(-99999999999999999.999 AS DECIMAL(20,3)) AS dec, CAST('NaN' AS DOUBLE) AS dbl`,
      `INSERT INTO ${table} VALUES (1, '😀${long}1', TIMESTAMP'1969-12-31 23:59:59.999999Z', 0.001, 1e300)`,
      `INSERT INTO ${table} VALUES (2, NULL, NULL, NULL, NULL)`,
    );
    const conditions: readonly (readonly [string, readonly number[]])[] = [
      [`s = '${long}0'`, [0]],
      [`s > '${long}z'`, [1]],
      ["ts > TIMESTAMP'2024-01-01 00:00:00.123455Z'", [0]],
      ["ts = TIMESTAMP'1969-12-31 23:59:59.999999Z'", [1]],
      ["dec < -99999999999999999.998", [0]],
      ["dbl > 1e299", [0, 1]],
      ["dbl = CAST('NaN' AS DOUBLE)", [0]],
      ["s IS NULL", [2]],
    ];
    for (const [where, ids] of conditions) {
      const own = await lake.sql(`SELECT id FROM ${table} WHERE ${where} ORDER BY id`);
      expect(own.rows, where).toEqual(ids.map((id) => [id]));
      expect(sorted((await peers().spark(`SELECT id FROM ${table} WHERE ${where}`)).rows), where).toEqual(own.rows);
    }
  });
});
