/** The rules of a run: which events follow from its state, with no event from outside. Pure; the runner performs what they say. */
import type { AttemptResult } from "./attempt.js";
import { failureOf } from "./attempt.js";
import type { ResultState, RunEvent } from "./run-event.js";
import { taskRunId } from "./run-id.js";
import { type EndedDependency, evaluateRunIf, outcomeOf } from "./run-if.js";
import { runResult } from "./run-result.js";
import { applyEvent, iterationsOf, type RunState } from "./run-state.js";
import { hasActiveAttempt, iterationKey, lastAttempt, type TaskState } from "./task-state.js";

export interface Settled {
  readonly state: RunState;
  readonly events: readonly RunEvent[];
}

/**
 * Applies rules until none has anything to say. Nothing follows before `run-started`, nor after the end.
 *
 * @param after the event that gave the state, where the state before it was settled: only what it can have changed is looked at
 */
export function settle(state: RunState, now: number, after?: RunEvent): Settled {
  const events: RunEvent[] = [];
  let current = state;
  if (current.lifeCycleState !== "RUNNING" && current.lifeCycleState !== "TERMINATING") return { state, events };
  const open = after ? [...touchedBy(current, after)] : [...current.tasks.keys()];
  for (let i = 0; i < open.length; i++) {
    const task = current.tasks.get(open[i] ?? "");
    for (const event of task ? nextForTask(current, task, now) : []) {
      events.push(event);
      current = applyEvent(current, event);
      open.push(...touchedBy(current, event));
    }
  }
  if (current.openTasks === 0) {
    const ended: RunEvent = { type: "run-ended", at: now, ...runResult(current) };
    events.push(ended);
    current = applyEvent(current, ended);
  }
  return { state: current, events };
}

/** Keys of the tasks for which an event may have consequences. */
function touchedBy(run: RunState, event: RunEvent): readonly string[] {
  switch (event.type) {
    case "attempt-ended":
    case "iterations-created":
      return [event.taskKey];
    case "attempt-scheduled": {
      const iteration = run.tasks.get(event.taskKey)?.plan.iteration;
      return iteration ? [iteration.of] : [];
    }
    case "task-terminating": {
      const task = run.tasks.get(event.taskKey);
      return task ? [...iterationsOf(run, task).map(({ plan }) => plan.key), event.taskKey] : [];
    }
    case "task-ended": {
      const iteration = run.tasks.get(event.taskKey)?.plan.iteration;
      return iteration ? [iteration.of] : (run.graph.dependents.get(event.taskKey) ?? []);
    }
    case "run-started":
    case "run-resumed":
    case "repair-started":
    case "run-terminating":
      return [...run.tasks.keys()];
    default:
      return [];
  }
}

function nextForTask(run: RunState, task: TaskState, now: number): readonly RunEvent[] {
  if (task.resultState !== undefined) return [];
  if (hasActiveAttempt(task)) return task.iterations ? nextForLoop(run, task, task.iterations, now) : [];
  const last = lastAttempt(task);
  if (last?.result) {
    const mayRetry = stopOf(run, task) === undefined && retries(task, last.result);
    if (!mayRetry) return [endAfter(task, now, last.result)];
    const started = last.startedAt ?? last.endedAt ?? now;
    return [schedule(run, task, now, Math.max(now, started + task.plan.retry.minIntervalMs))];
  }
  const { iteration } = task.plan;
  const stop = stopOf(run, task);
  if (stop) return [end(task, now, iteration ? "CANCELED" : stateWhenTerminated(run, task), stop.message)];
  // Its loop says when it begins.
  if (iteration) return [];
  const dependencies: EndedDependency[] = [];
  for (const key of task.plan.dependsOn) {
    const before = run.tasks.get(key);
    if (before?.resultState === undefined) return [];
    dependencies.push({ key, resultState: before.resultState, otherOutcome: hasOtherOutcome(task, before) });
  }
  const verdict = evaluateRunIf(task.plan.runIf, dependencies);
  if (!verdict.runs) return [end(task, now, verdict.resultState, verdict.reason)];
  if (task.plan.disabled) return [end(task, now, "DISABLED", "the task is disabled in the spec")];
  return [schedule(run, task, now, now)];
}

/** A condition that succeeded, and not with the outcome that the task waits for. */
function hasOtherOutcome(task: TaskState, condition: TaskState): boolean {
  const { outcomes = {} } = task.plan;
  const wanted = Object.hasOwn(outcomes, condition.plan.key) ? outcomes[condition.plan.key] : undefined;
  return wanted !== undefined && condition.outcome !== undefined && condition.outcome !== wanted;
}

/** As many iterations as may run at once; the end of the loop's own attempt after the last one. */
function nextForLoop(
  run: RunState,
  task: TaskState,
  { total, begun, ended, failed }: NonNullable<TaskState["iterations"]>,
  now: number,
): readonly RunEvent[] {
  const attempt = lastAttempt(task);
  if (attempt === undefined) return [];
  const stop = stopOf(run, task);
  if (ended === total) {
    const result = loopResult(run, task, stop, total, failed);
    return [{ type: "attempt-ended", at: now, taskKey: task.plan.key, attempt: attempt.number, result }];
  }
  const free = (task.plan.forEach?.concurrency ?? 1) - (begun - ended);
  if (stop || free <= 0 || begun === total) return [];
  // One at a time: its event brings the loop's turn again.
  const next = run.tasks.get(iterationKey(task.plan.key, begun));
  return next ? [schedule(run, next, now, now)] : [];
}

function loopResult(
  run: RunState,
  task: TaskState,
  stop: { readonly cause: "CANCELED" | "TIMEDOUT"; readonly message: string } | undefined,
  total: number,
  failed: number,
): AttemptResult {
  if (stop) return { state: stop.cause, failure: { message: stop.message, retryable: false } };
  if (failed === 0) return { state: "SUCCESS" };
  const bad = iterationsOf(run, task).filter((one) => one.resultState !== "SUCCESS");
  const [first] = bad;
  const message = `${failed} of ${total} iterations failed. The first, ${first?.plan.key}: ${first?.message ?? ""}`;
  return { state: "FAILED", failure: { message, condition: "FOR_EACH_ITERATIONS_FAILED", retryable: true } };
}

/** What ends a task before its time: the end of its run, of itself, or of the loop that it is a turn of. */
function stopOf(run: RunState, task: TaskState) {
  const { iteration } = task.plan;
  return run.terminating ?? task.terminating ?? (iteration && run.tasks.get(iteration.of)?.terminating);
}

function schedule(run: RunState, task: TaskState, now: number, notBefore: number): RunEvent {
  return {
    type: "attempt-scheduled",
    at: now,
    taskKey: task.plan.key,
    attempt: task.earlier.length + task.attempts.length,
    runId: taskRunId(run.created.runId, run.attemptCount + 1),
    notBefore,
  };
}

function endAfter(task: TaskState, now: number, result: AttemptResult): RunEvent {
  const message = failureOf(result)?.message ?? "";
  const ended = end(task, now, result.state === "INTERNAL_ERROR" ? "FAILED" : result.state, message);
  const outcome = result.state === "SUCCESS" ? result.outcome : undefined;
  return outcome === undefined ? ended : { ...ended, outcome };
}

type TaskEnded = Extract<RunEvent, { readonly type: "task-ended" }>;

function end(task: TaskState, now: number, resultState: ResultState, message: string): TaskEnded {
  return { type: "task-ended", at: now, taskKey: task.plan.key, resultState, message };
}

/** Transient errors are tried again; a timeout only if the spec says so; a failed gate, a cancel or a condition never. */
function retries(task: TaskState, result: AttemptResult): boolean {
  if (lastAttempt(task)?.lostWithRunner) return true;
  const { maxRetries, onTimeout } = task.plan.retry;
  if (task.plan.work.type === "condition_task") return false;
  const tried = task.attempts.filter((one) => !one.lostWithRunner).length;
  if (maxRetries !== -1 && tried > maxRetries) return false;
  if (result.state === "TIMEDOUT") return onTimeout;
  if (result.state === "INTERNAL_ERROR") return true;
  return result.state === "FAILED" && result.failure.retryable;
}

/** A task that never began when its run was ended: canceled, or so because one before it was. */
function stateWhenTerminated(run: RunState, task: TaskState): ResultState {
  const upstream = task.plan.dependsOn.some((key) => {
    const state = run.tasks.get(key)?.resultState;
    return state === undefined || outcomeOf(state) === "canceled" || state === "TIMEDOUT";
  });
  return upstream ? "UPSTREAM_CANCELED" : "CANCELED";
}
