/** The state of a run as its events give it: a pure fold, used alike while it runs and when its log is read again. */
import type { TaskPlan } from "../job-plan.js";
import type { AttemptResult, TaskReport } from "./attempt.js";
import type { ResultState, RunCreated, RunEvent } from "./run-event.js";

export interface AttemptState {
  /** From 0. */
  readonly number: number;
  readonly runId: string;
  readonly scheduledAt: number;
  readonly notBefore: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly pid?: number;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly result?: AttemptResult;
}

export interface TaskState {
  readonly plan: TaskPlan;
  readonly attempts: readonly AttemptState[];
  /** Set when the task has ended. */
  readonly resultState?: ResultState;
  readonly endedAt?: number;
  /** Why it ended so, or why it did not run. */
  readonly message?: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Of the last attempt. */
  readonly reports: readonly TaskReport[];
}

export type LifeCycleState =
  | "PENDING"
  | "RUNNING"
  | "TERMINATING"
  | "TERMINATED"
  | "SKIPPED"
  | "BLOCKED"
  | "WAITING_FOR_RETRY"
  | "INTERNAL_ERROR";

export interface RunState {
  readonly created: RunCreated;
  readonly lifeCycleState: LifeCycleState;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly resultState?: ResultState;
  readonly message?: string;
  readonly terminating?: { readonly cause: "CANCELED" | "TIMEDOUT"; readonly message: string };
  readonly tasks: ReadonlyMap<string, TaskState>;
}

export function initialState(created: RunCreated): RunState {
  const tasks = created.tasks.map((plan): [string, TaskState] => [
    plan.key,
    { plan, attempts: [], values: {}, reports: [] },
  ]);
  return { created, lifeCycleState: "PENDING", tasks: new Map(tasks) };
}

/** The state after an event. Events of tasks that the run does not have are ignored. */
export function applyEvent(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case "run-created":
      return initialState(event);
    case "run-skipped":
      return {
        ...state,
        lifeCycleState: "SKIPPED",
        resultState: "MAXIMUM_CONCURRENT_RUNS_REACHED",
        message: event.message,
        endedAt: event.at,
      };
    case "run-started":
      return { ...state, lifeCycleState: "RUNNING", startedAt: event.at };
    case "run-terminating":
      return {
        ...state,
        lifeCycleState: "TERMINATING",
        terminating: { cause: event.cause, message: event.message },
      };
    case "run-ended":
      return {
        ...state,
        lifeCycleState: "TERMINATED",
        resultState: event.resultState,
        message: event.message,
        endedAt: event.at,
      };
    default: {
      const task = state.tasks.get(event.taskKey);
      if (!task) return state;
      return { ...state, tasks: new Map(state.tasks).set(event.taskKey, applyTaskEvent(task, event)) };
    }
  }
}

type TaskEvent = Extract<RunEvent, { readonly taskKey: string }>;

function applyTaskEvent(task: TaskState, event: TaskEvent): TaskState {
  switch (event.type) {
    case "attempt-scheduled": {
      const { attempt: number, runId, at: scheduledAt, notBefore } = event;
      return { ...task, reports: [], attempts: [...task.attempts, { number, runId, scheduledAt, notBefore }] };
    }
    case "attempt-started": {
      const { at: startedAt, settings, pid } = event;
      return withAttempt(task, event.attempt, { startedAt, settings, ...(pid !== undefined && { pid }) });
    }
    case "attempt-ended":
      return withAttempt(task, event.attempt, { endedAt: event.at, result: event.result });
    case "task-value":
      return { ...task, values: { ...task.values, [event.key]: event.value } };
    case "task-report":
      return { ...task, reports: [...task.reports, event.report] };
    case "task-ended":
      return { ...task, resultState: event.resultState, endedAt: event.at, message: event.message };
  }
}

function withAttempt(task: TaskState, number: number, change: Partial<AttemptState>): TaskState {
  return {
    ...task,
    attempts: task.attempts.map((one) => (one.number === number ? { ...one, ...change } : one)),
  };
}

/** The state that the events give; undefined where there is no first event. */
export function replay(events: readonly RunEvent[]): RunState | undefined {
  const [first, ...rest] = events;
  if (first?.type !== "run-created") return undefined;
  return rest.reduce(applyEvent, initialState(first));
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

export function taskLifeCycleState(task: TaskState, run: RunState): LifeCycleState {
  if (task.resultState !== undefined) {
    if (task.attempts.length === 0) return "SKIPPED";
    return lastAttempt(task)?.result?.state === "INTERNAL_ERROR" ? "INTERNAL_ERROR" : "TERMINATED";
  }
  const last = lastAttempt(task);
  if (last === undefined) return "BLOCKED";
  if (run.lifeCycleState === "TERMINATING") return "TERMINATING";
  if (last.startedAt !== undefined && last.result === undefined) return "RUNNING";
  return last.number > 0 ? "WAITING_FOR_RETRY" : "PENDING";
}
