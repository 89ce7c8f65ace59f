/** The errors of a lost race, by the names that Delta publishes. */
import { LakeletError } from "../errors/lakelet-error.js";
import type { ReplayCommit } from "./log-replay.js";

export type ConflictCondition =
  | "DELTA_CONCURRENT_APPEND"
  | "DELTA_CONCURRENT_DELETE_READ"
  | "DELTA_CONCURRENT_DELETE_DELETE"
  | "DELTA_CONCURRENT_TRANSACTION"
  | "DELTA_CONCURRENT_WRITE"
  | "DELTA_METADATA_CHANGED"
  | "DELTA_PROTOCOL_CHANGED";

export interface Conflict {
  readonly condition: ConflictCondition;
  /** What the winner did, a sentence. */
  readonly what: string;
  readonly cause?: unknown;
}

/** The state of SQL of a serialization failure. */
const SERIALIZATION_FAILURE = "2D521";

export function conflictError({ condition, what, cause }: Conflict, winner: ReplayCommit): LakeletError {
  const info = winner.commitInfo;
  const by =
    info?.operation === undefined ? "" : ` (${info.operation}${info.engineInfo ? ` by ${info.engineInfo}` : ""})`;
  return new LakeletError({
    condition,
    sqlState: SERIALIZATION_FAILURE,
    problem: `A concurrent commit, version ${winner.version}${by}, conflicts with this write; nothing was written.`,
    reason: what,
    cure: "Run the operation again: it will start from the table as it is now.",
    parameters: { version: `${winner.version}`, operation: info?.operation ?? "" },
    cause,
  });
}

export function retriesExceeded(location: string, attempts: number): LakeletError {
  return new LakeletError({
    condition: "DELTA_MAX_COMMIT_RETRIES_EXCEEDED",
    sqlState: "40000",
    problem: `The commit to "${location}" lost ${attempts} races in a row; nothing was written.`,
    reason: "Too many writers commit to the table at the same time.",
    cure: "Run the operation again, or let fewer writers work at once.",
    parameters: { path: location, numAttempts: `${attempts}` },
  });
}
