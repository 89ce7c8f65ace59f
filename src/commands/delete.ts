/** DELETE FROM: whole files go without being read; of others the rows are marked as gone, or those that stay are written again. */
import type { Snapshot } from "../delta/contract.js";
import type { CommandContext, CommandResult, TargetTable } from "./contract.js";
import { marksRows } from "./deletion-vectors.js";
import { changeActions, changedPaths, changeMetrics } from "./file-changes.js";
import { publish } from "./publish.js";
import { filesOf, removeRows } from "./remove-rows.js";
import { compileCondition, type RowCondition, readBy, targetScope } from "./row-condition.js";
import { takenBy } from "./row-selection.js";
import { withStagedFiles } from "./staged-files.js";
import { checkRowsMayChange, openTable } from "./table-state.js";
import { withTakenRows } from "./taken-rows.js";
import { trackingColumns } from "./tracked-rows.js";

export interface DeleteOptions {
  /** Spark text; without it all rows go. */
  readonly condition?: string | undefined;
  readonly alias?: string | undefined;
  /** The statement, where it is not DELETE. */
  readonly operation?: "DELETE" | "TRUNCATE";
}

/**
 * Deletes the rows for which the condition is true; NULL keeps the row.
 *
 * Phases: transaction; candidate files by partition values and statistics; find the taken rows (reading the condition's columns only);
 * mark them in mixed files by deletion vectors, or write again what stays of these files; fsync; commit. Nothing taken: no version.
 *
 * @throws DELTA_CANNOT_MODIFY_APPEND_ONLY, DELTA_NON_DETERMINISTIC_FUNCTION_NOT_SUPPORTED, a named conflict.
 */
export async function deleteRows(
  context: CommandContext,
  target: TargetTable,
  options: DeleteOptions = {},
): Promise<CommandResult> {
  const start = performance.now();
  const { transaction, snapshot } = await openTable(context, target);
  checkRowsMayChange(target, snapshot);
  const condition = conditionOf(context, target, snapshot, options);
  const positions = marksRows(context, snapshot, "delete");
  return withTakenRows(context, snapshot, { condition, positions }, async (found) => {
    if (found.whole.length + found.mixed.length === 0) return { version: undefined, metrics: { numDeletedRows: 0n } };
    return withStagedFiles(context, target, transaction, async (staged) => {
      const removal = { found, selection: takenBy(condition), marks: positions, schema: snapshot.schema };
      const changes = await removeRows(context, staged, snapshot, removal);
      const metrics = {
        ...changeMetrics(changes, start, found.scanTime),
        numDeletedRows: found.taken,
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
        operation: options.operation ?? "DELETE",
        operationParameters: { predicate: JSON.stringify([condition === undefined ? "true" : `(${condition.text})`]) },
        metrics,
        read: { predicates: readBy(condition), files: changedPaths(changes) },
        options: {},
        keepsRowIds: trackingColumns(snapshot, filesOf(found.mixed)).length > 0,
      });
      return { version, metrics };
    });
  });
}

function conditionOf(
  context: CommandContext,
  target: TargetTable,
  snapshot: Snapshot,
  { condition, alias, operation }: DeleteOptions,
): RowCondition | undefined {
  if (condition === undefined) return undefined;
  const scope = targetScope(target, snapshot.schema, alias);
  return compileCondition(context.compiler, condition, scope, snapshot.partitionColumns, operation ?? "DELETE");
}

/** TRUNCATE TABLE: DELETE of all rows under its own name. */
export function truncate(context: CommandContext, target: TargetTable): Promise<CommandResult> {
  return deleteRows(context, target, { operation: "TRUNCATE" });
}
