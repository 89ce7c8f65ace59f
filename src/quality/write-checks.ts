/** Evaluates rules about a write as a whole: keys, counts, freshness, schema, queries. */
import { LakeletError } from "../errors/lakelet-error.js";
import { field, findField, struct } from "../schema/data-type.js";
import { typeText } from "../schema/type-text.js";
import { columnOf, type Evaluation, type Finding, published, ROWS, round, rowsOf, run } from "./audited-rows.js";
import { type ComparedValue, differenceOf, differs, numberOf } from "./compared-values.js";
import { distributionDrift, meanDrift } from "./drift.js";
import type { Bounds, Expectation, ExpectationResult, WriteRule } from "./expectation.js";
import { repeatedKeys } from "./repeated-keys.js";
import { isTime, requireType } from "./rule-column.js";

type Checked<Kind extends WriteRule["kind"]> = Extract<WriteRule, { kind: Kind }>;

export async function checkWrite(
  expectation: Expectation,
  rule: Exclude<WriteRule, { kind: "not-null" }>,
  evaluation: Evaluation,
  published: bigint,
): Promise<ExpectationResult> {
  return resultOf(expectation, await findingOf(expectation, rule, evaluation, published));
}

function findingOf(
  { name }: Expectation,
  rule: Exclude<WriteRule, { kind: "not-null" }>,
  evaluation: Evaluation,
  published: bigint,
): Finding | Promise<Finding> {
  switch (rule.kind) {
    case "unique":
      return duplicates(rule, evaluation);
    case "row-count":
      return bounded(Number(published), rule);
    case "row-count-change":
      return countChange(name, rule, evaluation, Number(published));
    case "freshness":
      return freshness(rule, evaluation);
    case "schema":
      return schemaDifferences(rule, evaluation);
    case "distribution":
      return distributionDrift(rule, evaluation);
    case "mean-drift":
      return meanDrift(rule, evaluation);
    case "query":
      return queried(rule, evaluation);
    case "reconciliation":
      return reconciled(rule, evaluation);
  }
}

function resultOf(expectation: Expectation, { value, violations, threshold, detail }: Finding): ExpectationResult {
  const status = violations === 0n ? "PASSED" : expectation.onViolation === "warn" ? "WARNED" : "FAILED";
  return { expectation, status, violations, value, threshold, ...(detail === undefined ? {} : { detail }) };
}

/** The share of nulls among all rows, held back or not. */
export function nullShare(expectation: Expectation, nulls: bigint, total: bigint): ExpectationResult {
  const { rule } = expectation;
  const allowed = rule.kind === "not-null" ? (rule.maxPercentage ?? 0) : 0;
  const percentage = percentageOf(nulls, total);
  const result = resultOf(expectation, {
    value: percentage,
    violations: percentage > allowed ? 1n : 0n,
    threshold: allowed,
  });
  return { ...result, violations: nulls };
}

/** The nearest number: 7 of 100 are 7 %, where 7 / 100 * 100 is a little more. */
export function percentageOf(part: bigint, total: bigint): number {
  return total === 0n ? 0 : (Number(part) * 100) / Number(total);
}

async function duplicates(rule: Checked<"unique">, evaluation: Evaluation): Promise<Finding> {
  const keys = await repeatedKeys(rule, evaluation);
  const [row] = await run(evaluation, `SELECT coalesce(sum("n"), 0)::BIGINT FROM (${keys}) AS "keys"`);
  const count = BigInt(String(row?.[0] ?? 0));
  return { value: Number(count), violations: count, threshold: 0 };
}

async function countChange(
  name: string,
  { maxDecrease, maxIncrease, runs }: Checked<"row-count-change">,
  { surroundings }: Evaluation,
  count: number,
): Promise<Finding> {
  const past = await surroundings.history(name, runs);
  if (past.length === 0) return { value: count, violations: 0n, detail: `row count ${count}, the first run` };
  const mean = past.reduce((sum, one) => sum + one, 0) / past.length;
  const least = maxDecrease === undefined ? Number.NEGATIVE_INFINITY : (mean * (100 - maxDecrease)) / 100;
  const most = maxIncrease === undefined ? Number.POSITIVE_INFINITY : (mean * (100 + maxIncrease)) / 100;
  const change = mean === 0 ? (count === 0 ? 0 : Number.POSITIVE_INFINITY) : (count / mean - 1) * 100;
  const allowed = [
    ...(maxDecrease === undefined ? [] : [`-${maxDecrease}`]),
    ...(maxIncrease === undefined ? [] : [`+${maxIncrease}`]),
  ].join(" to ");
  return {
    value: count,
    violations: count < least || count > most ? 1n : 0n,
    threshold: count < mean ? Math.max(0, least) : Number.isFinite(most) ? most : undefined,
    detail: `row count ${count}, ${change >= 0 ? "+" : ""}${change.toFixed(1)} % against the mean ${round(mean)} of the last ${past.length}, allowed ${allowed} %`,
  };
}

async function freshness({ column, maxAgeSeconds }: Checked<"freshness">, evaluation: Evaluation): Promise<Finding> {
  const value = columnOf(column, evaluation);
  requireType(column, value, isTime(value.dataType), "a DATE or TIMESTAMP");
  // A date, and a time without a zone, are of the session's.
  const scope = { qualifier: [], schema: struct([field("v", value.dataType)]), engineAlias: ROWS };
  const { sql } = evaluation.compiler.compile("CAST(v AS TIMESTAMP)", [{ ...scope, values: { v: value.sql } }]);
  const [row] = await run(
    evaluation,
    `SELECT epoch_ms(max(${sql}))::BIGINT, max(${value.sql})::VARCHAR FROM ${published(evaluation)}`,
  );
  const [newest, text] = row ?? [];
  if (newest === null || newest === undefined)
    return { value: Number.NaN, violations: 0n, threshold: maxAgeSeconds, detail: `${column} has no value` };
  const age = (evaluation.surroundings.now() - Number(newest)) / 1000;
  return {
    value: age,
    violations: age > maxAgeSeconds ? 1n : 0n,
    threshold: maxAgeSeconds,
    detail: `newest ${column} is ${String(text)}, ${durationText(age)} old, allowed ${durationText(maxAgeSeconds)}`,
  };
}

async function schemaDifferences(rule: Checked<"schema">, { rows, surroundings }: Evaluation): Promise<Finding> {
  const expected = rule.ddl === undefined ? (await surroundings.before())?.schema : surroundings.parseSchema(rule.ddl);
  if (expected === undefined) return { value: 0, violations: 0n, threshold: 0, detail: "the first write" };
  const actual = rows.schema;
  const found = expected.fields.flatMap((one) => {
    const other = findField(actual, one.name);
    if (other === undefined) return [`${one.name} is missing`];
    const [is, shall] = [typeText(other.dataType), typeText(one.dataType)];
    return is === shall ? [] : [`${one.name} is ${is}, not ${shall}`];
  });
  const added = actual.fields.filter((one) => findField(expected, one.name) === undefined);
  const all = [...found, ...(rule.allowNew ? [] : added.map((one) => `${one.name} is new`))];
  return {
    value: all.length,
    violations: BigInt(all.length),
    threshold: 0,
    ...(all.length === 0 ? {} : { detail: `schema: ${all.join(", ")}` }),
  };
}

async function queried(rule: Checked<"query">, evaluation: Evaluation): Promise<Finding> {
  const { sql } = await evaluation.surroundings.query(rule.text, rowsOf(evaluation));
  if (rule.min === undefined && rule.max === undefined) {
    const [row] = await run(evaluation, `SELECT count(*) FROM ${sql} AS "q"`);
    const count = BigInt(String(row?.[0] ?? 0));
    return {
      value: Number(count),
      violations: count,
      threshold: 0,
      detail: `${rule.text}: ${count} rows, allowed none`,
    };
  }
  const found = await run(evaluation, `SELECT * FROM ${sql} AS "q" LIMIT 2`);
  const allowed = `allowed ${rule.min ?? "any"} to ${rule.max ?? "any"}`;
  // As with a condition, what is not known is not right.
  if (found.length === 1 && found[0]?.[0] === null)
    return { value: Number.NaN, violations: 1n, detail: `${rule.text}: NULL, ${allowed}` };
  const value = numberOf(found[0]?.[0]);
  if (found.length !== 1 || value === undefined) throw noSingleValue(rule.text, found.length);
  const finding = bounded(value, rule);
  return { ...finding, detail: `${rule.text}: ${value}, ${allowed}` };
}

async function reconciled(rule: Checked<"reconciliation">, evaluation: Evaluation): Promise<Finding> {
  const rows = rowsOf(evaluation);
  const sides = await Promise.all([rule.left, rule.right].map((text) => evaluation.surroundings.query(text, rows)));
  const [left, right] = [await one(0), await one(1)];
  if (left.length !== right.length) throw unlikeSides(rule, left.length, right.length);
  const names = sides[0]?.schema.fields.map((field) => field.name) ?? [];
  const pairs = left.map((one, i) => [one, right[i] ?? one] as const);
  const words = pairs.flatMap(([one, other], i) =>
    differs(one, other, rule) ? [`${names[i]} is ${String(one.value)}, not ${String(other.value)}`] : [],
  );
  const largest = Math.max(0, ...pairs.map(([one, other]) => differenceOf(one.value ?? 0, other.value ?? 0) ?? 0));
  return {
    value: largest,
    violations: BigInt(words.length),
    threshold: rule.tolerance,
    ...(words.length === 0 ? {} : { detail: `reconciliation: ${words.join(", ")}` }),
  };

  async function one(side: number): Promise<readonly ComparedValue[]> {
    const found = await run(evaluation, `SELECT * FROM ${sides[side]?.sql} AS "q" LIMIT 2`);
    if (found.length !== 1 || found[0] === undefined)
      throw noSingleValue(side === 0 ? rule.left : rule.right, found.length);
    return found[0].map((value, i) => ({ value, dataType: sides[side]?.schema.fields[i]?.dataType }));
  }
}

function bounded(value: number, { min, max }: Bounds): Finding {
  const isBelow = min !== undefined && value < min;
  const isAbove = max !== undefined && value > max;
  return { value, violations: isBelow || isAbove ? 1n : 0n, threshold: isBelow ? min : (max ?? min) };
}

function durationText(seconds: number): string {
  const size = Math.abs(seconds);
  if (size >= 172_800) return `${(seconds / 86_400).toFixed(1)} days`;
  if (size >= 7200) return `${(seconds / 3600).toFixed(1)} hours`;
  return size >= 120 ? `${(seconds / 60).toFixed(1)} minutes` : `${seconds.toFixed(0)} seconds`;
}

function noSingleValue(text: string, rows: number): LakeletError {
  return new LakeletError({
    condition: "INVALID_EXPECTATION",
    sqlState: "42000",
    problem: `The query ${text} gives ${rows === 1 ? "no number" : rows === 0 ? "no row" : "more than one row"}, where one row of numbers is compared.`,
    cure: "Write a query that aggregates, or leave the bounds out so that no row may come.",
  });
}

function unlikeSides(rule: Checked<"reconciliation">, left: number, right: number): LakeletError {
  return new LakeletError({
    condition: "INVALID_EXPECTATION",
    sqlState: "42000",
    problem: `The two queries of a reconciliation have ${left} and ${right} columns.`,
    reason: `They are: ${rule.left} and ${rule.right}.`,
    cure: "Give both the same columns in the same order.",
  });
}
