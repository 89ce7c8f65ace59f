/** A feed as the changes that are kept: the target's columns, the place in the order, and what is to be done. */
import type { DataFrame } from "../../dataframe/data-frame.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { Expectation } from "../../quality/expectation.js";
import { isRowRule } from "../../quality/rules.js";
import { conditionText } from "../../quality/violation.js";
import { type StructField, type StructType, sameType } from "../../schema/data-type.js";
import { quoteName, typeText } from "../../schema/type-text.js";
import type { FlowTarget } from "../../session/flow-contract.js";
import type { AutoCdcFlow } from "../definition.js";
import { nullKey, nullSequence, tableLevelRule } from "./cdc-errors.js";
import {
  type CdcFlow,
  checkSequence,
  type DerivationRules,
  END_AT,
  OPERATION,
  SEQUENCE,
  START_AT,
  selectedColumns,
} from "./change-settings.js";

const NULL_SEQUENCE = "AUTO CDC: SEQUENCE BY is NULL";
const NULL_KEY = "AUTO CDC: a key is NULL";

/**
 * A row for each row of the feed, its values of the types that the target declares, so that what does not fit it is not kept in the first
 * place. Throws what is wrong with the flow; a NULL among keys and sequences when it is run.
 */
export async function changeRows(
  flow: AutoCdcFlow,
  feed: DataFrame,
  expectations: readonly Expectation[],
  declared: StructType | undefined,
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
    ...columns.map((one) => declaredValue(one, declared)),
    `(${flow.sequenceBy}) AS ${quoteName(SEQUENCE)}`,
    operation,
  );
  const sequence = (await rows.schema()).fields.find((one) => one.name === SEQUENCE);
  if (sequence) checkSequence(flow, sequence.dataType);
  return rows;
}

function declaredValue({ name, dataType }: StructField, declared: StructType | undefined): string {
  const type = declared?.fields.find((one) => one.name.toLowerCase() === name.toLowerCase())?.dataType;
  const value = quoteName(name);
  return type === undefined || sameType(type, dataType) ? value : `CAST(${value} AS ${typeText(type)}) AS ${value}`;
}

/** What the target demands of its rows, demanded of the upserts: of a change that is kept the target cannot get rid any more. */
export function changeConstraints(
  { constraints }: FlowTarget,
  rules: DerivationRules,
  declared: StructType | undefined,
): Readonly<Record<string, string>> {
  const ofUpserts = (condition: string) => `${quoteName(OPERATION)} <> 'UPSERT' OR (${condition})`;
  const isOfChanges = (condition: string) => !new RegExp(`${START_AT}|${END_AT}`, "i").test(condition);
  const required = (declared?.fields ?? []).filter(
    (one) => !one.nullable && rules.data.some(({ name }) => name.toLowerCase() === one.name.toLowerCase()),
  );
  return Object.fromEntries([
    ...Object.entries(constraints).flatMap(([name, text]) => (isOfChanges(text) ? [[name, ofUpserts(text)]] : [])),
    // A null that says nothing is not stored.
    ...required
      .filter((one) => ![...rules.ignoreNull].some((name) => name.toLowerCase() === one.name.toLowerCase()))
      .map((one) => [`not_null_${one.name}`, ofUpserts(`${quoteName(one.name)} IS NOT NULL`)]),
  ]);
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
  const isUpsert = `${quoteName(OPERATION)} = 'UPSERT'`;
  return expectations.map((one) => {
    if (one.rule.kind === "references") return { ...one, rule: { ...one.rule, when: isUpsert } };
    const good = conditionOf(one);
    if (good === undefined) throw tableLevelRule(flow.name, one.name, flow.place);
    return { ...one, rule: { kind: "expression", condition: `NOT (${isUpsert}) OR (${good})` } };
  });
}

/** The error of a batch as one that names what is wrong with its rows. */
export function namedError(error: unknown, flow: AutoCdcFlow, table: string): unknown {
  if (!(error instanceof LakeletError) || error.condition !== "USER_RAISED_EXCEPTION") return error;
  if (error.message.includes(NULL_SEQUENCE)) return nullSequence(flow.name, table, error);
  return error.message.includes(NULL_KEY) ? nullKey(flow.name, table, error) : error;
}
