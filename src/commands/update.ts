/** UPDATE: changed rows are written anew; where they were they are marked as gone, or their files are written again with them changed. */
import type { AddFile } from "../delta/actions.js";
import type { Snapshot } from "../delta/contract.js";
import type { ScopeRelation } from "../engine/expression-compiler.js";
import { type Assignment, compileAssignments } from "./assignments.js";
import { changeFeedEnabled, newRowsSql } from "./change-data.js";
import type { CommandContext, CommandResult, TargetTable } from "./contract.js";
import { markRows, marksRows } from "./deletion-vectors.js";
import { namingOverflow } from "./expression-errors.js";
import { changeActions, changedPaths, changeMetrics, type FileChanges } from "./file-changes.js";
import { publish } from "./publish.js";
import { filesOf } from "./remove-rows.js";
import { copySql, rewriteFiles } from "./rewrite.js";
import { compileCondition, type RowCondition, readBy, targetScope } from "./row-condition.js";
import { type StagedFiles, withStagedFiles } from "./staged-files.js";
import { checkRowsMayChange, openTable } from "./table-state.js";
import { type TakenRows, withTakenRows } from "./taken-rows.js";
import { trackingColumns } from "./tracked-rows.js";
import { allRowsSql, changedSql, changesSql, type UpdatedRows, updatedRows, withRowTracking } from "./updated-rows.js";

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
 * @throws DELTA_CONFLICT_SET_COLUMN, UNRESOLVED_COLUMN.WITH_SUGGESTION, DELTA_NOT_NULL_CONSTRAINT_VIOLATED,
 * DELTA_CAST_OVERFLOW_IN_TABLE_WRITE,
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
  const positions = marksRows(context, snapshot, "update");
  const update = updatedRows(context.compiler, snapshot, assigned, condition);
  const updating = withTakenRows(context, snapshot, { condition, positions }, async (found) => {
    if (found.whole.length + found.mixed.length === 0) return { version: undefined, metrics: { numUpdatedRows: 0n } };
    return withStagedFiles(context, target, transaction, async (staged) => {
      const changes = await writeUpdate({ context, target, snapshot, staged, found, update });
      const metrics = {
        ...changeMetrics(changes, start, found.scanTime),
        numUpdatedRows: found.taken,
        numCopiedRows: positions ? 0n : found.left,
      };
      const version = await publish(context, {
        target,
        transaction,
        staged,
        rows: { files: [], heldBack: [] },
        copied: [...changes.written, ...changes.changes],
        schema: snapshot.schema,
        actions: changeActions(context, target, snapshot, changes),
        operation: "UPDATE",
        operationParameters: condition === undefined ? {} : { predicate: JSON.stringify([`(${condition.text})`]) },
        metrics,
        read: { predicates: readBy(condition), files: changedPaths(changes) },
        options: {},
        keepsRowIds: keepsIds({ snapshot, found }),
      });
      return { version, metrics };
    });
  });
  return namingOverflow(updating);
}

interface UpdateWrite {
  readonly context: CommandContext;
  readonly target: TargetTable;
  readonly snapshot: Snapshot;
  readonly staged: StagedFiles;
  readonly found: TakenRows;
  readonly update: UpdatedRows;
}

/** With a change feed the changed rows are evaluated once, for its files, and the new files take them from there: without their row ids. */
async function writeUpdate(write: UpdateWrite): Promise<FileChanges> {
  const { context, target, snapshot, staged, found } = write;
  const { schema, properties } = snapshot;
  const { keepsPartitions } = write.update;
  const mixed = filesOf(found.mixed);
  const whole = filesOf(found.whole);
  const touched = [...whole, ...mixed];
  const keepsRowIds = keepsIds(write);
  const update = keepsRowIds ? withRowTracking(write.update, trackingColumns(snapshot, touched)) : write.update;
  const rewrite = (files: readonly AddFile[], select: (relation: string) => string, changeData = false) =>
    rewriteFiles(context, staged, snapshot, files, { schema, keepsPartitions, select, changeData, keepsRowIds });
  const changes = changeFeedEnabled(properties)
    ? await rewrite(touched, (relation) => changesSql(update, relation), true)
    : [];
  const fresh = changes.length === 0 ? undefined : await newRowsSql(context, target, snapshot, changes, schema);
  if (found.positions !== undefined || mixed.length === 0) {
    const written = await rewrite(touched, (relation) => fresh ?? changedSql(update, relation));
    const marked =
      found.positions === undefined ? [] : await markRows(context, staged, snapshot, found.positions, found.mixed);
    return { removed: whole, marked, written, changes };
  }
  const left = `(${update.condition?.compiled.sql ?? "true"}) IS NOT TRUE`;
  const written = await rewrite(touched, (relation) =>
    fresh === undefined ? allRowsSql(update, relation) : `${copySql(relation, schema, left)} UNION ALL ${fresh}`,
  );
  return { removed: touched, marked: [], written, changes };
}

function keepsIds({ snapshot, found }: Pick<UpdateWrite, "snapshot" | "found">): boolean {
  if (changeFeedEnabled(snapshot.properties)) return false;
  return trackingColumns(snapshot, filesOf([...found.whole, ...found.mixed])).length > 0;
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
