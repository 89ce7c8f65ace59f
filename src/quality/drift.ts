/** How far the values of a column have moved from those before: population stability index and mean. */
import { engineName } from "../schema/engine-type.js";
import { columnOf, type Evaluation, type Finding, published, ROWS, round, rowsOf, run } from "./audited-rows.js";
import type { WriteRule } from "./expectation.js";
import { columnWhereKnown, isNumber, isTime, type RuleColumn, requireType } from "./rule-column.js";
import type { ReferencedRows } from "./violation.js";

/** Parts into which numbers are cut by the quantiles of the values before. */
const BINS = 10;
/** Texts that are compared one by one; the rest are one part. */
const VALUES = 50;
/** The share that an empty part counts as, so that the logarithm is one. */
const LEAST_SHARE = 0.0001;
const BEFORE = "before";

export async function distributionDrift(
  rule: Extract<WriteRule, { kind: "distribution" }>,
  evaluation: Evaluation,
): Promise<Finding> {
  const reference = await referenceOf(rule, evaluation);
  if (reference === undefined) return { value: 0, violations: 0n, threshold: rule.maxPsi, detail: "nothing before" };
  const now = columnOf(rule.column, evaluation);
  const isCut = isNumber(now.dataType) || isTime(now.dataType);
  const isNamed = now.dataType.kind === "string" || now.dataType.kind === "boolean";
  requireType(rule.column, now, isCut || isNamed, "a number, a time, a text or a boolean");
  const shares = await sharesOf(evaluation, reference, now, isCut);
  const psi = shares.reduce((sum, [before, after]) => sum + (after - before) * Math.log(after / before), 0);
  return {
    value: psi,
    violations: psi > rule.maxPsi ? 1n : 0n,
    threshold: rule.maxPsi,
    detail: `distribution of ${rule.column}: population stability index ${psi.toFixed(4)}, allowed ${rule.maxPsi}`,
  };
}

export async function meanDrift(
  rule: Extract<WriteRule, { kind: "mean-drift" }>,
  evaluation: Evaluation,
): Promise<Finding> {
  const { column, maxDeviations } = rule;
  const reference = await referenceOf(rule, evaluation);
  if (reference === undefined) return { value: 0, violations: 0n, threshold: maxDeviations, detail: "nothing before" };
  const value = columnOf(column, evaluation);
  requireType(column, value, isNumber(value.dataType), "a number");
  const now = `(SELECT avg(${value.sql})::DOUBLE FROM ${published(evaluation)})`;
  const [row] = await run(
    evaluation,
    `SELECT ${now}, avg(${reference.column.sql})::DOUBLE, stddev_pop(${reference.column.sql})::DOUBLE FROM ${reference.from}`,
  );
  const [mean, before, deviation] = (row ?? []).map((value) => (value === null ? undefined : Number(value)));
  if (mean === undefined || before === undefined)
    return { value: 0, violations: 0n, threshold: maxDeviations, detail: `${column} has no values to compare` };
  const away = Math.abs(mean - before);
  const deviations = away === 0 ? 0 : away / (deviation ?? 0);
  return {
    value: deviations,
    violations: deviations > maxDeviations ? 1n : 0n,
    threshold: maxDeviations,
    detail: `mean of ${column} ${round(mean)}, before ${round(before)}: ${Number.isFinite(deviations) ? deviations.toFixed(2) : "any number of"} standard deviations away, allowed ${maxDeviations}`,
  };
}

interface Reference {
  readonly from: string;
  readonly column: RuleColumn;
}

/** The values before: of the query, else of the table as it was. */
async function referenceOf(
  { column, reference }: { readonly column: string; readonly reference?: string },
  evaluation: Evaluation,
): Promise<Reference | undefined> {
  const { surroundings, compiler } = evaluation;
  const rows: ReferencedRows | undefined =
    reference === undefined ? await surroundings.before() : await surroundings.query(reference, rowsOf(evaluation));
  if (rows === undefined) return undefined;
  const first = reference === undefined ? undefined : rows.schema.fields[0]?.name;
  const scope = { schema: rows.schema, alias: BEFORE, compiler };
  const before = columnWhereKnown(column, scope) ?? (first && columnWhereKnown(first, scope));
  if (!before) return undefined;
  const [any] = await run(
    evaluation,
    `SELECT 1 FROM ${rows.sql} AS ${engineName(BEFORE)} WHERE ${before.sql} IS NOT NULL LIMIT 1`,
  );
  return any === undefined ? undefined : { from: `${rows.sql} AS ${engineName(BEFORE)}`, column: before };
}

/** Shares of each part before and now, nulls a part of their own; no part has none. */
async function sharesOf(
  evaluation: Evaluation,
  { from, column }: Reference,
  now: RuleColumn,
  isCut: boolean,
): Promise<readonly (readonly [number, number])[]> {
  const part = isCut ? await cutAt(evaluation, from, column) : await named(evaluation, from, column);
  const grouped = (value: RuleColumn, source: string) =>
    `SELECT ${part(value)} AS p, count(*) AS n FROM ${source} GROUP BY 1`;
  const found = await run(
    evaluation,
    `SELECT coalesce(b.n, 0)::BIGINT, coalesce(a.n, 0)::BIGINT FROM (${grouped(column, from)}) AS b FULL JOIN (${grouped(now, `${evaluation.rows.published} AS ${engineName(ROWS)}`)}) AS a ON a.p = b.p`,
  );
  const counts = found.map(([before, after]) => [Number(before), Number(after)] as const);
  const total = (side: 0 | 1) =>
    Math.max(
      1,
      counts.reduce((sum, one) => sum + one[side], 0),
    );
  const [before, after] = [total(0), total(1)];
  return counts.map(([b, a]) => [Math.max(b / before, LEAST_SHARE), Math.max(a / after, LEAST_SHARE)]);
}

/** The number of the decile, 0 to 9, of the values before; -1 for null. */
async function cutAt(evaluation: Evaluation, from: string, column: RuleColumn): Promise<(value: RuleColumn) => string> {
  const quantiles = Array.from({ length: BINS - 1 }, (_, i) => (i + 1) / BINS).join(", ");
  const number = ({ sql, dataType }: RuleColumn) => `${isTime(dataType) ? `epoch_us(${sql})` : sql}::DOUBLE`;
  const [row] = await run(
    evaluation,
    `SELECT approx_quantile(${number(column)}, [${quantiles}])::VARCHAR FROM ${from}`,
  );
  const cuts = [...new Set(String(row?.[0]).match(/-?\d[\d.e+-]*/g) ?? [])];
  return (value) =>
    `CASE WHEN ${value.sql} IS NULL THEN -1 ${cuts.map((cut, i) => `WHEN ${number(value)} <= ${cut}::DOUBLE THEN ${i}`).join(" ")} ELSE ${cuts.length} END`;
}

/** The value where it is among the most frequent ones before, else one text for all others; null is a part of its own. */
async function named(
  evaluation: Evaluation,
  from: string,
  { sql: column }: RuleColumn,
): Promise<(value: RuleColumn) => string> {
  const found = await run(
    evaluation,
    `SELECT ${column}::VARCHAR FROM ${from} WHERE ${column} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ${VALUES}`,
  );
  const values = found.map(([value]) => `'${String(value).replaceAll("'", "''")}'`).join(", ");
  return ({ sql: value }) =>
    `CASE WHEN ${value} IS NULL THEN 'null' WHEN ${value}::VARCHAR IN (${values}) THEN 'v' || ${value}::VARCHAR ELSE 'other' END`;
}
