import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import type { Engine } from "../../src/engine/engine.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ threads: 2, timeZone: "Europe/Warsaw" });
});
afterAll(() => engine.close());

it("gives every type, in the order of the query", async () => {
  const bytes = await engine.arrow(
    `SELECT i AS id, i::INTEGER AS n, i / 4 AS x, 'ż' || i AS s, sum(i) OVER () AS big, 1.50::DECIMAL(10,2) AS d, DATE '2024-01-15' AS day,
       TIMESTAMPTZ '2024-07-01 12:00:00Z' AS t, TIMESTAMP '2024-07-01 12:00:00' AS ntz, [i, NULL] AS l, {'a': i} AS st, true AS b,
       '\\x01'::BLOB AS bin, MAP {'k': i} AS m, INTERVAL 1 DAY AS iv
     FROM range(5000) AS t(i) ORDER BY i DESC`,
  );
  const table = tableFromIPC(bytes);
  expect(table.numRows).toBe(5000);
  expect(table.schema.fields.map((one) => String(one.type))).toEqual([
    "Int64",
    "Int32",
    "Float64",
    "Utf8",
    "Decimal[38e0]",
    "Decimal[10e+2]",
    "Date32<DAY>",
    "Timestamp<MICROSECOND, UTC>",
    "Timestamp<MICROSECOND>",
    "List<Int64>",
    "Struct<{a:Int64}>",
    "Bool",
    "Binary",
    "Map<{key:Utf8, value:Int64}>",
    "Utf8",
  ]);
  const first = table.get(0)?.toJSON();
  expect(first).toMatchObject({ id: 4999n, n: 4999, x: 1249.75, s: "ż4999", b: true });
  expect(first?.t).toBe(Date.parse("2024-07-01T12:00:00Z"));
  expect(table.get(4999)?.toJSON().id).toBe(0n);
});

it("gives an empty table with its columns for no rows", async () => {
  const table = tableFromIPC(await engine.arrow("SELECT 1 AS a, 'x' AS b WHERE false"));
  expect([table.numRows, table.schema.fields.map((one) => one.name)]).toEqual([0, ["a", "b"]]);
});

describe("numbers, dates and times only", () => {
  const query = (rows: number, condition = "true") =>
    `SELECT i AS id, CASE WHEN i % 3 = 0 THEN NULL ELSE i::INTEGER END AS n, (i % 100)::TINYINT AS b, (i % 1000)::SMALLINT AS s, i / 4 AS x,
       (i / 4)::FLOAT AS f, DATE '2024-01-15' + i::INTEGER AS day, TIMESTAMPTZ '2024-07-01 12:00:00Z' + to_seconds(i) AS t,
       CASE WHEN i = 7 THEN NULL ELSE TIMESTAMP '2024-07-01 12:00:00' END AS ntz
     FROM range(${rows}) AS t(i) WHERE ${condition} ORDER BY i`;

  it("are the same as through a file", async () => {
    // More than a batch, and chunks of any number of rows.
    const plain = tableFromIPC(await engine.arrow(query(200_000, "hash(i) % 10 < 7")));
    const withText = tableFromIPC(
      await engine.arrow(`SELECT *, 'x' AS text FROM (${query(200_000, "hash(i) % 10 < 7")})`),
    );
    expect(plain.numRows).toBe(withText.numRows);
    expect(plain.numRows).toBeGreaterThan(131_072);
    for (const { name, type } of plain.schema.fields) {
      const [one, other] = [plain.getChild(name), withText.getChild(name)];
      expect(String(type)).toBe(String(other?.type));
      expect(one?.nullCount).toBe(other?.nullCount);
      let differing = -1;
      for (let i = 0; i < plain.numRows && differing < 0; i += 7) if (one?.get(i) !== other?.get(i)) differing = i;
      expect(`${name} ${differing}`).toBe(`${name} -1`);
    }
  });

  it("give their columns for no rows", async () => {
    const table = tableFromIPC(await engine.arrow(query(0)));
    expect([table.numRows, table.schema.fields.length]).toEqual([0, 9]);
  });
});
