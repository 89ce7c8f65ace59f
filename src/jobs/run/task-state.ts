/** The state of one task of a run, its attempts and iterations, as the run's events give it. */
import type { TaskPlan } from "../job-plan.js";
import type { AttemptResult, ConditionOutcome, TaskReport } from "./attempt.js";
import type { ResultState, RunEvent } from "./run-event.js";

export interface AttemptState {
  /** From 0; goes on through repairs. */
  readonly number: number;
  readonly runId: string;
  readonly scheduledAt: number;
  readonly notBefore: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly pid?: number;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly result?: AttemptResult;
  /** The run that a run_job_task started. */
  readonly childRunId?: string;
  /** Its runner was killed: the task is tried again however few retries it has. */
  readonly lostWithRunner?: true;
}

/** How far a for_each_task is. */
export interface IterationCounts {
  readonly total: number;
  readonly begun: number;
  readonly ended: number;
  readonly failed: number;
}

export interface TaskTermination {
  readonly cause: "CANCELED" | "TIMEDOUT";
  readonly message: string;
}

export interface TaskState {
  readonly plan: TaskPlan;
  /** Since the run began, or since the last repair that ran the task again. */
  readonly attempts: readonly AttemptState[];
  /** Attempts before the last repair that ran the task again. */
  readonly earlier: readonly AttemptState[];
  /** Set when the task has ended. */
  readonly resultState?: ResultState;
  readonly endedAt?: number;
  /** Why it ended so, or why it did not run. */
  readonly message?: string;
  /** Of a condition_task. */
  readonly outcome?: ConditionOutcome;
  readonly values: Readonly<Record<string, unknown>>;
  /** Of the last attempt. */
  readonly reports: readonly TaskReport[];
  /** Of a for_each_task, once its inputs are known. Iterations are tasks of the run, too: `key[0]`, `key[1]` ... */
  readonly iterations?: IterationCounts;
  /** Of a for_each_task whose iterations are being ended. */
  readonly terminating?: TaskTermination;
  /** When it had run longer than its health rule says. */
  readonly warnedAt?: number;
}

export type TaskEvent = Exclude<
  Extract<RunEvent, { readonly taskKey: string }>,
  { readonly type: "iterations-created" | "duration-warning" }
>;

/** A task that has not run, or is to run again: what it did before the repair stays known. */
export function openTask(plan: TaskPlan, before?: TaskState): TaskState {
  const earlier = before ? [...before.earlier, ...before.attempts] : [];
  return { plan, attempts: [], earlier, values: {}, reports: [] };
}

export function applyTaskEvent(task: TaskState, event: TaskEvent): TaskState {
  switch (event.type) {
    case "attempt-scheduled": {
      const { attempt: number, runId, at: scheduledAt, notBefore } = event;
      const { iterations: _1, terminating: _2, ...rest } = task;
      // What an attempt before has left is not this one's.
      return {
        ...rest,
        reports: [],
        values: {},
        attempts: [...task.attempts, { number, runId, scheduledAt, notBefore }],
      };
    }
    case "attempt-started": {
      const { at: startedAt, settings, pid } = event;
      return withAttempt(task, event.attempt, { startedAt, settings, ...(pid !== undefined && { pid }) });
    }
    case "attempt-ended":
      return withAttempt(task, event.attempt, { endedAt: event.at, result: event.result });
    case "child-run":
      return withAttempt(task, event.attempt, { childRunId: event.runId });
    case "task-value":
      return { ...task, values: { ...task.values, [event.key]: event.value } };
    case "task-report":
      return { ...task, reports: [...task.reports, event.report] };
    case "task-terminating":
      return { ...task, terminating: { cause: event.cause, message: event.message } };
    case "task-ended": {
      const { resultState, message, at: endedAt, outcome } = event;
      return { ...task, resultState, endedAt, message, ...(outcome !== undefined && { outcome }) };
    }
  }
}

function withAttempt(task: TaskState, number: number, change: Partial<AttemptState>): TaskState {
  return {
    ...task,
    attempts: task.attempts.map((one) => (one.number === number ? { ...one, ...change } : one)),
  };
}

const LOST = "The process that ran the run was ended while the task was at work.";

/** The attempt at work, if any, has ended with its runner. A for_each_task goes on with the iterations that it knows of. */
export function loseAttempt(task: TaskState, at: number): TaskState {
  const last = lastAttempt(task);
  if (last === undefined || last.result !== undefined || task.iterations !== undefined) return task;
  const failure = { message: LOST, condition: "WORKER_LOST", retryable: true };
  return withAttempt(task, last.number, {
    endedAt: at,
    result: { state: "INTERNAL_ERROR", failure },
    lostWithRunner: true,
  });
}

/** The last attempt, which is the one at work where one is. */
export function lastAttempt(task: TaskState): AttemptState | undefined {
  return task.attempts.at(-1);
}

/** Scheduled or running, and not ended. */
export function hasActiveAttempt(task: TaskState): boolean {
  const last = lastAttempt(task);
  return last !== undefined && last.result === undefined;
}

/** The key of a for_each_task's n-th iteration, counted from 0. */
export function iterationKey(of: string, index: number): string {
  return `${of}[${index}]`;
}
