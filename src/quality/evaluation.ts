/** Evaluates expectations on the staged rows of a write, or on a table: rules about rows in one aggregate over those rows. */
import { engineName, engineString } from "../schema/engine-type.js";
import { type EvaluatedRows, type Evaluation, type HeldBackPart, ROWS } from "./audited-rows.js";
import type { Expectation, ExpectationResult, RowRule } from "./expectation.js";
import { isDataError, judging, judgingAsync, judgingError } from "./judging-error.js";
import { isRowRule } from "./rules.js";
import { keptSql, type RuleScope, violationSql } from "./violation.js";
import { checkWrite, nullShare, percentageOf } from "./write-checks.js";

export async function evaluateExpectations(evaluation: Evaluation): Promise<readonly ExpectationResult[]> {
  const { expectations, rows } = evaluation;
  if (expectations.length === 0) return [];
  const counts = await countViolations(evaluation);
  const heldBack = rows.heldBack.reduce((sum, one) => sum + one.rows, 0n);
  const total = counts.published + heldBack;
  const results: ExpectationResult[] = [];
  for (const expectation of expectations) {
    const { rule } = expectation;
    const violations = counts.violations.get(expectation) ?? 0n;
    const result = isRowRule(rule)
      ? rowResult(expectation, violations, total)
      : rule.kind === "not-null"
        ? nullShare(expectation, violations, total)
        : await judgingAsync(expectation.name, () => checkWrite(expectation, rule, evaluation, counts.published));
    results.push({ ...result, total });
  }
  return results;
}

interface Counts {
  readonly published: bigint;
  readonly violations: ReadonlyMap<Expectation, bigint>;
}

/**
 * Each rule looks at each row, held back or not; but a rule that fails the write, at rows that are to be published alone. What parted the rows is
 * known of the published ones, and nulls are where the files' statistics say so: those rules are not looked at again.
 */
async function countViolations(evaluation: Evaluation): Promise<Counts> {
  const { rows, expectations } = evaluation;
  const rules = expectations.flatMap((expectation) => {
    const rule = countedRule(expectation);
    return rule === undefined ? [] : [{ expectation, rule }];
  });
  const parted = new Set(rows.parted);
  const open = rules.filter(
    ({ expectation, rule }) => !parted.has(expectation) && knownNulls(rule, rows.nulls) === undefined,
  );
  const parts = rows.heldBack.map((part) => ({
    part,
    looked: rules.filter(({ expectation }) => judges(expectation, part, rows)),
  }));
  const [[published = 0n, ...counted] = [], ...countedParts] = await Promise.all([
    countOver(evaluation, rows.published, open),
    ...parts.map(({ part, looked }) => countOver(evaluation, part.sql, looked)),
  ]);
  const violations = new Map<Expectation, bigint>();
  for (const { expectation, rule } of rules)
    violations.set(expectation, parted.has(expectation) ? 0n : (knownNulls(rule, rows.nulls) ?? 0n));
  for (const [i, { expectation }] of open.entries()) violations.set(expectation, counted[i] ?? 0n);
  for (const [n, { part, looked }] of parts.entries()) {
    const [, ...more] = countedParts[n] ?? [];
    for (const [i, { expectation }] of looked.entries()) {
      const count = expectation.name === part.verdict ? part.rows : (more[i] ?? 0n);
      violations.set(expectation, (violations.get(expectation) ?? 0n) + count);
    }
  }
  return { published, violations };
}

/** The rule as one about rows: of a share of nulls that of a null. */
function countedRule({ rule }: Expectation): RowRule | undefined {
  if (isRowRule(rule)) return rule;
  return rule.kind === "not-null" ? { kind: "not-null", column: rule.column } : undefined;
}

/** Whether rows that were held back for one reason are to be looked at for another. */
function judges(expectation: Expectation, part: HeldBackPart, rows: EvaluatedRows): boolean {
  if (expectation.name === part.verdict) return true;
  if (!rows.isAsJudged) return false;
  if (!isRowRule(expectation.rule)) return true;
  const reason = rows.parted.findIndex((one) => one.name === part.verdict);
  if (expectation.onViolation === "fail") return rows.parted[reason]?.onViolation === "fail" && isLater(expectation);
  return expectation.onViolation === "warn" || isLater(expectation);

  function isLater(one: Expectation): boolean {
    return rows.parted.indexOf(one) > reason;
  }
}

/** Engine SQL of the names of what a row that was held back violates, joined by `; `. */
export function reasonsSql(part: HeldBackPart, evaluation: Evaluation, alias: string): readonly string[] {
  const { rows } = evaluation;
  const scope = scopeOf(evaluation, alias);
  return rows.parted
    .filter((one) => one.onViolation === "drop" && judges(one, part, rows))
    .map((one) => {
      const name = engineString(one.name);
      const rule = countedRule(one);
      return one.name === part.verdict || rule === undefined
        ? name
        : `CASE WHEN ${violationSql(rule, scope)} THEN ${name} END`;
    });
}

/** The count of rows, then one for each rule. */
async function countOver(
  evaluation: Evaluation,
  relation: string,
  rules: readonly { readonly expectation: Expectation; readonly rule: RowRule }[],
): Promise<readonly bigint[]> {
  const scope = scopeOf(evaluation, ROWS);
  const flags = rules.map(
    ({ expectation, rule }, i) => `${judging(expectation.name, () => keptSql(rule, scope))} AS "kept${i}"`,
  );
  const kept = rules.map((_, i) => `coalesce(count_if("kept${i}"), 0)`);
  // A subquery of flags, for a rule may hold a subquery itself.
  const from =
    rules.length === 0
      ? `${relation} AS ${engineName(ROWS)}`
      : `(SELECT ${flags.join(", ")} FROM ${relation} AS ${engineName(ROWS)}) AS "flags"`;
  const query = evaluation.engine.run(`SELECT ${["count(*)", ...kept].join(", ")} FROM ${from}`);
  const { rows } = await query.catch((error: unknown) => {
    const [only, ...others] = rules;
    if (only !== undefined && others.length === 0) throw judgingError(error, only.expectation.name);
    return firstError(evaluation, relation, rules, error);
  });
  const [total = 0n, ...counts] = (rows[0] ?? []).map((value) => BigInt(String(value)));
  return [total, ...counts.map((one) => total - one)];
}

/** Rules about values raise errors in rows that they are not made for, as in Spark: each is asked by itself, to tell which one did. */
async function firstError(
  evaluation: Evaluation,
  relation: string,
  rules: Parameters<typeof countOver>[2],
  error: unknown,
): Promise<never> {
  if (isDataError(error)) for (const rule of rules) await countOver(evaluation, relation, [rule]);
  throw error;
}

function scopeOf({ compiler, rows, referenced }: Evaluation, alias: string): RuleScope {
  return { compiler, schema: rows.schema, alias, referenced };
}

const NOT_NULL = /^\s*`?([\w]+)`?\s+IS\s+NOT\s+NULL\s*$/i;

function knownNulls(rule: RowRule, nulls: EvaluatedRows["nulls"]): bigint | undefined {
  const column =
    rule.kind === "not-null" ? rule.column : rule.kind === "expression" && NOT_NULL.exec(rule.condition)?.[1];
  return column === undefined || column === false ? undefined : nulls.get(column.toLowerCase());
}

/** Within its threshold a rule has passed; above it, one that drops rows fails the write. */
function rowResult(expectation: Expectation, violations: bigint, total: bigint): ExpectationResult {
  const { onViolation, threshold } = expectation;
  const percentage = percentageOf(violations, total);
  const { maxViolations, maxPercentage } = threshold ?? {};
  const isAbove =
    threshold === undefined
      ? violations > 0n
      : (maxViolations !== undefined && violations > BigInt(Math.floor(maxViolations))) ||
        (maxPercentage !== undefined && percentage > maxPercentage);
  const drops = onViolation === "drop" && violations > 0n && !(isAbove && threshold !== undefined);
  const status = drops ? "DROPPED" : !isAbove ? "PASSED" : onViolation === "warn" ? "WARNED" : "FAILED";
  const byShare = maxPercentage !== undefined && maxViolations === undefined;
  return {
    expectation,
    status,
    violations,
    value: byShare ? percentage : Number(violations),
    threshold: byShare ? maxPercentage : (maxViolations ?? 0),
  };
}
