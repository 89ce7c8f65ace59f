/** Rows of `jobs` and `job_tasks`: a job and its tasks as a run's spec has them. */
import { userInfo } from "node:os";
import type { RunState } from "../../jobs/run/run-state.js";
import type { JobSettings } from "../../jobs/spec/job-settings.js";
import { jobTriggerWord } from "./result-words.js";
import { type Row, WORKSPACE_ID } from "./timeline-rows.js";

type Rules = NonNullable<JobSettings["health"]>["rules"];

/** Without the times of the change. */
export function jobRow({ created, settings }: RunState): Row {
  const user = userInfo().username;
  const runAs = settings.run_as?.user_name ?? settings.run_as?.service_principal_name ?? user;
  return {
    account_id: null,
    workspace_id: WORKSPACE_ID,
    job_id: created.job.id,
    name: created.job.name,
    description: settings.description ?? null,
    creator_id: user,
    tags: settings.tags ? new Map(Object.entries(settings.tags)) : null,
    run_as: runAs,
    trigger: triggerOf(settings),
    trigger_type: jobTriggerWord(settings),
    run_as_user_name: runAs,
    creator_user_name: user,
    paused: pausedOf(settings),
    timeout_seconds: BigInt(settings.timeout_seconds ?? 0),
    health_rules: rulesOf(settings.health?.rules),
  };
}

export function taskDefinitionRows({ created, settings }: RunState): readonly Row[] {
  return (settings.tasks ?? []).map((task) => ({
    account_id: null,
    workspace_id: WORKSPACE_ID,
    job_id: created.job.id,
    task_key: task.task_key,
    depends_on_keys: (task.depends_on ?? []).map((one) => one.task_key),
    timeout_seconds: BigInt(task.timeout_seconds ?? 0),
    health_rules: rulesOf(task.health?.rules),
  }));
}

function rulesOf(rules: Rules | undefined): readonly Row[] | null {
  return rules?.map(({ metric, op, value }) => ({ metric, op, value: BigInt(value) })) ?? null;
}

function pausedOf({ schedule, continuous, trigger }: JobSettings): boolean {
  return [schedule, continuous, trigger].some((one) => one?.pause_status === "PAUSED");
}

function triggerOf({ schedule, continuous, trigger }: JobSettings): Row | null {
  if (!schedule && !continuous && !trigger) return null;
  const arrival = trigger?.file_arrival;
  const update = trigger?.table_update ?? trigger?.table;
  return {
    schedule: schedule
      ? { quartz_cron_expression: schedule.quartz_cron_expression, timezone_id: schedule.timezone_id }
      : null,
    periodic: trigger?.periodic ? { interval: BigInt(trigger.periodic.interval), unit: trigger.periodic.unit } : null,
    file_arrival: arrival
      ? {
          url: arrival.url,
          min_time_between_triggers_seconds: bigintOrNull(arrival.min_time_between_triggers_seconds),
          wait_after_last_change_seconds: bigintOrNull(arrival.wait_after_last_change_seconds),
        }
      : null,
    table_update: update ? { table_names: update.table_names, condition: update.condition ?? null } : null,
    continuous: continuous ? { task_retry_mode: continuous.task_retry_mode ?? null } : null,
  };
}

function bigintOrNull(value: number | undefined): bigint | null {
  return value === undefined ? null : BigInt(value);
}
