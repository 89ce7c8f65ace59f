/** A task of a run as Databricks' `runs/get` has it, with what `runs/get-output` tells of its end. */
import { failureOf } from "../jobs/run/attempt.js";
import { type RunState, taskLifeCycleState } from "../jobs/run/run-state.js";
import { lastAttempt, type TaskState } from "../jobs/run/task-state.js";
import type { TaskSettings } from "../jobs/spec/task.js";
import { runStatus } from "./run-status.js";

type Body = Readonly<Record<string, unknown>>;

/** What a run's task repeats of its spec. */
const KEPT = [
  "description",
  "disable_auto_optimization",
  "disabled",
  "email_notifications",
  "environment_key",
  "existing_cluster_id",
  "job_cluster_key",
  "libraries",
  "max_retries",
  "min_retry_interval_millis",
  "new_cluster",
  "notification_settings",
  "retry_on_timeout",
  "timeout_seconds",
  "webhook_notifications",
] as const;

/** The parameters of each type that may hold references. */
const RESOLVED: Readonly<Record<string, readonly string[]>> = {
  condition_task: ["left", "right"],
  dbt_task: ["commands"],
  notebook_task: ["base_parameters"],
  pipeline_task: ["parameters"],
  python_wheel_task: ["parameters", "named_parameters"],
  run_job_task: ["job_parameters", "parameters"],
  spark_jar_task: ["parameters"],
  spark_python_task: ["parameters"],
  sql_task: ["parameters"],
};

export function taskBody(task: TaskState, run: RunState): Body {
  const last = lastAttempt(task);
  const { key, iteration, dependsOn, outcomes, runIf } = task.plan;
  const failure = failureOf(last?.result);
  const spec = (run.settings.tasks ?? []).find((one) => one.task_key === (iteration?.of ?? key));
  return {
    task_key: key,
    ...(last && { run_id: Number(last.runId), attempt_number: last.number }),
    ...(spec && keptOf(iteration ? (spec.for_each_task?.task as TaskSettings | undefined) : spec)),
    depends_on: dependsOn.map((one) => ({ task_key: one, ...(outcomes?.[one] && { outcome: outcomes[one] }) })),
    run_if: runIf,
    ...workBody(task, run),
    ...runStatus({
      lifeCycleState: taskLifeCycleState(task, run),
      resultState: task.resultState,
      message: task.message,
      failure,
    }),
    ...timesBody(task),
    ...(task.plan.compute.kind === "shared" && { cluster_instance: { cluster_id: task.plan.compute.key } }),
    ...outputBody(task),
  };
}

function keptOf(spec: TaskSettings | undefined): Body {
  return Object.fromEntries(KEPT.flatMap((name) => (spec?.[name] === undefined ? [] : [[name, spec[name]]])));
}

/** The settings as the spec has them; what references became stands beside them. */
function workBody(task: TaskState, run: RunState): Body {
  const { type, settings } = task.plan.work;
  const last = lastAttempt(task);
  const resolved = (RESOLVED[type] ?? []).flatMap((name) => {
    const value = last?.settings?.[name];
    return value === undefined ? [] : [[name, value]];
  });
  return {
    [type]: { ...(settings as Body), ...moreOf(task, run) },
    ...(resolved.length > 0 && { resolved_values: { [type]: Object.fromEntries(resolved) } }),
  };
}

function moreOf(task: TaskState, run: RunState): Body {
  if (task.plan.work.type === "condition_task") return task.outcome === undefined ? {} : { outcome: task.outcome };
  if (!task.iterations) return {};
  const { total, begun, ended, failed } = task.iterations;
  return {
    stats: {
      task_run_stats: {
        total_iterations: total,
        scheduled_iterations: begun,
        active_iterations: begun - ended,
        completed_iterations: ended,
        failed_iterations: failed,
        succeeded_iterations: ended - failed,
      },
      ...(failed > 0 && { error_message_stats: errorsOf(task, run) }),
    },
  };
}

function errorsOf({ plan }: TaskState, run: RunState): readonly Body[] {
  const counts = new Map<string, number>();
  for (const task of run.tasks.values()) {
    const message = failureOf(lastAttempt(task)?.result)?.message;
    if (task.plan.iteration?.of !== plan.key || message === undefined) continue;
    counts.set(message, (counts.get(message) ?? 0) + 1);
  }
  return [...counts].map(([error_message, count]) => ({
    count,
    error_message,
    termination_category: "RUN_EXECUTION_ERROR",
  }));
}

function timesBody(task: TaskState): Body {
  const last = lastAttempt(task);
  if (!last) return {};
  const due = Math.max(last.notBefore, last.scheduledAt);
  const started = last.startedAt;
  return {
    start_time: started ?? due,
    ...(started !== undefined && { setup_duration: Math.max(0, started - due) }),
    ...(last.endedAt !== undefined && {
      end_time: last.endedAt,
      execution_duration: last.endedAt - (started ?? last.endedAt),
    }),
    cleanup_duration: 0,
  };
}

function outputBody(task: TaskState): Body {
  const last = lastAttempt(task);
  const failure = failureOf(last?.result);
  const exitValue = last?.result?.state === "SUCCESS" ? last.result.exitValue : undefined;
  return {
    ...(exitValue !== undefined && { notebook_output: { result: exitValue, truncated: false } }),
    ...(last?.childRunId !== undefined && { run_job_output: { run_id: Number(last.childRunId) } }),
    ...(failure && { error: failure.message, ...(failure.stack !== undefined && { error_trace: failure.stack }) }),
  };
}
