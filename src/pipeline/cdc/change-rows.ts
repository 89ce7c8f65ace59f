/** A feed as the changes that are kept: the target's columns, the place in the order, and what is to be done. */
import type { DataFrame } from "../../dataframe/data-frame.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { Expectation } from "../../quality/expectation.js";
import { isRowRule } from "../../quality/rules.js";
import { conditionText } from "../../quality/violation.js";
import { quoteName } from "../../schema/type-text.js";
import type { AutoCdcFlow } from "../definition.js";
import { nullKey, nullSequence, tableLevelRule } from "./cdc-errors.js";
import { type CdcFlow, checkSequence, OPERATION, SEQUENCE, selectedColumns } from "./change-settings.js";

const NULL_SEQUENCE = "AUTO CDC: SEQUENCE BY is NULL";
const NULL_KEY = "AUTO CDC: a key is NULL";

/** A row for each row of the feed. Throws what is wrong with the flow; a NULL among keys and sequences when it is run. */
export async function changeRows(
  flow: AutoCdcFlow,
  feed: DataFrame,
  expectations: readonly Expectation[],
): Promise<DataFrame> {
  const columns = selectedColumns(flow, await feed.schema());
  const truncates = isTrue(flow.applyAsTruncates);
  const deletes = isTrue(flow.applyAsDeletes);
  const checks = flow.keys.map((key) => `${quoteName(key)} IS NULL`).join(" OR ");
  // A row that an expectation drops is not applied, so it may have anything.
  const applies = passes(expectations);
  const operation = [
    "CASE",
    `WHEN (${flow.sequenceBy}) IS NULL AND ${applies} THEN raise_error('${NULL_SEQUENCE}')`,
    `WHEN ${truncates} THEN 'TRUNCATE'`,
    `WHEN (${checks}) AND ${applies} THEN raise_error('${NULL_KEY}')`,
    `WHEN ${deletes} THEN 'DELETE'`,
    `ELSE 'UPSERT' END AS ${quoteName(OPERATION)}`,
  ].join(" ");
  const rows = feed.selectExpr(
    ...columns.map((one) => quoteName(one.name)),
    `(${flow.sequenceBy}) AS ${quoteName(SEQUENCE)}`,
    operation,
  );
  const sequence = (await rows.schema()).fields.find((one) => one.name === SEQUENCE);
  if (sequence) checkSequence(flow, sequence.dataType);
  return rows;
}

function isTrue(condition: string | undefined): string {
  return condition === undefined ? "false" : `coalesce((${condition}), false)`;
}

function passes(expectations: readonly Expectation[]): string {
  const drops = expectations.flatMap((one) => (one.onViolation === "drop" ? [conditionOf(one)] : []));
  const conditions = drops.flatMap((condition) => (condition === undefined ? [] : [isTrue(condition)]));
  return conditions.length === 0 ? "true" : `(${conditions.join(" AND ")})`;
}

/** Spark SQL that is true for a good row; undefined of a rule that looks beyond the row. */
function conditionOf({ rule }: Expectation): string | undefined {
  return isRowRule(rule) && rule.kind !== "references" ? conditionText(rule) : undefined;
}

/** Expectations of a target as they gate its changes: a delete has no values that could break a rule. */
export function changeExpectations(flow: CdcFlow, expectations: readonly Expectation[]): readonly Expectation[] {
  return expectations.map((one) => {
    const good = conditionOf(one);
    if (good === undefined) throw tableLevelRule(flow.name, one.name, flow.place);
    return { ...one, rule: { kind: "expression", condition: `${quoteName(OPERATION)} <> 'UPSERT' OR (${good})` } };
  });
}

/** The error of a batch as one that names what is wrong with its rows. */
export function namedError(error: unknown, flow: AutoCdcFlow, table: string): unknown {
  if (!(error instanceof LakeletError) || error.condition !== "USER_RAISED_EXCEPTION") return error;
  if (error.message.includes(NULL_SEQUENCE)) return nullSequence(flow.name, table, error);
  return error.message.includes(NULL_KEY) ? nullKey(flow.name, table, error) : error;
}
