/** Which versions' changes are read: bounds by version or by time, resolved against the log. */
import type { DeltaLog } from "../../delta/contract.js";
import { isLakeletError } from "../../errors/lakelet-error.js";
import type { ChangeBounds, VersionRange } from "./change-bounds.js";
import { endBeforeStart, startAfterLatest } from "./change-errors.js";

/**
 * A start by time is the first version committed at that time or after it, an end by time the last one committed at that time or before it;
 * an end by version beyond the newest one is the newest one.
 * @returns undefined where no version lies between two times
 * @throws DELTA_INVALID_CDC_RANGE where the end is before the start; DELTA_VERSION_NOT_FOUND for a start beyond the newest version;
 * DELTA_TIMESTAMP_GREATER_THAN_COMMIT for a time after the newest commit; DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION for an end before the first
 */
export async function resolveRange(log: DeltaLog, bounds: ChangeBounds): Promise<VersionRange | undefined> {
  const { start, end } = bounds;
  const latest = (await log.snapshot()).version;
  const first = "version" in start ? start.version : await firstVersionSince(log, start.timestamp);
  if (first > latest) throw startAfterLatest(first, latest);
  if (end === undefined) return { start: first, end: latest };
  const last = "version" in end ? end.version : await log.versionAt(end.timestamp);
  if (last >= first) return { start: first, end: Math.min(last, latest) };
  const areTimes = "timestamp" in start && "timestamp" in end;
  if (areTimes && end.timestamp >= start.timestamp) return undefined;
  throw endBeforeStart(first, last);
}

async function firstVersionSince(log: DeltaLog, timestamp: number): Promise<number> {
  const before = await versionAt(log, timestamp - 1);
  // Beyond the newest commit this throws: there is nothing to begin with.
  if (before === "too late") return log.versionAt(timestamp);
  return before === "too early" ? earliestVersion(log) : before + 1;
}

async function versionAt(log: DeltaLog, timestamp: number): Promise<number | "too early" | "too late"> {
  try {
    return await log.versionAt(timestamp);
  } catch (error) {
    if (isLakeletError(error, "DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION")) return "too early";
    if (isLakeletError(error, "DELTA_TIMESTAMP_GREATER_THAN_COMMIT")) return "too late";
    throw error;
  }
}

async function earliestVersion(log: DeltaLog): Promise<number> {
  return (await log.history()).at(-1)?.version ?? 0;
}
