import { describe, expect, test } from "vitest";
import { useLake } from "./lake.js";
import { peers, type Reader } from "./peers.js";

const lake = useLake();

/** Spark refuses the statement with a message that matches. */
async function sparkRefuses(statement: string, message: RegExp): Promise<void> {
  await expect(peers().spark(statement), statement).rejects.toThrow(message);
}
async function lakeletRefuses(statement: string, condition: string): Promise<void> {
  await expect(lake.sql(statement), statement).rejects.toMatchObject({ cause: { condition } });
}

const SPARK: readonly Reader[] = ["spark"];

describe("tables of lakelet with rules", () => {
  test("CHECK constraints and lengths bind Spark and delta-rs", async () => {
    const table = lake.name("checked");
    await lake.sql(
      `CREATE TABLE ${table} (id INT, name VARCHAR(3), code CHAR(2))`,
      `INSERT INTO ${table} VALUES (1, 'abc', 'x')`,
      `ALTER TABLE ${table} ADD CONSTRAINT positive CHECK (id > 0)`,
    );
    await sparkRefuses(`INSERT INTO ${table} VALUES (-1, 'a', 'b')`, /DELTA_VIOLATE_CONSTRAINT_WITH_VALUES/);
    await sparkRefuses(`INSERT INTO ${table} VALUES (1, 'abcd', 'b')`, /DELTA_EXCEED_CHAR_VARCHAR_LIMIT/);
    await expect(
      peers().rustWrite(lake.path("checked"), ["SELECT -5 AS id, 'a' AS name, 'b ' AS code"]),
    ).rejects.toThrow();
    await peers().spark(`INSERT INTO ${table} VALUES (2, 'b', 'yz')`);
    await peers().rustWrite(lake.path("checked"), ["SELECT 3 AS id, 'c' AS name, 'zz' AS code"]);
    await lake.expectReadAlike("checked", [
      [1, "abc", "x "],
      [2, "b", "yz"],
      [3, "c", "zz"],
    ]);
  });

  test("generated columns are computed by Spark, too", async () => {
    const table = lake.name("generated");
    await lake.sql(
      `CREATE TABLE ${table} (a INT, b INT GENERATED ALWAYS AS (a + 1), day DATE GENERATED ALWAYS AS (CAST(at AS DATE)), at TIMESTAMP)
       PARTITIONED BY (day)`,
      `INSERT INTO ${table} (a, at) VALUES (1, TIMESTAMP'2024-01-02 03:04:05Z')`,
    );
    await peers().spark(
      `INSERT INTO ${table} (a, at) VALUES (2, TIMESTAMP'2024-05-06 07:08:09Z')`,
      `UPDATE ${table} SET a = 10 WHERE a = 1`,
    );
    await sparkRefuses(`UPDATE ${table} SET b = 0`, /Generated Column/);
    await lake.sql(`UPDATE ${table} SET a = a + 1`);
    await lake.expectReadAlike("generated", [
      [11, 12, "2024-01-02", "2024-01-02T03:04:05.000000Z"],
      [3, 4, "2024-05-06", "2024-05-06T07:08:09.000000Z"],
    ]);
  });

  test("identity values go on where the other left off", async () => {
    const table = lake.name("identity");
    await lake.sql(
      `CREATE TABLE ${table} (id BIGINT GENERATED ALWAYS AS IDENTITY (START WITH 5 INCREMENT BY 2), v INT)`,
      `INSERT INTO ${table} (v) VALUES (1), (2)`,
    );
    await peers().spark(`INSERT INTO ${table} (v) VALUES (3)`);
    await lake.sql(`INSERT INTO ${table} (v) VALUES (4)`);
    await lake.expectReadAlike(
      "identity",
      [
        [5, 1],
        [7, 2],
        [9, 3],
        [11, 4],
      ],
      { readers: SPARK },
    );
  });

  test("defaults, column mapping after renames and drops, widened types, clustering", async () => {
    const table = lake.name("evolved");
    await lake.sql(
      `CREATE TABLE ${table} (id INT, q SMALLINT DEFAULT 7, s STRUCT<x: INT, y: STRING>, gone STRING) CLUSTER BY (id)
       TBLPROPERTIES ('delta.feature.allowColumnDefaults' = 'supported', 'delta.columnMapping.mode' = 'name',
         'delta.enableTypeWidening' = 'true')`,
      `INSERT INTO ${table} (id, s) VALUES (1, named_struct('x', 1, 'y', 'a'))`,
      `ALTER TABLE ${table} RENAME COLUMN s.x TO z`,
      `ALTER TABLE ${table} DROP COLUMN gone`,
      `ALTER TABLE ${table} ALTER COLUMN q TYPE INT`,
      `ALTER TABLE ${table} ADD COLUMN \`new one\` STRING AFTER id`,
    );
    await peers().spark(
      `INSERT INTO ${table} (id, s) VALUES (2, named_struct('z', 2, 'y', 'b'))`,
      `ALTER TABLE ${table} RENAME COLUMN q TO quantity`,
      `ALTER TABLE ${table} ALTER COLUMN id TYPE BIGINT`,
    );
    await lake.sql(
      `INSERT INTO ${table} (id, quantity, \`new one\`) VALUES (5000000000, DEFAULT, 'n')`,
      `UPDATE ${table} SET quantity = quantity + 70000 WHERE id = 1`,
    );
    await lake.expectReadAlike(
      "evolved",
      [
        [1, null, 70007, { z: 1, y: "a" }],
        [2, null, 7, { z: 2, y: "b" }],
        [5000000000, "n", 7, null],
      ],
      { readers: SPARK },
    );
  });

  // delta-rs: its Arrow dataset gives NULL for every mapped column, of Spark's tables too; it does not read by id.
  test("column mapping by name and by id", async () => {
    for (const mode of ["name", "id"]) {
      const table = lake.name(`mapped_${mode}`);
      await lake.sql(
        `CREATE TABLE ${table} (a INT, n STRUCT<x: INT>) TBLPROPERTIES ('delta.columnMapping.mode' = '${mode}')`,
        `INSERT INTO ${table} VALUES (1, named_struct('x', 2))`,
        `ALTER TABLE ${table} RENAME COLUMN a TO b`,
      );
      await peers().spark(`INSERT INTO ${table} VALUES (3, named_struct('x', 4))`);
      const rows = [
        [1, { x: 2 }],
        [3, { x: 4 }],
      ];
      await lake.expectReadAlike(`mapped_${mode}`, rows, {
        readers: mode === "name" ? ["datafusion", "spark"] : SPARK,
      });
    }
  });

  test("Spark drops a constraint, changes properties and clustering", async () => {
    const table = lake.name("changed");
    await lake.sql(
      `CREATE TABLE ${table} (a INT, b INT) CLUSTER BY (a)`,
      `ALTER TABLE ${table} ADD CONSTRAINT c CHECK (a > 0)`,
      `INSERT INTO ${table} VALUES (1, 1)`,
    );
    await peers().spark(
      `ALTER TABLE ${table} DROP CONSTRAINT c`,
      `OPTIMIZE ${table}`,
      `ALTER TABLE ${table} CLUSTER BY (b)`,
    );
    await lake.sql(`INSERT INTO ${table} VALUES (-1, 2)`, `ALTER TABLE ${table} CLUSTER BY NONE`);
    await lake.expectReadAlike(
      "changed",
      [
        [1, 1],
        [-1, 2],
      ],
      { readers: SPARK },
    );
  });
});

describe("tables of Spark with rules", () => {
  test("generated and identity columns by Spark's builder", async () => {
    await peers().sparkCreate(lake.path("built"), [
      ["id", "BIGINT", ["generatedAlwaysAsIdentity", 1, 1]],
      ["a", "INT", null],
      ["b", "INT", ["generatedAlwaysAs", "a * 2"]],
    ]);
    const table = lake.name("built");
    await peers().spark(`INSERT INTO ${table} (a) VALUES (1)`);
    await lake.sql(
      `INSERT INTO ${table} (a) VALUES (2)`,
      `MERGE INTO ${table} t USING (SELECT 3 AS k UNION ALL SELECT 1) s ON t.a = s.k
       WHEN MATCHED THEN UPDATE SET a = 10 WHEN NOT MATCHED THEN INSERT (a) VALUES (s.k)`,
    );
    await lakeletRefuses(
      `INSERT INTO ${table} VALUES (9, 1, 2)`,
      "DELTA_IDENTITY_COLUMNS_EXPLICIT_INSERT_NOT_SUPPORTED",
    );
    await lakeletRefuses(`INSERT INTO ${table} (a, b) VALUES (1, 3)`, "DELTA_VIOLATE_CONSTRAINT_WITH_VALUES");
    await peers().spark(`INSERT INTO ${table} (a) VALUES (4)`);
    const { rows } = await lake.sql(`SELECT count(DISTINCT id), min(a * 2 = b) FROM ${table}`);
    expect(rows).toEqual([[4, true]]);
    await lake.expectReadAlike("built", 4, { readers: SPARK });
  });

  test("constraints, lengths, defaults and widened columns are kept by lakelet", async () => {
    const table = lake.name("ruled");
    await peers().spark(
      `CREATE TABLE ${table} (id INT, v VARCHAR(3), l ARRAY<CHAR(2)>, q INT DEFAULT 5) USING delta
       TBLPROPERTIES ('delta.feature.allowColumnDefaults' = 'supported', 'delta.enableTypeWidening' = 'true')`,
      `ALTER TABLE ${table} ADD CONSTRAINT c CHECK (length(v) > 0 and v <> 'bad')`,
      `INSERT INTO ${table} (id, v) VALUES (1, 'a')`,
      `ALTER TABLE ${table} ALTER COLUMN id TYPE BIGINT`,
    );
    await lakeletRefuses(`INSERT INTO ${table} (id, v) VALUES (2, 'bad')`, "DELTA_VIOLATE_CONSTRAINT_WITH_VALUES");
    await lakeletRefuses(`INSERT INTO ${table} (id) VALUES (2)`, "DELTA_VIOLATE_CONSTRAINT_WITH_VALUES");
    await lakeletRefuses(`UPDATE ${table} SET v = 'long'`, "DELTA_EXCEED_CHAR_VARCHAR_LIMIT");
    await lakeletRefuses(`INSERT INTO ${table} VALUES (2, 'x', array('abc'), 1)`, "DELTA_EXCEED_CHAR_VARCHAR_LIMIT");
    await lake.sql(`INSERT INTO ${table} (id, v, l) VALUES (5000000000, 'b', array('x'))`);
    await lake.expectReadAlike(
      "ruled",
      [
        [1, "a", null, 5],
        [5000000000, "b", ["x "], 5],
      ],
      { readers: SPARK },
    );
  });
});
