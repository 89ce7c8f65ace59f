/** In-commit timestamps: each commit tells its own time, later than the one before it (Delta protocol, "In-Commit Timestamps"). */
import type { CommitInfo, Metadata } from "./actions.js";
import { booleanProperty } from "./table-properties.js";

const ENABLED = "delta.enableInCommitTimestamps";
const ENABLEMENT_VERSION = "delta.inCommitTimestampEnablementVersion";
const ENABLEMENT_TIMESTAMP = "delta.inCommitTimestampEnablementTimestamp";

type Configuration = Readonly<Record<string, string>>;

export function tellsCommitTimes(configuration: Configuration): boolean {
  return booleanProperty(configuration, ENABLED);
}

/** The first version whose commit tells its time, where the table began to do so later than it was created. */
export function firstVersionThatTells(configuration: Configuration): number {
  const version = Number(configuration[ENABLEMENT_VERSION] ?? "0");
  return Number.isInteger(version) && version > 0 ? version : 0;
}

/** Milliseconds since the epoch: now, or just after the commit before, whichever is later. */
export function nextCommitTime(now: number, previous: number | undefined): number {
  return previous === undefined ? now : Math.max(now, previous + 1);
}

/** As Spark orders it: the time first. */
export function withCommitTime(commitInfo: CommitInfo, inCommitTimestamp: number): CommitInfo {
  return { ...{ inCommitTimestamp }, ...commitInfo, inCommitTimestamp };
}

/**
 * Metadata as the commit of a version has to write it: with where the table begins to tell times, if this commit begins it on an existing
 * table; with what it knew of that before, if the commit replaces the table's properties.
 */
export function withEnablement(
  metadata: Metadata,
  before: Configuration | undefined,
  version: number,
  timestamp: number,
): Metadata {
  if (before === undefined || !tellsCommitTimes(metadata.configuration)) return metadata;
  const told = tellsCommitTimes(before);
  const kept = {
    [ENABLEMENT_VERSION]: before[ENABLEMENT_VERSION],
    [ENABLEMENT_TIMESTAMP]: before[ENABLEMENT_TIMESTAMP],
  };
  const begun = { [ENABLEMENT_VERSION]: String(version), [ENABLEMENT_TIMESTAMP]: String(timestamp) };
  const configuration: Record<string, string> = { ...metadata.configuration };
  for (const [name, value] of Object.entries(told ? kept : begun)) {
    if (value === undefined) delete configuration[name];
    else configuration[name] = value;
  }
  return { ...metadata, configuration };
}
