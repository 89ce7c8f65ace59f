import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import type { Engine } from "../../src/engine/engine.js";
import {
  array,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  field,
  findField,
  INTEGER,
  LONG,
  map,
  STRING,
  type StructType,
  struct,
  TIMESTAMP,
  TIMESTAMP_NTZ,
  VARIANT,
  VOID,
} from "../../src/schema/data-type.js";
import { temporaryFolder } from "../support/temporary-folder.js";

let engine: Engine;
let folder: string;
let files = 0;
beforeAll(async () => {
  engine = await createEngine({ threads: 1 });
  folder = temporaryFolder();
});
afterAll(() => engine.close());

const rows = async (sql: string) => (await engine.run(sql)).rows;

/** A file with exactly what the query gives, as another writer would have made it. */
async function fileOf(sql: string): Promise<{ path: string; partition: Record<string, string> }> {
  const path = join(folder, `file ${files++} [a]*.parquet`);
  await engine.writeParquet(sql, path);
  return { path, partition: {} };
}

async function read(type: DataType, ...queries: readonly string[]): Promise<unknown[]> {
  const found = await Promise.all(queries.map(fileOf));
  const relation = await engine.scan({ files: found, schema: struct([field("x", type)]), partitionColumns: [] });
  return (await rows(`SELECT x FROM ${relation} ORDER BY 1`)).map(([x]) => x);
}

describe("files with narrower types than the table's", () => {
  it.each<[string, DataType, readonly string[], readonly unknown[]]>([
    ["integers", LONG, ["1::TINYINT", "2::SMALLINT", "3::INTEGER", "4::BIGINT"], [1n, 2n, 3n, 4n]],
    ["float to double", DOUBLE, ["1.5::FLOAT", "2.5::DOUBLE"], [1.5, 2.5]],
    ["integer to double", DOUBLE, ["1::INTEGER", "2.5::DOUBLE"], [1, 2.5]],
    [
      "integer to decimal",
      decimal(12, 2),
      ["1::TINYINT", "2::INTEGER", "3.25::DECIMAL(12,2)"],
      ["1.00", "2.00", "3.25"],
    ],
    ["long to decimal", decimal(22, 2), ["9007199254740993::BIGINT"], ["9007199254740993.00"]],
    [
      "decimal to decimal",
      decimal(20, 5),
      ["1.25::DECIMAL(5,2)", "2.125::DECIMAL(18,3)", "3.00001::DECIMAL(20,5)"],
      ["1.25000", "2.12500", "3.00001"],
    ],
    [
      "date to timestamp without a zone",
      TIMESTAMP_NTZ,
      ["DATE '2024-01-15'", "TIMESTAMP '2024-01-15 00:00:01'"],
      ["2024-01-15T00:00:00.000000", "2024-01-15T00:00:01.000000"],
    ],
  ])("are widened: %s", async (_, type, values, expected) => {
    const queries = values.map((value) => `SELECT ${value} AS x`);
    expect(await read(type, ...queries)).toEqual(expected);
    const nested = values.map((value) => `SELECT {'a': [${value}], 'm': MAP {'k': ${value}}} AS x`);
    const wide = struct([field("a", array(type)), field("m", map(STRING, type))]);
    expect(await read(wide, ...nested)).toEqual(expected.map((one) => ({ a: [one], m: new Map([["k", one]]) })));
  });
});

describe("conditions on columns of a wider type than a file's", () => {
  it.each<[DataType, string, string, number]>([
    [DOUBLE, "2::INTEGER", "x > 1.5", 1],
    [DOUBLE, "2::INTEGER", "x = 2.2", 0],
    [DOUBLE, "1.1::FLOAT", "x > 1.1::DOUBLE", 1],
    [decimal(12, 4), "1.25::DECIMAL(5,2)", "x < 1.2501", 1],
    [decimal(12, 4), "1.25::DECIMAL(5,2)", "x = 1.2501", 0],
    [TIMESTAMP_NTZ, "DATE '2024-01-15'", "x < TIMESTAMP '2024-01-15 10:00:00'", 1],
    [TIMESTAMP_NTZ, "DATE '2024-01-15'", "x = TIMESTAMP '2024-01-15 10:00:00'", 0],
    [LONG, "100::TINYINT", "x < 5000000000 AND x > -5000000000", 1],
  ])("are not rounded: %j, %s, %s", async (type, value, condition, expected) => {
    const file = await fileOf(`SELECT ${value} AS x`);
    const x = { ...field("x", type), metadata: { "delta.typeChanges": [] } };
    const relation = await engine.scan({ files: [file], schema: struct([x]), partitionColumns: [] });
    expect(await rows(`SELECT count(*) FROM ${relation} WHERE ${condition}`)).toEqual([[BigInt(expected)]]);
    const paths = [file.path.replace(/[[*]/g, (one) => `[${one}]`)];
    const users = await engine.openFiles({
      format: "parquet",
      paths,
      options: {},
      timeZone: "UTC",
      schema: struct([x]),
    });
    expect(await rows(`SELECT count(*) FROM ${users.sql()} AS f WHERE ${condition}`)).toEqual([[BigInt(expected)]]);
  });
});

describe("files with variants", () => {
  const value = "{'k': [1, 2], 'd': 1.50::DECIMAL(5,2), 't': 'it''s \"x\"', 'b': '\\xAA'::BLOB, 'n': NULL}::VARIANT";
  const text = '{"b":"\\u0001bqg==","d":1.5,"k":[1,2],"n":null,"t":"it\'s \\"x\\""}';
  const asText = (one: unknown): unknown => {
    if (typeof one !== "string") return one;
    const object: unknown = JSON.parse(one);
    const sorted = typeof object === "object" && object !== null ? Object.entries(object).sort() : undefined;
    return JSON.stringify(sorted === undefined ? object : Object.fromEntries(sorted));
  };

  it("are read annotated, shredded or not", async () => {
    const found = await read(VARIANT, `SELECT ${value} AS x`, "SELECT 5::VARIANT AS x", "SELECT NULL::VARIANT AS x");
    expect(found.map(asText).sort()).toEqual(["5", null, text]);
  });

  it("are read as the bytes of their encoding, which is how Spark writes them", async () => {
    const bytes = `CAST(variant_to_parquet_variant(${value}) AS STRUCT("value" BLOB, metadata BLOB))`;
    const found = await read(VARIANT, `SELECT ${bytes} AS x`, `SELECT CASE WHEN false THEN ${bytes} END AS x`);
    expect(found.map(asText)).toEqual([null, text]);
    const nested = struct([field("l", array(VARIANT))]);
    expect(await read(nested, `SELECT {'l': [${bytes}, NULL]} AS x`)).toEqual([{ l: [expect.any(String), null] }]);
  });

  it("are refused where they are shredded without an annotation", async () => {
    const shredded = `SELECT {'metadata': '\\x01\\x00\\x00'::BLOB, 'value': NULL::BLOB, 'typed_value': 5} AS x`;
    await expect(read(VARIANT, shredded)).rejects.toMatchObject({ condition: "DELTA_UNSUPPORTED_FEATURES_FOR_READ" });
  });
});

describe("files of other shapes than the table", () => {
  it("give columns by name: in other orders and cases, more of them, and NULL for those they lack", async () => {
    const schema = struct([
      field("id", LONG),
      field("Name", STRING),
      field("s", struct([field("A", INTEGER), field("b", STRING), field("added", LONG)])),
      field("nothing", VOID),
    ]);
    const found = await Promise.all([
      fileOf("SELECT 'n' AS NAME, 1::BIGINT AS ID, true AS more, {'b': 'x', 'a': 1, 'gone': 2} AS S"),
      fileOf("SELECT 2::BIGINT AS id"),
    ]);
    const relation = await engine.scan({ files: found, schema, partitionColumns: [] });
    expect(await rows(`SELECT * FROM ${relation} ORDER BY id`)).toEqual([
      [1n, "n", { A: 1, b: "x", added: null }, null],
      [2n, null, null, null],
    ]);
  });

  it("keep dates and timestamps of all years", async () => {
    const days = ["0001-01-01", "1582-10-04", "1582-10-15", "1899-12-31", "9999-12-31"];
    expect(await read(DATE, ...days.map((day) => `SELECT DATE '${day}' AS x`))).toEqual(days);
    const times = days.map((day) => `${day}T23:59:59.999999`);
    expect(await read(TIMESTAMP_NTZ, ...times.map((time) => `SELECT TIMESTAMP '${time}' AS x`))).toEqual(times);
    expect(await read(TIMESTAMP, ...times.map((time) => `SELECT TIMESTAMPTZ '${time}Z' AS x`))).toEqual(
      times.map((time) => `${time}Z`),
    );
  });
});

const shared = process.env.LAKELET_SHARED ?? fileURLToPath(new URL("../../../shared", import.meta.url));
const ofSpark = join(shared, "corpus", "delta-kernel-rs__with-short-dv", "delta");
const present = existsSync(ofSpark);

describe.skipIf(!present)(`INT96${present ? "" : " (skipped: the corpus is not here)"}`, () => {
  it("is an instant, the same in any session time zone, with a schema or without", async () => {
    const other = await createEngine({ threads: 1, timeZone: "Asia/Kolkata" });
    try {
      const valuesOf = async (one: Engine, timeZone: string, schema?: StructType) => {
        const opened = await one.openFiles({
          format: "parquet",
          paths: [join(ofSpark, "*.parquet")],
          options: {},
          timeZone,
          ...(schema === undefined ? {} : { schema }),
        });
        expect(findField(opened.schema, "timestamp")?.dataType).toEqual(TIMESTAMP);
        return (await one.run(`SELECT "timestamp" FROM ${opened.sql()} AS f ORDER BY 1`)).rows;
      };
      const expected = await valuesOf(engine, "UTC");
      expect(expected.length).toBeGreaterThan(0);
      expect(await valuesOf(other, "Asia/Kolkata")).toEqual(expected);
      expect(await valuesOf(other, "Asia/Kolkata", struct([field("timestamp", TIMESTAMP)]))).toEqual(expected);
    } finally {
      await other.close();
    }
  });
});
