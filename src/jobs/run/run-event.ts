/** The events of a run: every change of its state is one of these, and the log of them is the run. */
import type { TaskPlan } from "../job-plan.js";
import type { AttemptResult, TaskReport } from "./attempt.js";

export type ResultState =
  | "SUCCESS"
  | "FAILED"
  | "TIMEDOUT"
  | "CANCELED"
  | "MAXIMUM_CONCURRENT_RUNS_REACHED"
  | "EXCLUDED"
  | "SUCCESS_WITH_FAILURES"
  | "UPSTREAM_FAILED"
  | "UPSTREAM_CANCELED"
  | "DISABLED";

/** A process that can be told from a later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** The operating system's own mark of the start, where it gives one. */
  readonly startMark: string | undefined;
}

/** Times are milliseconds since 1970. */
export interface RunCreated {
  readonly type: "run-created";
  readonly at: number;
  readonly runId: string;
  readonly job: { readonly id: string; readonly name: string; readonly maxConcurrentRuns: number };
  /** As the user can name the job again. */
  readonly jobReference: string;
  readonly specFile: string;
  readonly trigger: "ONE_TIME";
  /** The job's parameters with their values. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What run-now gave. */
  readonly overrides: Readonly<Record<string, string>>;
  readonly timeoutMs: number | undefined;
  readonly tasks: readonly TaskPlan[];
  readonly runner: ProcessIdentity;
}

export type RunEvent =
  | RunCreated
  | { readonly type: "run-skipped"; readonly at: number; readonly message: string }
  | { readonly type: "run-started"; readonly at: number }
  | {
      readonly type: "attempt-scheduled";
      readonly at: number;
      readonly taskKey: string;
      /** From 0. */
      readonly attempt: number;
      readonly runId: string;
      /** Not to begin before. */
      readonly notBefore: number;
    }
  | {
      readonly type: "attempt-started";
      readonly at: number;
      readonly taskKey: string;
      readonly attempt: number;
      readonly pid: number | undefined;
      /** The settings after references and parameters. */
      readonly settings: Readonly<Record<string, unknown>>;
    }
  | {
      readonly type: "task-value";
      readonly at: number;
      readonly taskKey: string;
      readonly attempt: number;
      readonly key: string;
      readonly value: unknown;
    }
  | {
      readonly type: "task-report";
      readonly at: number;
      readonly taskKey: string;
      readonly attempt: number;
      readonly report: TaskReport;
    }
  | {
      readonly type: "attempt-ended";
      readonly at: number;
      readonly taskKey: string;
      readonly attempt: number;
      readonly result: AttemptResult;
    }
  | {
      readonly type: "task-ended";
      readonly at: number;
      readonly taskKey: string;
      readonly resultState: ResultState;
      readonly message: string;
    }
  | {
      readonly type: "run-terminating";
      readonly at: number;
      readonly cause: "CANCELED" | "TIMEDOUT";
      readonly message: string;
    }
  | { readonly type: "run-ended"; readonly at: number; readonly resultState: ResultState; readonly message: string };

/** Events that are lost with little harm are not fsynced one by one. */
export function isStateChange(event: RunEvent): boolean {
  return event.type !== "task-report" && event.type !== "task-value";
}
