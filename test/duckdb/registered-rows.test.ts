import { afterAll, beforeAll, expect, it } from "vitest";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import type { Engine, Value } from "../../src/engine/engine.js";
import {
  array,
  BINARY,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  field,
  INTEGER,
  LONG,
  map,
  STRING,
  struct,
  TIMESTAMP,
  TIMESTAMP_NTZ,
} from "../../src/schema/data-type.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ threads: 2 });
});
afterAll(() => engine.close());

async function roundTrip(type: DataType, values: readonly Value[]): Promise<Value[]> {
  const name = await engine.register(
    values.map((one) => [one]),
    struct([field("v", type)]),
  );
  const { rows } = await engine.run(`SELECT v FROM ${name}`);
  await engine.drop(name);
  return rows.map((row) => row[0] ?? null);
}

it.each<[string, DataType, Value, Value]>([
  ["a Date as a date", DATE, new Date("2024-01-15T23:00:00Z"), "2024-01-15"],
  ["a Date as a timestamp", TIMESTAMP, new Date("2024-01-15T23:00:00.5Z"), "2024-01-15T23:00:00.500000Z"],
  ["an offset", TIMESTAMP, "2024-01-15 10:00:00+02:00", "2024-01-15T08:00:00.000000Z"],
  ["a timestamp without zone", TIMESTAMP_NTZ, "2024-01-15T10:00:00.123456", "2024-01-15T10:00:00.123456"],
  ["a year far away", DATE, "+12024-02-29", "+12024-02-29"],
  ["a number as a decimal", decimal(10, 2), 1.005e2, "100.50"],
  ["a decimal that is rounded", decimal(10, 2), "-1.005", "-1.01"],
  ["a safe number as a long", LONG, 42, 42n],
  ["bytes", BINARY, Uint8Array.from([0, 255]), Uint8Array.from([0, 255])],
  [
    "nested values",
    map(STRING, array(struct([field("a", DATE)]))),
    new Map<Value, Value>([["k", [{ a: null }, null]]]),
    new Map<Value, Value>([["k", [{ a: null }, null]]]),
  ],
])("takes %s", async (_, type, given, expected) => {
  expect(await roundTrip(type, [given, null])).toEqual([expected, null]);
});

it.each<[string, DataType, Value]>([
  ["a text as a number", INTEGER, "1"],
  ["a fraction as a whole number", INTEGER, 1.5],
  ["a number beyond the type", INTEGER, 2 ** 31],
  ["an unsafe number as a long", LONG, 2 ** 60],
  ["a decimal with too many digits", decimal(3, 1), "123.4"],
  ["a day that is none", DATE, "2023-02-29"],
  ["a number as a text", STRING, 1],
])("refuses %s", async (_, type, given) => {
  await expect(roundTrip(type, [given])).rejects.toMatchObject({ condition: "CANNOT_ACCEPT_OBJECT_IN_TYPE" });
});

it("keeps the order and the count of many rows", async () => {
  const schema = struct([field("id", LONG), field("x", DOUBLE)]);
  const name = await engine.register(
    Array.from({ length: 5000 }, (_, i) => [BigInt(i), i % 3 ? i / 2 : null]),
    schema,
  );
  const { rows } = await engine.run(`SELECT id, x FROM ${name}`);
  expect(rows).toEqual(Array.from({ length: 5000 }, (_, i) => [BigInt(i), i % 3 ? i / 2 : null]));
  await engine.drop(name);
});

it("refuses a row of another length, and leaves no table behind", async () => {
  await expect(engine.register([[1n, 2]], struct([field("id", LONG)]))).rejects.toMatchObject({
    condition: "AXIS_LENGTH_MISMATCH",
  });
  const { rows } = await engine.run("SELECT count(*) FROM duckdb_tables()");
  expect(rows).toEqual([[0n]]);
});
