/** What a pipeline is made of: datasets and the flows that fill them, as its SQL and TypeScript sources declare them. */
import type { DataFrame } from "../dataframe/data-frame.js";
import type { Expectation } from "../quality/expectation.js";

/** Where something is declared, for messages. Line from 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
}

/**
 * streaming-table: each row of its sources once. materialized-view: the result of its query, kept. temporary-view: of this pipeline alone,
 * never stored. view: persisted as a view of the catalog.
 */
export type DatasetKind = "streaming-table" | "materialized-view" | "temporary-view" | "view";

export interface Dataset {
  readonly kind: DatasetKind;
  /** Parts of the name as written, `LIVE.` taken off. */
  readonly name: readonly string[];
  /** Spark DDL of the columns where they are declared, comments and NOT NULL included; inferred from the query otherwise. */
  readonly schemaDdl?: string;
  readonly expectations: readonly Expectation[];
  /** CHECK constraints by name. */
  readonly constraints: Readonly<Record<string, string>>;
  readonly comment?: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly partitionBy: readonly string[];
  readonly clusterBy: readonly string[];
  /** Not to be published to the catalog under its name for others: PRIVATE. */
  readonly isPrivate: boolean;
  readonly place: SourcePlace;
}

/** Rows by Spark SQL, run with the pipeline's configuration already put in; or by code that gives a DataFrame. */
export type FlowQuery =
  | { readonly kind: "sql"; readonly text: string }
  | { readonly kind: "frame"; readonly frame: () => DataFrame | Promise<DataFrame> };

interface FlowBase {
  /** Unique in the pipeline; the default flow of a dataset is called as the dataset. */
  readonly name: string;
  /** Parts of the dataset's name. */
  readonly target: readonly string[];
  readonly place: SourcePlace;
  /** Spark configuration of this flow alone. */
  readonly configuration: Readonly<Record<string, string>>;
}

/** Rows of a query. `once`: a backfill, run in one update only (and again by a full refresh). */
export interface QueryFlow extends FlowBase {
  readonly kind: "query";
  readonly query: FlowQuery;
  readonly once: boolean;
  /** INSERT ... BY NAME, and every flow of TypeScript. */
  readonly byName: boolean;
}

/** Columns by name, or all but some. */
export type ColumnSelection = { readonly only: readonly string[] } | { readonly except: readonly string[] };

interface ChangeSettings {
  readonly keys: readonly string[];
  readonly columns?: ColumnSelection;
  readonly storedAs: 1 | 2;
  /** TRACK HISTORY ON: SCD 2 makes a new version for changes of these columns alone. */
  readonly trackHistory?: ColumnSelection;
}

/** AUTO CDC INTO, APPLY CHANGES INTO: a feed of changes, applied in the order of `sequenceBy`. Texts are Spark SQL. */
export interface AutoCdcFlow extends FlowBase, ChangeSettings {
  readonly kind: "auto-cdc";
  /** The feed; a stream. */
  readonly source: FlowQuery;
  readonly sequenceBy: string;
  readonly applyAsDeletes?: string;
  /** SCD 1 only. */
  readonly applyAsTruncates?: string;
  readonly ignoreNullUpdates: boolean;
  readonly ignoreNullUpdatesColumns?: ColumnSelection;
  readonly once: boolean;
}

/** AUTO CDC FROM SNAPSHOT: each snapshot is the whole; what differs from the one before are the changes. */
export interface SnapshotCdcFlow extends FlowBase, ChangeSettings {
  readonly kind: "snapshot-cdc";
  /** The name of a dataset or table whose rows at each update are a snapshot; or code that gives the next one and its version after the last. */
  readonly source:
    | { readonly kind: "table"; readonly name: readonly string[] }
    | {
        readonly kind: "next";
        readonly next: (
          latest: number | undefined,
        ) => Promise<{ readonly frame: DataFrame; readonly version: number } | undefined>;
      };
}

export type Flow = QueryFlow | AutoCdcFlow | SnapshotCdcFlow;

/** All that the sources of a pipeline declare, in their order. */
export interface PipelineDefinition {
  readonly datasets: readonly Dataset[];
  readonly flows: readonly Flow[];
  /** What the sources say that has no effect on one machine (SCHEDULE, PRIMARY KEY), to be told as warnings. */
  readonly notices?: readonly Notice[];
}

export interface Notice {
  readonly message: string;
  readonly place: SourcePlace;
  readonly dataset?: string;
}
