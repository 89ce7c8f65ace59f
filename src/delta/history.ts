/** The commits of a table as its history, and the version that was the newest at a time. */
import type { Storage } from "../storage/storage.js";
import type { HistoryEntry } from "./contract.js";
import { tableNotFound, timestampTooEarly, timestampTooLate, truncatedLog } from "./delta-error.js";
import { type CommitFile, earliestVersion, listLog } from "./log-listing.js";
import { commitTimestamp } from "./log-replay.js";
import { readCommits } from "./snapshot-loader.js";

interface DatedCommit extends CommitFile {
  /** Milliseconds since the epoch, strictly increasing with the version. */
  readonly timestamp: number;
}

/** The newest commits first, as many as the log still has. */
export async function readHistory(
  storage: Storage,
  location: string,
  limit?: number,
): Promise<readonly HistoryEntry[]> {
  const { commits } = await listLog(storage, location);
  if (commits.length === 0) throw tableNotFound(location);
  const dated = datedCommits(commits);
  const wanted = dated.slice(limit === undefined ? 0 : Math.max(0, dated.length - limit));
  const read = await readCommits(storage, wanted);
  return read
    .map(({ version, commitInfo }, index) => ({
      version,
      timestamp: commitInfo?.inCommitTimestamp ?? wanted[index]?.timestamp ?? 0,
      commitInfo: commitInfo ?? {},
    }))
    .reverse();
}

/**
 * The newest version committed at or before the time (ms), among those that can be reconstructed.
 * @param inCommit Whether the commits tell their time themselves.
 */
export async function versionAtTime(
  storage: Storage,
  location: string,
  timestamp: number,
  inCommit: boolean,
): Promise<number> {
  const listing = await listLog(storage, location);
  const earliest = earliestVersion(listing);
  if (listing.commits.length === 0) throw tableNotFound(location);
  if (earliest === undefined) throw truncatedLog(location, listing.commits.at(-1)?.version ?? 0);
  const files = listing.commits.filter((commit) => commit.version >= earliest);
  const dated = inCommit ? await toldCommits(storage, files) : datedCommits(files);
  const [first, last] = [dated[0], dated.at(-1)];
  if (first === undefined || last === undefined) throw truncatedLog(location, earliest);
  if (timestamp < first.timestamp) throw timestampTooEarly(timestamp, first.timestamp);
  if (timestamp > last.timestamp) throw timestampTooLate(timestamp, last.timestamp);
  return dated.findLast((commit) => commit.timestamp <= timestamp)?.version ?? first.version;
}

/** A file's time may go backwards where clocks do; the time of a commit does not. */
function datedCommits(files: readonly CommitFile[]): DatedCommit[] {
  let previous = Number.NEGATIVE_INFINITY;
  return files.map((file) => {
    previous = Math.max(file.modifiedAt, previous + 1);
    return { ...file, timestamp: previous };
  });
}

async function toldCommits(storage: Storage, files: readonly CommitFile[]): Promise<DatedCommit[]> {
  const commits = await readCommits(storage, files);
  let previous: number | undefined;
  return commits.map((commit, index) => {
    previous = commitTimestamp(commit, previous, true);
    return { ...(files[index] as CommitFile), timestamp: previous };
  });
}
