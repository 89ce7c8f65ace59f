/** The rules of a run: which events follow from its state, with no event from outside. Pure; the runner performs what they say. */
import { leafTasks } from "../task-graph.js";
import type { AttemptResult } from "./attempt.js";
import { failureOf } from "./attempt.js";
import type { ResultState, RunEvent } from "./run-event.js";
import { taskRunId } from "./run-id.js";
import { evaluateRunIf, outcomeOf } from "./run-if.js";
import { applyEvent, hasActiveAttempt, lastAttempt, type RunState, type TaskState } from "./run-state.js";

export interface Settled {
  readonly state: RunState;
  readonly events: readonly RunEvent[];
}

/** Applies rules until none has anything to say. Nothing follows before `run-started`, nor after the end. */
export function settle(state: RunState, now: number): Settled {
  const events: RunEvent[] = [];
  let current = state;
  if (current.lifeCycleState !== "RUNNING" && current.lifeCycleState !== "TERMINATING") return { state, events };
  for (let changed = true; changed; ) {
    changed = false;
    for (const key of current.tasks.keys()) {
      const task = current.tasks.get(key);
      const event = task && nextForTask(current, task, now);
      if (!event) continue;
      events.push(event);
      current = applyEvent(current, event);
      changed = true;
    }
  }
  if ([...current.tasks.values()].every((task) => task.resultState !== undefined)) {
    const ended: RunEvent = { type: "run-ended", at: now, ...runResult(current) };
    events.push(ended);
    current = applyEvent(current, ended);
  }
  return { state: current, events };
}

function nextForTask(run: RunState, task: TaskState, now: number): RunEvent | undefined {
  if (task.resultState !== undefined || hasActiveAttempt(task)) return undefined;
  const last = lastAttempt(task);
  if (last?.result) {
    if (run.terminating === undefined && retries(task, last.result)) {
      const started = last.startedAt ?? last.endedAt ?? now;
      return schedule(run, task, now, Math.max(now, started + task.plan.retry.minIntervalMs));
    }
    return end(task, now, resultStateOf(last.result), failureOf(last.result)?.message ?? "");
  }
  if (run.terminating) return end(task, now, stateWhenTerminated(run, task), run.terminating.message);
  const dependencies: { key: string; resultState: ResultState }[] = [];
  for (const key of task.plan.dependsOn) {
    const resultState = run.tasks.get(key)?.resultState;
    if (resultState === undefined) return undefined;
    dependencies.push({ key, resultState });
  }
  const verdict = evaluateRunIf(task.plan.runIf, dependencies);
  if (!verdict.runs) return end(task, now, verdict.resultState, verdict.reason);
  if (task.plan.disabled) return end(task, now, "DISABLED", "the task is disabled in the spec");
  return schedule(run, task, now, now);
}

function schedule(run: RunState, task: TaskState, now: number, notBefore: number): RunEvent {
  const before = [...run.tasks.values()].reduce((sum, one) => sum + one.attempts.length, 0);
  return {
    type: "attempt-scheduled",
    at: now,
    taskKey: task.plan.key,
    attempt: task.attempts.length,
    runId: taskRunId(run.created.runId, before + 1),
    notBefore,
  };
}

function end(task: TaskState, now: number, resultState: ResultState, message: string): RunEvent {
  return { type: "task-ended", at: now, taskKey: task.plan.key, resultState, message };
}

/** Transient errors are tried again; a timeout only if the spec says so; a failed gate or a cancel never. */
function retries(task: TaskState, result: AttemptResult): boolean {
  const { maxRetries, onTimeout } = task.plan.retry;
  if (maxRetries !== -1 && task.attempts.length > maxRetries) return false;
  if (result.state === "TIMEDOUT") return onTimeout;
  if (result.state === "INTERNAL_ERROR") return true;
  return result.state === "FAILED" && result.failure.retryable;
}

function resultStateOf(result: AttemptResult): ResultState {
  return result.state === "INTERNAL_ERROR" ? "FAILED" : result.state;
}

/** A task that never began when its run was ended: canceled, or so because one before it was. */
function stateWhenTerminated(run: RunState, task: TaskState): ResultState {
  const upstream = task.plan.dependsOn.some((key) => {
    const state = run.tasks.get(key)?.resultState;
    return state === undefined || outcomeOf(state) === "canceled" || state === "TIMEDOUT";
  });
  return upstream ? "UPSTREAM_CANCELED" : "CANCELED";
}

function runResult(run: RunState): { readonly resultState: ResultState; readonly message: string } {
  if (run.terminating) return { resultState: run.terminating.cause, message: run.terminating.message };
  const tasks = [...run.tasks.values()];
  const leaves = new Set(leafTasks(tasks.map(({ plan }) => ({ key: plan.key, dependsOn: plan.dependsOn }))));
  const bad = tasks.filter((task) => task.resultState !== undefined && !fine(task.resultState));
  if (bad.length === 0) return { resultState: "SUCCESS", message: "" };
  const names = bad.map((task) => task.plan.key);
  const failedLeaf = bad.some((task) => leaves.has(task.plan.key));
  if (!failedLeaf) {
    return {
      resultState: "SUCCESS_WITH_FAILURES",
      message: `${names.join(", ")} failed, but every last task succeeded`,
    };
  }
  const failed = bad.filter((task) => task.attempts.length > 0).map((task) => task.plan.key);
  return { resultState: "FAILED", message: `${(failed.length > 0 ? failed : names).join(", ")} failed` };
}

function fine(state: ResultState): boolean {
  const outcome = outcomeOf(state);
  return outcome === "succeeded" || outcome === "excluded";
}
