/** Statements of declarative pipelines, as data: what declares datasets and the flows that fill them. */
import type { StructField } from "../schema/data-type.js";

/** `CONSTRAINT name EXPECT (condition) [ON VIOLATION DROP ROW | FAIL UPDATE]` */
export interface RowExpectation {
  readonly name: string;
  /** Spark SQL, true for a good row. */
  readonly condition: string;
  readonly onViolation: "warn" | "drop" | "fail";
}

export interface DatasetDefinition {
  /** Empty where the query gives them. */
  readonly columns: readonly StructField[];
  /** The same as written, as a schema in DDL. */
  readonly schemaDdl?: string;
  /** Names of a view's columns, or of all columns where none has a type. */
  readonly columnNames: readonly string[];
  /** COMMENT of columns that have no type here, by name. */
  readonly columnComments: Readonly<Record<string, string>>;
  readonly expectations: readonly RowExpectation[];
  /** CHECK constraints by name. */
  readonly constraints: Readonly<Record<string, string>>;
  readonly partitionedBy: readonly string[];
  readonly clusterBy: readonly string[];
  readonly comment?: string;
  readonly properties: Readonly<Record<string, string>>;
  /** Parts that mean something elsewhere and nothing on one machine, as they would be named in a message. */
  readonly withoutEffect: readonly string[];
}

export type ColumnList = { readonly only: readonly string[] } | { readonly except: readonly string[] };

/** AUTO CDC, APPLY CHANGES: texts are Spark SQL. */
export interface ChangeFlow {
  readonly kind: "auto-cdc";
  /** A query of the feed. */
  readonly source: string;
  readonly keys: readonly string[];
  readonly sequenceBy: string;
  readonly applyAsDeletes?: string;
  readonly applyAsTruncates?: string;
  readonly ignoreNullUpdates: boolean;
  readonly ignoreNullUpdatesColumns?: ColumnList;
  readonly columns?: ColumnList;
  readonly storedAs: 1 | 2;
  readonly trackHistory?: ColumnList;
  readonly once: boolean;
}

/** The rows of a query, added. */
export interface InsertFlow {
  readonly kind: "insert";
  readonly query: string;
  readonly byName: boolean;
  readonly once: boolean;
}

/** What is done where it is there already: refuse, nothing, `OR REFRESH`, `OR REPLACE`. */
export type DatasetCreateMode = "create" | "create-if-not-exists" | "create-or-refresh" | "create-or-replace";

/** What acts on a dataset of a session; no source of a pipeline has it. */
export type DatasetStatement =
  | {
      readonly kind: "refresh-dataset";
      /** table: `REFRESH TABLE t FULL`. */
      readonly object: "materialized-view" | "streaming-table" | "table";
      readonly name: readonly string[];
      readonly full: boolean;
      /** ASYNC. */
      readonly inBackground: boolean;
    }
  | {
      readonly kind: "schedule-dataset";
      readonly object: "materialized-view" | "streaming-table";
      readonly name: readonly string[];
      /** `SCHEDULE EVERY 1 HOUR`, `TRIGGER ON UPDATE`; absent for DROP SCHEDULE. */
      readonly schedule?: string;
    };

export type PipelineStatement =
  | {
      readonly kind: "create-dataset";
      readonly dataset: "streaming-table" | "materialized-view" | "temporary-view";
      /** As Databricks calls the statement now: CREATE STREAMING TABLE. */
      readonly title: string;
      readonly name: readonly string[];
      readonly mode: DatasetCreateMode;
      readonly isPrivate: boolean;
      /** In the old words, CREATE LIVE TABLE, which only sources of pipelines have. */
      readonly isLive: boolean;
      readonly definition: DatasetDefinition;
      /** AS query, or FLOW; none for a streaming table that flows of their own fill. */
      readonly flow?: InsertFlow | ChangeFlow;
    }
  | {
      readonly kind: "create-flow";
      /** As written: CREATE FLOW, AUTO CDC INTO, APPLY CHANGES INTO. */
      readonly title: string;
      /** Absent for a statement that names no flow: it is called as its target. */
      readonly name?: string;
      readonly comment?: string;
      readonly target: readonly string[];
      readonly flow: InsertFlow | ChangeFlow;
    };
