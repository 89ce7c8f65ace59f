/** The files that hold the changes of a range of versions, as the commits name them. */
import type { Action, AddFile, Metadata, RemoveFile } from "../../delta/actions.js";
import type { DeltaLog } from "../../delta/contract.js";
import { booleanProperty } from "../../delta/table-properties.js";
import type { VersionRange } from "./change-bounds.js";
import { missingChangeData } from "./change-errors.js";

interface Commit {
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

/** A file whose rows changed in a commit: all of them that its deletion vector leaves. */
export interface ChangedFile extends Commit {
  readonly file: FileOfLog;
}

/** A file that stayed, with the deletion vectors before and after the commit. */
export interface MaskedFile extends Commit {
  readonly before: FileOfLog;
  readonly after: FileOfLog;
}

/** What reading a file takes, whether a commit adds or removes it. */
export type FileOfLog = Pick<AddFile, "path" | "partitionValues" | "stats" | "deletionVector">;

export interface ChangedFiles {
  readonly inserted: readonly ChangedFile[];
  readonly deleted: readonly ChangedFile[];
  readonly masked: readonly MaskedFile[];
  /** Change data files: their rows say themselves what became of them. */
  readonly recorded: readonly ChangedFile[];
}

/**
 * Reads the commits of the range.
 * @param check is shown the metadata at the start of the range and each one that a commit of it sets
 * @throws DELTA_MISSING_CHANGE_DATA
 */
export async function changedFiles(
  log: DeltaLog,
  range: VersionRange,
  check: (metadata: Metadata, version: number) => void,
): Promise<ChangedFiles> {
  const first = (await log.snapshot(range.start)).metadata;
  if (!isRecording(first)) throw missingChangeData(range.start, range);
  check(first, range.start);
  const newest = (await log.snapshot()).version;
  const times = new Map((await log.history(newest - range.start + 1)).map((one) => [one.version, one.timestamp]));
  return loggedFiles(log, range, times, (metadata, version) => {
    if (version === range.start) return;
    if (!isRecording(metadata)) throw missingChangeData(version, range);
    check(metadata, version);
  });
}

/**
 * What the commits of the range say of their files, whether the table records its changes or not.
 * @param times milliseconds since the epoch by version; 0 where there is none
 * @param onMetadata is shown each metadata that a commit of the range sets
 */
export async function loggedFiles(
  log: DeltaLog,
  range: VersionRange,
  times: ReadonlyMap<number, number>,
  onMetadata: (metadata: Metadata, version: number) => void,
): Promise<ChangedFiles> {
  const files = { inserted: [], deleted: [], masked: [], recorded: [] } satisfies ChangedFiles;
  for (let version = range.start; version <= range.end; version++) {
    const actions = await log.commit(version);
    for (const action of actions) if ("metaData" in action) onMetadata(action.metaData, version);
    collect(files, actions, { version, timestamp: times.get(version) ?? 0 });
  }
  return files;
}

function isRecording({ configuration }: Metadata): boolean {
  return booleanProperty(configuration, "delta.enableChangeDataFeed");
}

type Collected = { readonly [Kind in keyof ChangedFiles]: ChangedFiles[Kind][number][] };

function collect(files: Collected, actions: readonly Action[], commit: Commit): void {
  const recorded = actions.flatMap((action) => ("cdc" in action ? [action.cdc] : []));
  if (recorded.length > 0) {
    for (const { path, partitionValues } of recorded)
      files.recorded.push({ ...commit, file: { path, partitionValues } });
    return;
  }
  const added = new Map<string, AddFile>();
  for (const action of actions) if ("add" in action && action.add.dataChange) added.set(action.add.path, action.add);
  for (const action of actions) {
    if (!("remove" in action) || !action.remove.dataChange) continue;
    const after = added.get(action.remove.path);
    const before = removedFile(action.remove);
    if (after === undefined) files.deleted.push({ ...commit, file: before });
    else if (added.delete(action.remove.path)) files.masked.push({ ...commit, before, after });
  }
  for (const file of added.values()) files.inserted.push({ ...commit, file });
}

function removedFile({ path, partitionValues, stats, deletionVector }: RemoveFile): FileOfLog {
  return {
    path,
    partitionValues: partitionValues ?? {},
    ...(stats === undefined ? {} : { stats }),
    ...(deletionVector === undefined ? {} : { deletionVector }),
  };
}
