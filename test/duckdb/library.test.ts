import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import type { Engine, Value } from "../../src/engine/engine.js";
import { LakeletError } from "../../src/errors/lakelet-error.js";

const refusal = new LakeletError({
  condition: "TEST_REFUSED",
  sqlState: "22000",
  problem: "No thirteens.",
  parameters: { n: "13" },
});

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({
    threads: 2,
    library: {
      macros: {
        sp_twice: "CREATE OR REPLACE MACRO sp_twice(x) AS sp_plus(x, x)",
        sp_plus: "CREATE OR REPLACE MACRO sp_plus(a, b) AS a + b",
        sp_shout: "CREATE OR REPLACE MACRO sp_shout(x) AS sp_js_upper(x) || '!'",
      },
      functions: [
        { name: "sp_js_upper", parameters: ["VARCHAR"], returns: "VARCHAR", call: (x) => String(x).toUpperCase() },
        {
          name: "sp_js_refuse",
          parameters: ["BIGINT"],
          returns: "BIGINT",
          call: (x) => {
            if (x === 13n) throw refusal;
            return x as bigint;
          },
        },
        { name: "sp_js_isnull", parameters: ["INTEGER"], returns: "BOOLEAN", nulls: true, call: (x) => x === null },
        {
          name: "sp_js_sum",
          parameters: ["INTEGER[]", "STRUCT(a DATE, b DECIMAL(5,2))"],
          returns: "STRUCT(n INTEGER, d DATE, m MAP(VARCHAR, DECIMAL(5,2)))",
          call: (list, record) => {
            const { a, b } = record as { a: Value; b: Value };
            const n = (list as number[]).reduce((sum, x) => sum + x, 0);
            return { n, d: a, m: new Map<Value, Value>([["b", b]]) };
          },
        },
      ],
    },
  });
});
afterAll(() => engine.close());

const rowsOf = async (sql: string) => (await engine.run(sql)).rows;

describe("the library", () => {
  it("installs macros with what they depend on", async () => {
    expect(await rowsOf("SELECT sp_twice(21)")).toEqual([[42]]);
    expect(await rowsOf("SELECT sp_shout('hej')")).toEqual([["HEJ!"]]);
  });

  it("installs once for calls that come at the same time", async () => {
    const fresh = await createEngine({
      library: { macros: { sp_one: "CREATE OR REPLACE MACRO sp_one() AS 1" }, functions: [] },
    });
    const results = await Promise.all(Array.from({ length: 10 }, () => fresh.run("SELECT SP_ONE()")));
    expect(results.map((one) => one.rows)).toEqual(Array.from({ length: 10 }, () => [[1]]));
    await fresh.close();
  });

  it("calls functions for every row, with NULL giving NULL unless asked for", async () => {
    const rows = await rowsOf(
      "SELECT count(*), count(sp_js_upper(CASE WHEN i % 2 = 0 THEN 'x' || i END)) FROM range(10000) AS t(i)",
    );
    expect(rows).toEqual([[10000n, 5000n]]);
    expect(await rowsOf("SELECT sp_js_isnull(NULL), sp_js_isnull(1), sp_js_upper(NULL)")).toEqual([
      [true, false, null],
    ]);
  });

  it("passes nested values both ways", async () => {
    const rows = await rowsOf(
      "SELECT sp_js_sum([1, 2, i::INT], {'a': DATE '2024-01-31', 'b': 1.50}) FROM range(2) AS t(i)",
    );
    const m = new Map([["b", "1.50"]]);
    expect(rows).toEqual([[{ n: 3, d: "2024-01-31", m }], [{ n: 4, d: "2024-01-31", m }]]);
  });

  it("lets an error of a function through as it was thrown", async () => {
    await expect(engine.run("SELECT sp_js_refuse(i) FROM range(20) AS t(i)")).rejects.toBe(refusal);
    await expect(engine.run("SELECT sp_js_refuse(13)")).rejects.toBe(refusal);
  });

  it("is there for describe and stream, too", async () => {
    const fresh = await createEngine({
      library: { macros: { sp_one: "CREATE OR REPLACE MACRO sp_one() AS 1" }, functions: [] },
    });
    expect((await fresh.describe("SELECT sp_one() AS one")).fields[0]?.name).toBe("one");
    await fresh.close();
  });
});

describe("errors", () => {
  it.each<[string, string, string]>([
    ["SELECT CAST('x' AS INT)", "CAST_INVALID_INPUT", "22018"],
    ["SELECT CAST('2024-13-01' AS DATE)", "CAST_INVALID_INPUT", "22018"],
    ["SELECT CAST('noon' AS TIMESTAMP)", "CAST_INVALID_INPUT", "22018"],
    ["SELECT CAST(300 AS TINYINT)", "CAST_OVERFLOW", "22003"],
    ["SELECT CAST(1e20 AS BIGINT)", "CAST_OVERFLOW", "22003"],
    ["SELECT CAST(123456789012 AS DECIMAL(10,2))", "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION", "22003"],
    ["SELECT 9223372036854775807 + 1::BIGINT", "ARITHMETIC_OVERFLOW", "22003"],
    ["SELECT CAST([1] AS INT)", "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION", "42K09"],
    ["SELECT * FROM read_parquet('/no/such/file')", "PATH_NOT_FOUND", "42K03"],
    ["SELEC 1", "INTERNAL_ERROR", "XX000"],
  ])("%s is %s", async (sql, condition, sqlState) => {
    const error = await engine.run(sql).catch((one: unknown) => one);
    expect(error).toMatchObject({ name: "LakeletError", condition, sqlState });
    expect((error as Error).message).not.toContain("LINE 1");
    expect((error as Error).cause).toBeInstanceOf(Error);
  });

  it("are rebuilt from engine SQL that raises one of Spark's", async () => {
    const raised = "[lakelet:DIVIDE_BY_ZERO|22012] Division by zero. Use `try_divide` to tolerate it.";
    await expect(
      engine.run(`SELECT CASE WHEN i = 0 THEN error('${raised}') ELSE i END FROM range(3) AS t(i)`),
    ).rejects.toMatchObject({
      condition: "DIVIDE_BY_ZERO",
      sqlState: "22012",
      problem: "Division by zero. Use `try_divide` to tolerate it.",
    });
  });

  it("name the setting when memory runs out", async () => {
    const small = await createEngine({ memoryLimit: "20MB", temporaryFolder: "/dev/null/none", threads: 2 });
    const error = await small.run("SELECT list(i) FROM range(20000000) AS t(i)").catch((one: unknown) => one);
    expect(error).toMatchObject({ condition: "OUT_OF_MEMORY" });
    expect((error as LakeletError).cure).toContain("memory_limit");
    await small.close();
  });
});
