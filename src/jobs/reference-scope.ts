/** What a dynamic value reference can find in a run. */

export interface Reference {
  /** Segments, backticks taken off. */
  readonly path: readonly string[];
  /** As it stands, braces included. */
  readonly source: string;
}

export type ReferencePart = string | Reference;

export interface FinishedTask {
  readonly runId: string;
  /** Databricks' word in capitals: `SUCCESS`, `FAILED`, `UPSTREAM_FAILED` ... */
  readonly resultState: string;
  readonly executionCount: number;
  readonly errorCode: string | undefined;
  readonly values: Readonly<Record<string, unknown>>;
  readonly exitValue: string | undefined;
  /** Rows of a SQL task, by column name. */
  readonly rows: readonly Readonly<Record<string, unknown>>[] | undefined;
  /** Rows that were too many or too large to be kept beside `rows`. */
  readonly omittedRows?: number | undefined;
  /** Of an alert: `OK`, `TRIGGERED`, `UNKNOWN`. */
  readonly alertState?: string | undefined;
  readonly notebookPath?: string | undefined;
}

/** What began the run: `RunTrigger` of its first event. */
export interface ReferenceTrigger {
  /** In capitals: `ONE_TIME`, `PERIODIC`. */
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly fileArrival?: { readonly location: string } | undefined;
  readonly tableUpdate?:
    | { readonly tables: readonly { readonly name: string; readonly version: number; readonly timestamp: number }[] }
    | undefined;
}

export interface ReferenceScope {
  readonly job: {
    readonly id: string;
    readonly name: string;
    readonly runId: string;
    readonly repairCount: number;
    /** Milliseconds since 1970. */
    readonly startTime: number;
    readonly trigger: ReferenceTrigger;
    readonly parameters: Readonly<Record<string, string>>;
  };
  readonly task?: {
    readonly key: string;
    readonly runId: string;
    /** From 1, repairs counted. */
    readonly executionCount: number;
    readonly notebookPath?: string | undefined;
  };
  /** By key; none for a task that has not ended. */
  readonly tasks: Pick<ReadonlyMap<string, FinishedTask>, "get">;
  /** Of the iteration of a for_each task. */
  readonly input?: { readonly value: unknown } | undefined;
  /** ISO 8601, UTC where it names no zone; of a backfill. */
  readonly backfillDate?: string | undefined;
}
