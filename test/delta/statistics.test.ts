import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileMayMatch } from "../../src/delta/data-skipping.js";
import { statisticsJson } from "../../src/delta/statistics.js";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import type { LeafStatistics } from "../../src/engine/engine.js";
import type { SkippingPredicate } from "../../src/expression/skipping-predicate.js";
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
  LONG,
  map,
  STRING,
  type StructType,
  struct,
  TIMESTAMP,
  TIMESTAMP_NTZ,
} from "../../src/schema/data-type.js";
import { add, temporaryFolder } from "./log-fixture.js";

/** The statistics of one column `x` with these bounds, parsed. */
function ofColumn(
  type: DataType,
  min: string,
  max: string,
  more: Partial<LeafStatistics> = {},
): Record<string, unknown> {
  const statistics = [{ path: ["x"], nullCount: 0n, min, max, ...more }];
  return JSON.parse(statisticsJson({ rowCount: 3, statistics }, struct([field("x", type)]), [], {}));
}

describe("statistics", () => {
  it("hold numbers with every digit", () => {
    const statistics = [{ path: ["x"], nullCount: 2n, min: "-9223372036854775808", max: "12345678901234567890.1234" }];
    expect(statisticsJson({ rowCount: 5, statistics }, struct([field("x", decimal(38, 4))]), [], {})).toBe(
      '{"numRecords":5,"minValues":{"x":-9223372036854775808},"maxValues":{"x":12345678901234567890.1234},"nullCount":{"x":2}}',
    );
  });

  it("leave out what is not true of each row or has no form", () => {
    const none = { numRecords: 3, nullCount: { x: 0 } };
    expect(ofColumn(DOUBLE, "0.0", "3.0", { hasNaN: true })).toEqual(none);
    expect(ofColumn(DOUBLE, "1.0", "inf", { hasNaN: false })).toEqual({ ...none, minValues: { x: 1 } });
    expect(ofColumn(BOOLEAN, "0", "1")).toEqual(none);
    expect(ofColumn(BINARY, "00", "FF")).toEqual(none);
    expect(ofColumn(DATE, "0044-03-15 (BC)", "infinity")).toEqual(none);
    expect(ofColumn(TIMESTAMP, "-infinity", "10000-01-01 00:00:00+00")).toEqual(none);
  });

  it("have both zeros within the bounds", () => {
    const bounds = (min: string, max: string) =>
      statisticsJson(
        { rowCount: 1, statistics: [{ path: ["x"], min, max, hasNaN: false }] },
        struct([field("x", DOUBLE)]),
        [],
        {},
      );
    expect(bounds("0.0", "-0.0")).toContain('"minValues":{"x":-0.0},"maxValues":{"x":0.0}');
    expect(bounds("-1.0", "0.5")).toContain('"minValues":{"x":-1.0},"maxValues":{"x":0.5}');
  });

  it("hold timestamps in milliseconds, the maximum rounded up", () => {
    expect(ofColumn(TIMESTAMP, "2024-01-01 10:00:00.123456+00", "2024-12-31 23:59:59.999001+00")).toMatchObject({
      minValues: { x: "2024-01-01T10:00:00.123Z" },
      maxValues: { x: "2025-01-01T00:00:00.000Z" },
    });
    expect(ofColumn(TIMESTAMP_NTZ, "1969-12-31 23:59:59.9995", "2024-01-01 10:00:00")).toMatchObject({
      minValues: { x: "1969-12-31T23:59:59.999" },
      maxValues: { x: "2024-01-01T10:00:00.000" },
    });
  });

  it("cut texts to 32 characters, the maximum so that it stays above", () => {
    const bounds = (text: string): unknown => {
      const { minValues, maxValues } = ofColumn(STRING, text, text) as Record<
        string,
        Record<string, string> | undefined
      >;
      return [minValues?.x, maxValues?.x];
    };
    const a32 = "a".repeat(32);
    expect(bounds(a32)).toEqual([a32, a32]);
    expect(bounds(`${a32}b`)).toEqual([a32, `${a32}\x7f`]);
    expect(bounds(`${a32}ż`)).toEqual([a32, `${a32}\u{10ffff}`]);
    expect(bounds("😀".repeat(40))).toEqual(["😀".repeat(32), `${"😀".repeat(16)}\u{10ffff}`]);
    expect(bounds(`${a32}${"\u{10ffff}".repeat(40)}`)).toEqual([a32, undefined]);
    expect(bounds(`${a32}\u{10ffff}b`)).toEqual([a32, `${a32}\u{10ffff}\x7f`]);
  });

  it("cover the first 32 leaves, or those that the properties name, and no partition column", () => {
    const leaves = (schema: StructType, partitionBy: string[], properties: Record<string, string>): string[] => {
      const paths = schema.fields.flatMap(({ name, dataType }) =>
        dataType.kind === "struct" ? dataType.fields.map((inner) => [name, inner.name]) : [[name]],
      );
      const statistics = paths.map((path) => ({ path, nullCount: 0n }));
      return Object.keys(
        JSON.parse(statisticsJson({ rowCount: 1, statistics }, schema, partitionBy, properties)).nullCount ?? {},
      );
    };
    const wide = struct(Array.from({ length: 40 }, (_, i) => field(`c${i}`, LONG)));
    expect(leaves(wide, ["c0"], {})).toEqual(Array.from({ length: 32 }, (_, i) => `c${i + 1}`));
    expect(leaves(wide, [], { "delta.dataSkippingNumIndexedCols": "2" })).toEqual(["c0", "c1"]);
    expect(leaves(wide, [], { "delta.dataSkippingNumIndexedCols": "0" })).toEqual([]);
    expect(leaves(wide, [], { "delta.dataSkippingNumIndexedCols": "-1" })).toHaveLength(40);
    const nested = struct([field("s", struct([field("a", LONG), field("b.c", LONG)])), field("t", LONG)]);
    expect(leaves(nested, [], { "delta.dataSkippingNumIndexedCols": "2" })).toEqual(["s"]);
    expect(leaves(nested, [], { "delta.dataSkippingStatsColumns": "s.`b.c`, T" })).toEqual(["s", "t"]);
  });

  it("say that bounds are tight in tables that may have others", () => {
    const text = statisticsJson({ rowCount: 1, statistics: [] }, struct([]), [], {
      "delta.enableDeletionVectors": "true",
    });
    expect(text).toBe('{"numRecords":1,"tightBounds":true}');
  });

  it("of floats also bound them in a column that became double", () => {
    const changes = [{ fromType: "float", toType: "double" }];
    const x = { ...field("x", DOUBLE), metadata: { "delta.typeChanges": changes } };
    const stats = '{"numRecords":1,"minValues":{"x":1.1},"maxValues":{"x":1.1},"nullCount":{"x":0}}';
    const exact: SkippingPredicate = { kind: "compare", operator: "=", column: ["x"], value: Math.fround(1.1) };
    expect(fileMayMatch(exact, add("f", { stats }), struct([x]), [])).toBe(true);
    expect(fileMayMatch({ ...exact, value: 1.2 }, add("f", { stats }), struct([x]), [])).toBe(false);
    expect(fileMayMatch(exact, add("f", { stats }), struct([field("x", DOUBLE)]), [])).toBe(false);
  });

  it("come out right of a file that the engine wrote", async () => {
    using folder = temporaryFolder("statistics");
    const engine = await createEngine({ threads: 1 });
    const schema = struct([
      field("b", BYTE),
      field("d", decimal(20, 3)),
      field("f", FLOAT),
      field("s", struct([field("t", TIMESTAMP), field("u", STRING)])),
      field("l", array(LONG)),
      field("m", map(STRING, LONG)),
      field("flag", BOOLEAN),
      field("day", DATE),
    ]);
    try {
      const sql = `SELECT 1::TINYINT AS b, 12345678901234567.125::DECIMAL(20,3) AS d, 0.1::FLOAT AS f, {'t': TIMESTAMPTZ '2024-01-01 00:00:00.0015Z', 'u': NULL::VARCHAR} AS s, [1::BIGINT] AS l, MAP {'k': 1::BIGINT} AS m, true AS flag, DATE '2024-02-29' AS day
        UNION ALL SELECT NULL, 1, 0.5, NULL, NULL, NULL, NULL, NULL`;
      const [file] = await engine.writeDataFiles({ sql, schema, folder: folder.path, partitionBy: [] });
      const bounds = { b: 1, s: { t: "2024-01-01T00:00:00.001Z" }, day: "2024-02-29" };
      const text = file === undefined ? "" : statisticsJson(file, schema, [], {});
      expect(JSON.parse(text)).toEqual({
        numRecords: 2,
        minValues: { ...bounds, d: 1, f: 0.1 },
        maxValues: { ...bounds, s: { t: "2024-01-01T00:00:00.002Z" }, d: Number("12345678901234567.125"), f: 0.5 },
        nullCount: { b: 1, d: 0, f: 0, s: { t: 1, u: 2 }, flag: 1, day: 1 },
      });
      expect(text).toContain("12345678901234567.125");
    } finally {
      await engine.close();
    }
  });
});

/** A type with its values, as the engine prints them and as they compare; `literal` is what a predicate would hold. */
interface Domain<T> {
  readonly type: DataType;
  readonly values: fc.Arbitrary<T>;
  readonly compare: (left: T, right: T) => number;
  readonly engineText: (value: T) => string;
  readonly literal: (value: T) => string | number | bigint;
}

const order = <T extends bigint | number>(left: T, right: T): number => (left < right ? -1 : left > right ? 1 : 0);
const byCodePoints = (left: string, right: string): number => Buffer.compare(Buffer.from(left), Buffer.from(right));
const timeText = (micros: bigint): string =>
  `${new Date(Number(micros / 1000n)).toISOString().slice(0, 19)}.${String(micros % 1_000_000n).padStart(6, "0")}`;

const longs: Domain<bigint> = {
  type: LONG,
  values: fc.oneof(fc.bigInt({ min: -3n, max: 3n }), fc.bigInt({ min: 9007199254740990n, max: 9007199254740996n })),
  compare: order,
  engineText: String,
  literal: (value) => value,
};
const decimals: Domain<bigint> = {
  ...longs,
  type: decimal(38, 2),
  engineText: (value) =>
    `${value < 0n ? "-" : ""}${(value < 0n ? -value : value) / 100n}.${String((value < 0n ? -value : value) % 100n).padStart(2, "0")}`,
  literal: (value) => decimals.engineText(value),
};
const doubles: Domain<number> = {
  type: DOUBLE,
  values: fc.oneof(fc.constantFrom(0, -0, 0.1, Number.NaN, Number.POSITIVE_INFINITY, 1e300), fc.double()),
  // As Spark: NaN equals itself and is above all.
  compare: (left, right) =>
    Number.isNaN(left) || Number.isNaN(right)
      ? order(Number(Number.isNaN(left)), Number(Number.isNaN(right)))
      : order(left, right),
  engineText: (value) =>
    Number.isFinite(value) ? String(value) : String(value).toLowerCase().replace("infinity", "inf"),
  literal: (value) => value,
};
const letter = fc.constantFrom("a", "b", "~", "\x7f", "ż", "\uffff", "😀", "\u{10ffff}");
const texts: Domain<string> = {
  type: STRING,
  values: fc.oneof(
    fc.string({ unit: letter, maxLength: 3 }),
    fc.string({ unit: letter, minLength: 31, maxLength: 66 }),
    fc.tuple(fc.string({ unit: letter, maxLength: 4 })).map(([end]) => "a".repeat(31) + end),
  ),
  compare: byCodePoints,
  engineText: (value) => value,
  literal: (value) => value,
};
const times: Domain<bigint> = {
  type: TIMESTAMP,
  values: fc.bigInt({ min: 1_700_000_000_000_000n, max: 1_700_000_000_003_000n }),
  compare: order,
  engineText: (value) => `${timeText(value).replace("T", " ")}+00`,
  literal: (value) => `${timeText(value)}Z`,
};

type Truth = boolean | null;
type Test<T> = { readonly predicate: SkippingPredicate; readonly holds: (value: T | null) => Truth };

function comparisons<T>(domain: Domain<T>): fc.Arbitrary<Test<T>> {
  const operators = { "=": [0], "<": [-1], "<=": [-1, 0], ">": [1], ">=": [0, 1], "<>": [-1, 1] } as const;
  const compared = fc
    .tuple(fc.constantFrom(...(Object.keys(operators) as (keyof typeof operators)[])), domain.values)
    .map(
      ([operator, constant]): Test<T> => ({
        predicate: { kind: "compare", operator, column: ["X"], value: domain.literal(constant) },
        holds: (value) =>
          value === null
            ? null
            : (operators[operator] as readonly number[]).includes(Math.sign(domain.compare(value, constant))),
      }),
    );
  const nullness = fc.boolean().map(
    (is): Test<T> => ({
      predicate: { kind: is ? "is-null" : "is-not-null", column: ["X"] },
      holds: (value) => (value === null) === is,
    }),
  );
  const among = fc.array(domain.values, { minLength: 1, maxLength: 3 }).map(
    (constants): Test<T> => ({
      predicate: { kind: "in", column: ["X"], values: constants.map(domain.literal) },
      holds: (value) => (value === null ? null : constants.some((one) => domain.compare(value, one) === 0)),
    }),
  );
  const prefixed = domain.values.map(
    (constant): Test<T> => ({
      predicate: { kind: "starts-with", column: ["X"], prefix: String(constant) },
      holds: (value) => (value === null ? null : String(value).startsWith(String(constant))),
    }),
  );
  const leaves = domain.type === STRING ? [compared, nullness, among, prefixed] : [compared, nullness, among];
  return fc.letrec<{ any: Test<T>; leaf: Test<T> }>((tie) => ({
    leaf: fc.oneof(...leaves),
    any: fc.oneof(
      { maxDepth: 2 },
      tie("leaf"),
      tie("any").map(
        (one): Test<T> => ({
          predicate: { kind: "not", operand: one.predicate },
          holds: (value) => not(one.holds(value)),
        }),
      ),
      fc.array(tie("any"), { minLength: 1, maxLength: 3 }).map(
        (all): Test<T> => ({
          predicate: { kind: "and", operands: all.map((one) => one.predicate) },
          holds: (value) => every(all.map((one) => one.holds(value))),
        }),
      ),
      fc.array(tie("any"), { minLength: 1, maxLength: 3 }).map(
        (all): Test<T> => ({
          predicate: { kind: "or", operands: all.map((one) => one.predicate) },
          holds: (value) => not(every(all.map((one) => not(one.holds(value))))),
        }),
      ),
    ),
  })).any;
}

const not = (truth: Truth): Truth => (truth === null ? null : !truth);
const every = (truths: readonly Truth[]): Truth =>
  truths.includes(false) ? false : truths.includes(null) ? null : true;

function leafStatistics<T>(domain: Domain<T>, rows: readonly (T | null)[]): LeafStatistics {
  const present = rows.filter((row) => row !== null);
  // As the engine does: NaN is in neither bound.
  const sorted = present.filter((row) => !Number.isNaN(row)).sort(domain.compare);
  const bounds =
    sorted.length === 0 ? {} : { min: domain.engineText(sorted[0] as T), max: domain.engineText(sorted.at(-1) as T) };
  return {
    path: ["x"],
    nullCount: BigInt(rows.length - present.length),
    ...bounds,
    ...(domain.type === DOUBLE ? { hasNaN: present.some((row) => Number.isNaN(row)) } : {}),
  };
}

describe("skipping by statistics", () => {
  it.each([
    ["long", longs],
    ["decimal", decimals],
    ["double", doubles],
    ["string", texts],
    ["timestamp", times],
  ] as readonly (readonly [string, Domain<unknown>])[])(
    "never drops a file with a row that matches: %s",
    (_name, domain) => {
      const schema = struct([field("x", domain.type)]);
      let skipped = 0;
      fc.assert(
        fc.property(
          fc.array(fc.option(domain.values), { minLength: 1, maxLength: 4 }),
          comparisons(domain),
          (rows, test) => {
            const stats = statisticsJson(
              { rowCount: rows.length, statistics: [leafStatistics(domain, rows)] },
              schema,
              [],
              {},
            );
            const keeps = fileMayMatch(test.predicate, add("f", { stats }), schema, []);
            if (!keeps) skipped++;
            if (rows.some((row) => test.holds(row) === true)) expect(keeps).toBe(true);
          },
        ),
        { numRuns: 1_000 },
      );
      // It must not be right by keeping everything.
      expect(skipped).toBeGreaterThan(20);
    },
  );

  it("counts a partition value as the value of each row, and keeps files that it knows nothing about", () => {
    const schema = struct([field("x", LONG), field("p", STRING)]);
    const equal = (column: string, value: string | number): SkippingPredicate => ({
      kind: "compare",
      operator: "=",
      column: [column],
      value,
    });
    const keeps = (predicate: SkippingPredicate, p: string | null, stats?: string): boolean =>
      fileMayMatch(predicate, add("f", { partitionValues: { p }, ...(stats === undefined ? {} : { stats }) }), schema, [
        "p",
      ]);
    expect([
      keeps(equal("p", "a"), "a"),
      keeps(equal("P", "b"), "a"),
      keeps(equal("p", "a"), null),
      keeps(equal("p", "a"), ""),
    ]).toEqual([true, false, false, false]);
    expect(keeps({ kind: "is-null", column: ["p"] }, "")).toBe(true);
    for (const stats of [
      undefined,
      "",
      "{",
      "[]",
      '{"minValues":7}',
      '{"minValues":{"x":null},"maxValues":{"x":{}}}',
      '{"numRecords":0}',
    ]) {
      expect(keeps(equal("x", 1), "a", stats)).toBe(true);
    }
    expect(keeps({ kind: "compare", operator: ">", column: ["nowhere"], value: 1 }, "a", '{"numRecords":1}')).toBe(
      true,
    );
  });

  it("allows for maxima of timestamps that were cut to milliseconds", () => {
    const schema = struct([field("x", TIMESTAMP)]);
    const stats =
      '{"numRecords":1,"minValues":{"x":"2024-01-01T00:00:00.123Z"},"maxValues":{"x":"2024-01-01T00:00:00.123Z"},"nullCount":{"x":0}}';
    const keeps = (value: string): boolean =>
      fileMayMatch({ kind: "compare", operator: "=", column: ["x"], value }, add("f", { stats }), schema, []);
    expect([keeps("2024-01-01T00:00:00.123999Z"), keeps("2024-01-01T00:00:00.124Z")]).toEqual([true, false]);
  });
});
