/** CONVERT TO DELTA: a folder of Parquet files gets a log and is a Delta table from then on; the files stay as they are. */
import type { Action, AddFile } from "../../delta/actions.js";
import { logPath } from "../../delta/file-path.js";
import { type StructField, type StructType, struct } from "../../schema/data-type.js";
import { inParallel } from "../../storage/in-parallel.js";
import type { CommandContext, TargetTable } from "../contract.js";
import { type MaintenanceResult, maintenanceResult } from "../maintenance-result.js";
import { commitStaged } from "../staged-commit.js";
import { withStagedFiles } from "../staged-files.js";
import { describeNewTable } from "../table-definition.js";
import { describeTable } from "../table-metadata.js";
import { WHOLE_TABLE } from "../table-state.js";
import { listTableFolder } from "../vacuum/table-folder.js";
import { collectedStatistics } from "./collected-statistics.js";
import { emptyFolder, folderNotFound } from "./convert-errors.js";
import { folderPartitions } from "./folder-partitions.js";
import { footerSchema } from "./footer-schema.js";

export interface ConvertOptions {
  /** PARTITIONED BY: the columns whose values are in the folders' names, with their types. */
  readonly partitionBy?: readonly StructField[];
  /** False for NO STATISTICS. */
  readonly collectStatistics?: boolean;
}

const NO_COLUMNS: StructType = struct([]);
const STAT_CONCURRENCY = 128;

/**
 * Makes the folder a Delta table of all of its Parquet files.
 *
 * Phases: list the folder; partition values from the folders' names; schema from the footers; statistics from the rows; one commit.
 *
 * @returns no rows; no version where the folder is a Delta table already.
 * @throws DELTA_PATH_DOES_NOT_EXIST, DELTA_EMPTY_DIRECTORY, DELTA_UNEXPECTED_NUM_PARTITION_COLUMNS_FROM_FILE_NAME,
 * DELTA_UNEXPECTED_PARTITION_COLUMN_FROM_FILE_NAME, DELTA_FAILED_CAST_PARTITION_VALUE, DELTA_FAILED_MERGE_SCHEMA_FILE.
 * @example await convertToDelta(context, target, { partitionBy: [field("day", DATE)] })
 */
export async function convertToDelta(
  context: CommandContext,
  target: TargetTable,
  { partitionBy = [], collectStatistics = true }: ConvertOptions = {},
): Promise<MaintenanceResult> {
  const log = context.log(target.location);
  if (await log.exists()) return maintenanceResult({ version: undefined, metrics: {} }, NO_COLUMNS, []);
  const transaction = await log.startTransaction();
  const files = await dataFiles(context, target, partitionBy);
  const partitions = await folderPartitions(context.engine, target.location, files, partitionBy);
  const footers = await footerSchema(context, files);
  const names = partitionBy.map((one) => one.name);
  const schema = withPartitionColumns(footers, partitionBy);
  const description = describeNewTable(context, { schema, partitionBy: names, properties: {} }, undefined);
  const metadata = describeTable(target.location, undefined, description, context.now());
  const dataSchema = struct(schema.fields.filter((one) => !names.includes(one.name)));
  const statistics = collectStatistics
    ? await collectedStatistics(context, files, dataSchema, description.properties)
    : undefined;
  const adds = await addsOf(context, target, files, (i) => ({
    partitionValues: partitions[i] ?? {},
    ...(statistics?.[i] === undefined ? {} : { stats: statistics[i] }),
  }));
  const metrics = { numConvertedFiles: BigInt(files.length) };
  const actions: readonly Action[] = [...metadata, ...adds.map((add) => ({ add }))];
  const version = await withStagedFiles(context, target, transaction, (staged) => {
    const publication = {
      target,
      transaction,
      staged,
      rows: { files: [], heldBack: [] },
      schema,
      actions,
      operation: "CONVERT",
      operationParameters: {
        numFiles: `${files.length}`,
        partitionedBy: JSON.stringify(names),
        collectStats: `${collectStatistics}`,
        sourceFormat: "parquet",
      },
      metrics,
      read: { predicates: [WHOLE_TABLE], files: [] },
      options: {},
    };
    return commitStaged(context, publication, crypto.randomUUID());
  });
  return maintenanceResult({ version, metrics }, NO_COLUMNS, []);
}

/** Absolute paths in name order: all but what begins with `_` or `.`. */
async function dataFiles(
  { storage }: CommandContext,
  { location }: TargetTable,
  partitionBy: readonly StructField[],
): Promise<readonly string[]> {
  if ((await storage.realPath(location)) === undefined) throw folderNotFound(location);
  const { files } = await listTableFolder(
    storage,
    location,
    partitionBy.map((one) => one.name),
  );
  if (files.length === 0) throw emptyFolder(location);
  return [...files].sort();
}

/** A column that the files have, too, is in its place there; its values are the folders'. */
function withPartitionColumns({ fields }: StructType, partitionBy: readonly StructField[]): StructType {
  const named = (one: StructField) => (other: StructField) => other.name.toLowerCase() === one.name.toLowerCase();
  const kept = fields.map((one) => partitionBy.find(named(one)) ?? one);
  return struct([...kept, ...partitionBy.filter((one) => !fields.some(named(one)))]);
}

async function addsOf(
  { storage, now }: CommandContext,
  { location }: TargetTable,
  files: readonly string[],
  known: (index: number) => Pick<AddFile, "partitionValues" | "stats">,
): Promise<readonly AddFile[]> {
  const entries = await inParallel(files, STAT_CONCURRENCY, (path) => storage.stat(path));
  return files.map((path, i) => ({
    path: logPath(location, path),
    ...known(i),
    size: entries[i]?.size ?? 0,
    modificationTime: entries[i]?.modifiedAt ?? now(),
    dataChange: true,
  }));
}
