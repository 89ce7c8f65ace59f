/** INSERT INTO and mode append: rows are added in one COPY, no file of the table is read. */
import type { EngineQuery } from "../engine/engine.js";
import { behindCreator } from "./behind-creator.js";
import type { CommandContext, CommandResult, TargetTable, WriteOptions } from "./contract.js";
import { alreadyWritten, checkIdempotenceOptions } from "./idempotence.js";
import { shapeOf, WHOLE_TABLE } from "./table-state.js";
import { planWrite } from "./write-plan.js";
import { writeRows } from "./write-rows.js";

/**
 * Appends the rows of a query; creates the table where there is none.
 *
 * Phases: transaction, plan (schema enforcement or evolution), one COPY with statistics, audit, fsync, commit. A blind append never
 * conflicts with another writer, except over metadata and protocol; one that was to create the table is made again behind its creator. No rows and nothing else to commit: no version.
 *
 * @throws DELTA_METADATA_MISMATCH, DELTA_FAILED_TO_MERGE_FIELDS, INSERT_COLUMN_ARITY_MISMATCH.*, DELTA_NOT_NULL_CONSTRAINT_VIOLATED,
 * CAST_OVERFLOW and CAST_INVALID_INPUT; the table is unchanged then.
 * @example
 * await append(context, target, { sql: "SELECT 1 AS id", schema }, { byName: true });
 */
export async function append(
  context: CommandContext,
  target: TargetTable,
  source: EngineQuery,
  options: WriteOptions,
): Promise<CommandResult> {
  checkIdempotenceOptions(options);
  const write = (): Promise<CommandResult> => appendOnce(context, target, source, options);
  // What a hook was shown it is not shown again.
  return options.hook === undefined ? behindCreator(write) : write();
}

async function appendOnce(
  context: CommandContext,
  target: TargetTable,
  source: EngineQuery,
  options: WriteOptions,
): Promise<CommandResult> {
  const transaction = await context.log(target.location).startTransaction();
  if (await alreadyWritten(transaction.snapshot, options)) return { version: undefined, metrics: {} };
  const shape = shapeOf(target, transaction.snapshot);
  const plan = planWrite(shape, source, { ...options, overwriteSchema: false }, context);
  return writeRows(context, {
    target,
    transaction,
    source,
    plan,
    options,
    operation: "WRITE",
    operationParameters: { mode: "Append", partitionBy: JSON.stringify(options.partitionBy ?? []) },
    read: { predicates: options.readsTarget || options.hook?.readsTarget ? [WHOLE_TABLE] : [], files: [] },
  });
}
