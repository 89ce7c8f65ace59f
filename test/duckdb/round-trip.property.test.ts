import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import { decimalText } from "../../src/duckdb/result-values.js";
import { dateText, parseDate, parseTimestamp, timestampText } from "../../src/duckdb/temporal-text.js";
import type { Engine, Value } from "../../src/engine/engine.js";
import {
  array,
  BINARY,
  BOOLEAN,
  BYTE,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  FLOAT,
  field,
  INTEGER,
  LONG,
  map,
  SHORT,
  STRING,
  struct,
  TIMESTAMP,
  TIMESTAMP_NTZ,
} from "../../src/schema/data-type.js";

let engine: Engine;
let folder: string;
beforeAll(async () => {
  engine = await createEngine({ threads: 2, timeZone: "America/New_York" });
  folder = await mkdtemp(join(tmpdir(), "lakelet-round-trip-"));
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

/** Years 0001 to 9999. */
const days = fc.integer({ min: -719_162, max: 2_932_896 });
const micros = fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n });
const name = fc.stringMatching(/^[A-Za-z_ ."żó,=-]{1,6}$/);
const text = fc
  .oneof(fc.string({ unit: "grapheme", maxLength: 30 }), fc.constantFrom("", "NULL", "'", "x".repeat(300)))
  .filter((s) => !s.includes("\0"));

const leaf: fc.Arbitrary<{ type: DataType; value: fc.Arbitrary<Value> }> = fc.constantFrom(
  { type: BOOLEAN, value: fc.boolean() },
  { type: BYTE, value: fc.integer({ min: -128, max: 127 }) },
  { type: SHORT, value: fc.integer({ min: -32768, max: 32767 }) },
  { type: INTEGER, value: fc.integer() },
  { type: LONG, value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  { type: FLOAT, value: fc.float() },
  { type: DOUBLE, value: fc.double() },
  { type: STRING, value: text },
  { type: BINARY, value: fc.uint8Array({ maxLength: 20 }) },
  { type: DATE, value: days.map(dateText) },
  { type: TIMESTAMP, value: micros.map((one) => `${timestampText(one)}Z`) },
  { type: TIMESTAMP_NTZ, value: micros.map(timestampText) },
  { type: decimal(4, 2), value: fc.bigInt({ min: -9999n, max: 9999n }).map((one) => decimalText(one, 2)) },
  {
    type: decimal(9, 0),
    value: fc.bigInt({ min: -(10n ** 9n) + 1n, max: 10n ** 9n - 1n }).map((one) => decimalText(one, 0)),
  },
  {
    type: decimal(18, 6),
    value: fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n }).map((one) => decimalText(one, 6)),
  },
  {
    type: decimal(38, 10),
    value: fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }).map((one) => decimalText(one, 10)),
  },
);

const orNull = (value: fc.Arbitrary<Value>) => fc.option(value, { nil: null, freq: 6 }) as fc.Arbitrary<Value>;
const typed = fc.letrec<{ any: { type: DataType; value: fc.Arbitrary<Value> } }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    leaf,
    tie("any").map(({ type, value }) => ({
      type: array(type) as DataType,
      value: fc.array(orNull(value), { maxLength: 3 }) as fc.Arbitrary<Value>,
    })),
    tie("any").map(({ type, value }) => ({
      type: map(STRING, type) as DataType,
      value: fc
        .uniqueArray(fc.tuple(text, orNull(value)), { maxLength: 3, selector: ([key]) => key })
        .map((entries): Value => new Map(entries)),
    })),
    fc
      .uniqueArray(fc.tuple(name, tie("any")), { minLength: 1, maxLength: 3, selector: ([one]) => one.toLowerCase() })
      .map((fields) => ({
        type: struct(fields.map(([one, { type }]) => field(one, type))) as DataType,
        value: fc.record(
          Object.fromEntries(fields.map(([one, { value }]) => [one, orNull(value)])),
        ) as fc.Arbitrary<Value>,
      })),
  ),
})).any;

const relation = fc
  .uniqueArray(fc.tuple(name, typed), { minLength: 1, maxLength: 4, selector: ([one]) => one.toLowerCase() })
  .chain((columns) =>
    fc.array(fc.tuple(...columns.map(([, { value }]) => orNull(value))), { maxLength: 12 }).map((rows) => ({
      schema: struct(columns.map(([one, { type }]) => field(one, type))),
      rows: rows as Value[][],
    })),
  );

it("rows come back from a written file as they were registered", async () => {
  await fc.assert(
    fc.asyncProperty(relation, async ({ schema, rows }) => {
      const table = await engine.register(rows, schema);
      const direct = await engine.run(`SELECT * FROM ${table}`);
      expect(direct.rows).toEqual(rows);
      const files = await engine.writeDataFiles({ sql: `FROM ${table}`, schema, folder, partitionBy: [] });
      const scan = await engine.scan({ files, schema, partitionColumns: [] });
      const { rows: scanned, columns } = await engine.run(`SELECT * FROM ${scan}`);
      expect(columns).toEqual(schema.fields.map((one) => one.name));
      expect(scanned).toEqual(rows);
      await engine.drop(table);
    }),
    { numRuns: 60 },
  );
});

it("partition values come back as they were written", async () => {
  const column = leaf.filter(
    ({ type }) => !["binary", "float", "double", "timestamp", "timestamp_ntz"].includes(type.kind),
  );
  await fc.assert(
    fc.asyncProperty(
      column.chain(({ type, value }) =>
        fc.tuple(fc.constant(type), fc.array(orNull(value), { minLength: 1, maxLength: 5 })),
      ),
      async ([type, values]) => {
        const schema = struct([field("id", INTEGER), field("p", type)]);
        const table = await engine.register(
          values.map((value, i) => [i, value]),
          schema,
        );
        const files = await engine.writeDataFiles({ sql: `FROM ${table}`, schema, folder, partitionBy: ["p"] });
        const scan = await engine.scan({ files, schema, partitionColumns: ["p"] });
        const { rows } = await engine.run(`SELECT p FROM ${scan} ORDER BY id`);
        expect(rows).toEqual(values.map((value) => [value === "" ? null : value]));
        await engine.drop(table);
      },
    ),
    { numRuns: 40 },
  );
});

it("dates and timestamps come back from their texts", () => {
  fc.assert(
    fc.property(fc.integer({ min: -200_000_000, max: 200_000_000 }), (one) => parseDate(dateText(one)) === one),
  );
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
      (one) => parseTimestamp(timestampText(one))?.micros === one,
    ),
  );
  fc.assert(
    fc.property(
      fc.date({
        noInvalidDate: true,
        min: new Date("0000-01-01T00:00:00Z"),
        max: new Date("9999-12-31T23:59:59.999Z"),
      }),
      (one) => timestampText(BigInt(one.getTime()) * 1000n) === one.toISOString().replace(/Z$/, "000"),
    ),
  );
});
