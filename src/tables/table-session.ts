/** What DeltaTable needs of a session. */
import type { SparkSession } from "../session/contract.js";

export type { MergeRequest, MergeResult } from "../session/contract.js";

export type TableSession = Pick<SparkSession, "sql" | "table" | "merge" | "checkpoint" | "verifyTable">;
