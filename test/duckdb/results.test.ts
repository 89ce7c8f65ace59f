import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import type { Engine, Value } from "../../src/engine/engine.js";
import { typeText } from "../../src/schema/type-text.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ timeZone: "Europe/Warsaw", threads: 2 });
});
afterAll(() => engine.close());

async function value(expression: string): Promise<Value> {
  const { rows } = await engine.run(`SELECT ${expression} AS v`);
  return rows[0]?.[0] ?? null;
}

describe("values of results", () => {
  it.each<[string, Value]>([
    ["true", true],
    ["7::TINYINT", 7],
    ["7::SMALLINT", 7],
    ["-7::INTEGER", -7],
    ["9223372036854775807::BIGINT", 9223372036854775807n],
    ["5::UINTEGER", 5n],
    ["18446744073709551615::UBIGINT", "18446744073709551615"],
    ["170141183460469231731687303715884105727::HUGEINT", "170141183460469231731687303715884105727"],
    ["1.5::FLOAT", 1.5],
    ["'-inf'::DOUBLE", Number.NEGATIVE_INFINITY],
    ["'nan'::DOUBLE", Number.NaN],
    ["1.50::DECIMAL(4,2)", "1.50"],
    ["-0.05::DECIMAL(18,2)", "-0.05"],
    ["'-12345678901234567890123456789012345.678'::DECIMAL(38,3)", "-12345678901234567890123456789012345.678"],
    ["0::DECIMAL(9,0)", "0"],
    ["'zażółć 😀'", "zażółć 😀"],
    ["DATE '2024-02-29'", "2024-02-29"],
    ["DATE '0044-03-15 (BC)'", "-0043-03-15"],
    ["DATE '12024-01-01'", "+12024-01-01"],
    ["DATE '5877642-06-25 (BC)'", "-5877641-06-25"],
    ["DATE 'infinity'", "infinity"],
    ["TIMESTAMP '1969-12-31 23:59:59.999999'", "1969-12-31T23:59:59.999999"],
    ["TIMESTAMP '2024-01-15 10:00:00'", "2024-01-15T10:00:00.000000"],
    ["TIMESTAMP '-infinity'", "-infinity"],
    ["TIMESTAMPTZ 'infinity'", "infinity"],
    ["TIMESTAMPTZ '2024-07-15 12:00:00.5'", "2024-07-15T10:00:00.500000Z"],
    ["TIMESTAMPTZ '9999-12-31 23:59:59.999999+00'", "9999-12-31T23:59:59.999999Z"],
    ["TIMESTAMP_NS '2024-01-15 10:00:00.123456789'", "2024-01-15T10:00:00.123456"],
    ["TIMESTAMP_MS '2024-01-15 10:00:00.123'", "2024-01-15T10:00:00.123000"],
    ["'\\x00\\xFFa'::BLOB", Uint8Array.from([0, 255, 97])],
    ["[1, NULL, 3]", [1, null, 3]],
    ["[[DATE '2024-01-01'], NULL, []]", [["2024-01-01"], null, []]],
    ["{'a': 1.5::DECIMAL(3,1), 'b': {'c': [1::BIGINT]}}", { a: "1.5", b: { c: [1n] } }],
    [
      "MAP {'x': DATE '2024-01-01', 'y': NULL}",
      new Map<Value, Value>([
        ["x", "2024-01-01"],
        ["y", null],
      ]),
    ],
    ["[MAP {1: [TIMESTAMP '2024-01-01']}]", [new Map<Value, Value>([[1, ["2024-01-01T00:00:00.000000"]]])]],
    ["NULL", null],
    ["NULL::STRUCT(a INT)", null],
    ["INTERVAL '14' MONTH", "INTERVAL '1-2' YEAR TO MONTH"],
    ["INTERVAL '26' HOUR", "INTERVAL '1 02:00:00' DAY TO SECOND"],
    ["INTERVAL '-1500' MILLISECOND", "INTERVAL '-0 00:00:01.5' DAY TO SECOND"],
    ["'a'::ENUM('a','b')", "a"],
    ["TIME '10:00:00'", "10:00:00"],
  ])("%s", async (expression, expected) => {
    expect(await value(expression)).toEqual(expected);
  });

  it("keeps nulls apart in long columns of each type", async () => {
    const { rows } = await engine.run(
      `SELECT CASE WHEN i % 3 > 0 THEN i END, CASE WHEN i % 5 > 0 THEN i::VARCHAR || 'x' END,
              CASE WHEN i % 7 > 0 THEN [i, NULL] END, CASE WHEN i % 2 > 0 THEN {'i': i} END
       FROM range(5000) AS t(i) ORDER BY i`,
    );
    const expected = Array.from({ length: 5000 }, (_, i) => [
      i % 3 > 0 ? BigInt(i) : null,
      i % 5 > 0 ? `${i}x` : null,
      i % 7 > 0 ? [BigInt(i), null] : null,
      i % 2 > 0 ? { i: BigInt(i) } : null,
    ]);
    expect(rows).toEqual(expected);
  });
});

describe("stream", () => {
  it("gives all rows in batches", async () => {
    let count = 0;
    let batches = 0;
    for await (const { columns, rows } of engine.stream("SELECT i, i * 2 AS j FROM range(10000) AS t(i)")) {
      expect(columns).toEqual(["i", "j"]);
      count += rows.length;
      batches++;
    }
    expect(count).toBe(10000);
    expect(batches).toBeGreaterThan(1);
  });

  it("raises the error of a later row", async () => {
    const reading = (async () => {
      for await (const _ of engine.stream(
        "SELECT CAST(CASE WHEN i = 9999 THEN 'x' ELSE '1' END AS INT) FROM range(10000) AS t(i)",
      ));
    })();
    await expect(reading).rejects.toMatchObject({ condition: "CAST_INVALID_INPUT" });
  });

  it("may be left early", async () => {
    for await (const { rows } of engine.stream("SELECT * FROM range(1000000)")) {
      expect(rows.length).toBeGreaterThan(0);
      break;
    }
    expect(await value("1")).toBe(1);
  });
});

describe("describe", () => {
  it("gives Spark's types from the engine's", async () => {
    const schema = await engine.describe(
      `SELECT true AS a, 1::TINYINT AS b, 1::SMALLINT AS c, 1 AS d, 1::BIGINT AS e, 1::FLOAT AS f, 1::DOUBLE AS g, 'x' AS h,
        'x'::BLOB AS i, DATE '2024-01-01' AS j, TIMESTAMPTZ '2024-01-01' AS k, TIMESTAMP '2024-01-01' AS l, 1.50::DECIMAL(10,2) AS m,
        sum(1) AS n, [MAP {'k': {'odd "name"': 1}}] AS o, 1::UBIGINT AS p, INTERVAL 1 DAY AS q, 'x'::JSON AS r`,
    );
    expect(schema.fields.map((f) => `${f.name} ${typeText(f.dataType)}`)).toEqual([
      "a boolean",
      "b tinyint",
      "c smallint",
      "d int",
      "e bigint",
      "f float",
      "g double",
      "h string",
      "i binary",
      "j date",
      "k timestamp",
      "l timestamp_ntz",
      "m decimal(10,2)",
      "n decimal(38,0)",
      'o array<map<string,struct<`odd "name"`:int>>>',
      "p decimal(20,0)",
      "q interval day to second",
      "r string",
    ]);
  });

  it("does not run the query", async () => {
    const schema = await engine.describe("SELECT count(*) AS n FROM range(1000000000000)");
    expect(schema.fields[0]?.name).toBe("n");
  });
});

describe("concurrent calls", () => {
  it("run side by side and see the same tables", async () => {
    const name = await engine.materialize("SELECT i FROM range(1000) AS t(i)");
    const counts = await Promise.all(
      Array.from({ length: 20 }, (_, i) => engine.run(`SELECT count(*) FROM ${name} WHERE i >= ${i}`)),
    );
    expect(counts.map((one) => one.rows[0]?.[0])).toEqual(Array.from({ length: 20 }, (_, i) => BigInt(1000 - i)));
    await engine.drop(name);
    await expect(engine.run(`SELECT * FROM ${name}`)).rejects.toMatchObject({ condition: "TABLE_OR_VIEW_NOT_FOUND" });
  });

  it("are interrupted together", async () => {
    const endless = "SELECT count(*) FROM range(1000000000000) AS t(i) WHERE i % 7 = 3";
    const running = [engine.run(endless), engine.run(endless)].map((one) => one.catch((error: unknown) => error));
    await new Promise((resolve) => setTimeout(resolve, 100));
    engine.interrupt();
    for (const error of await Promise.all(running)) expect(error).toMatchObject({ condition: "OPERATION_CANCELED" });
    expect(await value("1")).toBe(1);
  });

  it("tell work beside the engine that it was interrupted, and only what began before", () => {
    const check = engine.cancellation();
    expect(check).not.toThrow();
    engine.interrupt();
    expect(check).toThrow(expect.objectContaining({ condition: "OPERATION_CANCELED" }));
    expect(engine.cancellation()).not.toThrow();
  });
});

it("sorts NULL first ascending and last descending, as Spark does", async () => {
  const ascending = await engine.run("SELECT x FROM (VALUES (1), (NULL), (2)) AS t(x) ORDER BY x");
  const descending = await engine.run("SELECT x FROM (VALUES (1), (NULL), (2)) AS t(x) ORDER BY x DESC");
  expect(ascending.rows.flat()).toEqual([null, 1, 2]);
  expect(descending.rows.flat()).toEqual([2, 1, null]);
});

it("refuses settings that make no sense, and calls after close", async () => {
  await expect(createEngine({ memoryLimit: "a lot" })).rejects.toMatchObject({ condition: "INVALID_ENGINE_OPTION" });
  const other = await createEngine();
  await other.close();
  await other.close();
  await expect(other.run("SELECT 1")).rejects.toMatchObject({ condition: "ENGINE_CLOSED" });
});
