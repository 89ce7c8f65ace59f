/** The files of the log that give a table's state at one version: a checkpoint, and the commits after it. */
import type { Storage } from "../storage/storage.js";
import { tableNotFound, truncatedLog, versionNotFound, versionsNotContiguous } from "./delta-error.js";
import { type LastCheckpoint, readLastCheckpoint } from "./last-checkpoint.js";
import {
  type CheckpointFiles,
  type CommitFile,
  type CompactedFile,
  earliestVersion,
  type LogListing,
  latestVersion,
  listLog,
} from "./log-listing.js";

export interface LogSegment {
  readonly version: number;
  readonly checkpoint: CheckpointFiles | undefined;
  /** The commits after the checkpoint, contiguous, ending with `version`. */
  readonly commits: readonly CommitFile[];
  /** Compacted commits that may be read in place of some of them, in version order; none of them overlap. */
  readonly compacted: readonly CompactedFile[];
  /** The commit at the checkpoint's version, where it is still there: it tells the time. */
  readonly checkpointCommit: CommitFile | undefined;
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
    const commits = listing.commits.filter((commit) => commit.version <= (version ?? latest));
    const segment = segmentOf(location, commits, listing, undefined);
    if (segment.version === (version ?? latest)) yield segment;
  }
  throw truncatedLog(location, version ?? latest);
}

function* segmentsOf(location: string, listing: LogListing, version: number | undefined): Generator<LogSegment> {
  const target = version ?? latestVersion(listing);
  const candidates = listing.checkpoints.filter((checkpoint) => checkpoint.version <= target).reverse();
  for (const checkpoint of candidates) {
    const after = listing.commits.filter((commit) => commit.version > checkpoint.version && commit.version <= target);
    const segment = segmentOf(location, after, listing, checkpoint);
    // Where the commits end before the version, the state that they give is an older one.
    if (segment.version === target) yield segment;
  }
}

/** Throws DELTA_VERSIONS_NOT_CONTIGUOUS. */
function segmentOf(
  location: string,
  commits: readonly CommitFile[],
  listing: LogListing,
  checkpoint: CheckpointFiles | undefined,
): LogSegment {
  const first = checkpoint === undefined ? 0 : checkpoint.version + 1;
  commits.forEach((commit, index) => {
    if (commit.version !== first + index) {
      throw versionsNotContiguous(location, [Math.max(first + index - 1, 0), commit.version], first + index);
    }
  });
  const version = commits.at(-1)?.version ?? first - 1;
  return {
    version,
    checkpoint,
    commits,
    compacted: usefulCompactions(listing.compacted, first, version),
    checkpointCommit: listing.commits.find((one) => one.version === checkpoint?.version),
  };
}

/** From the front the compaction that reaches furthest. The last commit is read itself, because it tells the time of the version. */
function usefulCompactions(compacted: readonly CompactedFile[], first: number, version: number): CompactedFile[] {
  const useful: CompactedFile[] = [];
  let next = first;
  for (const one of compacted) {
    if (one.first < next || one.version >= version || one.version <= one.first) continue;
    const longer = compacted.findLast((other) => other.first === one.first && other.version < version) ?? one;
    useful.push(longer);
    next = longer.version + 1;
  }
  return useful;
}
