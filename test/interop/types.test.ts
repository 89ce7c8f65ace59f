import { describe, expect, test } from "vitest";
import { sorted, useLake } from "./lake.js";
import { peers, type Reader } from "./peers.js";

const lake = useLake();

/** Column, Spark's type, values as SQL. */
const COLUMNS: readonly (readonly [name: string, type: string, values: readonly string[]])[] = [
  ["boo", "BOOLEAN", ["true", "false"]],
  ["tin", "TINYINT", ["-128Y", "127Y"]],
  ["sma", "SMALLINT", ["-32768S", "32767S"]],
  ["int", "INT", ["-2147483648", "2147483647"]],
  ["big", "BIGINT", ["-9223372036854775808", "9223372036854775807", "9007199254740993L"]],
  ["flo", "FLOAT", ["1.5F", "-0.1F", "CAST('NaN' AS FLOAT)", "CAST('Infinity' AS FLOAT)"]],
  ["dou", "DOUBLE", ["1e300D", "-0.1D", "CAST('NaN' AS DOUBLE)", "CAST('-Infinity' AS DOUBLE)", "-0.0D"]],
  ["dec9", "DECIMAL(9,2)", ["-1234567.89", "0.00"]],
  ["dec18", "DECIMAL(18,6)", ["-123456789012.345678", "0.000001"]],
  ["dec38", "DECIMAL(38,10)", ["-1234567890123456789012345678.0123456789", "0.0000000001"]],
  ["str", "STRING", ["''", "' '", "'ü 😀 \"quoted\" it\\'s %2F\\n\\t'"]],
  ["bin", "BINARY", ["X''", "X'00FF10'"]],
  ["dat", "DATE", ["DATE'0001-01-01'", "DATE'1582-10-04'", "DATE'1969-12-31'", "DATE'9999-12-31'"]],
  [
    "tim",
    "TIMESTAMP",
    [
      "TIMESTAMP'1899-12-31 23:59:59.999999Z'",
      "TIMESTAMP'2024-02-29 12:00:00.123456+02:00'",
      "TIMESTAMP'2261-12-31 23:59:59.999999Z'",
    ],
  ],
  ["arr", "ARRAY<INT>", ["array(1, CAST(NULL AS INT), 3)", "array()"]],
  ["map", "MAP<STRING, DECIMAL(5,2)>", ["map('a', 1.25, 'b', CAST(NULL AS DECIMAL(5,2)))", "map()"]],
  ["rec", "STRUCT<a: INT, B: STRUCT<d: DATE>>", ["named_struct('a', 1, 'B', named_struct('d', DATE'2024-01-01'))"]],
  [
    "nes",
    "ARRAY<STRUCT<k: STRING, v: ARRAY<TIMESTAMP>>>",
    ["array(named_struct('k', 'x', 'v', array(TIMESTAMP'2024-01-01 00:00:00.000001Z', CAST(NULL AS TIMESTAMP))))"],
  ],
];

/** A row for each of the longest list's values and one of nulls: the same text for lakelet and for Spark. */
const ROWS = Math.max(...COLUMNS.map(([, , values]) => values.length)) + 1;
const QUERY = Array.from({ length: ROWS }, (_, id) => {
  const cells = COLUMNS.map(([name, type, values]) => `CAST(${values[id] ?? "NULL"} AS ${type}) AS ${name}`);
  return `SELECT ${id} AS id, ${cells.join(", ")}`;
}).join(" UNION ALL ");

/** Spark's own answer to the query is what every table has to hold. */
const expected = async () => (await peers().spark(QUERY)).rows;

describe("a table with every data type is read alike by all", () => {
  test("written by lakelet", async () => {
    await lake.sql(`CREATE TABLE ${lake.name("own")} AS ${QUERY}`);
    await lake.expectReadAlike("own", await expected());
  });

  test.each(["INT96", "TIMESTAMP_MICROS"])("written by Spark with %s timestamps", async (kind) => {
    const table = `spark_${kind}`;
    await peers().spark(
      `SET spark.sql.parquet.outputTimestampType = ${kind}`,
      `CREATE TABLE ${lake.name(table)} USING delta AS ${QUERY}`,
      "RESET spark.sql.parquet.outputTimestampType",
    );
    await lake.expectReadAlike(table, await expected());
  });

  test("written by delta-rs", async () => {
    await peers().rustWrite(lake.path("rust"), [QUERY]);
    await lake.expectReadAlike("rust", await expected());
  });

  test("appended to by lakelet, whoever wrote it", async () => {
    for (const table of ["spark_INT96", "rust"]) await lake.sql(`INSERT INTO ${lake.name(table)} ${QUERY}`);
    const rows = await expected();
    for (const table of ["spark_INT96", "rust"]) await lake.expectReadAlike(table, [...rows, ...rows]);
  });
});

describe("timestamps", () => {
  // Through INT96 delta-rs has nanoseconds, which do not reach that far.
  const FAR: readonly Reader[] = ["spark"];
  const far = "SELECT explode(array(TIMESTAMP'0001-01-01 00:00:00Z', TIMESTAMP'9999-12-31 23:59:59.999999Z')) AS t";
  const farRows = [["0001-01-01T00:00:00.000000Z"], ["9999-12-31T23:59:59.999999Z"]];

  test("of the years 1 and 9999", async () => {
    await lake.sql(`CREATE TABLE ${lake.name("own_far")} AS ${far}`);
    await lake.expectReadAlike("own_far", farRows);
    await peers().spark(`CREATE TABLE ${lake.name("spark_far")} USING delta AS ${far}`);
    await lake.expectReadAlike("spark_far", farRows, { readers: FAR });
  });

  test("without a zone", async () => {
    const query =
      "SELECT id, CAST(t AS TIMESTAMP_NTZ) AS t, array(CAST(t AS TIMESTAMP_NTZ)) AS a FROM VALUES " +
      "(1, '1969-12-31 23:59:59.999999'), (2, '2024-02-29 12:00:00.123456'), (3, NULL) AS v(id, t)";
    const { rows } = await peers().spark(query);
    expect(sorted(rows)[0]).toEqual([1, "1969-12-31T23:59:59.999999", ["1969-12-31T23:59:59.999999"]]);
    await lake.sql(`CREATE TABLE ${lake.name("own_ntz")} AS ${query}`);
    await lake.expectReadAlike("own_ntz", rows);
    await peers().spark(`CREATE TABLE ${lake.name("spark_ntz")} USING delta AS ${query}`);
    await lake.sql(`INSERT INTO ${lake.name("spark_ntz")} ${query}`);
    await lake.expectReadAlike("spark_ntz", [...rows, ...rows]);
  });
});
