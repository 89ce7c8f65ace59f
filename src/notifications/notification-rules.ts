/** Which events of a run are worth a notification. Pure: who wants to know is not asked here. */
import type { AlertResult, AttemptResult } from "../jobs/run/attempt.js";
import { failureOf } from "../jobs/run/attempt.js";
import type { ResultState, RunEvent } from "../jobs/run/run-event.js";
import type { RunState } from "../jobs/run/run-state.js";
import { lastAttempt, type TaskState } from "../jobs/run/task-state.js";
import type { Notification, NotificationEvent, NotifiedTask } from "./notification.js";

/** @param state after the event */
export function notificationsOf(event: RunEvent, state: RunState): readonly Notification[] {
  switch (event.type) {
    case "run-started":
      return [ofRun(state, "on_start", event.at)];
    case "run-skipped":
      return [ofRun(state, "on_failure", event.at, "MAXIMUM_CONCURRENT_RUNS_REACHED", event.message)];
    case "run-ended": {
      const kind = succeeded(event.resultState) ? "on_success" : "on_failure";
      return [ofRun(state, kind, event.at, event.resultState, event.message)];
    }
    case "duration-warning":
      return [durationWarning(event, state)];
    case "attempt-started":
    case "attempt-ended":
    case "task-ended": {
      const task = state.tasks.get(event.taskKey);
      // A condition only chooses the way: nobody is told of it.
      if (!task || task.plan.work.type === "condition_task") return [];
      return ofTaskEvent(event, task, state);
    }
    default:
      return [];
  }
}

/** A run that succeeded with failures counts as successful. */
function succeeded(resultState: ResultState): boolean {
  return resultState === "SUCCESS" || resultState === "SUCCESS_WITH_FAILURES";
}

function ofRun(
  state: RunState,
  event: NotificationEvent,
  at: number,
  resultState?: ResultState,
  message = "",
): Notification {
  const id = `${state.created.runId}-${event}${repairMark(state)}`;
  const skipped = state.lifeCycleState === "SKIPPED";
  return { id, event, at, resultState, skipped, message, task: undefined };
}

/** A repair is told of anew. */
function repairMark(state: RunState): string {
  return state.executions.length > 1 ? `-${state.executions.length}` : "";
}

type DurationWarning = Extract<RunEvent, { type: "duration-warning" }>;

function durationWarning({ at, taskKey, thresholdSeconds }: DurationWarning, state: RunState): Notification {
  const event = "on_duration_warning_threshold_exceeded";
  const message = `It has run longer than ${thresholdSeconds} s, and goes on.`;
  const task = taskKey === undefined ? undefined : state.tasks.get(taskKey);
  if (!task) return { ...ofRun(state, event, at, undefined, message), thresholdSeconds };
  return { ...ofTask({ task, state, event, at, message }), thresholdSeconds };
}

type TaskEvent = Extract<RunEvent, { type: "attempt-started" | "attempt-ended" | "task-ended" }>;

function ofTaskEvent(event: TaskEvent, task: TaskState, state: RunState): readonly Notification[] {
  const { at } = event;
  if (event.type === "attempt-started") return [ofTask({ task, state, event: "on_start", at })];
  if (event.type === "attempt-ended") {
    if (event.result.state === "SUCCESS") return ofAlert(event.result.alert, task, state, at);
    // Whether it was the last one is not known yet: task-ended says it.
    return [failedAttempt(event.result, task, state, at, "attempt")];
  }
  const { resultState, message } = event;
  const last = lastAttempt(task);
  if (last === undefined) {
    // One left out because its condition did not hold, or switched off in the spec, is nobody's failure.
    if (resultState === "EXCLUDED" || resultState === "DISABLED") return [];
    const skipped = resultState !== "CANCELED";
    return [ofTask({ task, state, event: "on_failure", at, resultState, message, skipped })];
  }
  if (succeeded(resultState)) {
    return [ofTask({ task, state, event: "on_success", at, resultState, message })];
  }
  if (last.result === undefined || last.result.state === "SUCCESS") {
    return [ofTask({ task, state, event: "on_failure", at, resultState, message })];
  }
  return [failedAttempt(last.result, task, state, at, "last-attempt")];
}

function ofAlert(
  alert: AlertResult | undefined,
  task: TaskState,
  state: RunState,
  at: number,
): readonly Notification[] {
  if (!alert?.notify) return [];
  const value = alert.value === null ? "nothing" : alert.value;
  const message = alert.body ?? `The condition is ${alert.condition}; it is ${value}.`;
  return [{ ...ofTask({ task, state, event: "on_alert", at, resultState: "SUCCESS", message }), alert }];
}

type FailedResult = Exclude<AttemptResult, { readonly state: "SUCCESS" }>;

function failedAttempt(
  result: FailedResult,
  task: TaskState,
  state: RunState,
  at: number,
  moment: NotifiedTask["moment"],
): Notification {
  const message = failureOf(result)?.message ?? "";
  return ofTask({ task, state, event: "on_failure", at, resultState: result.state, message, moment });
}

interface OfTask {
  readonly task: TaskState;
  readonly state: RunState;
  readonly event: Notification["event"];
  readonly at: number;
  readonly moment?: NotifiedTask["moment"];
  readonly resultState?: Notification["resultState"];
  readonly message?: string;
  readonly skipped?: boolean;
}

function ofTask(options: OfTask): Notification {
  const { task, state, event, at, moment = "task", resultState, message = "", skipped = false } = options;
  const { key } = task.plan;
  const last = lastAttempt(task);
  const of = last?.runId ?? `${encodeURIComponent(key)}${repairMark(state)}`;
  const attempt = Math.max(0, task.attempts.length - 1);
  return {
    id: `${state.created.runId}-${of}-${event}`,
    event,
    at,
    resultState,
    skipped,
    message,
    task: { key, runId: last?.runId, attempt, moment },
  };
}
