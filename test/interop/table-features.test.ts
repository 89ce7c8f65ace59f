/** Tables with the features that change how data files are read: Spark makes them, lakelet reads and writes on, Spark reads it right. */
import { describe, expect, test } from "vitest";
import { useLake } from "./lake.js";
import { peers } from "./peers.js";

const lake = useLake();

describe.each(["name", "id"])("column mapping by %s, with deletion vectors", (mode) => {
  const name = `mapped_${mode}`;
  const table = lake.name(name);

  test("lakelet reads what Spark renamed, dropped, added again and deleted, and Spark what lakelet writes then", async () => {
    await peers().spark(
      `CREATE TABLE ${table} (id BIGINT, p STRING, s STRUCT<a INT, b STRUCT<c TIMESTAMP, d STRING>>,
         l ARRAY<STRUCT<x INT, y STRING>>, m MAP<STRING, STRUCT<z DOUBLE>>) USING delta PARTITIONED BY (p)
       TBLPROPERTIES ('delta.columnMapping.mode' = '${mode}', 'delta.enableDeletionVectors' = 'true')`,
      `INSERT INTO ${table} SELECT id, concat('p', id % 3),
         named_struct('a', int(id), 'b', named_struct('c', timestamp'1890-01-15 10:00:00', 'd', 'x')),
         array(named_struct('x', int(id), 'y', 'q')), map('k', named_struct('z', double(id))) FROM range(20)`,
      `ALTER TABLE ${table} RENAME COLUMN s.a TO aa`,
      `ALTER TABLE ${table} RENAME COLUMN p TO \`part col\``,
      `ALTER TABLE ${table} DROP COLUMN l.element.y`,
      `ALTER TABLE ${table} ADD COLUMN (l.element.y STRING)`,
      `ALTER TABLE ${table} DROP COLUMN m`,
      `ALTER TABLE ${table} ADD COLUMN (m INT)`,
      `DELETE FROM ${table} WHERE id IN (3, 4, 11)`,
      `INSERT INTO ${table} VALUES (100, NULL, NULL, array(named_struct('x', 1, 'y', 'new')), 7)`,
    );
    await lake.expectReadAlike(name, 18, { readers: ["spark"] });
    await lake.sql(
      `INSERT INTO ${table} SELECT 200 + id, 'w/ż', named_struct('aa', 5, 'b', named_struct('c', timestamp'2024-01-15 10:00:00', 'd', 'own')),
         array(named_struct('x', 9, 'y', 'lake')), 3 FROM range(5)`,
      `DELETE FROM ${table} WHERE id IN (1, 201, 5)`,
      `UPDATE ${table} SET m = 77 WHERE id = 2 OR id = 203`,
    );
    await lake.expectReadAlike(name, 20, { readers: ["spark"] });
    const told = await peers().read("spark", lake.path(name), {
      where: "s.aa = 5 AND `part col` = 'w/ż' AND id >= 203",
    });
    expect(told.rows).toHaveLength(2);
  }, 300_000);
});

describe("type widening", () => {
  const table = lake.name("widened");

  test("lakelet reads files of the types from before and after", async () => {
    await peers().spark(
      `CREATE TABLE ${table} (b TINYINT, i INT, f FLOAT, d DECIMAL(5,2), s STRUCT<a SMALLINT>, l ARRAY<INT>, p SMALLINT)
       USING delta PARTITIONED BY (p) TBLPROPERTIES ('delta.enableTypeWidening' = 'true')`,
      `INSERT INTO ${table} VALUES (1, 2, 1.1, 1.25, named_struct('a', 5S), array(1, 2), 7)`,
      ...["b BIGINT", "i DOUBLE", "f DOUBLE", "d DECIMAL(12,4)", "s.a DECIMAL(12,2)", "l.element BIGINT", "p INT"].map(
        (change) => `ALTER TABLE ${table} ALTER COLUMN ${change.replace(" ", " TYPE ")}`,
      ),
      `INSERT INTO ${table} VALUES (5000000000, 2.5, 1.1, 123.4567, named_struct('a', 5.25), array(5000000000), 70000)`,
    );
    await lake.expectReadAlike("widened", 2, { readers: ["spark"] });
    const found = await lake.read("widened", { where: "f > 1.1 AND f < 1.2" });
    expect(found.rows).toHaveLength(1);
  }, 300_000);
});

describe("variants", () => {
  const table = lake.name("variants");

  test("lakelet reads what Spark wrote", async () => {
    const told = await peers().spark(
      `CREATE TABLE ${table} (id INT, v VARIANT) USING delta`,
      `INSERT INTO ${table} SELECT 1, parse_json('{"a": [1, 2.50, null, "x"], "b": {"c": true}}') UNION ALL SELECT 2, NULL
       UNION ALL SELECT 3, to_variant_object(named_struct('d', date'2020-01-01', 't', timestamp_ntz'2020-01-01 00:00:00.5', 'b', X'AA', 'f', 1e300))`,
      `SELECT id, to_json(v) AS v FROM ${table} ORDER BY id`,
    );
    const own = await lake.sql(`SELECT id, v FROM ${table} ORDER BY id`);
    expect(own.rows).toEqual(told.rows);
  });
});
