/** Engine SQL of the rows that an UPDATE writes. Pure. */
import type { Snapshot } from "../delta/contract.js";
import type { ExpressionCompiler } from "../engine/expression-compiler.js";
import { engineName } from "../schema/engine-type.js";
import { type AssignedFields, assignedColumn } from "./assignments.js";
import { CHANGE_TYPE, changeTypes } from "./change-data.js";
import { columnValue } from "./column-value.js";
import { copiedColumn } from "./rewrite.js";
import { type RowCondition, TARGET_ALIAS } from "./row-condition.js";
import { checkedSelect, notNullChecks, type RowCheck } from "./row-query.js";

export interface UpdatedRows {
  /** In the table's order. */
  readonly columns: readonly UpdatedColumn[];
  readonly condition: RowCondition | undefined;
  /** Of rows that were changed. */
  readonly checks: readonly RowCheck[];
}

interface UpdatedColumn {
  readonly name: string;
  /** Engine SQL over `"target"`. */
  readonly before: string;
  /** Undefined: as before. */
  readonly after: string | undefined;
}

const TARGET = engineName(TARGET_ALIAS);
const TAKEN = '"__lakelet_taken"';
const KIND = engineName(CHANGE_TYPE);

export function updatedRows(
  compiler: ExpressionCompiler,
  { schema, partitionColumns }: Snapshot,
  assigned: AssignedFields,
  condition: RowCondition | undefined,
): UpdatedRows {
  const columns = schema.fields.map((column): UpdatedColumn => {
    const value = assignedColumn(compiler, assigned, column, TARGET_ALIAS);
    return {
      name: column.name,
      before: copiedColumn(column.name, schema),
      after: value === undefined ? undefined : columnValue(value, column, partitionColumns),
    };
  });
  const changed = schema.fields.filter((one) => assigned.fields.has(one.name));
  return { columns, condition, checks: notNullChecks({ kind: "struct", fields: changed }) };
}

/** The rows that the condition takes, as they are afterwards. */
export function changedSql({ columns, condition, checks }: UpdatedRows, relation: string): string {
  const values = columns.map(({ name, before, after }) => `${after ?? before} AS ${engineName(name)}`);
  const rows = `SELECT ${values.join(", ")} FROM ${relation} AS ${TARGET}${whereSql(condition)}`;
  return checked(columns, rows, checks);
}

/** All rows, those that the condition takes as they are afterwards; the condition is evaluated once a row. */
export function allRowsSql(update: UpdatedRows, relation: string): string {
  const { columns, condition, checks } = update;
  if (condition === undefined) return changedSql(update, relation);
  const values = columns.map(({ name, before, after }) => {
    const value = after === undefined ? before : `CASE WHEN ${TAKEN} THEN ${after} ELSE ${before} END`;
    return `${value} AS ${engineName(name)}`;
  });
  const flagged = `(SELECT *, (${condition.compiled.sql}) IS TRUE AS ${TAKEN} FROM ${relation} AS ${TARGET}) AS ${TARGET}`;
  return checked(
    columns,
    `SELECT ${values.join(", ")}, ${TAKEN} FROM ${flagged}`,
    checks.map(onlyWhere(`"row".${TAKEN}`)),
  );
}

/** For the change data feed: each taken row as it was and as it is afterwards. */
export function changesSql({ columns, condition, checks }: UpdatedRows, relation: string): string {
  const isAfter = `${KIND} = ${changeTypes(["update_postimage"])}`;
  const values = columns.map(({ name, before, after }) => {
    const value = after === undefined ? before : `CASE WHEN k.${isAfter} THEN ${after} ELSE ${before} END`;
    return `${value} AS ${engineName(name)}`;
  });
  const kinds = `(SELECT unnest([${changeTypes(["update_preimage", "update_postimage"])}]) AS ${KIND}) AS k`;
  const rows = `SELECT ${values.join(", ")}, k.${KIND} FROM ${relation} AS ${TARGET} CROSS JOIN ${kinds}${whereSql(condition)}`;
  return checked([...columns, { name: CHANGE_TYPE }], rows, checks.map(onlyWhere(`"row".${isAfter}`)));
}

/** A check of some rows only. */
export function onlyWhere(condition: string): (check: RowCheck) => RowCheck {
  return ({ violation, raise }) => ({ violation: `${condition} AND (${violation})`, raise });
}

function whereSql(condition: RowCondition | undefined): string {
  return condition === undefined ? "" : ` WHERE ${condition.compiled.sql}`;
}

function checked(columns: readonly { readonly name: string }[], rows: string, checks: readonly RowCheck[]): string {
  return checkedSelect(
    rows,
    columns.map(({ name }) => name),
    checks,
  );
}
