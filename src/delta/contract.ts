/** The face of the log to the rooms above: a table's snapshots and its transactions. Implemented in this folder. */
import type { SkippingPredicate } from "../expression/skipping-predicate.js";
import type { StructType } from "../schema/data-type.js";
import type {
  Action,
  AddFile,
  CommitInfo,
  DomainMetadata,
  Metadata,
  Protocol,
  RemoveFile,
  SetTransaction,
} from "./actions.js";

/** A consistent state of one table at one version. Immutable. */
export interface Snapshot {
  readonly version: number;
  /** Commit time in milliseconds since the epoch (in-commit timestamp, or the file's made monotonic). */
  readonly timestamp: number;
  /** Absolute folder of the table. */
  readonly location: string;
  readonly metadata: Metadata;
  readonly protocol: Protocol;
  /** Parsed `metadata.schemaString`, partition columns in their place. */
  readonly schema: StructType;
  readonly partitionColumns: readonly string[];
  /** `metadata.configuration` with Delta's defaults where the reader needs them. */
  readonly properties: Readonly<Record<string, string>>;
  transaction(appId: string): Promise<SetTransaction | undefined>;
  /** Every application transaction id of the table. */
  transactions(): Promise<ReadonlyMap<string, SetTransaction>>;
  domains(): Promise<ReadonlyMap<string, DomainMetadata>>;
  /** The live files that may hold a row for which the predicate is true, in batches. No predicate: all of them. */
  files(predicate?: SkippingPredicate): AsyncIterable<readonly AddFile[]>;
  /** The removed files that the log still names, in batches: their data may be needed by earlier versions. */
  tombstones(): AsyncIterable<readonly RemoveFile[]>;
  /** Number of live files and their bytes. */
  size(): Promise<{ readonly files: number; readonly bytes: number }>;
}

export interface HistoryEntry {
  readonly version: number;
  readonly timestamp: number;
  readonly commitInfo: Partial<CommitInfo>;
}

/** What a commit read, for the decision whether a concurrent winner matters. */
export interface ReadSet {
  /** Predicates of the parts of the table that were read; `{kind:"constant",value:true}` for the whole table. Empty: nothing read (blind append). */
  readonly predicates: readonly SkippingPredicate[];
  /** Paths (as in the log) of the files whose rows were read. */
  readonly files: readonly string[];
}

export interface CommitRequest {
  /** Data actions in order; at most one metaData and one protocol. `commitInfo` is made from the fields below and written first. */
  readonly actions: readonly Action[];
  readonly operation: string;
  /** Values are text by Delta's convention, e.g. `{ predicate: "[\"(id > 5)\"]", mode: "Append" }`. */
  readonly operationParameters: Readonly<Record<string, string>>;
  readonly operationMetrics: Readonly<Record<string, string | number | bigint>>;
  readonly read: ReadSet;
  readonly userMetadata?: string;
  /** Added to the commitInfo: `job` (jobId, runId, taskKey ...) and tags such as lakelet's write id. */
  readonly job?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * committed: the version that holds the commit. conflicted: a concurrent winner forbids it; nothing was written to the log.
 * unknown: the put failed in a way that leaves open whether it happened, and looking for our txnId did not settle it, or the commit is there
 * but may be lost at a power failure (DELTA_COMMIT_NOT_DURABLE); delete nothing. A thrown error means that nothing was written to the log.
 */
export type CommitResult =
  | { readonly status: "committed"; readonly version: number }
  | { readonly status: "conflicted"; readonly error: Error }
  | { readonly status: "unknown"; readonly error: Error };

/** One attempt to move a table from a read snapshot to a next version; retries lost races by itself. */
export interface OptimisticTransaction {
  /** The snapshot read; undefined where the table does not exist yet and the commit creates it. */
  readonly snapshot: Snapshot | undefined;
  readonly id: string;
  commit(request: CommitRequest): Promise<CommitResult>;
}

export interface DeltaLog {
  readonly location: string;
  /** True if the folder holds a Delta log with at least one commit. */
  exists(): Promise<boolean>;
  /** Newest version, or the given one. Throws DELTA_TABLE_NOT_FOUND, DELTA_VERSION_NOT_FOUND, DELTA_UNSUPPORTED_FEATURES_FOR_READ. */
  snapshot(version?: number): Promise<Snapshot>;
  /** Newest version committed at or before the time (ms). Throws DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION, DELTA_TIMESTAMP_GREATER_THAN_COMMIT. */
  versionAt(timestamp: number): Promise<number>;
  /** Newest first. */
  history(limit?: number): Promise<readonly HistoryEntry[]>;
  /** A transaction on the newest snapshot (or on a not yet existing table). Throws DELTA_UNSUPPORTED_FEATURES_FOR_WRITE. */
  startTransaction(snapshot?: Snapshot): Promise<OptimisticTransaction>;
  /** Writes a checkpoint of the newest (or given) version. */
  checkpoint(version?: number): Promise<void>;
  /**
   * Deletes commits and checkpoints that are older than `delta.logRetentionDuration` and that no newer version needs, as also happens after
   * each checkpoint where `delta.enableExpiredLogCleanup` allows it. Gives the number of deleted files.
   */
  cleanUp(): Promise<number>;
  /** The actions of one commit, as parsed. Throws DELTA_VERSION_NOT_FOUND. */
  commit(version: number): Promise<readonly Action[]>;
}

export type { AddFile, RemoveFile };
