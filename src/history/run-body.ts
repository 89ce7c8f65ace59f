/** A run as Databricks' `runs/get` (API 2.2) answers it. */
import { userInfo } from "node:os";
import type { RunCreated } from "../jobs/run/run-event.js";
import { type Execution, iterationsOf, jobTasks, type RunState } from "../jobs/run/run-state.js";
import type { TaskState } from "../jobs/run/task-state.js";
import { runStatus, type StateBody } from "./run-status.js";
import { taskBody } from "./task-body.js";

type Body = Readonly<Record<string, unknown>>;

/** Times in milliseconds since 1970, ids as numbers: as the Jobs API has them. */
export function runBody(run: RunState): Body {
  const { created, settings } = run;
  const runId = Number(created.runId);
  const iterations = jobTasks(run).flatMap((task) => iterationsOf(run, task));
  return {
    job_id: Number(created.job.id),
    run_id: runId,
    number_in_job: runId,
    original_attempt_run_id: runId,
    creator_user_name: userInfo().username,
    run_name: created.job.name,
    run_type: "JOB_RUN",
    format: "MULTI_TASK",
    ...(settings.description !== undefined && { description: settings.description }),
    ...triggerBody(created),
    ...runStatus(run),
    ...timesBody(run),
    ...(settings.schedule && { schedule: settings.schedule }),
    ...(settings.job_clusters && { job_clusters: settings.job_clusters }),
    ...(settings.git_source && { git_source: settings.git_source }),
    ...(settings.performance_target && { effective_performance_target: settings.performance_target }),
    ...parametersBody(run),
    tasks: jobTasks(run).map((task) => taskBody(task, run)),
    ...(iterations.length > 0 && { iterations: iterations.map((task) => taskBody(task, run)) }),
    ...(run.executions.length > 1 && { repair_history: run.executions.map((_, i) => repairItem(run, i)) }),
  };
}

function triggerBody({ trigger }: RunCreated): Body {
  return { trigger: trigger.type, ...(trigger.parent && { trigger_info: { run_id: Number(trigger.parent.runId) } }) };
}

/** Of a run of several tasks `run_duration` is the one that counts: it spans all repairs. */
function timesBody(run: RunState): Body {
  const { created, queuedAt, startedAt, endedAt } = run;
  return {
    start_time: created.at,
    ...(endedAt !== undefined && { end_time: endedAt, run_duration: endedAt - created.at }),
    setup_duration: 0,
    execution_duration: 0,
    cleanup_duration: 0,
    ...(queuedAt !== undefined && { queue_duration: (startedAt ?? endedAt ?? Date.now()) - queuedAt }),
  };
}

function parametersBody({ parameters, overrides, settings, created }: RunState): Body {
  const defaults = new Map((settings.parameters ?? []).map((one) => [one.name, one.default]));
  const given = { ...created.runParameters, ...(Object.keys(overrides).length > 0 && { job_parameters: overrides }) };
  return {
    job_parameters: Object.entries(parameters).map(([name, value]) => {
      const standard = defaults.get(name);
      return { name, ...(standard !== undefined && { default: standard }), value };
    }),
    ...(Object.keys(given).length > 0 && { overriding_parameters: given }),
  };
}

/** The run itself is the first one. */
function repairItem(run: RunState, index: number): Body {
  const execution = run.executions[index] as Execution;
  const next = run.executions[index + 1]?.startedAt ?? Number.POSITIVE_INFINITY;
  const during = (task: TaskState) =>
    [...task.earlier, ...task.attempts].filter(
      (one) => one.scheduledAt >= execution.startedAt && one.scheduledAt < next,
    );
  return {
    ...(execution.repairId === undefined ? { type: "ORIGINAL" } : { type: "REPAIR", id: Number(execution.repairId) }),
    start_time: execution.startedAt,
    ...(execution.endedAt !== undefined && { end_time: execution.endedAt }),
    ...executionStatus(run, execution),
    task_run_ids: jobTasks(run).flatMap((task) => during(task).map((one) => Number(one.runId))),
  };
}

function executionStatus(run: RunState, execution: Execution): StateBody {
  const { resultState, message } = execution;
  if (resultState === undefined) return runStatus(run);
  return runStatus({ lifeCycleState: "TERMINATED", resultState, message });
}
