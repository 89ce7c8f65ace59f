/** RESTORE TABLE: a new version that holds what an older one held. */
import type { Action, AddFile } from "../../delta/actions.js";
import type { Snapshot } from "../../delta/contract.js";
import { deletionVectorPath } from "../../delta/deletion-vector.js";
import { absolutePath, fileKey } from "../../delta/file-path.js";
import { field, LONG, type StructType, struct } from "../../schema/data-type.js";
import { inParallel } from "../../storage/in-parallel.js";
import type { CommandContext, TargetTable } from "../contract.js";
import { type MaintenanceResult, maintenanceResult, type TableVersion } from "../maintenance-result.js";
import { publish } from "../publish.js";
import { withStagedFiles } from "../staged-files.js";
import { checkRowsMayChange, liveFiles, openTable, removeActions, totalBytes, WHOLE_TABLE } from "../table-state.js";
import { cannotRestore, missingFiles } from "./restore-errors.js";
import { restoredDomains, restoredMetadata } from "./restored-metadata.js";

const RESTORE_SCHEMA: StructType = struct(
  [
    "table_size_after_restore",
    "num_of_files_after_restore",
    "num_removed_files",
    "num_restored_files",
    "removed_files_size",
    "restored_files_size",
  ].map((name) => field(name, LONG)),
);
const IGNORE_MISSING = "spark.sql.files.ignoreMissingFiles";
const STAT_CONCURRENCY = 128;

/**
 * Commits the difference between the newest version and an older one: files (told apart by path and deletion vector), schema, properties and
 * domains. No data is read or written. The protocol is never lowered, and counters (identity values, column ids, row ids) do not go back.
 *
 * @returns One row of {@link RESTORE_SCHEMA}.
 * @throws DELTA_CANNOT_RESTORE_TABLE_VERSION, DELTA_CANNOT_RESTORE_TIMESTAMP_EARLIER, DELTA_CANNOT_RESTORE_TIMESTAMP_GREATER,
 * DELTA_FILE_NOT_FOUND_DETAILED (unless spark.sql.files.ignoreMissingFiles), DELTA_CANNOT_MODIFY_APPEND_ONLY, a named conflict.
 * @example await restoreTable(context, target, { version: 12 })
 */
export async function restoreTable(
  context: CommandContext,
  target: TargetTable,
  to: TableVersion,
): Promise<MaintenanceResult> {
  const { transaction, snapshot } = await openTable(context, target);
  const older = await olderSnapshot(context, target, to);
  const { kept, added, removed } = difference(await liveFiles(snapshot), await liveFiles(older));
  if (removed.length > 0) checkRowsMayChange(target, snapshot);
  await checkFilesExist(context, target, older, added);
  const actions: readonly Action[] = [
    ...restoredMetadata(snapshot, older),
    ...(await restoredDomains(snapshot, older)),
    ...added.map((add) => ({ add: { ...add, dataChange: true } })),
    ...removeActions(removed, context.now()),
  ];
  const after = [...kept, ...added];
  const metrics = {
    tableSizeAfterRestore: totalBytes(after),
    numOfFilesAfterRestore: BigInt(after.length),
    numRemovedFiles: BigInt(removed.length),
    numRestoredFiles: BigInt(added.length),
    removedFilesSize: totalBytes(removed),
    restoredFilesSize: totalBytes(added),
  };
  const version = await withStagedFiles(context, target, transaction, (staged) =>
    publish(context, {
      target,
      transaction,
      staged,
      rows: { files: [], heldBack: [] },
      schema: older.schema,
      actions,
      operation: "RESTORE",
      operationParameters: parametersOf(to),
      metrics,
      read: { predicates: [WHOLE_TABLE], files: [] },
      options: {},
    }),
  );
  return maintenanceResult({ version, metrics }, RESTORE_SCHEMA, [Object.values(metrics)]);
}

function parametersOf(to: TableVersion): Readonly<Record<string, string>> {
  if ("version" in to) return { version: `${to.version}` };
  return { timestamp: new Date(to.timestamp).toISOString().replace("T", " ").replace("Z", "") };
}

async function olderSnapshot(context: CommandContext, target: TargetTable, to: TableVersion): Promise<Snapshot> {
  const log = context.log(target.location);
  try {
    return await log.snapshot("version" in to ? to.version : await log.versionAt(to.timestamp));
  } catch (error) {
    throw cannotRestore(target.name, to, error);
  }
}

interface Difference {
  readonly kept: readonly AddFile[];
  readonly added: readonly AddFile[];
  readonly removed: readonly AddFile[];
}

function difference(current: readonly AddFile[], older: readonly AddFile[]): Difference {
  const [now, then] = [new Set(current.map(fileKey)), new Set(older.map(fileKey))];
  return {
    kept: older.filter((file) => now.has(fileKey(file))),
    added: older.filter((file) => !now.has(fileKey(file))),
    removed: current.filter((file) => !then.has(fileKey(file))),
  };
}

async function checkFilesExist(
  { storage, configuration }: CommandContext,
  target: TargetTable,
  { location, version }: Snapshot,
  files: readonly AddFile[],
): Promise<void> {
  if (configuration[IGNORE_MISSING]?.toLowerCase() === "true") return;
  const paths = files.flatMap((file) => {
    const vector = file.deletionVector && deletionVectorPath(location, file.deletionVector);
    return [absolutePath(location, file.path), ...(vector === undefined ? [] : [vector])];
  });
  const unique = [...new Set(paths)];
  const found = await inParallel(unique, STAT_CONCURRENCY, (path) => storage.stat(path));
  const missing = unique.filter((_, i) => found[i] === undefined);
  if (missing.length > 0) throw missingFiles(target.name, version, missing);
}
