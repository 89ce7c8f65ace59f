/** What an attempt is asked: its task's settings with everything that the run knows put in. */
import { isLakeletError } from "../../errors/lakelet-error.js";
import type { TaskWork } from "../job-plan.js";
import { attemptSettings } from "../parameters.js";
import type { FinishedTask, ReferenceScope } from "../reference.js";
import type { AttemptRequest, AttemptResult } from "./attempt.js";
import { failureOf } from "./attempt.js";
import { type RunState, repairCount } from "./run-state.js";
import { type AttemptState, lastAttempt, type TaskState } from "./task-state.js";

/** Looked up one by one: a run of a thousand tasks makes a thousand scopes. */
export function scopeOf(state: RunState, task: TaskState, attempt: AttemptState): ReferenceScope {
  const { created } = state;
  const { work, iteration } = task.plan;
  return {
    job: {
      id: created.job.id,
      name: created.job.name,
      runId: created.runId,
      startTime: created.at,
      repairCount: repairCount(state),
      trigger: created.trigger,
      parameters: state.parameters,
    },
    task: {
      key: iteration?.taskKey ?? task.plan.key,
      runId: attempt.runId,
      executionCount: attempt.number + 1,
      notebookPath: notebookPathOf(work),
    },
    tasks: {
      get: (key) => {
        const found = state.tasks.get(key);
        return found && finishedTask(found);
      },
    },
    input: iteration && { value: iteration.input },
    backfillDate: created.backfillDate,
  };
}

function finishedTask(task: TaskState): FinishedTask | undefined {
  if (task.resultState === undefined) return undefined;
  const last = lastAttempt(task);
  const success = last?.result?.state === "SUCCESS" ? last.result : undefined;
  return {
    runId: last?.runId ?? "",
    resultState: task.resultState,
    executionCount: task.earlier.length + task.attempts.length,
    errorCode: failureOf(last?.result)?.condition,
    values: task.values,
    exitValue: success?.exitValue,
    rows: success?.rows,
    omittedRows: success?.omittedRows,
    alertState: success?.alert?.state,
    notebookPath: notebookPathOf(task.plan.work),
  };
}

function notebookPathOf({ type, settings }: TaskWork): string | undefined {
  return type === "notebook_task" ? (settings as { readonly notebook_path: string }).notebook_path : undefined;
}

/** The request, or the failure of a reference in it. */
export function attemptRequest(
  state: RunState,
  task: TaskState,
  attempt: AttemptState,
): AttemptRequest | AttemptResult {
  const { created } = state;
  const { id, name } = created.job;
  const { work, sparkConf, environment, workers, libraries } = task.plan;
  const scope = scopeOf(state, task, attempt);
  return orFailure(() => ({
    job: { id, name, runId: created.runId, startTime: created.at },
    task: { key: task.plan.key, type: work.type, runId: attempt.runId, attempt: attempt.number },
    settings: attemptSettings(work, scope, state.overrides, created.runParameters),
    // Only a notebook asks for them by name; elsewhere references have taken their place already.
    taskValues: work.type === "notebook_task" ? taskValues(state) : {},
    sparkConf,
    ...(environment && { environment }),
    ...(workers !== undefined && { workers }),
    ...(libraries && { libraries }),
  }));
}

/** A mistake that the user can mend fails the attempt; anything else is a mistake of the runner and is thrown. */
export function orFailure<Made>(make: () => Made): Made | AttemptResult {
  try {
    return make();
  } catch (error) {
    if (!isLakeletError(error)) throw error;
    const { message, condition } = error;
    return { state: "FAILED", failure: { message, condition, retryable: false } };
  }
}

/** Of the tasks that have ended and left any: a thousand names of tasks that left none would go to each attempt. */
function taskValues(state: RunState): AttemptRequest["taskValues"] {
  const values: [string, Readonly<Record<string, unknown>>][] = [];
  for (const task of state.tasks.values()) {
    if (task.resultState === undefined || task.plan.iteration !== undefined) continue;
    const last = lastAttempt(task)?.result;
    const exitValue = last?.state === "SUCCESS" ? last.exitValue : undefined;
    if (exitValue !== undefined) values.push([task.plan.key, { default: exitValue, ...task.values }]);
    else if (Object.keys(task.values).length > 0) values.push([task.plan.key, task.values]);
  }
  return Object.fromEntries(values);
}
