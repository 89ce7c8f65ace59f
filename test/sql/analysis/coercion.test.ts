/** Common types as Spark's ANSI mode finds them: the table of pairs, and the algebra that they must keep. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  array,
  BINARY,
  BOOLEAN,
  BYTE,
  DATE,
  DAY_TIME_INTERVAL,
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
  sameType,
  struct,
  TIMESTAMP,
  TIMESTAMP_NTZ,
  VOID,
} from "../../../src/schema/data-type.js";
import {
  canImplicitlyCast,
  canStoreAssign,
  commonType,
  comparisonType,
  widerType,
  widerTypeWithoutStrings,
} from "../../../src/sql/coercion/coercion.js";
import { decimalArithmeticType } from "../../../src/sql/coercion/decimal-precision.js";
import { parseDataType } from "../../../src/sql/parse/parse.js";

const primitive = fc.constantFrom<DataType>(
  BOOLEAN,
  BYTE,
  SHORT,
  INTEGER,
  LONG,
  FLOAT,
  DOUBLE,
  STRING,
  BINARY,
  DATE,
  TIMESTAMP,
  TIMESTAMP_NTZ,
  VOID,
);
const decimals = fc
  .tuple(fc.integer({ min: 1, max: 38 }), fc.integer({ min: 0, max: 38 }))
  .map(([precision, scale]) => decimal(precision, Math.min(precision, scale)));
const types: fc.Arbitrary<DataType> = fc.letrec<{ any: DataType }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 2 },
    { arbitrary: primitive, weight: 4 },
    { arbitrary: decimals, weight: 2 },
    tie("any").map((one) => array(one)),
    fc.tuple(tie("any"), tie("any")).map(([key, value]) => map(key, value)),
    fc.array(tie("any"), { minLength: 1, maxLength: 2 }).map((all) => struct(all.map((one, i) => field(`f${i}`, one)))),
  ),
})).any;

function same(left: DataType | undefined, right: DataType | undefined): boolean {
  return left === undefined || right === undefined ? left === right : sameType(left, right);
}

describe("the least common type", () => {
  it("of a type and itself, or NULL, is that type", () => {
    fc.assert(
      fc.property(
        types,
        (one) => same(widerType(one, one), one) && same(widerType(one, VOID), one) && same(widerType(VOID, one), one),
      ),
    );
  });
  it("does not depend on which side a type stands", () => {
    fc.assert(fc.property(types, types, (one, other) => same(widerType(one, other), widerType(other, one))));
  });
  it("is wide enough: it is its own common type with each of the two, strings apart", () => {
    fc.assert(
      fc.property(types, types, (one, other) => {
        const wide = widerTypeWithoutStrings(one, other);
        return wide === undefined || same(widerTypeWithoutStrings(wide, one), wide);
      }),
    );
  });

  const pairs: readonly (readonly [DataType, DataType, DataType | undefined])[] = [
    [INTEGER, LONG, LONG],
    [LONG, FLOAT, DOUBLE],
    [FLOAT, DOUBLE, DOUBLE],
    [INTEGER, decimal(5, 2), decimal(12, 2)],
    [LONG, decimal(38, 18), decimal(38, 18)],
    [decimal(38, 0), decimal(38, 18), decimal(38, 0)],
    [DOUBLE, decimal(5, 2), DOUBLE],
    [STRING, INTEGER, LONG],
    [STRING, decimal(5, 2), DOUBLE],
    [STRING, DATE, DATE],
    [STRING, BOOLEAN, BOOLEAN],
    [STRING, BINARY, BINARY],
    [STRING, DAY_TIME_INTERVAL, undefined],
    [DATE, TIMESTAMP, TIMESTAMP],
    [DATE, TIMESTAMP_NTZ, TIMESTAMP_NTZ],
    [TIMESTAMP, TIMESTAMP_NTZ, TIMESTAMP],
    [BOOLEAN, INTEGER, undefined],
    [DATE, INTEGER, undefined],
    [array(INTEGER), array(STRING), array(LONG)],
    [array(INTEGER), INTEGER, undefined],
    [struct([field("a", INTEGER)]), struct([field("A", LONG)]), struct([field("a", LONG)])],
    [struct([field("a", INTEGER)]), struct([field("b", INTEGER)]), undefined],
  ];
  it.each(pairs)("%j and %j", (left, right, expected) => {
    expect(same(widerType(left, right), expected)).toBe(true);
  });

  it("of many does not depend on where the string stands", () => {
    expect(commonType([INTEGER, STRING, LONG])).toEqual(LONG);
    expect(commonType([STRING, DATE, TIMESTAMP])).toEqual(TIMESTAMP);
    expect(commonType([DATE, TIMESTAMP, STRING])).toEqual(TIMESTAMP);
    expect(commonType([])).toBeUndefined();
  });
});

describe("operands", () => {
  const value = (dataType: DataType, literal?: string) => ({
    sql: "x",
    dataType,
    nullable: true,
    ...(literal === undefined ? {} : { literal: { value: literal } }),
  });
  it("an integer literal beside a decimal counts with its own digits", () => {
    expect(comparisonType(value(decimal(5, 2)), value(INTEGER))).toEqual(decimal(12, 2));
    expect(comparisonType(value(decimal(5, 2)), value(INTEGER, "12"))).toEqual(decimal(5, 2));
    expect(comparisonType(value(INTEGER, "-12345"), value(decimal(5, 2)))).toEqual(decimal(7, 2));
  });
  it("decimals in arithmetic", () => {
    const [p, q] = [decimal(10, 2), decimal(5, 3)];
    expect(decimalArithmeticType("+", p, q)).toEqual(decimal(12, 3));
    expect(decimalArithmeticType("*", p, q)).toEqual(decimal(16, 5));
    expect(decimalArithmeticType("/", p, q)).toEqual(decimal(19, 8));
    expect(decimalArithmeticType("%", p, q)).toEqual(decimal(5, 3));
    expect(decimalArithmeticType("*", decimal(38, 18), decimal(38, 18))).toEqual(decimal(38, 6));
    expect(decimalArithmeticType("+", decimal(38, 0), decimal(38, 18))).toEqual(decimal(38, 6));
  });
  it("results of arithmetic are types that exist", () => {
    fc.assert(
      fc.property(decimals, decimals, fc.constantFrom("+", "-", "*", "/", "%" as const), (one, other, operator) => {
        const { precision, scale } = decimalArithmeticType(operator as "+", one, other);
        return precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision;
      }),
    );
  });
});

describe("casts that happen by themselves", () => {
  it("follow ANSI store assignment, and strings become anything atomic", () => {
    expect(canImplicitlyCast(STRING, DATE)).toBe(true);
    expect(canStoreAssign(STRING, DATE)).toBe(false);
    expect(canImplicitlyCast(LONG, BYTE)).toBe(true);
    expect(canImplicitlyCast(BOOLEAN, INTEGER)).toBe(false);
    expect(canImplicitlyCast(INTEGER, STRING)).toBe(true);
    expect(canImplicitlyCast(TIMESTAMP, DATE)).toBe(true);
    expect(canImplicitlyCast(STRING, array(STRING))).toBe(false);
    expect(canImplicitlyCast(parseDataType("array<string>"), parseDataType("array<int>"))).toBe(true);
  });
  it("a value can always be stored as its own type, and NULL as any", () => {
    fc.assert(fc.property(types, (one) => canStoreAssign(one, one) && canStoreAssign(VOID, one)));
  });
});
