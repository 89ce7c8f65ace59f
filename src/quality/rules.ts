/** The words in which expectations are written: Databricks' three, and the rules that plain SQL says badly. */
import { LakeletError } from "../errors/lakelet-error.js";
import type { Expectation, ExpectationRule, ViolationAction } from "./expectation.js";

/** Spark SQL that is true for a good row, or a rule. */
export type Rule = string | ExpectationRule;

/**
 * Violations are counted and published all the same.
 * @example expect("amount is plausible", "amount < 100000")
 */
export function expect(name: string, rule: Rule): Expectation {
  return expectation(name, rule, "warn");
}

/**
 * Violating rows are held back and go to `<table>_quarantine` with the names of what they broke.
 * @example expectOrDrop("customer is known", notNull("customer_id"))
 */
export function expectOrDrop(name: string, rule: Rule): Expectation {
  return expectation(name, rule, "drop");
}

/**
 * One violation, and nothing of the write is published.
 * @example expectOrFail("one row an order", unique("order_id"))
 */
export function expectOrFail(name: string, rule: Rule): Expectation {
  return expectation(name, rule, "fail");
}

/** `maxPercentage` from 0 to 100: up to that share of nulls passes. */
export function notNull(column: string, options: { readonly maxPercentage?: number } = {}): ExpectationRule {
  const { maxPercentage = 0 } = options;
  if (!(maxPercentage >= 0 && maxPercentage <= 100))
    throw invalidRule(`maxPercentage of ${column} is ${maxPercentage}`, "Give a number from 0 to 100.");
  return { kind: "not-null", column, ...options };
}
/** No two rows with the same values; rows with a null among them are not looked at. */
export function unique(...columns: string[]): ExpectationRule {
  if (columns.length === 0) throw invalidRule("unique names no column", "Name the columns of the key.");
  return { kind: "unique", columns };
}
/** Null passes. */
export function acceptedValues(column: string, values: readonly (string | number | boolean)[]): ExpectationRule {
  if (values.length === 0) throw invalidRule(`acceptedValues of ${column} accepts none`, "Name the values.");
  return { kind: "accepted-values", column, values };
}
/** Inclusive; null passes. Bounds of dates and timestamps as text. */
export function range(
  column: string,
  bounds: { readonly min?: number | string; readonly max?: number | string },
): ExpectationRule {
  checkBounds(`range of ${column}`, bounds);
  return { kind: "range", column, ...bounds };
}
/** Of the whole write (for `checkTable`: of the table). */
export function rowCount(bounds: { readonly min?: number; readonly max?: number }): ExpectationRule {
  checkBounds("rowCount", bounds);
  return { kind: "row-count", ...bounds };
}

function checkBounds(
  what: string,
  { min, max }: { readonly min?: number | string; readonly max?: number | string },
): void {
  if (min === undefined && max === undefined) throw invalidRule(`${what} has no bound`, "Give min, max or both.");
  const isNumber = [min, max].every((bound) => typeof bound !== "number" || !Number.isNaN(bound));
  const isOrdered = typeof min !== "number" || typeof max !== "number" || min <= max;
  if (!isNumber || !isOrdered) throw invalidRule(`${what} goes from ${min} to ${max}`, "Correct the bounds.");
}

function invalidRule(problem: string, cure: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_EXPECTATION",
    sqlState: "42000",
    problem: `The rule cannot be checked: ${problem}.`,
    cure,
  });
}

/** True for a rule that each row satisfies or not by itself. */
export function isRowRule(rule: ExpectationRule): boolean {
  if (rule.kind === "not-null") return rule.maxPercentage === undefined;
  return rule.kind !== "unique" && rule.kind !== "row-count";
}

function expectation(name: string, rule: Rule, onViolation: ViolationAction): Expectation {
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
  return { name, rule: full, onViolation };
}
