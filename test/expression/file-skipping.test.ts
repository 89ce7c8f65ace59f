import { describe, expect, it } from "vitest";
import { comparable } from "../../src/expression/comparable.js";
import { type ColumnRange, type FileRanges, mayMatch } from "../../src/expression/file-skipping.js";
import type { SkippingLiteral, SkippingPredicate } from "../../src/expression/skipping-predicate.js";
import { DATE, type DataType, DOUBLE, decimal, FLOAT, LONG, STRING, TIMESTAMP } from "../../src/schema/data-type.js";

function file(
  type: DataType,
  min: SkippingLiteral,
  max: SkippingLiteral,
  nulls: ColumnRange["nulls"] = "none",
): FileRanges {
  const [low, high] = [comparable(type, min), comparable(type, max)];
  return {
    range: ([name]) =>
      name === "x"
        ? { type, nulls, ...(low === undefined ? {} : { min: low }), ...(high === undefined ? {} : { max: high }) }
        : undefined,
  };
}

type Operator = Extract<SkippingPredicate, { kind: "compare" }>["operator"];
const x = (operator: Operator, value: SkippingLiteral): SkippingPredicate => ({
  kind: "compare",
  operator,
  column: ["x"],
  value,
});
const not = (operand: SkippingPredicate): SkippingPredicate => ({ kind: "not", operand });
const and = (...operands: SkippingPredicate[]): SkippingPredicate => ({ kind: "and", operands });
const or = (...operands: SkippingPredicate[]): SkippingPredicate => ({ kind: "or", operands });
const isNull: SkippingPredicate = { kind: "is-null", column: ["x"] };
const isNotNull: SkippingPredicate = { kind: "is-not-null", column: ["x"] };
const unknown: SkippingPredicate = { kind: "unknown" };
const startsWith = (prefix: string): SkippingPredicate => ({ kind: "starts-with", column: ["x"], prefix });

/** Which of the predicates keep the file. */
const kept = (ranges: FileRanges, ...predicates: SkippingPredicate[]): boolean[] =>
  predicates.map((predicate) => mayMatch(predicate, ranges));

describe("a file of the values 10 to 20", () => {
  const tens = file(LONG, 10, 20);

  it("is skipped by what no value satisfies, and by nothing else", () => {
    expect(kept(tens, x("=", 9), x("=", 10), x("=", 20), x("=", 21))).toEqual([false, true, true, false]);
    expect(kept(tens, x("<", 10), x("<=", 10), x(">", 20), x(">=", 20))).toEqual([false, true, false, true]);
    expect(kept(tens, x("<>", 15), x("<=>", 9), x("<=>", 15))).toEqual([true, false, true]);
    expect(
      kept(tens, { kind: "in", column: ["x"], values: [1, 2] }, { kind: "in", column: ["x"], values: [1, 12] }),
    ).toEqual([false, true]);
  });

  it("is judged through not, and, or", () => {
    expect(kept(tens, not(x("<", 100)), not(x("<", 15)), not(not(x("=", 9))))).toEqual([false, true, false]);
    expect(
      kept(tens, and(x("=", 9), unknown), and(x("=", 15), unknown), or(x("=", 9), unknown), or(x("=", 9), x(">", 20))),
    ).toEqual([false, true, true, false]);
    expect(kept(tens, and(), or(), not(unknown))).toEqual([true, false, true]);
  });

  it("has no nulls, so that IS NULL skips it", () => {
    expect(kept(tens, isNull, isNotNull, not(isNull))).toEqual([false, true, true]);
    const some = file(LONG, 10, 20, "unknown");
    expect(kept(some, isNull, isNotNull, x("=", 9), not(x("=", 9)))).toEqual([true, true, false, true]);
  });

  it("says nothing about another column", () => {
    expect(
      kept(tens, { kind: "compare", operator: "=", column: ["y"], value: 1 }, { kind: "is-null", column: ["y"] }),
    ).toEqual([true, true]);
  });

  it("is kept where the constant is of another kind", () => {
    expect(kept(tens, x("=", "ten"), x("=", true), x("=", 9.5))).toEqual([true, true, false]);
  });
});

describe("a file of one value", () => {
  it("is skipped by what is not true of it", () => {
    const five = file(LONG, 5, 5);
    expect(kept(five, x("<>", 5), not(x("=", 5)), not({ kind: "in", column: ["x"], values: [4, 5] }))).toEqual([
      false,
      false,
      false,
    ]);
    expect(kept(five, x("<>", 6), not(x("=", 6)))).toEqual([true, true]);
  });

  it("of NULL alone is skipped by every comparison", () => {
    const nothing: FileRanges = { range: () => ({ type: LONG, nulls: "all" }) };
    expect(kept(nothing, x("=", 1), x("<>", 1), not(x("=", 1)), x("<=>", 1), isNotNull)).toEqual(Array(5).fill(false));
    expect(kept(nothing, isNull, not(x("<=>", 1)))).toEqual([true, true]);
  });
});

describe("values compare as in Spark", () => {
  it("longs and decimals exactly", () => {
    expect(
      kept(file(LONG, "9007199254740993", "9007199254740993"), x("=", 9007199254740992n), x("=", 9007199254740993n)),
    ).toEqual([false, true]);
    const prices = file(decimal(38, 2), "0.10", "12345678901234567890.12");
    expect(
      kept(prices, x("<", "0.1"), x("<=", "0.1"), x(">", "12345678901234567890.11"), x(">", "12345678901234567890.12")),
    ).toEqual([false, true, true, false]);
  });

  it("exact numbers as doubles where the constant is one", () => {
    expect(kept(file(LONG, "9007199254740993", "9007199254740993"), x("=", 9007199254740992))).toEqual([true]);
    expect(kept(file(decimal(38, 20), "0.10000000000000000001", "0.10000000000000000001"), x("=", 0.1))).toEqual([
      true,
    ]);
    expect(kept(file(decimal(10, 2), "0.10", "0.10"), x("=", 0.2))).toEqual([false]);
  });

  it("floats with NaN above all", () => {
    const numbers = file(DOUBLE, 1, 3);
    expect(kept(numbers, x(">", 5), x(">=", 5), x("<>", 2), x("=", 5), x("<", 1))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(kept(file(DOUBLE, 2, 2), x("<>", 2), not(x("<=", 2)))).toEqual([true, true]);
    expect(kept(numbers, x("=", Number.NaN))).toEqual([true]);
    expect(kept(file(DOUBLE, -0, 0), x("=", 0))).toEqual([true]);
    expect(kept(file(FLOAT, Math.fround(0.7), Math.fround(0.7)), x("<", "0.7"))).toEqual([true]);
  });

  it("strings by code points", () => {
    const texts = file(STRING, "\uffee", "\u{1f600}");
    expect(kept(texts, x("=", "\u{10000}"), x("=", "z"), x(">", "\u{1f600}"))).toEqual([true, false, false]);
    expect(kept(file(STRING, "ab", "abc"), x("=", "abb"), x("=", "a"), x("=", "abcd"))).toEqual([true, false, false]);
  });

  it("prefixes as ranges", () => {
    const words = file(STRING, "banana", "cherry");
    expect(
      kept(words, startsWith("a"), startsWith("b"), startsWith("ba"), startsWith("c"), startsWith("d"), startsWith("")),
    ).toEqual([false, true, true, true, false, true]);
    expect(kept(words, startsWith("cherry pie"), not(startsWith("b")))).toEqual([false, true]);
    expect(kept(file(STRING, "ba", "bz"), not(startsWith("b")))).toEqual([false]);
  });

  it("dates and timestamps as times, in whatever zone they are written", () => {
    expect(
      kept(file(DATE, "2024-01-01", "2024-01-31"), x("=", "2024-02-01"), x("=", "2024-01-15"), x("=", "2024-02-30")),
    ).toEqual([false, true, true]);
    const times = file(TIMESTAMP, "2024-01-01T00:00:00.000Z", "2024-01-01T12:00:00.000+02:00");
    expect(
      kept(
        times,
        x(">", "2024-01-01T10:00:00Z"),
        x(">=", "2024-01-01T10:00:00Z"),
        x("<", "2024-01-01 00:00:00.000001"),
      ),
    ).toEqual([false, true, true]);
  });
});
