/** Decides by what is known of a file's values whether it may hold a row for which a predicate is true. */
import type { DataType } from "../schema/data-type.js";
import { type Comparable, comparable, compare } from "./comparable.js";
import type { ColumnPath, SkippingLiteral, SkippingPredicate } from "./skipping-predicate.js";

/** What is known of one column's values in one file. A bound that is left out is not known. */
export interface ColumnRange {
  readonly type: DataType;
  /** No value that is not null lies below it. */
  readonly min?: Comparable;
  /** No value that is not null lies above it, NaN apart. */
  readonly max?: Comparable;
  readonly nulls: "none" | "all" | "unknown";
}

export interface FileRanges {
  /** Undefined: nothing is known of the column. */
  range(column: ColumnPath): ColumnRange | undefined;
}

/** Which results a predicate may have for rows of the file; too many is safe, too few is not. */
interface Outcomes {
  readonly true: boolean;
  readonly false: boolean;
  readonly null: boolean;
}

const ANY: Outcomes = { true: true, false: true, null: true };
type Comparison = "=" | "<=>" | "<" | "<=" | ">" | ">=" | "<>";

/** False only if the predicate is surely not true for any row of the file. */
export function mayMatch(predicate: SkippingPredicate, file: FileRanges): boolean {
  return outcomes(predicate, file).true;
}

function outcomes(predicate: SkippingPredicate, file: FileRanges): Outcomes {
  switch (predicate.kind) {
    case "unknown":
      return ANY;
    case "constant":
      return { true: predicate.value, false: !predicate.value, null: false };
    case "not":
      return negated(outcomes(predicate.operand, file));
    case "and":
      return conjunction(predicate.operands.map((operand) => outcomes(operand, file)));
    case "or":
      return negated(conjunction(predicate.operands.map((operand) => negated(outcomes(operand, file)))));
    case "is-null":
      return nullOutcomes(file.range(predicate.column));
    case "is-not-null":
      return negated(nullOutcomes(file.range(predicate.column)));
    case "compare":
      return comparison(predicate.operator, file.range(predicate.column), predicate.value);
    case "in":
      return membership(file.range(predicate.column), predicate.values);
    case "starts-with":
      return prefixOutcomes(file.range(predicate.column), predicate.prefix);
  }
}

function negated(operand: Outcomes): Outcomes {
  return { true: operand.false, false: operand.true, null: operand.null };
}

function conjunction(operands: readonly Outcomes[]): Outcomes {
  return {
    true: operands.every((one) => one.true),
    false: operands.some((one) => one.false),
    null: operands.some((one) => one.null),
  };
}

function nullOutcomes(range: ColumnRange | undefined): Outcomes {
  const nulls = range?.nulls ?? "unknown";
  return { true: nulls !== "none", false: nulls !== "all", null: false };
}

function comparison(operator: Comparison, range: ColumnRange | undefined, literal: SkippingLiteral): Outcomes {
  if (range === undefined) return ANY;
  const nulls = range.nulls !== "none";
  if (operator === "<=>") {
    const equal = comparison("=", range, literal);
    return { true: equal.true, false: equal.false || nulls, null: false };
  }
  if (range.nulls === "all") return { true: false, false: false, null: true };
  const value = comparable(range.type, literal);
  if (value === undefined) return { true: true, false: true, null: nulls };
  const possible = possibleOrders(range, value);
  const holds = (below: boolean, equal: boolean, above: boolean): boolean =>
    (below && possible.below) || (equal && possible.equal) || (above && possible.above);
  const [below, equal, above] = ORDERS[operator];
  return { true: holds(below, equal, above), false: holds(!below, !equal, !above), null: nulls };
}

/** For which orders of a row's value to the constant (below, equal, above) the comparison is true. */
const ORDERS: Readonly<Record<Exclude<Comparison, "<=>">, readonly [boolean, boolean, boolean]>> = {
  "=": [false, true, false],
  "<": [true, false, false],
  "<=": [true, true, false],
  ">": [false, false, true],
  ">=": [false, true, true],
  "<>": [true, false, true],
};

function possibleOrders(
  { type, min, max }: ColumnRange,
  value: Comparable,
): { readonly below: boolean; readonly equal: boolean; readonly above: boolean } {
  const minOrder = min === undefined ? -1 : compare(min, value);
  const maxOrder = max === undefined ? 1 : compare(max, value);
  // NaN is above all in Spark, and not every writer counts it in the maximum.
  const mayHaveNaN = type.kind === "float" || type.kind === "double";
  return { below: minOrder < 0, equal: minOrder <= 0 && maxOrder >= 0, above: maxOrder > 0 || mayHaveNaN };
}

function membership(range: ColumnRange | undefined, values: readonly SkippingLiteral[]): Outcomes {
  const each = values.map((value) => comparison("=", range, value));
  return negated(conjunction(each.map(negated)));
}

function prefixOutcomes(range: ColumnRange | undefined, prefix: string): Outcomes {
  if (range === undefined || range.type.kind !== "string") return ANY;
  if (range.nulls === "all") return { true: false, false: false, null: true };
  const { min, max } = range;
  const reachesDown = typeof min !== "string" || compare(startOf(min, prefix), prefix) <= 0;
  const reachesUp = typeof max !== "string" || compare(max, prefix) >= 0;
  const all = typeof min === "string" && typeof max === "string" && min.startsWith(prefix) && max.startsWith(prefix);
  return { true: reachesDown && reachesUp, false: !all, null: range.nulls !== "none" };
}

function startOf(text: string, prefix: string): string {
  return text.slice(0, prefix.length);
}
