/** One task of a job: what it runs, after which others, on what, and how often it is tried. */
import { z } from "zod";
import { emailNotifications, health, taskNotificationSettings, webhookNotifications } from "./alerting.js";
import { clusterSpec, library } from "./cluster.js";

const texts = z.record(z.string(), z.string());
const opaque = z.looseObject({});
const source = z.enum(["WORKSPACE", "GIT"]);

export const RUN_IF = [
  "ALL_SUCCESS",
  "AT_LEAST_ONE_SUCCESS",
  "NONE_FAILED",
  "ALL_DONE",
  "AT_LEAST_ONE_FAILED",
  "ALL_FAILED",
] as const;
export type RunIf = (typeof RUN_IF)[number];

const notebookTask = z.strictObject({
  notebook_path: z.string().min(1),
  base_parameters: texts.optional(),
  source: source.optional(),
  warehouse_id: z.string().optional(),
});

const subscription = z.strictObject({ destination_id: z.string().optional(), user_name: z.string().optional() });

const sqlTask = z.strictObject({
  warehouse_id: z.string().optional(),
  alert: z
    .strictObject({
      alert_id: z.string(),
      pause_subscriptions: z.boolean().optional(),
      subscriptions: z.array(subscription).optional(),
    })
    .optional(),
  dashboard: z
    .strictObject({
      dashboard_id: z.string(),
      custom_subject: z.string().optional(),
      pause_subscriptions: z.boolean().optional(),
      subscriptions: z.array(subscription).optional(),
    })
    .optional(),
  file: z.strictObject({ path: z.string().min(1), source: source.optional() }).optional(),
  parameters: texts.optional(),
  query: z.strictObject({ query_id: z.string().min(1) }).optional(),
});

const refresh = {
  full_refresh: z.boolean().optional(),
  full_refresh_selection: z.array(z.string()).optional(),
  refresh_flow_selection: z.array(z.string()).optional(),
  refresh_selection: z.array(z.string()).optional(),
  reset_checkpoint_selection: z.array(z.string()).optional(),
};

/** Task types by their key. Exactly one stands in a task. */
export const taskTypes = {
  notebook_task: notebookTask,
  sql_task: sqlTask,
  pipeline_task: z.strictObject({ pipeline_id: z.string().min(1), parameters: texts.optional(), ...refresh }),
  dbt_task: z.strictObject({
    commands: z.array(z.string()).max(10),
    catalog: z.string().optional(),
    profiles_directory: z.string().optional(),
    project_directory: z.string().optional(),
    schema: z.string().optional(),
    source: source.optional(),
    warehouse_id: z.string().optional(),
  }),
  python_wheel_task: z.strictObject({
    package_name: z.string(),
    entry_point: z.string(),
    named_parameters: texts.optional(),
    parameters: z.array(z.string()).optional(),
  }),
  spark_jar_task: z.strictObject({
    jar_uri: z.string().optional(),
    main_class_name: z.string().optional(),
    parameters: z.array(z.string()).optional(),
    run_as_repl: z.boolean().optional(),
  }),
  spark_python_task: z.strictObject({
    python_file: z.string(),
    parameters: z.array(z.string()).optional(),
    source: source.optional(),
  }),
  spark_submit_task: z.strictObject({ parameters: z.array(z.string()).optional() }),
  condition_task: z.strictObject({
    op: z.enum(["EQUAL_TO", "NOT_EQUAL", "GREATER_THAN", "GREATER_THAN_OR_EQUAL", "LESS_THAN", "LESS_THAN_OR_EQUAL"]),
    left: z.string(),
    right: z.string(),
  }),
  for_each_task: z.strictObject({ inputs: z.string(), task: opaque, concurrency: z.int().min(1).optional() }),
  run_job_task: z.strictObject({
    job_id: z.union([z.int(), z.string()]),
    dbt_commands: z.array(z.string()).optional(),
    jar_params: z.array(z.string()).optional(),
    job_parameters: texts.optional(),
    notebook_params: texts.optional(),
    pipeline_params: z.strictObject(refresh).optional(),
    python_named_params: texts.optional(),
    python_params: z.array(z.string()).optional(),
    spark_submit_params: z.array(z.string()).optional(),
    sql_params: texts.optional(),
  }),
  agentic_task: opaque,
  ai_runtime_task: opaque,
  alert_task: opaque,
  clean_rooms_notebook_task: opaque,
  dashboard_task: opaque,
  dbt_cloud_task: opaque,
  dbt_platform_task: opaque,
  gen_ai_compute_task: opaque,
  genie_task: opaque,
  power_bi_task: opaque,
  python_operator_task: opaque,
} as const;
export type TaskType = keyof typeof taskTypes;
export const TASK_TYPES = Object.keys(taskTypes) as readonly TaskType[];

/** What the API accepts as a key: it also is a part of file names and references here. */
export const taskKey = z.string().regex(/^[\w-]{1,100}$/, "must be 1 to 100 letters, digits, `_` or `-`");

export const task = z.strictObject({
  task_key: taskKey,
  ...optionalTypes(),
  compute: opaque.optional(),
  depends_on: z.array(z.strictObject({ task_key: z.string(), outcome: z.string().optional() })).optional(),
  description: z.string().optional(),
  disable_auto_optimization: z.boolean().optional(),
  disabled: z.boolean().optional(),
  email_notifications: emailNotifications.optional(),
  environment_key: z.string().optional(),
  environment_variables_key: z.string().optional(),
  existing_cluster_id: z.string().min(1).optional(),
  health: health.optional(),
  job_cluster_key: z.string().min(1).optional(),
  libraries: z.array(library).optional(),
  max_retries: z.int().min(-1).optional(),
  min_retry_interval_millis: z.int().min(0).optional(),
  new_cluster: clusterSpec.optional(),
  notification_settings: taskNotificationSettings.optional(),
  retry_on_timeout: z.boolean().optional(),
  run_if: z.enum(RUN_IF).optional(),
  timeout_seconds: z.int().min(0).optional(),
  webhook_notifications: webhookNotifications.optional(),
});
export type TaskSettings = z.infer<typeof task>;

type OptionalTypes = { [Type in TaskType]: z.ZodOptional<(typeof taskTypes)[Type]> };

function optionalTypes(): OptionalTypes {
  return Object.fromEntries(TASK_TYPES.map((type) => [type, taskTypes[type].optional()])) as OptionalTypes;
}

/** The task types that stand in a task: one in a valid one. */
export function typesOf(settings: TaskSettings): readonly TaskType[] {
  return TASK_TYPES.filter((type) => settings[type] !== undefined);
}
