/** What a session is to the rooms above it: made locally by `local/`, and later over Spark Connect. */
import type { DataFrame } from "../dataframe/data-frame.js";
import type { DataFrameReader } from "../dataframe/reader.js";
import type { Row, Value } from "../engine/engine.js";
import type { StructType } from "../schema/data-type.js";

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

export interface SparkSession {
  readonly read: DataFrameReader;
  /** Runs a command at once; a query is analysed at once and runs at the action. One statement. */
  sql(text: string, args?: SqlArguments): Promise<DataFrame>;
  /** Runs `;`-separated statements in order and gives the last one's rows. An error tells the index of the statement: `StatementError`. */
  execute(text: string, args?: SqlArguments): Promise<ExecutionResult>;
  table(name: string): DataFrame;
  range(start: number | bigint, end?: number | bigint, step?: number | bigint): DataFrame;
  createDataFrame(
    rows: readonly Row[] | readonly (readonly Value[])[],
    schema?: string | readonly string[] | StructType,
  ): DataFrame;
  readonly conf: {
    get(key: string, fallback?: string): string | undefined;
    set(key: string, value: string): void;
    unset(key: string): void;
  };
  readonly job: JobIdentity | undefined;
  stop(): Promise<void>;
}
