/** What a session does for pipelines: a batch of the new rows of streams into a table, once; a kept query brought up to date. */
import type { SchemaIdentifier, TableIdentifier } from "../catalog/table-identifier.js";
import type { DataFrame } from "../dataframe/data-frame.js";
import type { Expectation, ExpectationResult } from "../quality/expectation.js";
import type { StructType } from "../schema/data-type.js";

/** The table that a flow fills; made by the first write where it is not there. */
export interface FlowTarget {
  readonly table: readonly string[];
  readonly schemaDdl?: string;
  readonly partitionBy: readonly string[];
  readonly clusterBy: readonly string[];
  readonly comment?: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly constraints: Readonly<Record<string, string>>;
}

/**
 * One batch: what `STREAM` sources of the rows have had since the last one is appended in one commit, with the progress as its `txn`
 * actions, so that the two cannot differ. Without anything new there is no commit.
 */
export interface FlowRequest {
  /** Names the progress: `<pipeline id>/<flow>`. */
  readonly flow: string;
  readonly rows: DataFrame;
  readonly target: FlowTarget;
  readonly expectations: readonly Expectation[];
  readonly byName: boolean;
  /**
   * continue: from the progress. reset: sources from their beginning, rows that are there stay. full: the same, and in the same commit the
   * rows that are there (of all flows) go.
   */
  readonly start: "continue" | "reset" | "full";
  /** True for a backfill: it runs where the table does not know it, as a batch query whose tables are read whole. */
  readonly once: boolean;
  /** Views that the rows are read through. */
  readonly views?: readonly AuditedView[];
  /** For the metrics of checks. */
  readonly updateId?: string;
}

/** A view whose expectations are counted over the rows of the batch; where one fails, nothing is published. */
export interface AuditedView {
  readonly name: readonly string[];
  /** Before any is dropped. */
  readonly rows: DataFrame;
  readonly expectations: readonly Expectation[];
}

export interface ViewAudit {
  readonly name: string;
  readonly checks: readonly ExpectationResult[];
  /** Rows that it leaves out; they are in `<view>_quarantine`. */
  readonly dropped: bigint;
}

export interface FlowResult {
  /** Undefined where there was nothing new. */
  readonly version: number | undefined;
  readonly metrics: Readonly<Record<string, bigint>>;
  readonly checks: readonly ExpectationResult[];
  /** Each row of the streams gives one row of the flow at most: rows read = published + held back + left out. */
  readonly isRowByRow: boolean;
  /** The query has conditions, which may leave rows out. */
  readonly filters: boolean;
  /** One for each streamed source of the rows. */
  readonly sources: readonly FlowSourceResult[];
  readonly published: bigint;
  readonly quarantined: bigint;
  readonly malformed: bigint;
  /** Rows that conditions of the query left out; undefined where it does not work row by row. What is read, published, held back and left out adds up. */
  readonly filtered?: bigint | undefined;
  readonly views?: readonly ViewAudit[];
}

export interface FlowSourceResult {
  /** `catalog.schema.table`, or the path of the files. */
  readonly name: string;
  /** Rows that it gave to this batch: of a table as its log counts them, of files as they were read, malformed lines left out. */
  readonly rows: bigint;
  /** Files that were new; of a table none. */
  readonly files: readonly string[];
  /** Files that are byte for byte another one that was ingested, by their names; ingested all the same, as Auto Loader does. */
  readonly duplicates: readonly { readonly file: string; readonly of: string }[];
  /** Files that were written to after they were read: what came to them is not read. */
  readonly changed: readonly string[];
  /** Of a table: the version read up to, inclusive. */
  readonly version?: number;
}

/** A kept query: the rows of the table become those of the query, in one commit. */
export interface RefreshRequest {
  /** Names what is remembered: `<pipeline id>/<flow>`. */
  readonly flow: string;
  readonly rows: DataFrame;
  readonly target: FlowTarget;
  readonly expectations: readonly Expectation[];
  /** True to compute all anew whatever could be done otherwise. */
  readonly full: boolean;
  /** Views that the rows are read through. */
  readonly views?: readonly AuditedView[];
  /** For the metrics of checks. */
  readonly updateId?: string;
}

/** How a materialized view was refreshed: Databricks' words. */
export type RefreshTechnique =
  | "NO_OP"
  | "APPEND_ONLY"
  | "GROUP_AGGREGATE"
  | "PARTITION_OVERWRITE"
  | "ROW_BASED"
  | "COMPLETE_RECOMPUTE";

export interface RefreshResult {
  readonly version: number | undefined;
  readonly metrics: Readonly<Record<string, bigint>>;
  readonly checks: readonly ExpectationResult[];
  readonly technique: RefreshTechnique;
  /** Why not incrementally, in words. */
  readonly reason: string | undefined;
  readonly published: bigint;
  readonly quarantined: bigint;
  readonly views?: readonly ViewAudit[];
}

/** What names mean inside a pipeline: asked for each table, view and stream that a query names, before session and catalog are. */
export interface DatasetScope {
  /** Completes unqualified names, and `LIVE.name`; it need not be there. */
  readonly current: SchemaIdentifier;
  /** The rows that stand for a name; undefined where it means what the catalog has. May throw, which breaks off the analysis. */
  readonly dataset: (name: TableIdentifier, isStream: boolean) => DataFrame | undefined;
  /** Told of each read of files, or of a table by its path, as a stream. */
  readonly streamed: (source: string) => void;
  /** Told of each path of `read_files` that is read as a whole. */
  readonly readWhole?: (path: string) => void;
}

export interface TableProgress {
  readonly version: number;
  /** Of Delta's metadata: another one where the table was made anew. */
  readonly tableId: string;
  readonly schema: StructType;
  /** Table properties. */
  readonly properties: Readonly<Record<string, string>>;
  readonly comment: string | undefined;
  /** Application id -> its last version. */
  readonly transactions: ReadonlyMap<string, number>;
}
