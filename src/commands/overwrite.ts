/** INSERT OVERWRITE and mode overwrite: all rows of the table, or of the partitions that the new rows have, are replaced. */
import type { AddFile } from "../delta/actions.js";
import { enginePartitionValue, partitionText, partitionValue } from "../delta/partition-value.js";
import type { EngineQuery } from "../engine/engine.js";
import { physicalName } from "../schema/column-mapping.js";
import { field, findField, STRING } from "../schema/data-type.js";
import type { CommandContext, CommandResult, TargetTable, WriteOptions } from "./contract.js";
import { partitionValues } from "./data-file.js";
import { alreadyWritten, checkIdempotenceOptions } from "./idempotence.js";
import type { StagedRows } from "./staged-files.js";
import { checkRowsMayChange, liveFiles, shapeOf, WHOLE_TABLE } from "./table-state.js";
import { planWrite, type WritePlan } from "./write-plan.js";
import { NOTHING_REPLACED, writeRows } from "./write-rows.js";

export interface OverwriteOptions extends WriteOptions {
  /** static (default): every file goes. dynamic: those of the partitions that the new rows have. */
  readonly partitionOverwriteMode?: "static" | "dynamic";
}

/**
 * Replaces the table's rows by those of a query, which may read the table itself; creates the table where there is none.
 *
 * Phases: transaction, plan, one COPY, audit, fsync, one commit of all removes and adds. No file of the table is read.
 *
 * @throws DELTA_CANNOT_MODIFY_APPEND_ONLY, DELTA_METADATA_MISMATCH and what {@link append} throws; a concurrent change is a named conflict.
 */
export async function overwrite(
  context: CommandContext,
  target: TargetTable,
  source: EngineQuery,
  options: OverwriteOptions,
): Promise<CommandResult> {
  checkIdempotenceOptions(options);
  const transaction = await context.log(target.location).startTransaction();
  const snapshot = transaction.snapshot;
  if (await alreadyWritten(snapshot, options)) return { version: undefined, metrics: {} };
  checkRowsMayChange(target, snapshot);
  const plan = planWrite(shapeOf(target, snapshot), source, options, context);
  const dynamic = options.partitionOverwriteMode === "dynamic" && plan.partitionColumns.length > 0;
  return writeRows(context, {
    target,
    transaction,
    source,
    plan,
    options,
    replace: async (_, rows) => {
      if (snapshot === undefined) return NOTHING_REPLACED;
      const files = await liveFiles(snapshot);
      return { ...NOTHING_REPLACED, removed: dynamic ? inSamePartitions(files, rows, plan) : files };
    },
    operation: "WRITE",
    operationParameters: {
      mode: "Overwrite",
      partitionBy: JSON.stringify(options.partitionBy ?? []),
      ...(dynamic ? { isDynamicPartitionOverwrite: "true" } : {}),
    },
    read: { predicates: [WHOLE_TABLE], files: [] },
  });
}

/** Two writers may spell one value in two ways, so values are compared as this writer spells them. */
function inSamePartitions(files: readonly AddFile[], rows: StagedRows, layout: WritePlan): readonly AddFile[] {
  const { schema, partitionColumns } = layout;
  const written = new Set(rows.files.map((file) => JSON.stringify(partitionValues(file, layout))));
  return files.filter(({ partitionValues: values }) => {
    const own = partitionColumns.map((name) => {
      const column = findField(schema, name) ?? field(name, STRING);
      const text = enginePartitionValue(column.dataType, partitionText(values, column) ?? null);
      return [physicalName(column), partitionValue(column.dataType, text)];
    });
    return written.has(JSON.stringify(Object.fromEntries(own)));
  });
}
