/** The contract of the execution engine: run its SQL, write data files with statistics, read and write small Parquet. */
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
  /** The rows to write. Output is cast to `schema` by the caller; the engine writes what the SQL gives. */
  readonly sql: string;
  readonly schema: StructType;
  /** Existing absolute folder that receives the files, flat. */
  readonly folder: string;
  /** Columns that select the file of a row and are left out of the files. */
  readonly partitionBy: readonly string[];
  /** Aim for the size of a file in bytes; default 128 MiB; cannot be combined with partitionBy in one COPY. */
  readonly targetFileSize?: number;
  readonly compression?: "snappy" | "zstd" | "uncompressed" | "gzip";
}

export interface ParquetSource {
  /** Absolute paths, in the order that `fileIndex` counts. */
  readonly files: readonly string[];
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
  /** Column names and types of a query, without running it. */
  describe(sql: string): Promise<StructType>;
  /** One COPY: rows to Parquet files with their statistics. Files of a failed write are removed. Not fsynced: see Storage.sync. */
  writeDataFiles(request: WriteDataFiles): Promise<readonly WrittenFile[]>;
  /** One Parquet file with exactly these columns and types (checkpoints); returns its size in bytes. */
  writeParquet(sql: string, path: string): Promise<number>;
  /** Creates an in-memory table from a query and gives its (unique) quoted name; drop it with {@link Engine.drop}. */
  materialize(sql: string): Promise<string>;
  /** Makes rows of JavaScript values a relation of the given schema; gives its (unique) quoted name. */
  register(rows: readonly (readonly Value[])[], schema: StructType): Promise<string>;
  drop(name: string): Promise<void>;
  /** Arrow IPC stream bytes of a query's rows. */
  arrow(sql: string): Promise<Uint8Array>;
  /** Stops what runs now; pending calls reject with OPERATION_CANCELED. */
  interrupt(): void;
  close(): Promise<void>;
}
