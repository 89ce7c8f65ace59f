/** Deletes what nobody may ask the log for any more: files older than `delta.logRetentionDuration` (Delta protocol, "Metadata Cleanup"). */
import path from "node:path";
import { CheckpointReader, type LogSource } from "./checkpoint-reader.js";
import { commitFilePath, logFolderOf, parseLogFileName, sidecarFolderOf } from "./log-file-name.js";
import { type CheckpointFiles, listLog } from "./log-listing.js";
import type { DeltaSnapshot } from "./snapshot.js";
import { intervalProperty } from "./table-properties.js";

const DAY = 86_400_000;
/** Files that are looked at, or deleted, at the same time. */
const WIDTH = 64;

/** The time before which commits may go: midnight in UTC, so that writers in a day agree. */
export function cleanupCutoff({ properties }: DeltaSnapshot, now: number): number {
  const oldest = now - intervalProperty(properties, "delta.logRetentionDuration");
  return Math.floor(oldest / DAY) * DAY;
}

/**
 * Phases: find the newest commit up to the cutoff; the newest checkpoint up to that which can be read is the new beginning of the log; delete
 * commits, checkpoints, compacted commits and checksums before it, oldest first, so that what a stop leaves is a log; then the sidecars that no
 * checkpoint names and that are older than a day. Without such a checkpoint nothing is deleted.
 * @param now Milliseconds since the epoch.
 * @returns Number of deleted files.
 */
export async function cleanUpLog(source: LogSource, snapshot: DeltaSnapshot, now: number): Promise<number> {
  const folder = logFolderOf(source.location);
  const names = (await source.storage.entries(folder)).filter(({ kind }) => kind !== "folder").map(({ name }) => name);
  const expired = await newestExpiredCommit(source, names, cleanupCutoff(snapshot, now));
  if (expired === undefined) return 0;
  const beginning = await newestReadableCheckpoint(source, expired);
  if (beginning === undefined || beginning < protectedUpTo(snapshot)) return 0;
  const obsolete = names.filter((name) => (parseLogFileName(name)?.version ?? beginning) < beginning).sort();
  for (let start = 0; start < obsolete.length; start += WIDTH) {
    const group = obsolete.slice(start, start + WIDTH);
    await Promise.all(group.map((name) => source.storage.delete(path.join(folder, name))));
  }
  return obsolete.length + (await cleanUpSidecars(source, now));
}

/** Older checkpoints keep readers from versions that need a dropped feature: all of them go, or none (table feature checkpointProtection). */
function protectedUpTo({ properties }: DeltaSnapshot): number {
  return Number(properties["delta.requireCheckpointProtectionBeforeVersion"] ?? "0");
}

/** The newest version whose time, made strictly increasing, is not after the cutoff (ms). */
async function newestExpiredCommit(
  { storage, location }: LogSource,
  names: readonly string[],
  cutoff: number,
): Promise<number | undefined> {
  const versions = names
    .flatMap((name) => {
      const parsed = parseLogFileName(name);
      return parsed?.kind === "commit" ? [parsed.version] : [];
    })
    .sort((a, b) => a - b);
  let newest: number | undefined;
  let time = Number.NEGATIVE_INFINITY;
  for (let start = 0; start < versions.length; start += WIDTH) {
    const group = versions.slice(start, start + WIDTH);
    const entries = await Promise.all(group.map((version) => storage.stat(commitFilePath(location, version))));
    for (const [index, entry] of entries.entries()) {
      if (entry === undefined) continue;
      time = Math.max(entry.modifiedAt, time + 1);
      if (time > cutoff) return newest;
      newest = group[index];
    }
  }
  return newest;
}

async function newestReadableCheckpoint(source: LogSource, version: number): Promise<number | undefined> {
  const { checkpoints } = await listLog(source.storage, source.location);
  for (const checkpoint of checkpoints.filter((one) => one.version <= version).reverse()) {
    if (await isReadable(source, checkpoint)) return checkpoint.version;
  }
  return undefined;
}

async function isReadable(source: LogSource, checkpoint: CheckpointFiles): Promise<boolean> {
  try {
    await (await CheckpointReader.open(source, checkpoint)).totals();
    return true;
  } catch {
    // Whatever is wrong with it: what could stand in for it stays then.
    return false;
  }
}

async function cleanUpSidecars(source: LogSource, now: number): Promise<number> {
  const { storage, location } = source;
  const sidecars = await storage.list(sidecarFolderOf(location));
  const old = sidecars.filter(({ modifiedAt }) => modifiedAt < now - DAY);
  if (old.length === 0) return 0;
  const { checkpoints } = await listLog(storage, location);
  const named = new Set<string>();
  for (const checkpoint of checkpoints) {
    const reader = await CheckpointReader.open(source, checkpoint).catch(() => undefined);
    // Nobody knows what it names.
    if (reader === undefined) return 0;
    for (const file of reader.sidecars) named.add(file);
  }
  const orphans = old.filter((one) => !named.has(one.path));
  await Promise.all(orphans.map((one) => storage.delete(one.path)));
  return orphans.length;
}
