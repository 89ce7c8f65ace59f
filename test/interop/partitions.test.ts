import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { expectSame, sorted, useLake } from "./lake.js";
import { peers } from "./peers.js";

const lake = useLake();

const TEXTS = [
  "plain",
  "a b",
  "50%",
  "x/y",
  "k=v",
  "10:30",
  "ü",
  "😀",
  "it\\'s",
  '"q"',
  "a+b",
  "%2F",
  "#?&*",
  "[x]{y}",
  "a\\\\b",
];

const KEYS = "s STRING, d DATE, i INT, n DECIMAL(10,2), t TIMESTAMP, b BOOLEAN";
/** One row for each text, one of nulls, and one of the empty text, which Delta takes for NULL. */
const ROWS = [
  ...TEXTS.map(
    (text, id) =>
      `(${id}, '${text}', DATE'2024-01-${id + 10}', ${id - 5}, CAST(${id}.50 AS DECIMAL(10,2)), ` +
      `TIMESTAMP'2024-01-01 10:00:00.${100000 + id}Z', ${id % 2 === 0})`,
  ),
  "(100, NULL, NULL, NULL, NULL, NULL, NULL)",
  "(101, '', DATE'0001-01-01', 0, 0.00, TIMESTAMP'1969-12-31 23:59:59.999999Z', true)",
];
const QUERY = `SELECT * FROM VALUES ${ROWS.join(", ")} AS v(id, s, d, i, n, t, b)`;
const PARTITIONED = "PARTITIONED BY (s, d, i, n, t, b)";

/** Spark's answer, in which the empty text has become NULL as in every partitioned table. */
async function expectedRows() {
  return (await peers().spark(QUERY)).rows.map((row) => row.map((value) => (value === "" ? null : value)));
}

describe("partition values of every type, with nulls, empty texts and special characters", () => {
  test("written by lakelet are read alike by all", async () => {
    await lake.sql(
      `CREATE TABLE ${lake.name("own")} (id INT, ${KEYS}) ${PARTITIONED}`,
      `INSERT INTO ${lake.name("own")} ${QUERY}`,
    );
    await lake.expectReadAlike("own", await expectedRows());
  });

  test("written by Spark are read alike by all, and after MERGE, UPDATE, DELETE and INSERT by lakelet", async () => {
    const table = lake.name("spark");
    await peers().spark(`CREATE TABLE ${table} USING delta ${PARTITIONED} AS ${QUERY}`);
    await lake.expectReadAlike("spark", await expectedRows());
    await lake.sql(
      `UPDATE ${table} SET id = id + 1000 WHERE s IN ('x/y', '50%', '😀') OR s IS NULL`,
      `DELETE FROM ${table} WHERE t = TIMESTAMP'2024-01-01 10:00:00.100004Z'`,
      `MERGE INTO ${table} t USING (${QUERY}) v ON t.s = v.s AND t.d = v.d
         WHEN MATCHED AND v.b THEN UPDATE SET id = v.id + 2000
         WHEN NOT MATCHED AND v.s IS NOT NULL THEN INSERT *`,
    );
    await lake.expectReadAlike("spark", TEXTS.length + 3);
  });

  test("written by delta-rs are read alike by all, and after a MERGE by lakelet", async () => {
    const table = lake.name("rust");
    const query = `${QUERY} WHERE id <> 101`;
    await peers().rustWrite(lake.path("rust"), [query], { partition_by: ["s", "d", "i", "n", "t", "b"] });
    await lake.expectReadAlike("rust", (await peers().spark(query)).rows);
    await lake.sql(
      `MERGE INTO ${table} t USING (${query}) v ON t.s = v.s AND t.t = v.t
         WHEN MATCHED AND v.b THEN UPDATE SET * WHEN MATCHED THEN DELETE WHEN NOT MATCHED BY SOURCE THEN UPDATE SET id = -id`,
    );
    await lake.expectReadAlike("rust", TEXTS.length - Math.floor(TEXTS.length / 2) + 1);
  });

  test("the empty text that delta-rs writes is NULL by the protocol, though Spark and DataFusion read a text", async () => {
    await peers().rustWrite(lake.path("rust_empty"), ["SELECT * FROM VALUES (1, ''), (2, NULL) AS v(id, p)"], {
      partition_by: ["p"],
    });
    const nulls = (ids: readonly number[]) => ids.map((id) => [id, null]);
    await lake.expectReadAlike("rust_empty", nulls([1, 2]), { readers: ["delta-rs"] });
    await lake.sql(`UPDATE ${lake.name("rust_empty")} SET id = id + 10`);
    await lake.expectReadAlike("rust_empty", nulls([11, 12]));
  });

  test.each([
    ["s = 'x/y'", [3]],
    ["s = '%2F'", [11]],
    ["s = '😀' OR s = 'a b'", [1, 7]],
    ["s IS NULL", [100, 101]],
    ["d = DATE'2024-01-12'", [2]],
    ["i < -3", [0, 1]],
    ["n = 2.50", [2]],
    ["t >= TIMESTAMP'2024-01-01T10:00:00.100013Z'", [13, 14]],
    ["b = false AND i > 7", [13]],
  ])("are found by a condition on them: %s", async (where, ids) => {
    const own = await lake.read("own", { where });
    expect(own.rows.map(([id]) => Number(id)).sort((a, b) => a - b)).toEqual(ids);
    for (const reader of ["spark", "datafusion"] as const) await expectSame(reader, lake.path("own"), own, { where });
  });

  test("keep their files where Spark and delta-rs vacuum", async () => {
    const table = lake.name("vacuumed");
    await lake.sql(`CREATE TABLE ${table} (id INT, ${KEYS}) ${PARTITIONED}`, `INSERT INTO ${table} ${QUERY}`);
    const dataFiles = () =>
      readdirSync(lake.path("vacuumed"), { recursive: true, encoding: "utf8" }).filter(
        (name) => name.endsWith(".parquet") && !name.includes("_delta_log"),
      ).length;
    await lake.sql(`UPDATE ${table} SET id = id + 1000`);
    const rows = (await lake.read("vacuumed")).rows;
    const check = "spark.databricks.delta.retentionDurationCheck.enabled";
    await peers().spark(`SET ${check} = false`, `VACUUM ${table} RETAIN 0 HOURS`, `RESET ${check}`);
    expect(dataFiles()).toBe(ROWS.length);
    await lake.expectReadAlike("vacuumed", rows);
    await lake.sql(`UPDATE ${table} SET id = id - 1000`);
    await peers().rustCall(lake.path("vacuumed"), "vacuum", {
      retention_hours: 0,
      dry_run: false,
      enforce_retention_duration: false,
    });
    expect(dataFiles()).toBe(ROWS.length);
    await lake.expectReadAlike("vacuumed", await expectedRows());
  });

  test("negative decimals, which delta-rs cannot write and its dataset cannot read (it prints -5.-50)", async () => {
    const query = "SELECT * FROM VALUES (1, -5.50), (2, -0.01), (3, 0.01) AS v(id, n)";
    const rows = (await peers().spark(query)).rows;
    for (const [engine, name] of [
      [lake.sql.bind(lake), "own_negative"],
      [peers().spark.bind(peers()), "spark_negative"],
    ] as const) {
      await engine(`CREATE TABLE ${lake.name(name)} USING delta PARTITIONED BY (n) AS ${query}`);
      await lake.expectReadAlike(name, rows, { readers: ["spark", "datafusion"] });
    }
  });

  test("replaced by lakelet and by the peers in turn", async () => {
    const [table, path] = [lake.name("replaced"), lake.path("replaced")];
    await lake.sql(
      `CREATE TABLE ${table} (id INT, p STRING) PARTITIONED BY (p)`,
      `INSERT INTO ${table} VALUES (1, 'x/y %'), (2, 'ü=😀'), (3, NULL)`,
      `INSERT INTO ${table} REPLACE WHERE p = 'x/y %' VALUES (10, 'x/y %'), (11, 'x/y %')`,
    );
    await peers().spark(`INSERT INTO ${table} REPLACE WHERE p = 'ü=😀' SELECT 20 AS id, 'ü=😀' AS p`);
    await peers().rustWrite(path, ["SELECT 12 AS id, 'x/y %' AS p"], { mode: "overwrite", predicate: "p = 'x/y %'" });
    await lake.sql(`INSERT INTO ${table} REPLACE WHERE p IS NULL SELECT 30, CAST(NULL AS STRING)`);
    await lake.expectReadAlike("replaced", [
      [12, "x/y %"],
      [20, "ü=😀"],
      [30, null],
    ]);
  });
});

describe("special characters in the names of columns", () => {
  const NAMES = ["größe", "a.b", "50%", "x/y", "c:d", "😀", "it's", 'q"q', "back`tick", "#tag", "a+b", "\\"];
  const quoted = (name: string) => `\`${name.replaceAll("`", "``")}\``;

  test.each(["lakelet", "spark"])("written by %s are read alike by all", async (writer) => {
    const table = lake.name(`names_${writer}`);
    const columns = NAMES.map((name) => `${quoted(name)} INT`).join(", ");
    const create = `CREATE TABLE ${table} (${columns}, ${quoted("p/%:ü.😀")} STRING) USING delta PARTITIONED BY (${quoted("p/%:ü.😀")})`;
    const rows = [1, 2].map((row) => [...NAMES.map((_, i) => row * 100 + i), "x/y %"]);
    const insert = `INSERT INTO ${table} VALUES ${rows.map((row) => `(${row.map((one) => (typeof one === "string" ? `'${one}'` : one)).join(", ")})`).join(", ")}`;
    await (writer === "spark" ? peers().spark(create, insert) : lake.sql(create, insert));
    await lake.sql(`UPDATE ${table} SET ${quoted("a.b")} = -1 WHERE ${quoted("größe")} = 100`);
    const expected = rows.map((row) => row.map((one) => (one === 101 ? -1 : one)));
    await lake.expectReadAlike(`names_${writer}`, expected);
    expect(sorted((await lake.read(`names_${writer}`, { where: `${quoted("a.b")} = -1` })).rows)).toEqual([
      expected[0],
    ]);
  });
});
