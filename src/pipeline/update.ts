/** One update of a pipeline: what is asked of it, what it tells while it works, how it ends. */
import type { QueryLineage, SparkSession } from "../session/contract.js";
import type { RefreshTechnique } from "../session/flow-contract.js";
import type { Flow, PipelineDefinition, SourcePlace } from "./definition.js";

/** A pipeline as its spec has it, whatever form the spec had. */
export interface PipelineSettings {
  /** Of a bundle: the resource's key; else the folder or file. Stands in `pipelines.pipelineId` of its tables. */
  readonly id: string;
  readonly name: string;
  readonly catalog: string;
  readonly schema: string;
  readonly development: boolean;
  readonly continuous: boolean;
  /** `${key}` in the sources, and `spark.conf` of its session. */
  readonly configuration: Readonly<Record<string, string>>;
  /** Where its event log is published; `event_log_<id>` of its schema by default. */
  readonly eventLog: { readonly catalog: string; readonly schema: string; readonly name: string };
}

/** What is to be refreshed. Names of datasets. All that is not named stays as it is, where anything is named. */
export interface UpdateSelection {
  readonly refresh: readonly string[];
  /** Their rows and their progress are thrown away, and computed anew from the sources. */
  readonly fullRefresh: readonly string[];
  /** Only their progress is: rows that are there stay, sources are read from the beginning. */
  readonly resetCheckpoint: readonly string[];
  readonly fullRefreshAll: boolean;
}

export interface UpdateRequest {
  readonly settings: PipelineSettings;
  readonly definition: PipelineDefinition;
  readonly selection: UpdateSelection;
  /** A dry run resolves and analyses all, and writes nothing. */
  readonly dryRun: boolean;
  readonly session: SparkSession;
  readonly updateId: string;
  readonly cause: "USER_ACTION" | "JOB_TASK" | "RETRY_ON_FAILURE" | "SCHEMA_CHANGE" | "API_CALL";
  readonly signal?: AbortSignal;
  readonly onEvent: (event: PipelineEvent) => void;
}

export type FlowStatus =
  | "QUEUED"
  | "PLANNING"
  | "STARTING"
  | "RUNNING"
  | "COMPLETED"
  | "FAILED"
  | "SKIPPED"
  | "STOPPED"
  | "IDLE"
  | "EXCLUDED";

export type UpdateState =
  | "CREATED"
  | "INITIALIZING"
  | "SETTING_UP_TABLES"
  | "RESETTING"
  | "RUNNING"
  | "STOPPING"
  | "COMPLETED"
  | "FAILED"
  | "CANCELED";

/** As `flow_progress.data_quality.expectations` of Databricks' event log has it. */
export interface ExpectationCount {
  readonly name: string;
  readonly dataset: string;
  readonly passed: bigint;
  readonly failed: bigint;
}

/** Where the rows of a flow went. read = filtered + published + quarantined for a flow that works row by row; lines that were no records are apart. */
export interface RowAccount {
  /** Rows of each streamed source; undefined for what is not streamed. */
  readonly sources: readonly { readonly name: string; readonly rows: bigint }[];
  /** True where each row of the source gives at most one row of the flow, so that `read` must add up. */
  readonly isRowByRow: boolean;
  readonly read: bigint;
  readonly malformed: bigint;
  /** By the WHERE of the query, a rule that is declared. */
  readonly filtered: bigint;
  readonly published: bigint;
  readonly quarantined: bigint;
}

interface EventBase {
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export type PipelineEvent = EventBase &
  (
    | {
        readonly kind: "create-update";
        readonly cause: UpdateRequest["cause"];
        readonly selection: UpdateSelection;
        readonly dryRun: boolean;
      }
    | { readonly kind: "update-progress"; readonly state: UpdateState; readonly error?: unknown }
    | {
        readonly kind: "dataset-definition";
        readonly dataset: string;
        readonly datasetKind: string;
        readonly schema: string;
        readonly place: SourcePlace;
      }
    | {
        readonly kind: "flow-definition";
        readonly flow: Flow;
        readonly target: string;
        readonly inputs: readonly string[];
        readonly isStreaming: boolean;
        readonly lineage?: QueryLineage;
      }
    | {
        readonly kind: "planning-information";
        readonly flow: string;
        readonly target: string;
        readonly technique: RefreshTechnique;
        /** Why not incrementally, in words. */
        readonly reason?: string;
      }
    | {
        readonly kind: "flow-progress";
        readonly flow: string;
        readonly target: string;
        readonly status: FlowStatus;
        /** Why it was skipped or excluded, in words. */
        readonly reason?: string;
        readonly error?: unknown;
        readonly version?: number;
        readonly seconds?: number;
        readonly outputRows?: bigint;
        readonly upsertedRows?: bigint;
        readonly deletedRows?: bigint;
        readonly files?: readonly string[];
        readonly droppedRecords?: bigint;
        readonly expectations?: readonly ExpectationCount[];
        readonly account?: RowAccount;
      }
    | { readonly kind: "warning"; readonly message: string; readonly flow?: string; readonly dataset?: string }
  );

export interface UpdateResult {
  readonly updateId: string;
  readonly state: "COMPLETED" | "FAILED" | "CANCELED";
  /** The first flow's error, or that of the graph. */
  readonly error?: unknown;
}

/** What one event says besides when. */
export type Told = PipelineEvent extends infer Event
  ? Event extends PipelineEvent
    ? Omit<Event, "at">
    : never
  : never;
