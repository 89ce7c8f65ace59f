/** What a session is to the rooms above it: made locally by `local/`, and later over Spark Connect. */
import type { Table as ArrowTable } from "apache-arrow";
import type { CheckTableOptions } from "../commands/check-table/check-table.js";
import type { MergeClause } from "../commands/merge/merge-command.js";
import type { Column } from "../dataframe/column.js";
import type { DataFrame } from "../dataframe/data-frame.js";
import type { DataFrameReader } from "../dataframe/reader.js";
import type { DataStreamReader } from "../dataframe/stream-reader.js";
import type { Value } from "../engine/engine.js";
import type { AuditColumnOptions } from "../quality/audit-columns.js";
import type { Expectation, ExpectationResult } from "../quality/expectation.js";
import type { TableProfile } from "../quality/profile/table-profile.js";
import type { DataType, StructType } from "../schema/data-type.js";
import type { Catalog, UDFRegistration } from "./catalog.js";
import type {
  DatasetScope,
  FlowRequest,
  FlowResult,
  RefreshRequest,
  RefreshResult,
  TableProgress,
} from "./flow-contract.js";
import type { Quarantine } from "./quarantine-contract.js";
import type { TableValuedFunctions } from "./table-functions.js";

declare module "../dataframe/query-executor.js" {
  interface FrameSession extends SparkSession {}
}

export interface SessionOptions {
  /** Folder of the managed tables: `<warehouse>/<catalog>/<schema>/<table>`. */
  readonly warehouse: string;
  /** IANA name; UTC by default. */
  readonly timeZone?: string;
  /** Bytes or the engine's text (`4GB`). */
  readonly memoryLimit?: string;
  readonly threads?: number;
  /** Spill folder. */
  readonly temporaryFolder?: string;
  /** Databricks path prefix -> absolute folder: `/Volumes/main/default` -> `/project/data`. */
  readonly paths?: Readonly<Record<string, string>>;
  /** Where relative paths start. */
  readonly workingFolder?: string;
  /** Spark configuration of the session. */
  readonly configuration?: Readonly<Record<string, string>>;
  /** Job, run and task of the attempt; goes into commitInfo, audit columns and quality metrics. */
  readonly job?: JobIdentity;
  /** Whether the tables of the catalog `system` may be written: by lakelet's own record of runs alone. */
  readonly writesSystemTables?: boolean;
  /** Told of each table written, check evaluated and file ingested. */
  readonly onReport?: (report: SessionReport) => void;
  /** False leaves out every flush to the disk: for lakes that need not outlive their process, those of tests. */
  readonly durable?: boolean;
  /** Milliseconds since the epoch, for current_timestamp() and its kin; the machine's clock where absent. */
  readonly clock?: () => number;
  /** Where `display(df)` goes; the console where absent. */
  readonly onDisplay?: (table: Promise<DisplayedTable>) => Promise<void> | undefined;
}

/** What a session tells while it works. */
export type SessionReport =
  | {
      readonly kind: "table-written";
      /** `catalog.schema.table`, or a path. */
      readonly table: string;
      readonly location: string;
      readonly operation: string;
      readonly version: number;
      /** Delta's operation metrics. */
      readonly metrics: Readonly<Record<string, bigint>>;
      /** Rows held back by the gate. */
      readonly quarantined: bigint;
    }
  | { readonly kind: "unchanged"; readonly table: string; readonly operation: string }
  | {
      readonly kind: "check";
      readonly table: string;
      readonly check: string;
      readonly status: "PASSED" | "WARNED" | "DROPPED" | "FAILED";
      readonly value: number;
      readonly threshold: number | undefined;
      readonly violations: bigint;
    }
  | {
      readonly kind: "ingest";
      readonly table: string;
      readonly filesIngested: readonly string[];
      /** Ingested before with the same content. */
      readonly filesSkipped: readonly string[];
      readonly rows: number;
      readonly malformedLines: number;
    }
  | ({ readonly kind: "lineage"; readonly table: string; readonly operation: string } & QueryLineage)
  | { readonly kind: "warning"; readonly message: string };

/** A column and the columns of tables and files that its values are made of; conditions, which choose rows alone, are left out. */
export interface ColumnLineage {
  readonly name: string;
  readonly sources: readonly { readonly source: string; readonly kind: "TABLE" | "PATH"; readonly column: string }[];
}

/** What the rows of a query come from. */
export interface QueryLineage {
  /** All that is read, for conditions alone too: `catalog.schema.table`, or paths. */
  readonly sources: readonly { readonly source: string; readonly kind: "TABLE" | "PATH" }[];
  readonly columns: readonly ColumnLineage[];
}

/** Values as the text that Spark's cast to string gives; null for NULL. */
export interface DisplayedTable {
  readonly names: readonly string[];
  /** Of the columns, in Spark DDL. */
  readonly types: readonly string[];
  /** The first 1,000. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** There are more rows than these. */
  readonly truncated: boolean;
}

/** What a check gave, as `data_quality_metrics` keeps it. */
export interface CheckRecord {
  /** `catalog.schema.table`. */
  readonly table: string;
  readonly check: string;
  /** The kind of rule; of a test of dbt `dbt_test`. */
  readonly type: string;
  /** Spark SQL that is true for a good row, or the rule in words. */
  readonly expression?: string;
  /** The rule as JSON, to be evaluated again. */
  readonly rule?: string;
  readonly onViolation?: "warn" | "drop" | "fail";
  readonly severity?: string;
  readonly tags?: readonly string[];
  readonly owner?: string;
  readonly description?: string;
  readonly status: "PASSED" | "WARNED" | "DROPPED" | "FAILED";
  readonly value: number;
  readonly violations: bigint;
  readonly threshold?: number | undefined;
  /** Of rules about rows. */
  readonly totalRows?: bigint | undefined;
  readonly passedRows?: bigint | undefined;
  readonly failedRows?: bigint | undefined;
  /** Who evaluated it. */
  readonly source: "lakelet" | "dbt";
}

/** COPY INTO as a call: idempotent by file and content. */
export interface CopyIntoRequest {
  readonly table: string;
  /** Files, folders or globs. */
  readonly from: string | readonly string[];
  readonly fileFormat: "csv" | "json" | "parquet" | "text";
  /** Spark's reader options. */
  readonly formatOptions?: Readonly<Record<string, string | number | boolean>>;
  /** Spark DDL; without it the schema is the files' or inferred. */
  readonly schema?: string;
  /** Spark text over the files' columns: the columns to write, `"amount::decimal(10,2) AS amount"`; all of the files' where absent. */
  readonly columns?: readonly string[];
  /** Adds the audit columns; `false` for none. Default: all five, the run's identity filled in. */
  readonly auditColumns?: AuditColumnOptions | false;
  readonly expectations?: readonly Expectation[];
  readonly partitionBy?: readonly string[];
  readonly mergeSchema?: boolean;
  /** Ingests files again that were ingested before: their rows are replaced. */
  readonly force?: boolean;
  /** The same, but their rows are added once more, as by the statement's COPY_OPTIONS ('force' = 'true'). */
  readonly forceAppend?: boolean;
}

export interface CopyIntoResult {
  readonly version: number | undefined;
  readonly rowsIngested: number;
  readonly filesIngested: readonly string[];
  readonly filesSkipped: readonly string[];
  /** Lines that were no records; they are in `<table>_quarantine` with file, line and reason. */
  readonly malformedLines: number;
  readonly checks: readonly ExpectationResult[];
}

/** A MERGE whose source is a DataFrame. */
export interface MergeRequest {
  /** Parts of the table's name, e.g. `["main", "default", "orders"]` or `["delta", "/lake/orders"]`. */
  readonly table: readonly string[];
  readonly targetAlias?: string;
  readonly source: DataFrame;
  /** The source's alias, or the parts of its table's name. */
  readonly sourceQualifier?: readonly string[];
  /** Spark text. */
  readonly condition: string;
  readonly clauses: readonly MergeClause[];
  readonly withSchemaEvolution: boolean;
  /** The quality gate of the merge: evaluated on the source's rows. */
  readonly expectations: readonly Expectation[];
  /** Remembered by `txn` actions in the same commit. */
  readonly transactions?: readonly { readonly appId: string; readonly version: number }[];
}

export interface MergeResult {
  /** The version committed; undefined where nothing changed. */
  readonly version: number | undefined;
  /** Delta's operation metrics by Delta's names, e.g. `numTargetRowsUpdated`. */
  readonly metrics: Readonly<Record<string, bigint>>;
  /** What the expectations gave; empty where there were none. */
  readonly checks: readonly ExpectationResult[];
}

export interface JobIdentity {
  readonly jobId: string;
  readonly jobName: string;
  readonly jobRunId: string;
  readonly taskKey: string;
  readonly taskRunId: string;
  readonly attempt: number;
}

/** Result of a text of `;`-separated statements: that of the last one. */
export interface ExecutionResult {
  readonly schema: StructType;
  readonly rows: readonly (readonly Value[])[];
  /** What each statement was and did, in order, for people: `MERGE main.default.t: version 4, 3 rows updated`. */
  readonly statements: readonly { readonly kind: string; readonly summary: string }[];
}

/** Values of `:name` markers: data only, bound, never spliced. */
export type SqlArguments = Readonly<Record<string, string | number | bigint | boolean | Date | null>>;

/** A table of apache-arrow, or the bytes of an Arrow IPC stream. */
export type ArrowRows = ArrowTable | Uint8Array;

/** A row for `createDataFrame`: fields by name, or values by position; a Column such as `current_timestamp()` is evaluated when the rows are read. */
export type CreatedRow =
  | Readonly<Record<string, Value | Column>>
  | readonly (Value | Column)[]
  | string
  | number
  | bigint
  | boolean
  | Date;

export interface SparkSession {
  readonly read: DataFrameReader;
  /** Runs a command at once; a query is analysed at once and runs at the action. One statement. */
  sql(text: string, args?: SqlArguments): Promise<DataFrame>;
  /** Runs `;`-separated statements in order and gives the last one's rows. An error tells the index of the statement: `StatementError`. */
  execute(text: string, args?: SqlArguments): Promise<ExecutionResult>;
  table(name: string): DataFrame;
  range(start: number | bigint, end?: number | bigint, step?: number | bigint): DataFrame;
  /**
   * Rows as objects, arrays or plain values of one column; the schema as DDL, names, a type, or a StructType, inferred where it is left out.
   * An Arrow table (or the bytes of an IPC stream) brings its own.
   * @example spark.createDataFrame([{ id: 1, name: "Ann" }]), spark.createDataFrame([[1, "Ann"]], "id INT, name STRING")
   */
  createDataFrame(
    rows: readonly CreatedRow[] | ArrowRows,
    schema?: string | readonly string[] | StructType | DataType,
  ): DataFrame;
  readonly conf: {
    /** Throws SQL_CONF_NOT_FOUND for a key that has no value, unless a fallback is given. */
    get(key: string): string;
    get<Fallback extends string | null | undefined>(key: string, fallback: Fallback): string | Fallback;
    set(key: string, value: string | number | boolean): void;
    unset(key: string): void;
    isModifiable(key: string): boolean;
  };
  readonly udf: UDFRegistration;
  readonly catalog: Catalog;
  readonly tvf: TableValuedFunctions;
  /** Of Spark, whose answers are given. */
  readonly version: string;
  /** Tables and files as streams, for the flows of pipelines; an action on one elsewhere throws UNSUPPORTED_FEATURE.STREAMING. */
  readonly readStream: DataStreamReader;
  /** There are no streaming queries beside the flows of pipelines: throws UNSUPPORTED_FEATURE.STREAMING. */
  readonly streams: never;
  /** There is no SparkContext: throws UNSUPPORTED_FEATURE.RDD. */
  readonly sparkContext: never;
  /** Tags of this session, to tell its work apart; kept and given back. */
  addTag(tag: string): void;
  removeTag(tag: string): void;
  getTags(): ReadonlySet<string>;
  clearTags(): void;
  /** Stops what runs now; it fails with OPERATION_CANCELED. */
  interruptAll(): void;
  /** A session of its own (configuration, temporary views, functions, current schema) on the same warehouse and engine. */
  newSession(): SparkSession;
  readonly job: JobIdentity | undefined;
  /** A MERGE whose source is a DataFrame; `DeltaTable.merge` builds the request. */
  merge(request: MergeRequest): Promise<MergeResult>;
  /** Ingests files once: what was ingested before with the same content is skipped; changed files replace their rows. */
  copyInto(request: CopyIntoRequest): Promise<CopyIntoResult>;
  /** Where a table stands and what its commits remember by `txn` actions; undefined where it is not there. */
  tableProgress(table: readonly string[]): Promise<TableProgress | undefined>;
  /**
   * What the streams of a flow's rows have had since its last batch is appended to its table, in one commit with the flow's progress:
   * whatever is killed when, no row is lost and none is there twice.
   */
  appendFlow(request: FlowRequest): Promise<FlowResult>;
  /**
   * A materialized view brought up to date in one commit: incrementally where that provably gives the rows of a full computation, which the
   * result says; else computed anew, and why. Nothing changed in its sources: no commit.
   */
  refreshView(request: RefreshRequest): Promise<RefreshResult>;
  /** Evaluates expectations on a table as it stands, keeps the figures, throws QUALITY_GATE_FAILED where one fails. */
  checkTable(table: string, expectations: readonly Expectation[]): Promise<readonly ExpectationResult[]>;
  /** Rows of a table that were held back: to look at, to mend, to publish after all. */
  quarantine(table: string): Quarantine;
  /** What the columns of a table hold (nulls, distinct values, range, distribution), kept in `data_quality_profiles` beside it. */
  profileTable(table: string): Promise<TableProfile>;
  /** Keeps what checks of others gave (dbt's tests) in `data_quality_metrics`, each beside the table that it is about. */
  recordChecks(records: readonly CheckRecord[]): Promise<void>;
  /** Names mean what the scope says until `run` has ended: a pipeline's analysis, and the run of its flows. */
  withDatasets<Result>(scope: DatasetScope, run: () => Promise<Result>): Promise<Result>;
  /** What the columns of a DataFrame are made of; undefined where it reads no table and no file. */
  lineage(frame: DataFrame): Promise<QueryLineage | undefined>;
  /** Runs while nobody else does under this name, in any process on this warehouse. Throws RESOURCE_CONFLICT where somebody does. */
  exclusively<Result>(name: string, run: () => Promise<Result>): Promise<Result>;
  /** Says what is wrong with a table's log and files, a row a finding, and changes nothing; no row where all is well. */
  verifyTable(table: string, options?: CheckTableOptions): Promise<DataFrame>;
  /**
   * The engine's SQL over the files of a table's newest version, for another process of the engine; undefined where the files alone do not
   * say it: rows deleted by vectors, a variant. Throws for a view.
   */
  engineScan(table: string): Promise<string | undefined>;
  /** Writes a checkpoint of a table's newest version at once, whatever `delta.checkpointInterval` says. */
  checkpoint(table: string): Promise<void>;
  stop(): Promise<void>;
}
