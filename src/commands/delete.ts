/** DELETE FROM: whole files go without being read, files with rows that stay are written again without those that go. */
import type { Snapshot } from "../delta/contract.js";
import type { CommandContext, CommandResult, TargetTable } from "./contract.js";
import { addActions } from "./data-file.js";
import { publish } from "./publish.js";
import { rewriteFiles, rewriteMetrics } from "./rewrite.js";
import { compileCondition, type RowCondition, readBy, targetScope } from "./row-condition.js";
import { withStagedFiles } from "./staged-files.js";
import { checkRowsMayChange, openTable, removeActions } from "./table-state.js";
import { findTakenRows } from "./taken-rows.js";

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
 * write again what stays of mixed files; fsync; commit. Nothing taken: no version.
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
  const found = await findTakenRows(context, snapshot, condition);
  const removed = [...found.whole, ...found.mixed];
  if (removed.length === 0) return { version: undefined, metrics: { numDeletedRows: 0n } };
  return withStagedFiles(context, target, transaction, async (staged) => {
    const copied = await rewriteFiles(context, staged, snapshot, found.mixed, {
      schema: snapshot.schema,
      ...(condition === undefined ? {} : { where: `(${condition.compiled.sql}) IS NOT TRUE` }),
      keepsPartitions: true,
    });
    const metrics = {
      ...rewriteMetrics(removed, copied, start, found.scanTime),
      numDeletedRows: found.taken,
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
      operation: options.operation ?? "DELETE",
      operationParameters: { predicate: JSON.stringify([condition === undefined ? "true" : `(${condition.text})`]) },
      metrics,
      read: { predicates: readBy(condition), files: removed.map((file) => file.path) },
      options: {},
    });
    return { version, metrics };
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
