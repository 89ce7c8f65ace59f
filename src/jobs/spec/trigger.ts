/** When a job runs by itself: schedule, continuous, triggers. */
import { z } from "zod";

const pauseStatus = z.enum(["PAUSED", "UNPAUSED"]);
const opaque = z.looseObject({});
const settling = {
  min_time_between_triggers_seconds: z.int().optional(),
  wait_after_last_change_seconds: z.int().optional(),
};

export const cronSchedule = z.strictObject({
  quartz_cron_expression: z.string().min(1),
  timezone_id: z.string().min(1),
  pause_status: pauseStatus.optional(),
  sql_condition: opaque.optional(),
});

export const continuous = z.strictObject({
  maintenance_window: opaque.optional(),
  pause_status: pauseStatus.optional(),
  task_retry_mode: z.enum(["NEVER", "ON_FAILURE"]).optional(),
});

const tableUpdate = z.strictObject({
  table_names: z.array(z.string()),
  condition: z.enum(["ANY_UPDATED", "ALL_UPDATED"]).optional(),
  ...settling,
});

export const triggerSettings = z.strictObject({
  file_arrival: z.strictObject({ url: z.string(), ...settling }).optional(),
  model: opaque.optional(),
  pause_status: pauseStatus.optional(),
  periodic: z
    .strictObject({ interval: z.int().min(1), unit: z.enum(["MINUTES", "HOURS", "DAYS", "WEEKS"]) })
    .optional(),
  sql_condition: opaque.optional(),
  table: tableUpdate.optional(),
  table_update: tableUpdate.optional(),
});
