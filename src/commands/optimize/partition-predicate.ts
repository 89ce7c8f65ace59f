/** WHERE of OPTIMIZE and REORG: a condition over partition columns, which takes all rows of a file or none. */
import type { AddFile } from "../../delta/actions.js";
import type { Snapshot } from "../../delta/contract.js";
import type { CommandContext, TargetTable } from "../contract.js";
import { compileCondition, type RowCondition, targetScope } from "../row-condition.js";
import { liveFiles } from "../table-state.js";
import { filesOfPartitions } from "../taken-rows.js";
import { nonPartitionReference } from "./optimize-errors.js";

export type PartitionPredicate = RowCondition;

/** Throws DELTA_NON_PARTITION_COLUMN_REFERENCE, and what the compiler throws. */
export function partitionPredicate(
  context: CommandContext,
  target: TargetTable,
  { schema, partitionColumns }: Snapshot,
  where: string | undefined,
  operation: string,
): PartitionPredicate | undefined {
  if (where === undefined) return undefined;
  const scope = targetScope(target, schema, undefined);
  const condition = compileCondition(context.compiler, where, scope, partitionColumns, operation);
  const other = condition.compiled.references.find(({ column }) => !partitionColumns.includes(column));
  if (other !== undefined) throw nonPartitionReference(other.column, partitionColumns);
  return condition;
}

/** The live files of the partitions for which the condition is true. */
export async function filesOfPredicate(
  context: CommandContext,
  snapshot: Snapshot,
  predicate: PartitionPredicate | undefined,
): Promise<readonly AddFile[]> {
  const files = await liveFiles(snapshot, predicate?.mayTake);
  if (predicate === undefined || files.length === 0) return files;
  return filesOfPartitions(context, snapshot, files, predicate);
}
