/** VACUUM: files that no version within the retention needs are deleted from the table's folder. */
import type { Snapshot } from "../../delta/contract.js";
import { intervalProperty } from "../../delta/table-properties.js";
import { physicalName } from "../../schema/column-mapping.js";
import { field, findField, STRING, struct } from "../../schema/data-type.js";
import { inParallel } from "../../storage/in-parallel.js";
import type { CommandContext, TargetTable } from "../contract.js";
import { type MaintenanceResult, maintenanceResult } from "../maintenance-result.js";
import { openTable } from "../table-state.js";
import { neededFiles } from "./needed-files.js";
import { filesRemovedBefore, noteVacuumed } from "./removed-files.js";
import { listTableFolder, type TableFolder } from "./table-folder.js";
import { invalidRetention, retentionTooShort } from "./vacuum-errors.js";
import { logVacuumEnd, logVacuumStart, type Retention } from "./vacuum-log.js";

export interface VacuumOptions {
  /** full: by listing the folder (the default). lite: by the log only. */
  readonly mode?: "full" | "lite";
  /** Undefined: the table's `delta.deletedFileRetentionDuration`, a week by default. */
  readonly retainHours?: number | undefined;
  readonly dryRun?: boolean;
}

const PATH_SCHEMA = struct([field("path", STRING)]);
const RETENTION_PROPERTY = "delta.deletedFileRetentionDuration";
const RETENTION_CHECK = "spark.databricks.delta.retentionDurationCheck.enabled";
const DRY_RUN_ROWS = 1_000;
const FILE_CONCURRENCY = 128;
const HOUR = 3_600_000;

interface OldFile {
  readonly path: string;
  readonly size: number;
}

/**
 * Deletes the files in a table's folder that neither the newest version nor one within the retention names. What is younger than the
 * retention by its time stays, for it may be about to be committed; so does what begins with `_` or `.`, is a link, or lies outside.
 *
 * Phases: list (LITE: read what the log removed); the needed files of the state as it is then, so that a commit during the listing counts;
 * look at the age of the others; VACUUM START; delete; VACUUM END. An interrupted run leaves a table without fault, and can be repeated.
 *
 * @returns One row with the table's `path`; a dry run gives the `path` of each file (at most 1,000) that would go.
 * @throws DELTA_VACUUM_RETENTION_PERIOD_TOO_SHORT, DELTA_CANNOT_VACUUM_LITE, DELTA_TABLE_NOT_FOUND, DELTA_UNSUPPORTED_FEATURES_FOR_WRITE.
 * @example await vacuum(context, target, { retainHours: 168, dryRun: true })
 */
export async function vacuum(
  context: CommandContext,
  target: TargetTable,
  options: VacuumOptions = {},
): Promise<MaintenanceResult> {
  const { snapshot } = await openTable(context, target);
  const retention = retentionOf(context, target, snapshot, options.retainHours);
  const cutoff = context.now() - retention.milliseconds;
  const lite = options.mode === "lite";
  const folder = lite ? await removedFolder(context, target, cutoff) : await tableFolder(context, snapshot);
  const current = await context.log(target.location).snapshot();
  const old = await oldFiles(context, current, folder, cutoff, lite);
  const metrics = { numFilesToDelete: BigInt(old.length), sizeOfDataToDelete: bytesOf(old) };
  if (options.dryRun) return dryRun(old, metrics);
  await logVacuumStart(context, target, retention, metrics);
  const numVacuumedDirectories = await deleteAll(context, target, old, folder, cutoff);
  await noteVacuumed(context, target, cutoff);
  const done = { numDeletedFiles: BigInt(old.length), numVacuumedDirectories: BigInt(numVacuumedDirectories) };
  const version = await logVacuumEnd(context, target, done);
  return maintenanceResult({ version, metrics: { ...metrics, ...done } }, PATH_SCHEMA, [[`file:${target.location}`]]);
}

function dryRun(old: readonly OldFile[], metrics: Readonly<Record<string, bigint>>): MaintenanceResult {
  const rows = old.slice(0, DRY_RUN_ROWS).map(({ path }) => [`file:${path}`]);
  return maintenanceResult({ version: undefined, metrics }, PATH_SCHEMA, rows);
}

function retentionOf(
  { configuration }: CommandContext,
  target: TargetTable,
  { properties }: Snapshot,
  retainHours: number | undefined,
): Retention {
  const minimum = intervalProperty(properties, RETENTION_PROPERTY);
  const checked = configuration[RETENTION_CHECK]?.toLowerCase() !== "false";
  if (retainHours === undefined) return { milliseconds: minimum, default: minimum, checked };
  if (!(Number.isFinite(retainHours) && retainHours >= 0)) throw invalidRetention(retainHours);
  const milliseconds = Math.round(retainHours * HOUR);
  if (checked && milliseconds < minimum) throw retentionTooShort(target.name, retainHours, minimum);
  return { milliseconds, default: minimum, specified: milliseconds, checked };
}

function tableFolder(
  { storage }: CommandContext,
  { location, schema, partitionColumns }: Snapshot,
): Promise<TableFolder> {
  const physical = partitionColumns.flatMap((name) => {
    const column = findField(schema, name);
    return column === undefined ? [name] : [name, physicalName(column)];
  });
  return listTableFolder(storage, location, physical);
}

/** What the log removed, in place of a listing. Links among the folders do not show, so each file is told apart by where it really lies. */
async function removedFolder(context: CommandContext, target: TargetTable, cutoff: number): Promise<TableFolder> {
  const root = await context.storage.realPath(target.location);
  const files = await filesRemovedBefore(context, target, cutoff);
  const real = await inParallel(files, FILE_CONCURRENCY, (path) => context.storage.realPath(path));
  const own = files.filter((path, i) => real[i] === `${root}${path.slice(target.location.length)}`);
  return { files: own, folders: [], hasLinks: own.length < real.filter((path) => path !== undefined).length };
}

async function oldFiles(
  { storage }: CommandContext,
  snapshot: Snapshot,
  folder: TableFolder,
  cutoff: number,
  lite: boolean,
): Promise<readonly OldFile[]> {
  const { needed, removed } = await neededFiles(storage, snapshot, cutoff, folder.hasLinks);
  const others = folder.files.filter((path) => !needed.has(path));
  // What the log removed was committed, so its age does not matter; LITE has not seen yet whether it is there.
  const known = (path: string): number | undefined => (lite ? undefined : removed.get(path));
  const unknown = others.filter((path) => known(path) === undefined);
  const entries = await inParallel(unknown, FILE_CONCURRENCY, (path) => storage.lstat(path));
  const looked = entries.flatMap((entry) =>
    entry?.kind === "file" && (lite || entry.modifiedAt < cutoff) ? [{ path: entry.path, size: entry.size }] : [],
  );
  return [
    ...others.flatMap((path) => {
      const size = known(path);
      return size === undefined ? [] : [{ path, size }];
    }),
    ...looked,
  ];
}

/** Gives the number of folders that went because nothing was left in them. */
async function deleteAll(
  { storage }: CommandContext,
  { location }: TargetTable,
  files: readonly OldFile[],
  { folders }: TableFolder,
  cutoff: number,
): Promise<number> {
  const entries = await inParallel(folders, FILE_CONCURRENCY, (path) => storage.lstat(path));
  await inParallel(files, FILE_CONCURRENCY, ({ path }) => storage.delete(path));
  let deleted = 0;
  // The inner ones first. A young folder may be one that a writer has just made for its first file.
  for (const entry of entries.reverse()) {
    if (entry === undefined || entry.path === location || entry.modifiedAt >= cutoff) continue;
    if (await storage.deleteEmptyFolder(entry.path)) deleted++;
  }
  return deleted;
}

function bytesOf(files: readonly OldFile[]): bigint {
  return files.reduce((sum, { size }) => sum + BigInt(size), 0n);
}
