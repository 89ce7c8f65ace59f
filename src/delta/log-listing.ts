/** What is in `_delta_log`: commits, checkpoints that are complete, and compacted commits (Delta protocol, "File Types"). */
import type { FileEntry, Storage } from "../storage/storage.js";
import { logFolderOf, parseLogFileName, versionPrefix } from "./log-file-name.js";

export interface CommitFile {
  readonly version: number;
  readonly path: string;
  /** Milliseconds since the epoch, as the file system has it. */
  readonly modifiedAt: number;
}

export interface CheckpointFiles {
  readonly version: number;
  /** One path, or all the parts in order. */
  readonly paths: readonly string[];
  /** Milliseconds since the epoch, of the newest part. */
  readonly modifiedAt: number;
  /** Of all its parts. */
  readonly bytes: number;
  /** Number of files in it, as far as the hint tells: a damaged checkpoint may be readable and lack some. */
  readonly fileCount?: number;
}

/** The reconciled actions of the commits from `first` to `version`, both included. */
export interface CompactedFile {
  readonly first: number;
  readonly version: number;
  readonly path: string;
}

export interface LogListing {
  /** In version order. */
  readonly commits: readonly CommitFile[];
  /** The complete ones, in version order; there may be several of one version. */
  readonly checkpoints: readonly CheckpointFiles[];
  /** In the order of the first version, then of the last. */
  readonly compacted: readonly CompactedFile[];
}

interface PartialCheckpoint {
  readonly version: number;
  /** Parts that a complete one has. */
  readonly count: number;
  readonly entries: FileEntry[];
}

/** The commits, checkpoints and compacted commits in the log from a version on. */
export async function listLog(storage: Storage, location: string, from = 0): Promise<LogListing> {
  const entries = await storage.list(logFolderOf(location), { from: versionPrefix(from) });
  const commits: CommitFile[] = [];
  const compacted: CompactedFile[] = [];
  const partial = new Map<string, PartialCheckpoint>();
  for (const entry of entries) {
    const name = parseLogFileName(entry.name);
    if (name?.kind === "commit") commits.push(commitFile(name.version, entry));
    // A file without bytes is what a writer left that was killed before it wrote.
    if (name === undefined || entry.size === 0) continue;
    if (name.kind === "compacted") compacted.push({ first: name.first, version: name.version, path: entry.path });
    if (name.kind === "uuid-checkpoint") {
      partial.set(entry.name, { version: name.version, count: 1, entries: [entry] });
    } else if (name.kind === "checkpoint") {
      const key = `${name.version}/${name.parts}`;
      const checkpoint = partial.get(key) ?? { version: name.version, count: name.parts, entries: [] };
      // Names are listed in order, and thus the parts.
      checkpoint.entries.push(entry);
      partial.set(key, checkpoint);
    }
  }
  const checkpoints = [...partial.values()]
    .filter(({ count, entries }) => entries.length === count)
    .map(checkpointFiles)
    .sort((a, b) => a.version - b.version);
  return { commits, checkpoints, compacted };
}

function checkpointFiles({ version, entries }: PartialCheckpoint): CheckpointFiles {
  const modifiedAt = Math.max(...entries.map((entry) => entry.modifiedAt));
  const bytes = entries.reduce((sum, { size }) => sum + size, 0);
  return { version, paths: entries.map((entry) => entry.path), modifiedAt, bytes };
}

export function commitFile(version: number, entry: FileEntry): CommitFile {
  return { version, path: entry.path, modifiedAt: entry.modifiedAt };
}

/** The oldest version that can be reconstructed. */
export function earliestVersion({ commits, checkpoints }: LogListing): number | undefined {
  return commits[0]?.version === 0 ? 0 : checkpoints[0]?.version;
}

export function latestVersion({ commits, checkpoints }: LogListing): number {
  return Math.max(commits.at(-1)?.version ?? -1, checkpoints.at(-1)?.version ?? -1);
}
