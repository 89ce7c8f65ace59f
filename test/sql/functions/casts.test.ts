/** Casts: texts of doubles read back, time zones, and errors by name. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine } from "../../../src/duckdb/duckdb-engine.js";
import type { Engine } from "../../../src/engine/engine.js";
import {
  array,
  BOOLEAN,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  INTEGER,
  LONG,
  STRING,
  TIMESTAMP,
} from "../../../src/schema/data-type.js";
import { compileCast } from "../../../src/sql/functions/cast.js";
import { engineLibrary } from "../../../src/sql/functions/library.js";
import { parseDate, parseInstant } from "../../../src/sql/functions/temporal-text.js";
import { CONTEXT, column, evaluate, literal } from "./compiled.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ library: engineLibrary, threads: 1 });
});
afterAll(() => engine.close());

const cast = (from: DataType, to: DataType, timeZone = "UTC") =>
  compileCast(column("a", from), to, "ansi", { ...CONTEXT, timeZone });

describe("casts", () => {
  it("write doubles so that they read back as they were, in Java's form", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.double(), { minLength: 20, maxLength: 60 }), async (values) => {
        const rows = values.map((one) => [Object.is(one, -0) ? "-0.0" : String(one)]);
        const texts = await evaluate(engine, cast(DOUBLE, STRING), { a: DOUBLE }, rows);
        texts.forEach((text, i) => {
          expect(text).toMatch(/^(NaN|-?Infinity|-?\d+\.\d+|-?\d\.\d+E-?\d+)$/);
          expect(Number(text)).toBe(values[i]);
        });
      }),
      { numRuns: 40 },
    );
  });

  it("read in a time zone what they write in it, the hour that summer time repeats aside", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.date({ min: new Date(0), max: new Date("2037-12-31"), noInvalidDate: true })),
        async (dates) => {
          const rows = [new Date(0), ...dates].map((one) => [one.toISOString()]);
          const texts = await evaluate(engine, cast(TIMESTAMP, STRING, "Europe/Warsaw"), { a: TIMESTAMP }, rows);
          texts.forEach((text, i) => {
            const instant = Number((parseInstant(text ?? "", "Europe/Warsaw") ?? 0n) / 1000n);
            const difference = new Date(rows[i]?.[0] ?? 0).getTime() - instant;
            expect([0, 3_600_000]).toContain(difference);
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  it("push a time that summer time skips forward", () => {
    const iso = (text: string) => new Date(Number((parseInstant(text, "Europe/Warsaw") ?? 0n) / 1000n)).toISOString();
    expect(iso("2024-03-31 02:30:00")).toBe("2024-03-31T01:30:00.000Z");
    expect(iso("2024-10-27 02:30:00")).toBe("2024-10-27T00:30:00.000Z");
    expect(iso("2024-07-01 00:00:00")).toBe("2024-06-30T22:00:00.000Z");
    expect(parseDate("2024-02-30")).toBeUndefined();
  });

  it("agree with what they make of constants while compiling", async () => {
    const texts = ["1", " 2 ", "2024-01-15", "2024-1-5T10:20:30.5+01:00", "true", "no", "007", "-3.50"];
    for (const to of [INTEGER, LONG, decimal(10, 2), DOUBLE, BOOLEAN, DATE, TIMESTAMP]) {
      for (const text of texts) {
        const folded = compileCast(literal(text, STRING), to, "try", CONTEXT);
        const general = compileCast(column("a", STRING), to, "try", CONTEXT);
        const row = [[text]];
        expect(await evaluate(engine, folded, { a: STRING }, row), `${text} as ${to.kind}`).toEqual(
          await evaluate(engine, general, { a: STRING }, row),
        );
      }
    }
  });

  it("fail by Spark's conditions", async () => {
    const failing = (from: DataType, to: DataType, text: string) =>
      evaluate(engine, cast(from, to), { a: from }, [[text]]);
    await expect(failing(STRING, INTEGER, "1.5")).rejects.toThrow(/CAST_INVALID_INPUT/);
    await expect(failing(LONG, INTEGER, "2147483648")).rejects.toThrow(/CAST_OVERFLOW/);
    await expect(failing(STRING, decimal(4, 2), "123.4")).rejects.toThrow(/NUMERIC_VALUE_OUT_OF_RANGE/);
    expect(() => cast(array(INTEGER), INTEGER)).toThrow(/DATATYPE_MISMATCH/);
  });

  it("leave plain SQL where nothing can fail", () => {
    expect(cast(INTEGER, LONG).sql).toBe('CAST("a" AS BIGINT)');
    expect(cast(INTEGER, INTEGER).sql).toBe('"a"');
  });
});
