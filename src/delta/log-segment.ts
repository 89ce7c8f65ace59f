/** The files of the log that give a table's state at one version: a checkpoint, and the commits after it. */
import type { FileEntry, Storage } from "../storage/storage.js";
import {
  tableNotFound,
  truncatedLog,
  unsupportedFeatures,
  versionNotFound,
  versionsNotContiguous,
} from "./delta-error.js";
import { type LastCheckpoint, readLastCheckpoint } from "./last-checkpoint.js";
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
  /** Number of files in it, as far as the hint tells: a damaged checkpoint may be readable and lack some. */
  readonly fileCount?: number;
}

export interface LogSegment {
  readonly version: number;
  readonly checkpoint: CheckpointFiles | undefined;
  /** The commits after the checkpoint, contiguous, ending with `version`. */
  readonly commits: readonly CommitFile[];
  /** The commit at the checkpoint's version, where it is still there: it tells the time. */
  readonly checkpointCommit: CommitFile | undefined;
}

export interface LogListing {
  /** In version order. */
  readonly commits: readonly CommitFile[];
  /** The complete ones, in version order. */
  readonly checkpoints: readonly CheckpointFiles[];
  /** Versions of checkpoints in the v2 naming, which cannot be read yet. */
  readonly v2Checkpoints: readonly number[];
}

/** The commits and checkpoints in the log from a version on. */
export async function listLog(storage: Storage, location: string, from = 0): Promise<LogListing> {
  const entries = await storage.list(logFolderOf(location), { from: versionPrefix(from) });
  const commits: CommitFile[] = [];
  const partial = new Map<string, PartialCheckpoint>();
  const v2Checkpoints: number[] = [];
  for (const entry of entries) {
    const name = parseLogFileName(entry.name);
    if (name?.kind === "commit") commits.push(commitFile(name.version, entry));
    if (name?.kind === "v2-checkpoint") v2Checkpoints.push(name.version);
    // A file without bytes is what a writer left that was killed before it wrote.
    if (name?.kind !== "checkpoint" || entry.size === 0) continue;
    const key = `${name.version}/${name.parts}`;
    const checkpoint = partial.get(key) ?? { version: name.version, count: name.parts, entries: [] };
    // Names are listed in order, and thus the parts.
    checkpoint.entries.push(entry);
    partial.set(key, checkpoint);
  }
  const checkpoints = [...partial.values()]
    .filter(({ count, entries }) => entries.length === count)
    .map(checkpointFiles)
    .sort((a, b) => a.version - b.version);
  return { commits, checkpoints, v2Checkpoints };
}

interface PartialCheckpoint {
  readonly version: number;
  /** Parts that a complete one has. */
  readonly count: number;
  readonly entries: FileEntry[];
}

function checkpointFiles({ version, entries }: PartialCheckpoint): CheckpointFiles {
  const modifiedAt = Math.max(...entries.map((entry) => entry.modifiedAt));
  return { version, paths: entries.map((entry) => entry.path), modifiedAt };
}

/**
 * The segments that could give the state at the version (default: the newest), best first. More than one, because a checkpoint may
 * prove unreadable. The hint `_last_checkpoint` only saves listing; where it misleads, everything is listed.
 * Throws DELTA_TABLE_NOT_FOUND, DELTA_VERSION_NOT_FOUND, DELTA_VERSIONS_NOT_CONTIGUOUS, DELTA_TRUNCATED_TRANSACTION_LOG.
 */
export async function* logSegments(storage: Storage, location: string, version?: number): AsyncGenerator<LogSegment> {
  const hint = await readLastCheckpoint(storage, location);
  if (hint !== undefined && (version === undefined || hint.version <= version)) {
    const listing = withHint(await listLog(storage, location, hint.version), hint);
    const reachesVersion = version === undefined || version <= latestVersion(listing);
    if (reachesVersion && listing.checkpoints.some((checkpoint) => checkpoint.version === hint.version)) {
      yield* segmentsOf(location, listing, version);
    }
  }
  yield* allSegments(location, withHint(await listLog(storage, location), hint), version);
}

function withHint(listing: LogListing, hint: LastCheckpoint | undefined): LogListing {
  const fileCount = hint?.numOfAddFiles;
  if (fileCount === undefined) return listing;
  const checkpoints = listing.checkpoints.map((one) => (one.version === hint?.version ? { ...one, fileCount } : one));
  return { ...listing, checkpoints };
}

function* allSegments(location: string, listing: LogListing, version: number | undefined): Generator<LogSegment> {
  const latest = latestVersion(listing);
  if (latest < 0) throw tableNotFound(location);
  const earliest = earliestVersion(listing);
  if (version !== undefined && (version > latest || version < (earliest ?? 0))) {
    throw versionNotFound(location, version, earliest ?? 0, latest);
  }
  yield* segmentsOf(location, listing, version);
  if (listing.commits[0]?.version === 0) {
    yield contiguous(
      location,
      listing.commits.filter((commit) => commit.version <= (version ?? latest)),
      undefined,
      undefined,
    );
  }
  if (listing.v2Checkpoints.length > 0) throw unsupportedFeatures(location, "READ", ["v2Checkpoint"]);
  throw truncatedLog(location, version ?? latest);
}

function latestVersion({ commits, checkpoints }: LogListing): number {
  return Math.max(commits.at(-1)?.version ?? -1, checkpoints.at(-1)?.version ?? -1);
}

/** The oldest version that can be reconstructed. */
export function earliestVersion({ commits, checkpoints }: LogListing): number | undefined {
  return commits[0]?.version === 0 ? 0 : checkpoints[0]?.version;
}

function* segmentsOf(location: string, listing: LogListing, version: number | undefined): Generator<LogSegment> {
  const limit = version ?? Number.POSITIVE_INFINITY;
  const candidates = listing.checkpoints.filter((checkpoint) => checkpoint.version <= limit).reverse();
  for (const checkpoint of candidates) {
    const after = listing.commits.filter((commit) => commit.version > checkpoint.version && commit.version <= limit);
    const commit = listing.commits.find((one) => one.version === checkpoint.version);
    yield contiguous(location, after, checkpoint, commit);
  }
}

function contiguous(
  location: string,
  commits: readonly CommitFile[],
  checkpoint: CheckpointFiles | undefined,
  checkpointCommit: CommitFile | undefined,
): LogSegment {
  const first = checkpoint === undefined ? 0 : checkpoint.version + 1;
  commits.forEach((commit, index) => {
    if (commit.version !== first + index) {
      throw versionsNotContiguous(location, [Math.max(first + index - 1, 0), commit.version], first + index);
    }
  });
  return { version: commits.at(-1)?.version ?? first - 1, checkpoint, commits, checkpointCommit };
}

export function commitFile(version: number, entry: FileEntry): CommitFile {
  return { version, path: entry.path, modifiedAt: entry.modifiedAt };
}
