/** FSCK REPAIR TABLE: entries of files that are gone are removed from the log; a dry run lists them. */
import type { AddFile } from "../../delta/actions.js";
import { deletionVectorPath } from "../../delta/deletion-vector.js";
import { absolutePath } from "../../delta/file-path.js";
import { BOOLEAN, field, STRING, type StructType, struct } from "../../schema/data-type.js";
import { inParallel } from "../../storage/in-parallel.js";
import type { CommandContext, TargetTable } from "../contract.js";
import { type MaintenanceResult, maintenanceResult } from "../maintenance-result.js";
import { commitStaged } from "../staged-commit.js";
import { withStagedFiles } from "../staged-files.js";
import { checkRowsMayChange, liveFiles, openTable, removeActions } from "../table-state.js";

export interface RepairTableOptions {
  readonly dryRun: boolean;
}

const REPAIR_SCHEMA: StructType = struct([
  field("dataFilePath", STRING),
  field("dataFileMissing", BOOLEAN),
  field("deletionVectorPath", STRING),
  field("deletionVectorFileMissing", BOOLEAN),
]);
const STAT_CONCURRENCY = 128;

interface BrokenFile {
  readonly file: AddFile;
  readonly dataFileMissing: boolean;
  readonly vectorPath: string | undefined;
  readonly vectorMissing: boolean;
}

/**
 * Finds the live files whose data or deletion vector is not there, and (unless it is a dry run) removes them from the table in one commit, as
 * Databricks does: their rows are lost already. No file: no version.
 *
 * @returns Rows of dataFilePath, dataFileMissing, deletionVectorPath, deletionVectorFileMissing.
 * @throws DELTA_TABLE_NOT_FOUND, DELTA_CANNOT_MODIFY_APPEND_ONLY, a named conflict.
 */
export async function repairTable(
  context: CommandContext,
  target: TargetTable,
  { dryRun }: RepairTableOptions,
): Promise<MaintenanceResult> {
  const { transaction, snapshot } = await openTable(context, target);
  const files = await liveFiles(snapshot);
  const looked = await inParallel(files, STAT_CONCURRENCY, (file) => lookAt(context, target, file));
  const broken = looked.filter(({ dataFileMissing, vectorMissing }) => dataFileMissing || vectorMissing);
  const rows = broken.map((one) => [one.file.path, one.dataFileMissing, one.vectorPath ?? null, one.vectorMissing]);
  const removed = broken.map(({ file }) => file);
  const metrics = { numRemovedFiles: BigInt(dryRun ? 0 : removed.length) };
  if (dryRun || removed.length === 0) return maintenanceResult({ version: undefined, metrics }, REPAIR_SCHEMA, rows);
  checkRowsMayChange(target, snapshot);
  const version = await withStagedFiles(context, target, transaction, (staged) => {
    const publication = {
      target,
      transaction,
      staged,
      rows: { files: [], heldBack: [] },
      schema: snapshot.schema,
      actions: removeActions(removed, context.now()),
      operation: "FSCK",
      operationParameters: { numRemovedFiles: `${removed.length}` },
      metrics,
      read: { predicates: [], files: removed.map((file) => file.path) },
      options: {},
    };
    return commitStaged(context, publication, crypto.randomUUID());
  });
  return maintenanceResult({ version, metrics }, REPAIR_SCHEMA, rows);
}

async function lookAt({ storage }: CommandContext, { location }: TargetTable, file: AddFile): Promise<BrokenFile> {
  const vectorPath = file.deletionVector && deletionVectorPath(location, file.deletionVector);
  return {
    file,
    dataFileMissing: (await storage.stat(absolutePath(location, file.path))) === undefined,
    vectorPath,
    vectorMissing: vectorPath !== undefined && (await storage.stat(vectorPath)) === undefined,
  };
}
