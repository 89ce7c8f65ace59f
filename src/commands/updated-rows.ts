/** Engine SQL of the rows that an UPDATE writes. Pure. */
import type { Snapshot } from "../delta/contract.js";
import type { ExpressionCompiler } from "../engine/expression-compiler.js";
import type { StructField } from "../schema/data-type.js";
import { engineName } from "../schema/engine-type.js";
import { type AssignedFields, assignedColumn } from "./assignments.js";
import { CHANGE_TYPE, changeTypes } from "./change-data.js";
import { columnValue } from "./column-value.js";
import { copiedColumn } from "./rewrite.js";
import { type RowCondition, TARGET_ALIAS } from "./row-condition.js";
import { checkedSelect, type RowCheck } from "./row-query.js";
import { columnsToGenerate, generatedValue } from "./rules/generated-columns.js";
import { checkIdentityNotAssigned } from "./rules/identity-columns.js";
import { rowChecks } from "./rules/row-checks.js";

export interface UpdatedRows {
  /** In the table's order. */
  readonly columns: readonly UpdatedColumn[];
  readonly condition: RowCondition | undefined;
  /** Of rows that were changed. */
  readonly checks: readonly RowCheck[];
  /** True where no row changes its partition. */
  readonly keepsPartitions: boolean;
  /** The column that carries the checks: one that is always written, which a partition column is not. */
  readonly checked: string | undefined;
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

/**
 * Generated columns whose base columns are assigned are computed anew, unless they are assigned themselves: then they are checked.
 * Throws DELTA_IDENTITY_COLUMNS_UPDATE_NOT_SUPPORTED.
 */
export function updatedRows(
  compiler: ExpressionCompiler,
  { schema, partitionColumns, properties }: Snapshot,
  assigned: AssignedFields,
  condition: RowCondition | undefined,
): UpdatedRows {
  const names = new Set(assigned.fields.keys());
  checkIdentityNotAssigned(schema, names);
  const values = new Map<string, string>();
  for (const column of schema.fields) {
    const value = assignedColumn(compiler, assigned, column, TARGET_ALIAS);
    if (value !== undefined) values.set(column.name, columnValue(value, column, partitionColumns));
  }
  const before = (column: StructField): string => copiedColumn(column.name, schema);
  const computed = columnsToGenerate(compiler, schema, names);
  for (const column of computed) {
    const value = generatedValue(compiler, column, schema, (base) => values.get(base.name) ?? before(base));
    values.set(column.name, columnValue(value, column, partitionColumns));
  }
  return {
    columns: schema.fields.map((column) => ({
      name: column.name,
      before: before(column),
      after: values.get(column.name),
    })),
    condition,
    checks: rowChecks(
      compiler,
      { schema, properties },
      { changed: new Set(values.keys()), computed: new Set(computed.map((one) => one.name)) },
    ),
    keepsPartitions: !partitionColumns.some((name) => values.has(name)),
    checked: schema.fields.find(({ name }) => !partitionColumns.includes(name))?.name,
  };
}

/** With what row tracking keeps of each row: its id, and, where it is not changed, the version that it was last changed by. */
export function withRowTracking(update: UpdatedRows, columns: readonly StructField[]): UpdatedRows {
  const [rowId, version] = columns;
  if (rowId === undefined || version === undefined) return update;
  const before = ({ name }: StructField): string => `${TARGET}.${engineName(name)}`;
  return {
    ...update,
    columns: [
      ...update.columns,
      { name: rowId.name, before: before(rowId), after: undefined },
      { name: version.name, before: before(version), after: "CAST(NULL AS BIGINT)" },
    ],
  };
}

/** The rows that the condition takes, as they are afterwards. */
export function changedSql(update: UpdatedRows, relation: string): string {
  const { columns, condition, checks } = update;
  const values = columns.map(({ name, before, after }) => `${after ?? before} AS ${engineName(name)}`);
  const rows = `SELECT ${values.join(", ")} FROM ${relation} AS ${TARGET}${whereSql(condition)}`;
  return checkedRows(update, rows, checks);
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
  return checkedRows(
    update,
    `SELECT ${values.join(", ")}, ${TAKEN} FROM ${flagged}`,
    checks.map(onlyWhere(`"row".${TAKEN}`)),
  );
}

/** For the change data feed: each taken row as it was and as it is afterwards. */
export function changesSql(update: UpdatedRows, relation: string): string {
  const { columns, condition, checks } = update;
  const isAfter = `${KIND} = ${changeTypes(["update_postimage"])}`;
  const values = columns.map(({ name, before, after }) => {
    const value = after === undefined ? before : `CASE WHEN k.${isAfter} THEN ${after} ELSE ${before} END`;
    return `${value} AS ${engineName(name)}`;
  });
  const kinds = `(SELECT unnest([${changeTypes(["update_preimage", "update_postimage"])}]) AS ${KIND}) AS k`;
  const rows = `SELECT ${values.join(", ")}, k.${KIND} FROM ${relation} AS ${TARGET} CROSS JOIN ${kinds}${whereSql(condition)}`;
  return checkedRows(update, rows, checks.map(onlyWhere(`"row".${isAfter}`)), [CHANGE_TYPE]);
}

/** A check of some rows only. */
export function onlyWhere(condition: string): (check: RowCheck) => RowCheck {
  return ({ violation, raise }) => ({ violation: `${condition} AND (${violation})`, raise });
}

function whereSql(condition: RowCondition | undefined): string {
  return condition === undefined ? "" : ` WHERE ${condition.compiled.sql}`;
}

function checkedRows(
  { columns, checked }: UpdatedRows,
  rows: string,
  checks: readonly RowCheck[],
  others: readonly string[] = [],
): string {
  return checkedSelect(rows, [...columns.map(({ name }) => name), ...others], checks, { carrier: checked });
}
