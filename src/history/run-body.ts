/** A run as Databricks' `runs/get` answers it. */

import { failureOf } from "../jobs/run/attempt.js";
import type { ResultState } from "../jobs/run/run-event.js";
import { type RunState, taskLifeCycleState } from "../jobs/run/run-state.js";
import { lastAttempt, type TaskState } from "../jobs/run/task-state.js";

type Body = Readonly<Record<string, unknown>>;

/** Times in milliseconds since 1970, ids as numbers: as the Jobs API has them. */
export function runBody(run: RunState): Body {
  const { created } = run;
  const start = run.startedAt ?? created.at;
  return {
    job_id: Number(created.job.id),
    run_id: Number(created.runId),
    run_name: created.job.name,
    run_type: "JOB_RUN",
    format: "MULTI_TASK",
    trigger: created.trigger.type,
    state: {
      life_cycle_state: run.lifeCycleState,
      ...(run.resultState && { result_state: run.resultState }),
      state_message: run.message ?? "",
      user_cancelled_or_timedout: run.terminating !== undefined,
    },
    status: statusBody(run.lifeCycleState, run.resultState, run.message),
    start_time: start,
    ...(run.endedAt !== undefined && { end_time: run.endedAt, run_duration: run.endedAt - start }),
    job_parameters: Object.entries(run.parameters).map(([name, value]) => ({ name, value })),
    ...(Object.keys(run.overrides).length > 0 && { overriding_parameters: { job_parameters: run.overrides } }),
    tasks: [...run.tasks.values()].map((task) => taskBody(task, run)),
  };
}

function taskBody(task: TaskState, run: RunState): Body {
  const last = lastAttempt(task);
  const state = taskLifeCycleState(task, run);
  const failure = failureOf(last?.result);
  const exitValue = last?.result?.state === "SUCCESS" ? last.result.exitValue : undefined;
  return {
    task_key: task.plan.key,
    ...(last && { run_id: Number(last.runId), attempt_number: last.number }),
    depends_on: task.plan.dependsOn.map((key) => ({ task_key: key })),
    run_if: task.plan.runIf,
    [task.plan.work.type]: last?.settings ?? task.plan.work.settings,
    state: {
      life_cycle_state: state,
      ...(task.resultState && { result_state: task.resultState }),
      state_message: task.message ?? "",
    },
    status: statusBody(state, task.resultState, task.message),
    ...(last?.startedAt !== undefined && { start_time: last.startedAt }),
    ...(last?.startedAt !== undefined &&
      last.endedAt !== undefined && { end_time: last.endedAt, execution_duration: last.endedAt - last.startedAt }),
    ...(exitValue !== undefined && { notebook_output: { result: exitValue, truncated: false } }),
    ...(failure && { error: failure.message, ...(failure.stack !== undefined && { error_trace: failure.stack }) }),
  };
}

const CODES: Readonly<Partial<Record<ResultState, string>>> = {
  SUCCESS: "SUCCESS",
  SUCCESS_WITH_FAILURES: "SUCCESS_WITH_FAILURES",
  CANCELED: "USER_CANCELED",
  MAXIMUM_CONCURRENT_RUNS_REACHED: "MAX_CONCURRENT_RUNS_EXCEEDED",
  EXCLUDED: "SKIPPED",
  DISABLED: "DISABLED",
  UPSTREAM_CANCELED: "CANCELED",
};

function statusBody(lifeCycleState: string, resultState: ResultState | undefined, message = ""): Body {
  if (resultState === undefined) return { state: lifeCycleState === "WAITING_FOR_RETRY" ? "WAITING" : lifeCycleState };
  const code = CODES[resultState] ?? "RUN_EXECUTION_ERROR";
  const type = code === "RUN_EXECUTION_ERROR" ? "CLIENT_ERROR" : "SUCCESS";
  return { state: "TERMINATED", termination_details: { code, type, message } };
}
