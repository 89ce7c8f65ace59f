/** UPDATE: files with rows to change are written again with them changed (copy-on-write). */
import type { Snapshot } from "../delta/contract.js";
import type { ScopeRelation } from "../engine/expression-compiler.js";
import { engineName } from "../schema/engine-type.js";
import { type AssignedFields, type Assignment, assignedColumn, compileAssignments } from "./assignments.js";
import { columnValue } from "./column-value.js";
import type { CommandContext, CommandResult, TargetTable } from "./contract.js";
import { addActions } from "./data-file.js";
import { publish } from "./publish.js";
import { copiedColumn, rewriteFiles, rewriteMetrics } from "./rewrite.js";
import { compileCondition, type RowCondition, readBy, TARGET_ALIAS, targetScope } from "./row-condition.js";
import { checkedSelect, notNullChecks } from "./row-query.js";
import { withStagedFiles } from "./staged-files.js";
import { checkRowsMayChange, openTable, removeActions } from "./table-state.js";
import { findTakenRows } from "./taken-rows.js";

export interface UpdateOptions {
  readonly assignments: readonly Assignment[];
  /** Spark text; without it all rows are updated. */
  readonly condition?: string | undefined;
  readonly alias?: string | undefined;
}

/**
 * Assigns values to columns and struct fields of the rows for which the condition is true. Right-hand sides read the row as it was.
 *
 * Phases: transaction; compile; candidate files; find the taken rows (the condition's columns only); write their files again;
 * fsync; commit. No row taken: no version.
 *
 * @throws DELTA_CONFLICT_SET_COLUMN, UNRESOLVED_COLUMN.WITH_SUGGESTION, DELTA_NOT_NULL_CONSTRAINT_VIOLATED, CAST_OVERFLOW,
 * DELTA_CANNOT_MODIFY_APPEND_ONLY, a named conflict; the table is unchanged then.
 */
export async function updateRows(
  context: CommandContext,
  target: TargetTable,
  options: UpdateOptions,
): Promise<CommandResult> {
  const start = performance.now();
  const { transaction, snapshot } = await openTable(context, target);
  checkRowsMayChange(target, snapshot);
  const scope = targetScope(target, snapshot.schema, options.alias);
  const assigned = compileAssignments(context.compiler, options.assignments, snapshot.schema, scope.qualifier, [scope]);
  const condition = conditionOf(context, snapshot, scope, options);
  const found = await findTakenRows(context, snapshot, condition);
  const removed = [...found.whole, ...found.mixed];
  if (removed.length === 0) return { version: undefined, metrics: { numUpdatedRows: 0n } };
  return withStagedFiles(context, target, transaction, async (staged) => {
    const copied = await rewriteFiles(context, staged, snapshot, removed, {
      schema: snapshot.schema,
      keepsPartitions: !snapshot.partitionColumns.some((name) => assigned.fields.has(name)),
      select: (relation) => updateSql(context, snapshot, assigned, condition, relation),
    });
    const metrics = {
      ...rewriteMetrics(removed, copied, start, found.scanTime),
      numUpdatedRows: found.taken,
      numCopiedRows: found.left,
    };
    const version = await publish(context, {
      target,
      transaction,
      staged,
      rows: { files: [], heldBack: [] },
      copied,
      schema: snapshot.schema,
      actions: [...removeActions(removed, context.now()), ...addActions(context, target, snapshot, copied)],
      operation: "UPDATE",
      operationParameters: condition === undefined ? {} : { predicate: JSON.stringify([`(${condition.text})`]) },
      metrics,
      read: { predicates: readBy(condition), files: removed.map((file) => file.path) },
      options: {},
    });
    return { version, metrics };
  });
}

function conditionOf(
  context: CommandContext,
  snapshot: Snapshot,
  scope: ScopeRelation,
  { condition }: UpdateOptions,
): RowCondition | undefined {
  if (condition === undefined) return undefined;
  return compileCondition(context.compiler, condition, scope, snapshot.partitionColumns, "UPDATE");
}

const TAKEN = '"__lakelet_taken"';

/** The condition is evaluated once a row, for all columns. */
function updateSql(
  context: CommandContext,
  { schema, partitionColumns }: Snapshot,
  assigned: AssignedFields,
  condition: RowCondition | undefined,
  relation: string,
): string {
  const target = engineName(TARGET_ALIAS);
  const columns = schema.fields.map((column) => {
    const before = copiedColumn(column.name, schema);
    const value = assignedColumn(context.compiler, assigned, column, TARGET_ALIAS);
    if (value === undefined) return `${before} AS ${engineName(column.name)}`;
    const after = columnValue(value, column, partitionColumns);
    const sql = condition === undefined ? after : `CASE WHEN ${TAKEN} THEN ${after} ELSE ${before} END`;
    return `${sql} AS ${engineName(column.name)}`;
  });
  const rows =
    condition === undefined
      ? `${relation} AS ${target}`
      : `(SELECT *, (${condition.compiled.sql}) IS TRUE AS ${TAKEN} FROM ${relation} AS ${target}) AS ${target}`;
  const changed = notNullChecks({
    kind: "struct",
    fields: schema.fields.filter((one) => assigned.fields.has(one.name)),
  });
  return checkedSelect(
    `SELECT ${columns.join(", ")} FROM ${rows}`,
    schema.fields.map((one) => one.name),
    changed,
  );
}
