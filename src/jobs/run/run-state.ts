/** The state of a run as its events give it: a pure fold, used alike while it runs and when its log is read again. */
import type { TaskPlan } from "../job-plan.js";
import type { JobSettings } from "../spec/job-settings.js";
import { leafTasks } from "../task-graph.js";
import type { ProcessIdentity, RepairStarted, ResultState, RunCreated, RunEvent } from "./run-event.js";
import {
  applyTaskEvent,
  iterationKey,
  lastAttempt,
  loseAttempt,
  openTask,
  type TaskEvent,
  type TaskState,
} from "./task-state.js";
import { TaskTable } from "./task-table.js";

export type LifeCycleState =
  | "QUEUED"
  | "PENDING"
  | "RUNNING"
  | "TERMINATING"
  | "TERMINATED"
  | "SKIPPED"
  | "BLOCKED"
  | "WAITING_FOR_RETRY"
  | "INTERNAL_ERROR";

/** What depends on what, made once for a list of tasks. Iterations are not in it. */
export interface RunGraph {
  readonly dependents: ReadonlyMap<string, readonly string[]>;
  readonly leaves: ReadonlySet<string>;
}

/** The run from its start to its end, or a repair of it. */
export interface Execution {
  /** Undefined for the first one. */
  readonly repairId: string | undefined;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly resultState?: ResultState;
  readonly message?: string;
  /** Tasks that the repair runs again. */
  readonly rerun: readonly string[];
}

export interface RunState {
  /** As it began. What a repair or a resumption replaces stands beside it: read it there. */
  readonly created: RunCreated;
  /** The process that runs it, or ran it last. */
  readonly runner: ProcessIdentity;
  /** The job's parameters with their values. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What run-now or the last repair gave. */
  readonly overrides: Readonly<Record<string, string>>;
  /** The spec as it was when the run or the last repair began. */
  readonly settings: JobSettings;
  readonly lifeCycleState: LifeCycleState;
  readonly queuedAt?: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly resultState?: ResultState;
  readonly message?: string;
  readonly terminating?: { readonly cause: "CANCELED" | "TIMEDOUT"; readonly message: string };
  /** When it had run longer than its health rule says. */
  readonly warnedAt?: number;
  /** The run's tasks, then the iterations of its loops. */
  readonly tasks: TaskTable<TaskState>;
  readonly graph: RunGraph;
  /** Oldest first; one more than there were repairs. Empty before the start. */
  readonly executions: readonly Execution[];
  /** All attempts of all tasks that were ever scheduled. */
  readonly attemptCount: number;
  /** Tasks that have not ended, iterations left out. */
  readonly openTasks: number;
}

export function initialState(created: RunCreated): RunState {
  const { runner, parameters, overrides, settings, tasks } = created;
  return {
    created,
    runner,
    parameters,
    overrides,
    settings,
    lifeCycleState: "PENDING",
    tasks: TaskTable.of(tasks.map((plan) => [plan.key, openTask(plan)])),
    graph: graphOf(tasks),
    executions: [],
    attemptCount: 0,
    openTasks: tasks.length,
  };
}

/** The state after an event. Events of tasks that the run does not have are ignored. */
export function applyEvent(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case "run-created":
      return initialState(event);
    case "run-queued":
      return { ...state, lifeCycleState: "QUEUED", queuedAt: event.at, message: event.message };
    case "run-skipped":
      return ended(state, event, "SKIPPED", "MAXIMUM_CONCURRENT_RUNS_REACHED");
    case "run-started": {
      const { message: _, ...rest } = state;
      const executions = [{ repairId: undefined, startedAt: event.at, rerun: [] }];
      return { ...rest, lifeCycleState: "RUNNING", startedAt: event.at, executions };
    }
    case "run-resumed": {
      const tasks = [...state.tasks].map(([key, task]) => [key, loseAttempt(task, event.at)] as const);
      return { ...state, runner: event.runner, tasks: TaskTable.of(tasks) };
    }
    case "run-terminating": {
      const { cause, message } = event;
      return { ...state, lifeCycleState: "TERMINATING", terminating: { cause, message } };
    }
    case "run-ended":
      return ended(state, event, "TERMINATED", event.resultState);
    case "repair-started":
      return repaired(state, event);
    case "iterations-created":
      return withIterations(state, event.taskKey, event.inputs);
    case "duration-warning": {
      if (event.taskKey === undefined) return { ...state, warnedAt: event.at };
      const task = state.tasks.get(event.taskKey);
      return task ? withTask(state, { ...task, warnedAt: event.at }) : state;
    }
    default:
      return afterTaskEvent(state, event);
  }
}

function ended(
  state: RunState,
  { at: endedAt, message }: { readonly at: number; readonly message: string },
  lifeCycleState: LifeCycleState,
  resultState: ResultState,
): RunState {
  const last = state.executions.at(-1);
  const executions = last
    ? state.executions.with(-1, { ...last, endedAt, resultState, message })
    : [{ repairId: undefined, startedAt: state.created.at, endedAt, resultState, message, rerun: [] }];
  return { ...state, lifeCycleState, resultState, message, endedAt, executions };
}

/** The tasks are those of now; what is not run again keeps what it did. */
function repaired(state: RunState, event: RepairStarted): RunState {
  const { at, repairId, tasks: plans, rerun, parameters, overrides, settings, runner } = event;
  const again = new Set(rerun);
  const tasks = plans.map((plan): [string, TaskState] => {
    const before = state.tasks.get(plan.key);
    return [plan.key, before && !again.has(plan.key) ? { ...before, plan } : openTask(plan, before)];
  });
  const keys = new Set(plans.map((plan) => plan.key));
  const iterations = [...state.tasks].filter(([, { plan }]) => plan.iteration && keys.has(plan.iteration.of));
  const { endedAt: _1, resultState: _2, message: _3, terminating: _4, warnedAt: _5, ...rest } = state;
  return {
    ...rest,
    runner,
    parameters,
    overrides,
    settings,
    lifeCycleState: "RUNNING",
    tasks: TaskTable.of([...tasks, ...iterations]),
    graph: graphOf(plans),
    executions: [...state.executions, { repairId, startedAt: at, rerun }],
    openTasks: tasks.filter(([, task]) => task.resultState === undefined).length,
  };
}

/** Iterations of an attempt before are replaced, and their attempts stay known. */
function withIterations(state: RunState, taskKey: string, inputs: readonly unknown[]): RunState {
  const task = state.tasks.get(taskKey);
  const nested = task?.plan.forEach?.task;
  if (!task || !nested) return state;
  const others = [...state.tasks].filter(([, { plan }]) => plan.iteration?.of !== taskKey);
  const iterations = inputs.map((input, index): [string, TaskState] => {
    const key = iterationKey(taskKey, index);
    const plan: TaskPlan = {
      ...nested,
      key,
      dependsOn: [],
      runIf: "ALL_SUCCESS",
      iteration: { of: taskKey, index, input, taskKey: nested.key },
    };
    return [key, openTask(plan, state.tasks.get(key))];
  });
  const tasks = TaskTable.of([...others, ...iterations]);
  return withTask(
    { ...state, tasks },
    { ...task, iterations: { total: inputs.length, begun: 0, ended: 0, failed: 0 } },
  );
}

function afterTaskEvent(state: RunState, event: TaskEvent): RunState {
  const task = state.tasks.get(event.taskKey);
  if (!task) return state;
  const next = applyTaskEvent(task, event);
  let after = withTask(state, next);
  if (event.type === "attempt-scheduled") after = { ...after, attemptCount: after.attemptCount + 1 };
  const { iteration } = task.plan;
  if (iteration) return withCounts(after, iteration.of, task, next);
  const closed = task.resultState === undefined && next.resultState !== undefined;
  return closed ? { ...after, openTasks: after.openTasks - 1 } : after;
}

/** The counts of a loop after one of its iterations has changed. */
function withCounts(state: RunState, of: string, before: TaskState, now: TaskState): RunState {
  const parent = state.tasks.get(of);
  if (!parent?.iterations) return state;
  const { total, begun, ended, failed } = parent.iterations;
  const began = before.attempts.length === 0 && now.attempts.length > 0;
  const closed = before.resultState === undefined && now.resultState !== undefined;
  if (!began && !closed) return state;
  const bad = closed && now.resultState !== "SUCCESS" && now.resultState !== "SUCCESS_WITH_FAILURES";
  const skipped = closed && now.attempts.length === 0;
  const iterations = {
    total,
    begun: begun + (began || skipped ? 1 : 0),
    ended: ended + (closed ? 1 : 0),
    failed: failed + (bad ? 1 : 0),
  };
  return withTask(state, { ...parent, iterations });
}

function withTask(state: RunState, task: TaskState): RunState {
  return { ...state, tasks: state.tasks.with(task.plan.key, task) };
}

function graphOf(tasks: readonly TaskPlan[]): RunGraph {
  const dependents = new Map<string, string[]>();
  for (const { key, dependsOn } of tasks) {
    for (const dependency of dependsOn) {
      const known = dependents.get(dependency);
      if (known) known.push(key);
      else dependents.set(dependency, [key]);
    }
  }
  return { dependents, leaves: new Set(leafTasks(tasks)) };
}

/** The state that the events give; undefined where there is no first event. */
export function replay(events: readonly RunEvent[]): RunState | undefined {
  const [first, ...rest] = events;
  if (first?.type !== "run-created") return undefined;
  return rest.reduce(applyEvent, initialState(first));
}

/** The tasks of the job, iterations left out. */
export function jobTasks(run: RunState): readonly TaskState[] {
  return [...run.tasks.values()].filter((task) => task.plan.iteration === undefined);
}

/** The iterations of a for_each_task, in order. */
export function iterationsOf(run: RunState, task: TaskState): readonly TaskState[] {
  const count = task.iterations?.total ?? 0;
  return Array.from({ length: count }, (_, index) => run.tasks.get(iterationKey(task.plan.key, index))).filter(
    (one) => one !== undefined,
  );
}

/** How often the run was repaired: `{{job.repair_count}}`. */
export function repairCount(run: RunState): number {
  return Math.max(0, run.executions.length - 1);
}

export function taskLifeCycleState(task: TaskState, run: RunState): LifeCycleState {
  if (task.resultState !== undefined) {
    if (task.attempts.length === 0) return "SKIPPED";
    return lastAttempt(task)?.result?.state === "INTERNAL_ERROR" ? "INTERNAL_ERROR" : "TERMINATED";
  }
  const last = lastAttempt(task);
  if (last === undefined) return "BLOCKED";
  if (run.lifeCycleState === "TERMINATING" || task.terminating) return "TERMINATING";
  if (last.startedAt !== undefined && last.result === undefined) return "RUNNING";
  return task.attempts.length > 1 ? "WAITING_FOR_RETRY" : "PENDING";
}
