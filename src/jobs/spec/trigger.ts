/** When a job runs by itself: schedule, continuous, triggers. */
import { z } from "zod";

const pauseStatus = z.enum(["PAUSED", "UNPAUSED"]);
const settling = {
  min_time_between_triggers_seconds: z.int().optional(),
  wait_after_last_change_seconds: z.int().optional(),
};

const sqlCondition = z.strictObject({
  sql_query_id: z.string(),
  trigger_mode: z.enum(["QUERY_RETURNS_ROWS", "RESULT_VALUE_CHANGES"]).optional(),
  warehouse_id: z.string(),
});

const cron = { quartz_cron_expression: z.string().min(1), timezone_id: z.string().min(1) };

export const cronSchedule = z.strictObject({
  ...cron,
  pause_status: pauseStatus.optional(),
  sql_condition: sqlCondition.optional(),
});

const continuousSettings = {
  maintenance_window: z
    .strictObject({
      day_of_week: z.enum(["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]),
      start_hour: z.int().min(0).max(23),
      timezone_id: z.string(),
    })
    .optional(),
  task_retry_mode: z.enum(["NEVER", "ON_FAILURE"]).optional(),
};

export const continuous = z.strictObject({ ...continuousSettings, pause_status: pauseStatus.optional() });

const tableUpdate = z.strictObject({
  table_names: z.array(z.string()),
  condition: z.enum(["ANY_UPDATED", "ALL_UPDATED"]).optional(),
  ...settling,
});

const triggerKinds = {
  file_arrival: z.strictObject({ url: z.string(), ...settling }).optional(),
  model: z
    .strictObject({
      aliases: z.array(z.string()).optional(),
      condition: z.enum(["MODEL_CREATED", "MODEL_VERSION_READY", "MODEL_ALIAS_SET"]),
      securable_name: z.string().optional(),
      ...settling,
    })
    .optional(),
  pause_status: pauseStatus.optional(),
  periodic: z
    .strictObject({ interval: z.int().min(1), unit: z.enum(["MINUTES", "HOURS", "DAYS", "WEEKS"]) })
    .optional(),
  sql_condition: sqlCondition.optional(),
  table_update: tableUpdate.optional(),
};

/** `table` is the older name of `table_update`. */
export const triggerSettings = z.strictObject({ ...triggerKinds, table: tableUpdate.optional() });

/** An entry of `triggers`, which is in preview: a job may have several. */
export const triggerConfiguration = z.strictObject({
  ...triggerKinds,
  continuous: z.strictObject(continuousSettings).optional(),
  schedule: z.strictObject(cron).optional(),
});
