/** Evaluates expectations on the staged rows of a write (or on a table) with one aggregate query, and one more for each unique rule. */
import type { Engine } from "../engine/engine.js";
import type { ExpressionCompiler } from "../engine/expression-compiler.js";
import { LakeletError } from "../errors/lakelet-error.js";
import type { StructType } from "../schema/data-type.js";
import { findField } from "../schema/data-type.js";
import { engineName } from "../schema/engine-type.js";
import type { Expectation, ExpectationResult } from "./expectation.js";
import { isRowRule } from "./rules.js";
import { namesInVerdict, violationSql } from "./violation.js";

/** The rows to look at. Both are engine SQL fit to stand behind FROM with the schema's columns. */
export interface EvaluatedRows {
  readonly schema: StructType;
  readonly published: string;
  /** Rows held back, and how many there are for each verdict. */
  readonly heldBack?: {
    readonly sql: string;
    readonly verdicts: readonly { readonly verdict: string; readonly rows: bigint }[];
  };
}

const ROWS = "rows";

export async function evaluateExpectations(
  expectations: readonly Expectation[],
  rows: EvaluatedRows,
  engine: Engine,
  compiler: ExpressionCompiler,
): Promise<readonly ExpectationResult[]> {
  if (expectations.length === 0) return [];
  const counts = await countInOnePass(expectations, rows, engine, compiler);
  const results: ExpectationResult[] = [];
  for (const [i, expectation] of expectations.entries()) {
    const violations =
      expectation.rule.kind === "unique"
        ? await countDuplicates(expectation.rule.columns, rows, engine)
        : expectation.onViolation === "drop"
          ? droppedBy(expectation, rows)
          : (counts.violations[i] ?? 0n);
    const total = counts.published + counts.heldBack;
    results.push({ ...resultOf(expectation, violations, counts), total });
  }
  return results;
}

interface Counts {
  readonly published: bigint;
  readonly heldBack: bigint;
  readonly violations: readonly bigint[];
}

/** Null shares look at all rows, held back or not; the other rules at those that would be published. */
async function countInOnePass(
  expectations: readonly Expectation[],
  rows: EvaluatedRows,
  engine: Engine,
  compiler: ExpressionCompiler,
): Promise<Counts> {
  const scope = [{ qualifier: [], schema: rows.schema, engineAlias: ROWS }];
  const filters = expectations.map(({ rule, onViolation }) => {
    if (rule.kind === "not-null" || (isRowRule(rule) && onViolation !== "drop"))
      return `count(*) FILTER (WHERE ${violationSql(rule, compiler, scope)})`;
    return "0";
  });
  const countsOf = async (relation: string) => {
    const { rows: result } = await engine.run(
      `SELECT ${["count(*)", ...filters].join(", ")} FROM ${relation} AS ${engineName(ROWS)}`,
    );
    return (result[0] ?? []).map((value) => BigInt(String(value ?? 0)));
  };
  const published = await countsOf(rows.published);
  const heldBack = rows.heldBack ? await countsOf(rows.heldBack.sql) : [];
  return {
    published: published[0] ?? 0n,
    heldBack: heldBack[0] ?? 0n,
    violations: expectations.map(({ rule }, i) => {
      const share = rule.kind === "not-null" && rule.maxPercentage !== undefined;
      return (published[i + 1] ?? 0n) + (share ? (heldBack[i + 1] ?? 0n) : 0n);
    }),
  };
}

async function countDuplicates(columns: readonly string[], rows: EvaluatedRows, engine: Engine): Promise<bigint> {
  const keys = columns.map((column) => columnOf(column, rows.schema));
  const present = keys.map((key) => `${key} IS NOT NULL`).join(" AND ");
  const { rows: result } = await engine.run(
    `SELECT coalesce(sum(n), 0)::BIGINT FROM (SELECT count(*) AS n FROM ${rows.published} AS ${engineName(ROWS)} WHERE ${present} GROUP BY ${keys.join(", ")} HAVING count(*) > 1)`,
  );
  return BigInt(String(result[0]?.[0] ?? 0));
}

function droppedBy(expectation: Expectation, rows: EvaluatedRows): bigint {
  const verdicts = rows.heldBack?.verdicts ?? [];
  return verdicts
    .filter(({ verdict }) => namesInVerdict(verdict).includes(expectation.name))
    .reduce((sum, one) => sum + one.rows, 0n);
}

function resultOf(expectation: Expectation, violations: bigint, counts: Counts): ExpectationResult {
  const { rule } = expectation;
  if (rule.kind === "row-count") {
    const count = Number(counts.published);
    const broken = count < (rule.min ?? 0) || count > (rule.max ?? Number.POSITIVE_INFINITY);
    const threshold = rule.min !== undefined && count < rule.min ? rule.min : (rule.max ?? rule.min);
    return {
      expectation,
      status: statusOf(expectation, broken),
      violations: broken ? 1n : 0n,
      value: count,
      threshold,
    };
  }
  if (rule.kind === "not-null" && rule.maxPercentage !== undefined) {
    const total = Number(counts.published + counts.heldBack);
    const percentage = total === 0 ? 0 : (Number(violations) / total) * 100;
    const broken = percentage > rule.maxPercentage;
    return {
      expectation,
      status: statusOf(expectation, broken),
      violations,
      value: percentage,
      threshold: rule.maxPercentage,
    };
  }
  return {
    expectation,
    status: statusOf(expectation, violations > 0n),
    violations,
    value: Number(violations),
    threshold: 0,
  };
}

function statusOf(expectation: Expectation, broken: boolean): ExpectationResult["status"] {
  if (!broken) return "PASSED";
  return expectation.onViolation === "warn" ? "WARNED" : expectation.onViolation === "drop" ? "DROPPED" : "FAILED";
}

function columnOf(name: string, schema: StructType): string {
  const field = findField(schema, name);
  if (field) return `${engineName(ROWS)}.${engineName(field.name)}`;
  throw new LakeletError({
    condition: "UNRESOLVED_COLUMN.WITH_SUGGESTION",
    sqlState: "42703",
    problem: `An expectation names the column ${name}, which the rows do not have.`,
    reason: `They have: ${schema.fields.map((one) => one.name).join(", ")}.`,
    cure: "Correct the name.",
    parameters: { objectName: name },
  });
}

/** QUALITY_GATE_FAILED, naming each failed expectation with its figures. */
export function gateFailed(table: string, results: readonly ExpectationResult[]): LakeletError {
  const failed = results.filter((one) => one.status === "FAILED");
  const lines = failed.map(describeResult);
  return new LakeletError({
    condition: "QUALITY_GATE_FAILED",
    sqlState: "23000",
    problem: `${failed.length} of ${results.length} expectations failed, so nothing was published to ${table}: ${lines.join("; ")}.`,
    cure: "Look at the rows, mend the source or the rule, and run again: the table is as it was.",
    parameters: { table, expectations: failed.map((one) => one.expectation.name).join(", ") },
  });
}

/** One result in words. @example '"one row an order" (unique order_id): 4 rows' */
export function describeResult({ expectation, value, violations, threshold }: ExpectationResult): string {
  const { name, rule } = expectation;
  switch (rule.kind) {
    case "row-count":
      return `"${name}" (row count): ${value}, allowed ${rule.min ?? 0} to ${rule.max ?? "any"}`;
    case "not-null":
      if (rule.maxPercentage === undefined) return `"${name}" (${rule.column} not null): ${violations} rows`;
      return `"${name}" (nulls in ${rule.column}): ${value.toFixed(2)} %, allowed ${threshold} %`;
    case "unique":
      return `"${name}" (unique ${rule.columns.join(", ")}): ${violations} rows`;
    case "expression":
      return `"${name}" (${rule.condition}): ${violations} rows`;
    default:
      return `"${name}" (${rule.kind} ${rule.column}): ${violations} rows`;
  }
}
