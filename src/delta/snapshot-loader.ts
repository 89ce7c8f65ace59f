/** Loads a table's state from its log, and brings a loaded one up to date. */
import { isLakeletError } from "../errors/lakelet-error.js";
import type { Storage } from "../storage/storage.js";
import { CheckpointReader, type LogSource } from "./checkpoint-reader.js";
import { parseActions } from "./commit-file.js";
import { versionNotFound } from "./delta-error.js";
import { commitFilePath } from "./log-file-name.js";
import { type CommitFile, type CompactedFile, commitFile } from "./log-listing.js";
import { type ReplayCommit, replayCommit } from "./log-replay.js";
import { type LogSegment, logSegments } from "./log-segment.js";
import { type CheckpointedCommit, DeltaSnapshot } from "./snapshot.js";
import { booleanProperty } from "./table-properties.js";

/** Files of the log that are read at the same time. */
const READ_CONCURRENCY = 64;

/**
 * The state at the version (default: the newest). A checkpoint that cannot be read is passed over for an older one or for the commits.
 * Throws what {@link logSegments} and {@link DeltaSnapshot.of} throw, and DELTA_MALFORMED_LOG_FILE.
 */
export async function loadSnapshot(source: LogSource, version?: number): Promise<DeltaSnapshot> {
  let unreadable: unknown;
  try {
    for await (const segment of logSegments(source.storage, source.location, version)) {
      if (version !== undefined && segment.version !== version) continue;
      const checkpoint = await openCheckpoint(source, segment).catch((error: unknown) => {
        if (isLakeletError(error, "OPERATION_CANCELED")) throw error;
        unreadable ??= error;
        return "unreadable" as const;
      });
      if (checkpoint !== "unreadable") return await snapshotOf(source, segment, checkpoint);
    }
  } catch (error) {
    // Without the checkpoint the log has a gap; what is wrong is the checkpoint.
    throw unreadable ?? error;
  }
  throw unreadable ?? versionNotFound(source.location, version ?? 0, 0, 0);
}

async function snapshotOf(
  source: LogSource,
  segment: LogSegment,
  checkpoint: CheckpointReader | undefined,
): Promise<DeltaSnapshot> {
  const commits = await readSegment(source.storage, segment);
  const atCheckpoint = await checkpointedCommit(source, segment, checkpoint);
  return DeltaSnapshot.of(source.location, checkpoint, atCheckpoint, commits, source.engine);
}

/** The time of the checkpoint's version is in the commit that it stands for, where that is still there. */
async function checkpointedCommit(
  { storage }: LogSource,
  { checkpointCommit, commits }: LogSegment,
  checkpoint: CheckpointReader | undefined,
): Promise<CheckpointedCommit | undefined> {
  if (checkpoint === undefined) return undefined;
  const modifiedAt = checkpointCommit?.modifiedAt;
  const timestamp = modifiedAt ?? checkpoint.modifiedAt;
  const inCommit = booleanProperty(checkpoint.metadata.configuration, "delta.enableInCommitTimestamps");
  if (!inCommit || checkpointCommit === undefined || commits.length > 0) return { timestamp, modifiedAt };
  const [commit] = await readCommits(storage, [checkpointCommit]);
  return { timestamp: commit?.commitInfo?.inCommitTimestamp ?? timestamp, modifiedAt };
}

async function openCheckpoint(source: LogSource, { checkpoint }: LogSegment): Promise<CheckpointReader | undefined> {
  return checkpoint === undefined ? undefined : CheckpointReader.open(source, checkpoint);
}

/** The commits of a segment, compacted where that spares reading. */
async function readSegment(storage: Storage, { commits, compacted }: LogSegment): Promise<ReplayCommit[]> {
  const read: ReplayCommit[] = [];
  let rest = commits;
  for (const one of compacted) {
    const before = rest.filter(({ version }) => version < one.first);
    const covered = rest.filter(({ version }) => version >= one.first && version <= one.version);
    rest = rest.slice(before.length + covered.length);
    read.push(...(await readCommits(storage, before)));
    const compaction = await readCompaction(storage, one, covered);
    read.push(...(compaction === undefined ? await readCommits(storage, covered) : [compaction]));
  }
  return [...read, ...(await readCommits(storage, rest))];
}

/** What the covered commits come to, as one; undefined where the file is no good. */
async function readCompaction(
  storage: Storage,
  { version, path }: CompactedFile,
  covered: readonly CommitFile[],
): Promise<ReplayCommit | undefined> {
  try {
    const modifiedAt = covered.reduce((time, commit) => Math.max(commit.modifiedAt, time + 1), 0);
    const commit = replayCommit(version, modifiedAt, parseActions(await storage.readText(path), path));
    const isReconciled = new Set(commit.files.map(({ key }) => key)).size === commit.files.length;
    if (!isReconciled) return undefined;
    // The time that its last commit tells: the next one has to be later.
    const [last] = await readCommits(storage, covered.slice(-1));
    return { ...commit, commitInfo: last?.commitInfo, spanned: covered.length };
  } catch (error) {
    if (isLakeletError(error, "DELTA_MALFORMED_LOG_FILE") || isLakeletError(error, "FILE_NOT_EXIST")) return undefined;
    throw error;
  }
}

export async function readCommits(storage: Storage, files: readonly CommitFile[]): Promise<ReplayCommit[]> {
  const commits: ReplayCommit[] = [];
  for (let start = 0; start < files.length; start += READ_CONCURRENCY) {
    const group = files.slice(start, start + READ_CONCURRENCY);
    commits.push(...(await Promise.all(group.map((file) => readCommit(storage, file)))));
  }
  return commits;
}

async function readCommit(storage: Storage, { version, path, modifiedAt }: CommitFile): Promise<ReplayCommit> {
  return replayCommit(version, modifiedAt, parseActions(await storage.readText(path), path));
}

/** The commits from a version on, up to the first that is missing. Looks for one more first, as most often there is none, then for ever more at a time. */
export async function commitsFrom(storage: Storage, location: string, version: number): Promise<ReplayCommit[]> {
  const files: CommitFile[] = [];
  for (let width = 1; ; width = Math.min(2 * width, READ_CONCURRENCY)) {
    const first = version + files.length;
    const versions = Array.from({ length: width }, (_, i) => first + i);
    const entries = await Promise.all(versions.map((one) => storage.stat(commitFilePath(location, one))));
    const missing = entries.indexOf(undefined);
    const found = missing < 0 ? entries : entries.slice(0, missing);
    found.forEach((entry, i) => {
      if (entry !== undefined) files.push(commitFile(first + i, entry));
    });
    if (missing >= 0) break;
  }
  return readCommits(storage, files);
}

/**
 * The newest state, given an older one: only what was committed since is read.
 * Undefined where the log is not the one that the older state came from (the table was replaced, or old files were cleaned up).
 */
export async function updateSnapshot(source: LogSource, older: DeltaSnapshot): Promise<DeltaSnapshot | undefined> {
  const entry = await source.storage.stat(commitFilePath(source.location, older.version));
  if (entry === undefined || entry.modifiedAt !== older.modifiedAt) return undefined;
  return older.advance(await commitsFrom(source.storage, source.location, older.version + 1));
}
