/** What every command works with, and the neutral hook by which a write is audited before it is published. */
import type { DeltaLog, Snapshot } from "../delta/contract.js";
import type { Engine, EngineQuery, WrittenFile } from "../engine/engine.js";
import type { ExpressionCompiler } from "../engine/expression-compiler.js";
import type { StructType } from "../schema/data-type.js";
import type { Storage } from "../storage/storage.js";

/** Handed in by the session; commands import neither `duckdb` nor `sql`. */
export interface CommandContext {
  readonly engine: Engine;
  readonly storage: Storage;
  readonly compiler: ExpressionCompiler;
  /** The log of the table in that absolute folder. */
  log(location: string): DeltaLog;
  /** Added to each commitInfo: job, run, task of the attempt. */
  readonly job?: Readonly<Record<string, string>>;
  /** Session configuration, e.g. `spark.databricks.delta.schema.autoMerge.enabled`. */
  readonly configuration: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** The table a command works on. */
export interface TargetTable {
  /** Absolute folder. */
  readonly location: string;
  /** As the user named it, for messages. */
  readonly name: string;
}

/** A write whose files exist and whose commit has not happened. */
export interface StagedWrite {
  readonly target: TargetTable;
  /** Undefined where the commit creates the table. */
  readonly snapshot: Snapshot | undefined;
  /** Schema of the staged rows, verdict column left out. */
  readonly schema: StructType;
  /** Of the table as the commit leaves it: they say how the files name the columns. */
  readonly properties: Readonly<Record<string, string>>;
  /** Files with rows to publish. */
  readonly files: readonly WrittenFile[];
  /** Files with rows held back, by the text of their verdict. They lie in the target's folder, are not part of the commit, and are deleted after beforeCommit. */
  readonly heldBack: readonly { readonly verdict: string; readonly file: WrittenFile }[];
  /** Id that the commitInfo's tags will carry as `lakelet.writeId`. */
  readonly writeId: string;
}

export interface WriteHook {
  /**
   * Engine SQL of a VARCHAR over the source's columns (alias `"source"`): NULL for a row to publish, else a short text that says why it is held back.
   * Rows are split in the same COPY that writes them.
   */
  readonly verdict?: string;
  /** The error to throw in place of one that came of staging the rows, the verdict among it. */
  explain?(error: unknown): Promise<unknown>;
  /** True where {@link beforeCommit} looks at the table's rows, so that an append is no blind one. */
  readonly readsTarget?: boolean;
  /** Called with the staged files before the commit; throwing aborts the write, and the staged files are deleted. */
  beforeCommit?(staged: StagedWrite): Promise<void>;
  /** Extra actions for the same commit, e.g. `txn` of ingested files. */
  readonly transactions?: readonly { readonly appId: string; readonly version: number }[];
}

export interface WriteOptions {
  readonly hook?: WriteHook;
  readonly mergeSchema?: boolean;
  readonly overwriteSchema?: boolean;
  /** Columns of a table that the write creates. */
  readonly partitionBy?: readonly string[];
  readonly properties?: Readonly<Record<string, string>>;
  readonly comment?: string;
  /** Set by the same commit on a table that is there; its other properties stay. */
  readonly setProperties?: Readonly<Record<string, string>>;
  readonly userMetadata?: string;
  readonly txnAppId?: string;
  readonly txnVersion?: number;
  /** Source columns are matched by name (DataFrame writers, BY NAME), or by position (SQL INSERT). */
  readonly byName: boolean;
  /** INSERT's column list: the source's columns by position take these names; the table's other columns become NULL. */
  readonly columns?: readonly string[];
  /**
   * Types must be the table's or widen to it without loss, as for DataFrame writers (DELTA_FAILED_TO_MERGE_FIELDS otherwise);
   * SQL INSERT casts by store assignment.
   */
  readonly strictTypes?: boolean;
  /** True where the source reads the target itself, so that an append is no blind one. */
  readonly readsTarget?: boolean;
}

export interface CommandResult {
  /** The version committed; undefined where nothing was to commit. */
  readonly version: number | undefined;
  /** Delta's operation metrics by Delta's names. */
  readonly metrics: Readonly<Record<string, bigint>>;
}

export type { EngineQuery };
