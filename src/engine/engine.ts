/** The contract of the execution engine: run its SQL, write data files with statistics, read and write small Parquet. */
import type { ColumnMappingMode } from "../schema/column-mapping.js";
import type { StructType } from "../schema/data-type.js";

/** Engine SQL text of a query with the schema of its rows, columns in the same order and under the same names. */
export interface EngineQuery {
  readonly sql: string;
  readonly schema: StructType;
}

/** One value of a row as JavaScript: see {@link Engine.rows} for the form of each type. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Date
  | readonly Value[]
  | ReadonlyMap<Value, Value>
  | { readonly [field: string]: Value };

export type Row = Readonly<Record<string, Value>>;

export interface EngineResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

/** Raw statistics of one leaf column of one written file; `min`/`max` are the engine's text. */
export interface LeafStatistics {
  /** Field names from the root to the leaf. */
  readonly path: readonly string[];
  readonly nullCount?: bigint;
  readonly min?: string;
  readonly max?: string;
  readonly hasNaN?: boolean;
}

export interface WrittenFile {
  /** Absolute path. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly rowCount: number;
  /** Value of each partition column as the engine's text, null for NULL; by column name. */
  readonly partition: Readonly<Record<string, string | null>>;
  readonly statistics: readonly LeafStatistics[];
}

export interface WriteDataFiles {
  /** The rows to write, under the schema's names. Output is cast to `schema` by the caller; the engine writes what the SQL gives. */
  readonly sql: string;
  readonly schema: StructType;
  /** Files get the physical names and the field ids of the schema's fields, at every depth; the result speaks of logical names all the same. */
  readonly columnMapping?: ColumnMappingMode;
  /** Existing absolute folder that receives the files, flat. */
  readonly folder: string;
  /** What the files' names begin with; `part` by default. */
  readonly filePrefix?: string;
  /** Columns that select the file of a row and are left out of the files. */
  readonly partitionBy: readonly string[];
  /** Aim for the size of a file in bytes; default 128 MiB; cannot be combined with partitionBy in one COPY. */
  readonly targetFileSize?: number;
  readonly compression?: "snappy" | "zstd" | "uncompressed" | "gzip";
}

/** Rows of a data file that a deletion vector marks as gone. */
export interface DeletedRows {
  /** Names this content among all tables', so that an engine may keep it. */
  readonly id: string;
  readonly cardinality: number;
  /** Row numbers within the file, from 0, ascending. */
  positions(): Promise<BigInt64Array>;
}

export interface DataFile {
  /** Absolute, decoded path. */
  readonly path: string;
  /** Partition values as the log has them (protocol's text, null for NULL); by column name. */
  readonly partition: Readonly<Record<string, string | null>>;
  /** Rows, where that is known: by them the engine decides which side of a join to keep in memory. */
  readonly rowCount?: number;
  /** Rows that do not come out of the scan; the numbers of the others stay as they are. */
  readonly deletedRows?: DeletedRows;
}

export interface ScanDataFiles {
  readonly files: readonly DataFile[];
  /** The table's schema, partition columns in their place: the relation's columns in this order. Columns that a file lacks read as NULL. */
  readonly schema: StructType;
  readonly partitionColumns: readonly string[];
  /** How the files' columns are found: by the physical names of the schema's fields, or by their field ids; absent: by their names. */
  readonly columnMapping?: ColumnMappingMode;
  /** Adds the columns `__file_path` (VARCHAR, as in `files`), `__file_index` (BIGINT, position in `files`) and `__row_number` (BIGINT, from 0 within the file). */
  readonly withPosition?: boolean;
}

/** Files of users (not of a table): what `spark.read.format(...)` names. */
export interface FileSource {
  readonly format: "csv" | "json" | "parquet" | "text";
  /** Absolute paths of files or folders, globs allowed. */
  readonly paths: readonly string[];
  /** Spark's reader options, keys lower-cased. */
  readonly options: Readonly<Record<string, string>>;
  readonly schema?: StructType;
  /** Session time zone, IANA. */
  readonly timeZone: string;
}

export interface MalformedLine {
  readonly file: string;
  /** From 1, the header counted. */
  readonly line: number;
  /** The record's text as it stands in the file. */
  readonly text: string;
  readonly reason: string;
}

/** A file source that is ready to be queried. */
export interface OpenedFiles {
  /** Columns of the rows; `_corrupt_record` among them where Spark has it. */
  readonly schema: StructType;
  /** The files in name order with their sizes (bytes) and times (ms). */
  readonly files: readonly { readonly path: string; readonly size: number; readonly modifiedAt: number }[];
  /** Engine SQL, fit to stand behind FROM: the schema's columns, then `__file_path` VARCHAR. */
  sql(): string;
  /**
   * To be called after each run of a query over sql(). "final": its rows were right. "again": malformed lines came to light in that run,
   * sql() is another one now, and the query has to run again. FAILFAST throws MALFORMED_RECORD_IN_PARSING instead.
   */
  settle(): Promise<"final" | "again">;
  /** Malformed lines found so far (complete once settle() said "final" after a full scan). */
  malformed(): Promise<readonly MalformedLine[]>;
  /** True where runs that had to look at every record found each of them right, so that {@link malformed} need not look again. */
  foundNone?(): boolean;
  /** Records of the files, malformed ones among them, counted without taking them apart; undefined where that is no less work, or could be wrong. */
  recordCount?(): Promise<bigint | undefined>;
  close(): Promise<void>;
}

/** A function in JavaScript that engine SQL may call by name; NULL in gives NULL out unless `nulls` is set. */
export interface ScriptFunction {
  readonly name: string;
  /** Engine types. */
  readonly parameters: readonly string[];
  readonly returns: string;
  readonly nulls?: boolean;
  /** True where equal arguments may give different values: called for each row then, and never moved by the optimizer. */
  readonly volatile?: boolean;
  /** Called with a batch of rows, an array for each argument, in place of `call`. */
  readonly batch?: (columns: readonly (readonly Value[])[], rowCount: number) => readonly Value[];
  /** Called row by row. Values as in {@link Engine}'s results. May throw LakeletError. */
  call(...args: readonly Value[]): Value;
}

/** What the SQL room adds to the engine: installed when first named by a statement. */
export interface EngineLibrary {
  /** Macro name -> its `CREATE OR REPLACE MACRO` statement. */
  readonly macros: Readonly<Record<string, string>>;
  readonly functions: readonly ScriptFunction[];
}

/**
 * Everything below `workspace` sees the engine through this. Values in results: boolean; number for byte, short, integer, float,
 * double; bigint for long; string for string, decimal (exact text), date `2024-01-15`, timestamp `2024-01-15T10:00:00.123456Z`,
 * timestamp_ntz the same without `Z`; Uint8Array for binary; array; Map; plain object for struct.
 */
export interface Engine {
  /** Runs one statement and gives all its rows. */
  run(sql: string): Promise<EngineResult>;
  /** Runs one statement and gives its rows in batches, memory flat. */
  stream(sql: string): AsyncIterable<EngineResult>;
  /** Runs a query all of whose columns are BIGINT without NULL; gives them in batches of one array a column, without a value a row in JavaScript. */
  integers(sql: string): AsyncIterable<readonly BigInt64Array[]>;
  /** Column names and types of a query, without running it. */
  describe(sql: string): Promise<StructType>;
  /** True where a query only reads rows that are stored by columns, so that asking about a few columns costs a fraction of running it. */
  readsStoredRows(sql: string): Promise<boolean>;
  /** Engine SQL of a relation over data files of a table, fit to stand behind FROM. No file: a relation without rows. */
  scan(request: ScanDataFiles): Promise<string>;
  /** Opens users' files; throws PATH_NOT_FOUND, UNABLE_TO_INFER_SCHEMA, and for an unknown option UNSUPPORTED_OPTION with the nearest known one. */
  openFiles(source: FileSource): Promise<OpenedFiles>;
  /** The files that a source names, in the order of their paths, without opening one. Throws PATH_NOT_FOUND. */
  listFiles(source: FileSource): Promise<OpenedFiles["files"]>;
  /** One COPY: rows to Parquet files with their statistics. Files of a failed write are removed. Not fsynced: see Storage.sync. */
  writeDataFiles(request: WriteDataFiles): Promise<readonly WrittenFile[]>;
  /** One Parquet file with exactly these columns and types (checkpoints); returns its size in bytes. */
  writeParquet(sql: string, path: string): Promise<number>;
  /** Creates an in-memory table from a query and gives its (unique) quoted name; drop it with {@link Engine.drop}. */
  materialize(sql: string): Promise<string>;
  /** Makes rows of JavaScript values a relation of the given schema; gives its (unique) quoted name. */
  register(rows: readonly (readonly Value[])[], schema: StructType): Promise<string>;
  /** Makes a relation of the bytes of an Arrow IPC stream; gives its (unique) quoted name and its schema. */
  registerArrow(ipc: Uint8Array): Promise<{ readonly name: string; readonly schema: StructType }>;
  drop(name: string): Promise<void>;
  /** Lets engine SQL call a function from now on; of a name that is there already the first one stays. Names begin with `spark_`. */
  addFunction(script: ScriptFunction): void;
  /** Arrow IPC stream bytes of a query's rows. */
  arrow(sql: string): Promise<Uint8Array>;
  /** Time zone of the calls that come after it: an IANA name. */
  setTimeZone?(timeZone: string): void;
  /** Stops what runs now; pending calls reject with OPERATION_CANCELED. */
  interrupt(): void;
  /** For work beside the engine's statements: a check that throws OPERATION_CANCELED once {@link interrupt} was called after this. */
  cancellation(): () => void;
  close(): Promise<void>;
  /**
   * Closes this engine and gives one with the same settings in its place, as good as new, for less than making one costs. Undefined where
   * something of this one would be left: a table, a function of a user, another time zone, a call at work.
   */
  renew?(): Promise<Engine | undefined>;
}
