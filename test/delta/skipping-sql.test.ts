import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AddFile } from "../../src/delta/actions.js";
import { TEXT_COLUMN, textRows } from "../../src/delta/checkpoint-parquet.js";
import { type ActionRelation, SHAPES } from "../../src/delta/checkpoint-shape.js";
import { fileMayMatch } from "../../src/delta/data-skipping.js";
import { skippingRelation } from "../../src/delta/skipping-sql.js";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import type { Engine } from "../../src/engine/engine.js";
import type { SkippingLiteral, SkippingPredicate } from "../../src/expression/skipping-predicate.js";
import { findField } from "../../src/schema/data-type.js";
import { engineString } from "../../src/schema/engine-type.js";
import { schemaFromJson } from "../../src/schema/schema-json.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ threads: 1 });
});
afterAll(() => engine.close());

const TYPES = {
  l: "long",
  i: "integer",
  d: "decimal(20,3)",
  x: "double",
  f: "float",
  s: "string",
  day: "date",
  t: "timestamp",
  n: "timestamp_ntz",
  b: "boolean",
  "a/~b": "long",
} as const;
type Column = keyof typeof TYPES;
const COLUMNS = Object.keys(TYPES) as Column[];
const PARTITIONS = ["p_s", "p_day", "p_t", "p_i", "p_b"] as const;
const fieldJson = (name: string, type: unknown, metadata = {}): unknown => ({ name, type, nullable: true, metadata });
const schema = schemaFromJson(
  JSON.stringify({
    type: "struct",
    fields: [
      ...COLUMNS.map((name) =>
        fieldJson(name, TYPES[name], name === "i" ? { "delta.columnMapping.physicalName": "col-1" } : {}),
      ),
      fieldJson("nested", { type: "struct", fields: [fieldJson("l", "long")] }),
      fieldJson("p_s", "string"),
      fieldJson("p_day", "date"),
      fieldJson("p_t", "timestamp"),
      fieldJson("p_i", "integer"),
      fieldJson("p_b", "boolean"),
    ],
  }),
);
const physical = (name: string): string => (name === "i" ? "col-1" : name);

const day = fc.integer({ min: 0, max: 9 }).map((n) => `2024-01-0${n || 1}`);
const time = fc
  .tuple(day, fc.constantFrom("00:00:00.000", "10:11:12.345", "23:59:59.999"))
  .map((parts) => parts.join("T"));
const word = fc.constantFrom(
  "",
  "a",
  "ab",
  "abc",
  "b",
  "ü",
  "ä",
  "\u{1F600}",
  "\uFFFD",
  "z'",
  "~",
  "a\u007f",
  "true",
  "9",
);
const whole = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.constantFrom(9007199254740993n, -9223372036854775808n, 123456789012345678n),
);
const float = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(0.1, -0.1, 1e-40, 3.4e38, 1e300, 1.1));

/** Values as the statistics have them, and as a predicate's constants. */
const KINDS: Readonly<
  Record<string, { readonly stored: fc.Arbitrary<unknown>; readonly literal: fc.Arbitrary<SkippingLiteral> }>
> = {
  long: { stored: whole, literal: fc.oneof(whole, fc.constant(0.5)) },
  integer: { stored: fc.integer({ min: -5, max: 5 }), literal: whole },
  "decimal(20,3)": {
    stored: fc.constantFrom("0.001", "-1.5", "12345678901234567.891", "12345678901234567.892", "2"),
    literal: fc.constantFrom("0.001", "-1.5", "12345678901234567.892", "2", 2, 0.1),
  },
  double: { stored: float, literal: fc.oneof(float, fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY)) },
  float: { stored: float.map((one) => Number(Math.fround(one).toPrecision(8))), literal: float },
  string: { stored: word, literal: word },
  date: { stored: day, literal: fc.oneof(day, fc.constant("no date")) },
  timestamp: {
    stored: time.map((one) => `${one}Z`),
    literal: fc.oneof(
      time,
      time.map((one) => `${one}456Z`),
      day,
    ),
  },
  timestamp_ntz: { stored: time, literal: time },
  boolean: { stored: fc.boolean(), literal: fc.boolean() },
};
const kindOf = (name: string): (typeof KINDS)[string] =>
  KINDS[
    { p_s: "string", p_day: "date", p_t: "timestamp", p_i: "integer", p_b: "boolean" }[name] ??
      TYPES[name as Column] ??
      "long"
  ] as never;

const json = (value: unknown, type: string): string =>
  typeof value === "bigint" || type.startsWith("decimal") ? String(value) : JSON.stringify(value);

const file: fc.Arbitrary<AddFile> = fc
  .tuple(
    fc.record(
      Object.fromEntries(
        [...COLUMNS, "nested.l"].map((name) => [
          name,
          fc.tuple(
            fc.option(kindOf(name).stored, { freq: 4 }),
            fc.option(kindOf(name).stored, { freq: 4 }),
            fc.constantFrom(0, 0, 1, 3, undefined),
          ),
        ]),
      ),
    ),
    fc.record({
      p_s: fc.option(word, { freq: 4 }),
      p_day: fc.option(fc.oneof(day, fc.constant("__HIVE_DEFAULT_PARTITION__")), { freq: 4 }),
      p_t: fc.option(
        fc.oneof(
          time.map((one) => one.replace("T", " ")),
          time.map((one) => `${one}123Z`),
        ),
        { freq: 4 },
      ),
      p_i: fc.option(fc.integer({ min: -5, max: 5 }).map(String), { freq: 4 }),
      p_b: fc.option(fc.constantFrom("true", "false"), { freq: 4 }),
    }),
    fc.constantFrom("full", "full", "full", "full", "none", "broken", "no-partition"),
  )
  .map(([stats, partitionValues, form]) => ({
    path: "f",
    size: 1,
    modificationTime: 0,
    dataChange: true,
    partitionValues: form === "no-partition" ? {} : partitionValues,
    ...(form === "none" ? {} : { stats: form === "broken" ? "{minValues" : statsText(stats) }),
  }));

function statsText(stats: Readonly<Record<string, readonly [unknown, unknown, number | undefined]>>): string {
  const part = (at: 0 | 1 | 2): string => {
    const members = Object.entries(stats)
      .filter(([, values]) => values[at] !== null && values[at] !== undefined)
      .map(([name, values]) => {
        const text = json(values[at], at === 2 ? "long" : (TYPES[name as Column] ?? "long"));
        return name === "nested.l" ? `"nested":{"l":${text}}` : `${JSON.stringify(physical(name))}:${text}`;
      });
    return `{${members.join(",")}}`;
  };
  return `{"numRecords":3,"minValues":${part(0)},"maxValues":${part(1)},"nullCount":${part(2)}}`;
}

const leaf: fc.Arbitrary<SkippingPredicate> = fc
  .constantFrom(...COLUMNS, ...PARTITIONS, "nested.l", "absent")
  .chain((name) => {
    const column = name === "nested.l" ? ["nested", "l"] : [name === "s" ? "S" : name];
    const { literal } = kindOf(name);
    const operator = fc.constantFrom("=", "<=>", "<", "<=", ">", ">=", "<>");
    return fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({ kind: fc.constant("compare"), operator, column: fc.constant(column), value: literal }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant("in"),
          column: fc.constant(column),
          values: fc.array(literal, { maxLength: 4 }),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant("in"),
          column: fc.constant(column),
          values: fc.array(literal, { minLength: 51, maxLength: 60 }),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constantFrom("is-null", "is-not-null"), column: fc.constant(column) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant("starts-with"), column: fc.constant(["s"]), prefix: word }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant("starts-with"), column: fc.constant(["p_s"]), prefix: word }),
      },
    ) as fc.Arbitrary<SkippingPredicate>;
  });
const predicate: fc.Arbitrary<SkippingPredicate> = fc.letrec<{ node: SkippingPredicate }>((tie) => ({
  node: fc.oneof(
    { depthSize: "small", maxDepth: 3 },
    { weight: 4, arbitrary: leaf },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("not"), operand: tie("node") }) as fc.Arbitrary<SkippingPredicate>,
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom("and", "or"),
        operands: fc.array(tie("node"), { maxLength: 3 }),
      }) as fc.Arbitrary<SkippingPredicate>,
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        { kind: "unknown" },
        { kind: "constant", value: true },
        { kind: "constant", value: false },
      ) as fc.Arbitrary<SkippingPredicate>,
    },
  ),
})).node;

/** Positions of the files that the engine keeps. */
async function keptBySql(files: readonly AddFile[], condition: SkippingPredicate): Promise<ReadonlySet<number>> {
  const lines = files.map((one, index) => JSON.stringify({ add: { ...one, path: `${index}` } }));
  const table = await engine.register(textRows(lines), TEXT_COLUMN);
  try {
    const sql = `(SELECT action."add" FROM (SELECT from_json(text, ${engineString(JSON.stringify({ add: SHAPES.add }))}) AS action FROM ${table}))`;
    const relation: ActionRelation = { sql, columns: await engine.describe(`SELECT * FROM ${sql}`), source: "" };
    const kept = skippingRelation(condition, relation, { schema, partitionColumns: PARTITIONS });
    const { rows } = await engine.run(`SELECT "add".path FROM ${kept.sql}`);
    return new Set(rows.map(([path]) => Number(path)));
  } finally {
    await engine.drop(table);
  }
}

describe("data skipping in the engine", () => {
  it("keeps each file that the exact comparison keeps, and few others", async () => {
    let [excluded, alsoExcluded] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.array(file, { minLength: 1, maxLength: 30 }),
        fc.array(predicate, { minLength: 1, maxLength: 8 }),
        async (files, predicates) => {
          for (const one of predicates) {
            const kept = await keptBySql(files, one);
            files.forEach((each, index) => {
              if (fileMayMatch(one, each, schema, PARTITIONS))
                expect(
                  kept,
                  JSON.stringify([one, each], (_, v) => (typeof v === "bigint" ? `${v}n` : v)),
                ).toContain(index);
              else {
                excluded++;
                if (!kept.has(index)) alsoExcluded++;
              }
            });
          }
        },
      ),
      { numRuns: 15 },
    );
    expect(excluded).toBeGreaterThan(30);
    expect(alsoExcluded / excluded).toBeGreaterThan(0.7);
  });

  it("asks no question where the predicate says nothing", () => {
    const relation: ActionRelation = { sql: "checkpoint", columns: { kind: "struct", fields: [] }, source: "" };
    const files = { schema, partitionColumns: PARTITIONS };
    expect(skippingRelation({ kind: "unknown" }, relation, files)).toBe(relation);
    expect(findField(schema, "absent")).toBeUndefined();
    const absent: SkippingPredicate = { kind: "is-null", column: ["absent"] };
    expect(
      skippingRelation({ kind: "or", operands: [absent, { kind: "is-null", column: ["l"] }] }, relation, files),
    ).toBe(relation);
  });
});
