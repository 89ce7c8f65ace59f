/** The events of a run: every change of its state is one of these, and the log of them is the run. */
import type { TaskPlan } from "../job-plan.js";
import type { RunParameters } from "../run-parameters.js";
import type { JobSettings } from "../spec/job-settings.js";
import type { AttemptResult, ConditionOutcome, TaskReport } from "./attempt.js";
import type { RunTrigger } from "./run-trigger.js";

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
  readonly trigger: RunTrigger;
  /** What `{{backfill.iso_date}}` says: `2024-01-15`, or with a time of the day. */
  readonly backfillDate?: string;
  /** A run too many waits for its turn instead of being skipped. */
  readonly queue: boolean;
  /** As `--only` gave them; empty where the whole job runs. */
  readonly only: readonly string[];
  /** The spec as it was. */
  readonly settings: JobSettings;
  /** The job's parameters with their values. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What run-now gave. */
  readonly overrides: Readonly<Record<string, string>>;
  /** The deprecated kinds that run-now gave. */
  readonly runParameters?: RunParameters;
  readonly timeoutMs: number | undefined;
  readonly tasks: readonly TaskPlan[];
  readonly runner: ProcessIdentity;
}

/** Tasks of a run that has ended are run again, by the job's settings of now. */
export interface RepairStarted {
  readonly type: "repair-started";
  readonly at: number;
  readonly repairId: string;
  /** All tasks of the run as they are now. */
  readonly tasks: readonly TaskPlan[];
  /** Keys of those that run again; what the others have done stays. */
  readonly rerun: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string>>;
  readonly settings: JobSettings;
  readonly runner: ProcessIdentity;
}

export type RunEvent =
  | RunCreated
  | RepairStarted
  /** Before `run-started`: it waits until the job may have one more run. */
  | { readonly type: "run-queued"; readonly at: number; readonly message: string }
  /** Another process took over from a runner that was killed: the attempts that were at work have ended WORKER_LOST. */
  | { readonly type: "run-resumed"; readonly at: number; readonly runner: ProcessIdentity }
  /** A health rule: it has run longer than that. Without a task it is the run. */
  | {
      readonly type: "duration-warning";
      readonly at: number;
      readonly taskKey?: string;
      readonly thresholdSeconds: number;
    }
  /** A for_each_task knows what it loops over. */
  | {
      readonly type: "iterations-created";
      readonly at: number;
      readonly taskKey: string;
      readonly inputs: readonly unknown[];
    }
  /** The time of a for_each_task is over: no iteration begins any more, and those at work are ended. */
  | {
      readonly type: "task-terminating";
      readonly at: number;
      readonly taskKey: string;
      readonly cause: "CANCELED" | "TIMEDOUT";
      readonly message: string;
    }
  /** A run_job_task has started that run. */
  | {
      readonly type: "child-run";
      readonly at: number;
      readonly taskKey: string;
      readonly attempt: number;
      readonly runId: string;
    }
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
      /** Of a condition_task that succeeded. */
      readonly outcome?: ConditionOutcome;
    }
  | {
      readonly type: "run-terminating";
      readonly at: number;
      readonly cause: "CANCELED" | "TIMEDOUT";
      readonly message: string;
    }
  | { readonly type: "run-ended"; readonly at: number; readonly resultState: ResultState; readonly message: string };

/** Events that are lost with little harm are not fsynced one by one: what follows from them is. */
export function isStateChange({ type }: RunEvent): boolean {
  return type !== "task-report" && type !== "task-value" && type !== "attempt-started" && type !== "duration-warning";
}
