/** Parameters are data, whatever they look like; names are names, whatever is in them; statements of one session run side by side. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { col } from "../../src/dataframe/functions/basics.js";
import { rowsOf, useSession } from "../support/session.js";

const lake = useSession();
beforeAll(() => lake.spark.execute("CREATE TABLE texts (id INT, s STRING)"));

test.each([
  "a'b",
  'a"b',
  "a\\b",
  "\\'",
  "a;b",
  "a\nb",
  "a\r\nb",
  "a\0b",
  "日本😀",
  "--x",
  "/*",
  ":p $" + "{y}",
  "%_",
  "\u2028",
  "\ufeffmark",
])("%j in a query, an INSERT, an UPDATE, a MERGE and a filter", async (p) => {
  expect(await (await lake.spark.sql("SELECT :p AS p, ':p' AS text", { p })).collect()).toEqual([{ p, text: ":p" }]);
  await lake.spark.execute("INSERT INTO texts VALUES (1, :p)", { p });
  expect(await lake.spark.table("texts").filter(col("s").eq(p)).count()).toBe(1);
  const updated = await lake.spark.execute("UPDATE texts SET s = concat(:p, 'z') WHERE s = :p", { p });
  expect(updated.rows).toEqual([[1n]]);
  const merged = await lake.spark.execute(
    "MERGE INTO texts USING (SELECT concat(:p, 'z') AS s) q ON texts.s = q.s WHEN MATCHED THEN DELETE",
    { p },
  );
  expect(merged.rows).toEqual([[1n, 0n, 1n, 0n]]);
});

test("a value that names its column may hold the character NUL", async () => {
  expect((await lake.spark.execute("SELECT :p, CASE WHEN :p = 'x' THEN 1 END", { p: "a\0b" })).rows).toEqual([
    ["a\0b", null],
  ]);
});

test("each JavaScript type becomes its Spark type", async () => {
  const args = { i: 1, d: 1.5, b: true, t: new Date("2024-01-01T00:00:00Z"), n: null, big: 12345678901234n, neg: -5 };
  const { rows } = await lake.spark.execute(
    "SELECT typeof(:i), typeof(:d), typeof(:b), typeof(:t), typeof(:n), typeof(:big), 1 -:neg, CAST(:t AS STRING)",
    args,
  );
  expect(rows).toEqual([["int", "double", "boolean", "timestamp", "void", "bigint", 6, "2024-01-01 00:00:00"]]);
});

test("a parameter without a value is named, with the nearest", async () => {
  await expect(lake.spark.sql("SELECT :run_date", { run_dat: "x" })).rejects.toThrow(
    /\[UNBOUND_SQL_PARAMETER\].*:run_date.*:run_dat/,
  );
});

test.each(["My Table.x", "ünïcode/tbl", "a'b", "_hidden", "..", "%41", "CON"])("a table called %s", async (name) => {
  const quoted = `\`${name}\``;
  await lake.spark.execute(`CREATE TABLE ${quoted} AS SELECT 1 AS id; INSERT INTO ${quoted} VALUES (2)`);
  expect(await rowsOf(lake.spark, `SELECT count(*) FROM main.default.\`${name.toUpperCase()}\``)).toEqual([[2]]);
  expect((await rowsOf(lake.spark, "SHOW TABLES")).map((row) => row[1])).toContain(name.toLowerCase());
  await lake.spark.execute(`DROP TABLE ${quoted}`);
  await expect(lake.spark.sql(`SELECT * FROM ${quoted}`)).rejects.toThrow(/TABLE_OR_VIEW_NOT_FOUND/);
});

test("statements of one session side by side", async () => {
  await lake.spark.execute("CREATE TABLE many (id INT)");
  const path = join(lake.folder, "bad.csv");
  writeFileSync(path, "id,v\n1,a\nx,b\n3,c\n");
  const lines = lake.spark.read.option("header", true).schema("id INT, v STRING").option("mode", "DROPMALFORMED");
  await lines.csv(path).createOrReplaceTempView("bad");
  const writes = [1, 2, 3, 4].map((id) => lake.spark.execute(`INSERT INTO many VALUES (${id})`));
  const reads = [
    "SELECT count(*) FROM bad",
    "SELECT sum(id) FROM bad",
    "SELECT count(*) FROM bad a JOIN bad b USING (id)",
  ];
  const results = await Promise.all(reads.map((sql) => rowsOf(lake.spark, sql)));
  await Promise.all(writes);
  expect(results).toEqual([[[2]], [[4]], [[2]]]);
  expect(await rowsOf(lake.spark, "SELECT count(*) FROM many")).toEqual([[4]]);
});
