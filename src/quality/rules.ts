/** The words in which rules about rows are written, and Databricks' three for what a violation means. */
import { LakeletError } from "../errors/lakelet-error.js";
import type {
  Bounds,
  Expectation,
  ExpectationOptions,
  ExpectationRule,
  RowRule,
  ViolationAction,
} from "./expectation.js";

/** Spark SQL that is true for a good row, or a rule. */
export type Rule = string | ExpectationRule;

/**
 * Violations are counted and published all the same.
 * @example expect("amount is plausible", "amount < 100000")
 */
export function expect(name: string, rule: Rule, options?: ExpectationOptions): Expectation {
  return expectation(name, rule, "warn", options);
}

/**
 * Violating rows are held back and go to `<table>_quarantine` with the names of what they broke.
 * @example expectOrDrop("customer is known", notNull("customer_id"), { threshold: { maxPercentage: 1 } })
 */
export function expectOrDrop(name: string, rule: Rule, options?: ExpectationOptions): Expectation {
  return expectation(name, rule, "drop", options);
}

/**
 * One violation, and nothing of the write is published.
 * @example expectOrFail("one row an order", unique("order_id"), { owner: "sales" })
 */
export function expectOrFail(name: string, rule: Rule, options?: ExpectationOptions): Expectation {
  return expectation(name, rule, "fail", options);
}

/**
 * Several at once, by name, as Databricks' `expect_all`.
 * @example df.write.expectations(...expectAll({ "has id": notNull("id"), "has amount": "amount IS NOT NULL" }))
 */
export function expectAll(rules: Readonly<Record<string, Rule>>, options?: ExpectationOptions): readonly Expectation[] {
  return Object.entries(rules).map(([name, rule]) => expect(name, rule, options));
}

/** `expect_all_or_drop`. */
export function expectAllOrDrop(
  rules: Readonly<Record<string, Rule>>,
  options?: ExpectationOptions,
): readonly Expectation[] {
  return Object.entries(rules).map(([name, rule]) => expectOrDrop(name, rule, options));
}

/** `expect_all_or_fail`. */
export function expectAllOrFail(
  rules: Readonly<Record<string, Rule>>,
  options?: ExpectationOptions,
): readonly Expectation[] {
  return Object.entries(rules).map(([name, rule]) => expectOrFail(name, rule, options));
}

/** `maxPercentage` from 0 to 100: up to that share of nulls passes. */
export function notNull(column: string, options: { readonly maxPercentage?: number } = {}): ExpectationRule {
  const { maxPercentage } = options;
  if (maxPercentage === undefined) return { kind: "not-null", column };
  checkPercentage(`maxPercentage of ${column}`, maxPercentage);
  return { kind: "not-null", column, maxPercentage };
}

/** Null passes. */
export function acceptedValues(column: string, values: readonly (string | number | boolean)[]): RowRule {
  if (values.length === 0) throw invalidRule(`acceptedValues of ${column} accepts none`, "Name the values.");
  return { kind: "accepted-values", column, values };
}

/** Inclusive; null passes. Bounds of dates and timestamps as text. */
export function range(column: string, bounds: Bounds<number | string>): RowRule {
  checkBounds(`range of ${column}`, bounds);
  return { kind: "range", column, ...bounds };
}

/**
 * A Java regular expression that is found in the text, as by RLIKE: `^...$` for all of it. Null passes.
 * @example pattern("email", "^[^@ ]+@[^@ ]+$")
 */
export function pattern(column: string, regex: string): RowRule {
  if (regex === "") throw invalidRule(`pattern of ${column} is empty`, "Write the regular expression.");
  return { kind: "pattern", column, regex };
}

/** Characters; null passes. */
export function textLength(column: string, bounds: Bounds): RowRule {
  checkBounds(`textLength of ${column}`, bounds);
  return { kind: "length", column, ...bounds };
}

/**
 * The values of the column are among those of a column of another table. Null passes.
 * @example expectOrDrop("customer is known", references("customer_id", "silver.customers", "id"))
 */
export function references(
  columns: string | readonly string[],
  table: string,
  referenced: string | readonly string[] = columns,
): RowRule {
  const own = typeof columns === "string" ? [columns] : columns;
  const others = typeof referenced === "string" ? [referenced] : referenced;
  if (own.length === 0 || own.length !== others.length)
    throw invalidRule(
      `references names ${own.length} columns, and ${others.length} of ${table}`,
      "Name as many there as here, at least one.",
    );
  return { kind: "references", columns: own, table, referenced: others };
}

/** True for a rule that each row satisfies or not by itself. */
export function isRowRule(rule: ExpectationRule): rule is RowRule {
  switch (rule.kind) {
    case "not-null":
      return !("maxPercentage" in rule) || rule.maxPercentage === undefined;
    case "accepted-values":
    case "range":
    case "pattern":
    case "length":
    case "references":
    case "expression":
      return true;
    default:
      return false;
  }
}

export function checkBounds(what: string, { min, max }: Bounds<number | string>): void {
  if (min === undefined && max === undefined) throw invalidRule(`${what} has no bound`, "Give min, max or both.");
  const isNumber = [min, max].every((bound) => typeof bound !== "number" || !Number.isNaN(bound));
  const isOrdered = typeof min !== "number" || typeof max !== "number" || min <= max;
  if (!isNumber || !isOrdered) throw invalidRule(`${what} goes from ${min} to ${max}`, "Correct the bounds.");
}

export function checkPercentage(what: string, value: number): void {
  if (!(value >= 0 && value <= 100)) throw invalidRule(`${what} is ${value}`, "Give a number from 0 to 100.");
}

export function invalidRule(problem: string, cure: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_EXPECTATION",
    sqlState: "42000",
    problem: `The rule cannot be checked: ${problem}.`,
    cure,
  });
}

/** The general form of {@link expect}, {@link expectOrDrop} and {@link expectOrFail}. */
export function expectation(
  name: string,
  rule: Rule,
  onViolation: ViolationAction,
  options: ExpectationOptions = {},
): Expectation {
  const full: ExpectationRule = typeof rule === "string" ? { kind: "expression", condition: rule } : rule;
  if (onViolation === "drop" && !isRowRule(full)) {
    throw new LakeletError({
      condition: "INVALID_EXPECTATION",
      sqlState: "42000",
      problem: `The expectation "${name}" drops rows, but ${full.kind} is a rule about the write as a whole.`,
      reason: "No single row breaks it, so none can be dropped.",
      cure: "Use expect or expectOrFail with it.",
    });
  }
  const { threshold } = options;
  if (threshold !== undefined) {
    if (!isRowRule(full))
      throw invalidRule(
        `"${name}" has a threshold, but ${full.kind} has bounds of its own`,
        "Leave the threshold out.",
      );
    if (threshold.maxPercentage !== undefined) checkPercentage(`maxPercentage of "${name}"`, threshold.maxPercentage);
    if (threshold.maxViolations !== undefined && !(threshold.maxViolations >= 0))
      throw invalidRule(`maxViolations of "${name}" is ${threshold.maxViolations}`, "Give a count of rows.");
  }
  return { name, rule: full, onViolation, ...options };
}
