/** What changed in a table's rows between two versions, by its commits; the table need not record its changes. */
import type { AddFile, Metadata } from "../../delta/actions.js";
import type { DeltaLog, Snapshot } from "../../delta/contract.js";
import { deletionVectorPath } from "../../delta/deletion-vector.js";
import { absolutePath } from "../../delta/file-path.js";
import { isLakeletError } from "../../errors/lakelet-error.js";
import { columnMappingMode } from "../../schema/column-mapping.js";
import { engineName } from "../../schema/engine-type.js";
import { CHANGE_TYPE } from "../change-data.js";
import type { CommandContext } from "../contract.js";
import { ChangeScans } from "./change-scans.js";
import { type ChangedFiles, loggedFiles } from "./changed-files.js";

/** Queries of the table's columns; undefined where there is no such row. A row that was changed is removed and inserted. */
export interface RowChanges {
  readonly inserted: string | undefined;
  readonly removed: string | undefined;
  /** Rows of both, as far as the statistics of files tell them without reading any. */
  readonly rows: number;
}

class OtherLayout extends Error {}

/**
 * The rows that the commits after `from`, up to the snapshot, inserted and removed. Commits that only lay rows out anew (OPTIMIZE) are no
 * changes. Rows that were inserted and removed again within the range are among both.
 * @returns in words why it cannot be told: another schema or layout in between, or a log that no longer reaches back
 */
export async function changesBetween(
  context: CommandContext,
  log: DeltaLog,
  from: number,
  snapshot: Snapshot,
): Promise<RowChanges | string> {
  if (from >= snapshot.version) return { inserted: undefined, removed: undefined, rows: 0 };
  try {
    const range = { start: from + 1, end: snapshot.version };
    const files = await loggedFiles(log, range, new Map(), (metadata) => {
      if (layoutOf(metadata) !== layoutOf(snapshot.metadata)) throw new OtherLayout();
    });
    if (await anyGone(context, snapshot, files))
      return "files of a source that were removed since the last refresh are gone (VACUUM)";
    return await queriesOf(context, snapshot, files);
  } catch (error) {
    if (error instanceof OtherLayout) return "the schema or the layout of a source has changed";
    if (isLakeletError(error, "DELTA_VERSION_NOT_FOUND"))
      return "the log of a source no longer reaches back to the last refresh";
    throw error;
  }
}

/** What the files of a table must have in common to be read alike. */
export function layoutOf({ schemaString, partitionColumns, configuration }: Metadata): string {
  return JSON.stringify([schemaString, partitionColumns, columnMappingMode(configuration) ?? null]);
}

async function queriesOf(context: CommandContext, snapshot: Snapshot, files: ChangedFiles): Promise<RowChanges> {
  const scans = new ChangeScans(context, snapshot);
  const recorded = await scans.recorded(files.recorded);
  const columns = snapshot.schema.fields.map(({ name }) => engineName(name)).join(", ");
  const recordedAs = (kinds: string) =>
    recorded === undefined
      ? undefined
      : `SELECT * FROM (${recorded}) AS r WHERE ${engineName(CHANGE_TYPE)} IN (${kinds})`;
  const all = (parts: readonly (string | undefined)[]) => {
    const there = parts.filter((part) => part !== undefined);
    return there.length === 0 ? undefined : `SELECT ${columns} FROM (${there.join(" UNION ALL ")}) AS u`;
  };
  return {
    rows: rowsIn(files),
    inserted: all([
      await scans.whole(files.inserted, "insert"),
      await scans.between(files.masked, "insert"),
      recordedAs("'insert', 'update_postimage'"),
    ]),
    removed: all([
      await scans.whole(files.deleted, "delete"),
      await scans.between(files.masked, "delete"),
      recordedAs("'delete', 'update_preimage'"),
    ]),
  };
}

/** True where a file with rows, or with marks of rows, is no longer there. */
async function anyGone({ storage }: CommandContext, { location }: Snapshot, files: ChangedFiles): Promise<boolean> {
  const { inserted, deleted, masked, recorded } = files;
  const read = [
    ...[...inserted, ...deleted, ...recorded].map(({ file }) => file),
    ...masked.flatMap((one) => [one.before, one.after]),
  ];
  const paths = read.flatMap(({ path, deletionVector }) => {
    const vector = deletionVector && deletionVectorPath(location, deletionVector);
    return [absolutePath(location, path), ...(vector === undefined ? [] : [vector])];
  });
  for (const path of new Set(paths)) if ((await storage.stat(path)) === undefined) return true;
  return false;
}

function rowsIn({ inserted, deleted, masked }: ChangedFiles): number {
  const whole = [...inserted, ...deleted].reduce((sum, { file }) => sum + rowsOfFile(file), 0);
  return masked.reduce((sum, { before, after }) => sum + Math.abs(rowsOfFile(before) - rowsOfFile(after)), whole);
}

/** Of a file that has statistics; 0 for another. */
export function rowsOfFile({ stats, deletionVector }: Pick<AddFile, "stats" | "deletionVector">): number {
  const { numRecords = 0 }: { readonly numRecords?: number } = stats === undefined ? {} : JSON.parse(stats);
  return Math.max(0, numRecords - (deletionVector?.cardinality ?? 0));
}
