/** Loads a table's state from its log, and brings a loaded one up to date. */
import type { Engine } from "../engine/engine.js";
import { isLakeletError } from "../errors/lakelet-error.js";
import type { Storage } from "../storage/storage.js";
import { CheckpointReader } from "./checkpoint-reader.js";
import { parseActions } from "./commit-file.js";
import { versionNotFound } from "./delta-error.js";
import { commitFilePath } from "./log-file-name.js";
import { type ReplayCommit, replayCommit } from "./log-replay.js";
import { type CheckpointFiles, type CommitFile, commitFile, type LogSegment, logSegments } from "./log-segment.js";
import { type CheckpointedCommit, DeltaSnapshot } from "./snapshot.js";
import { booleanProperty } from "./table-properties.js";

export interface LogSource {
  readonly storage: Storage;
  /** Used for checkpoints only. */
  readonly engine: Engine;
  /** Absolute folder of the table. */
  readonly location: string;
}

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
      const checkpoint = await openCheckpoint(source, segment.checkpoint).catch((error: unknown) => {
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
  const commits = await readCommits(source.storage, segment.commits);
  return DeltaSnapshot.of(source.location, checkpoint, await checkpointedCommit(source, segment, checkpoint), commits);
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

async function openCheckpoint(
  { engine, location }: LogSource,
  files: CheckpointFiles | undefined,
): Promise<CheckpointReader | undefined> {
  return files === undefined ? undefined : CheckpointReader.open(engine, files, location);
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

/** The commits from a version on, up to the first that is missing. */
export async function commitsFrom(storage: Storage, location: string, version: number): Promise<ReplayCommit[]> {
  const files: CommitFile[] = [];
  for (let next = version; ; next++) {
    const entry = await storage.stat(commitFilePath(location, next));
    if (entry === undefined) break;
    files.push(commitFile(next, entry));
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
