/** One try of a task: what it is asked, what it tells while it runs, how it ends; and the contract of the handlers that run it. */
import type { SourceLocation } from "../../errors/lakelet-error.js";
import type { TaskType } from "../spec/task.js";
import type { TaskLibraries } from "../task-libraries.js";

/** Everything that crosses into the worker's process: plain JSON. */
export interface AttemptRequest {
  readonly job: {
    readonly id: string;
    readonly name: string;
    readonly runId: string;
    /** Milliseconds since 1970. */
    readonly startTime: number;
  };
  readonly task: {
    readonly key: string;
    readonly type: TaskType;
    readonly runId: string;
    /** From 0. */
    readonly attempt: number;
  };
  /** The task type's settings with references replaced and parameters merged. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** For a notebook: values of the tasks that have finished, by task and key; a notebook's exit value is under `default` unless it set one so called. */
  readonly taskValues: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly sparkConf: Readonly<Record<string, string>>;
  /** Variables set while the attempt runs; `{{secrets/scope/key}}` not yet replaced, so that no log has the secret. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Of the cluster: the attempt's threads are as many and one more, within the process's. */
  readonly workers?: number;
  /** To be there when the task runs, where its type has a use for them. */
  readonly libraries?: TaskLibraries;
}

/** What a task did to tables, for the summary, the history and the viewer. */
export type TaskReport =
  | {
      readonly kind: "table-written";
      /** `catalog.schema.table`, or a path. */
      readonly table: string;
      readonly location: string;
      /** Delta's word: `WRITE`, `MERGE`, `CREATE OR REPLACE TABLE AS SELECT`. */
      readonly operation: string;
      readonly version: number;
      /** By Delta's names: `numOutputRows`, `numTargetRowsInserted`. */
      readonly metrics: Readonly<Record<string, number>>;
      /** Rows held back by the gate. */
      readonly quarantined: number;
    }
  | { readonly kind: "unchanged"; readonly table: string; readonly operation: string }
  | {
      readonly kind: "check";
      readonly table: string;
      readonly check: string;
      readonly status: "PASSED" | "WARNED" | "DROPPED" | "FAILED";
      readonly value: number;
      readonly threshold?: number;
      readonly violations: number;
    }
  | {
      readonly kind: "ingest";
      readonly table: string;
      readonly filesIngested: number;
      /** Ingested before with the same content. */
      readonly filesSkipped: number;
      readonly rows: number;
      readonly malformedLines: number;
    }
  | {
      readonly kind: "lineage";
      readonly table: string;
      readonly operation: string;
      readonly sources: readonly { readonly source: string; readonly kind: "TABLE" | "PATH" }[];
      readonly columns: readonly {
        readonly name: string;
        readonly sources: readonly {
          readonly source: string;
          readonly kind: "TABLE" | "PATH";
          readonly column: string;
        }[];
      }[];
    }
  | { readonly kind: "warning"; readonly message: string };

export interface OutputColumn {
  readonly name: string;
  /** Spark DDL. */
  readonly type: string;
}

/** `run` is `%run`, `fs` is `%fs`, `raw` is what Jupyter leaves as it is. */
export type CellLanguage = "typescript" | "sql" | "markdown" | "run" | "fs" | "raw";

/** A cell as it was when the notebook began. */
export interface NotebookCell {
  /** From 1. */
  readonly number: number;
  readonly title: string;
  readonly language: CellLanguage;
  /** In the file; of an .ipynb in its cells put one after the other. */
  readonly line: number;
  readonly source: string;
}

/** What a person sees of a running task; kept in the run's folder. */
export type TaskOutput =
  /** A notebook begins. */
  | { readonly kind: "notebook"; readonly file: string; readonly cells: readonly NotebookCell[] }
  /** A cell begins; what follows is its output. `at`: milliseconds since 1970. */
  | {
      readonly kind: "cell";
      readonly number: number;
      readonly title: string;
      readonly line: number;
      readonly at: number;
    }
  /** Of `displayHTML`: as the notebook gave it, not to be trusted. */
  | { readonly kind: "html"; readonly html: string }
  /** An output of another notebook that this one runs with `dbutils.notebook.run`; `run` tells several apart. */
  | { readonly kind: "nested"; readonly run: number; readonly path: string; readonly output: TaskOutput }
  | { readonly kind: "text"; readonly stream: "stdout" | "stderr"; readonly text: string }
  | {
      readonly kind: "table";
      readonly columns: readonly OutputColumn[];
      readonly rows: readonly (readonly unknown[])[];
      /** More rows were there than are kept. */
      readonly truncated: boolean;
    };

export type AttemptEvent =
  | { readonly type: "report"; readonly report: TaskReport }
  | { readonly type: "output"; readonly output: TaskOutput }
  | { readonly type: "value"; readonly key: string; readonly value: unknown }
  /** The attempt has read a secret: from here on it is blacked out of whatever is told. It goes no further than the runner's memory. */
  | { readonly type: "secret"; readonly value: string };

/** Told what an attempt tells, in its order. */
export interface AttemptListener {
  /** @param pid of the process that runs it */
  started(pid: number | undefined): void;
  event(event: AttemptEvent): void;
}

export interface AttemptFailure {
  readonly message: string;
  readonly condition?: string;
  readonly location?: SourceLocation;
  readonly cell?: { readonly number: number; readonly title: string };
  /** Source lines around the place, the line marked. */
  readonly frame?: string;
  readonly stack?: string;
  /** False where another try cannot help: a failed quality gate, a mistake in the spec. */
  readonly retryable: boolean;
}

/** What an alert came to; the task succeeds whatever its state. */
export interface AlertResult {
  readonly alertId: string;
  readonly name: string;
  readonly state: "OK" | "TRIGGERED" | "UNKNOWN";
  /** As a person reads it: `null_count > 100`. */
  readonly condition: string;
  /** What the query gave for it; null for NULL or no row. */
  readonly value: string | null;
  /** Whether the subscriptions are to be told of this state. */
  readonly notify: boolean;
  /** The task's own, else the alert's. */
  readonly subscriptions: readonly { readonly destinationId?: string; readonly userName?: string }[];
  /** The alert's own words, its variables replaced; plain text or HTML that is not to be trusted. */
  readonly subject?: string;
  readonly body?: string;
}

export type ConditionOutcome = "true" | "false";

/** How the work itself ended. */
export type TaskResult =
  | {
      readonly state: "SUCCESS";
      readonly exitValue?: string;
      /** Rows of a SQL task's last statement, at most 1,000. */
      readonly rows?: readonly Readonly<Record<string, unknown>>[];
      /** Rows that were more than that, or would make their JSON longer than 48 KiB. */
      readonly omittedRows?: number;
      readonly alert?: AlertResult;
      /** Of a condition_task. */
      readonly outcome?: ConditionOutcome;
    }
  | { readonly state: "FAILED"; readonly failure: AttemptFailure };

/** How the attempt ended: the work's own result, or what befell its process. */
export type AttemptResult =
  | TaskResult
  | { readonly state: "TIMEDOUT"; readonly failure: AttemptFailure }
  | { readonly state: "CANCELED"; readonly failure: AttemptFailure }
  | { readonly state: "INTERNAL_ERROR"; readonly failure: AttemptFailure };

/** A handler runs attempts of one task type, in a worker's process. It never throws for what the user's code does: that is a FAILED result. */
export interface TaskHandler {
  readonly type: TaskType;
  run(request: AttemptRequest, emit: (event: AttemptEvent) => void): Promise<TaskResult>;
}

/** The failure that a result carries, if any. */
export function failureOf(result: AttemptResult | undefined): AttemptFailure | undefined {
  return result === undefined || result.state === "SUCCESS" ? undefined : result.failure;
}
