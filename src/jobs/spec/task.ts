/** One task of a job: what it runs, after which others, on what, and how often it is tried. */
import { z } from "zod";
import { emailNotifications, health, taskNotificationSettings, webhookNotifications } from "./alerting.js";
import { clusterSpec, library } from "./cluster.js";
import {
  ACCELERATORS,
  aiRuntimeTask,
  alertTask,
  cleanRoomsNotebookTask,
  dashboardTask,
  dbtCloudTask,
  dbtPlatformTask,
  genAiComputeTask,
  powerBiTask,
  pythonOperatorTask,
} from "./other-task-types.js";

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

/** The task types that may also stand inside a for_each_task. */
const plainTaskTypes = {
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
  ai_runtime_task: aiRuntimeTask,
  alert_task: alertTask,
  clean_rooms_notebook_task: cleanRoomsNotebookTask,
  dashboard_task: dashboardTask,
  dbt_cloud_task: dbtCloudTask,
  dbt_platform_task: dbtPlatformTask,
  gen_ai_compute_task: genAiComputeTask,
  genie_task: opaque,
  power_bi_task: powerBiTask,
  python_operator_task: pythonOperatorTask,
} as const;

/** What the API accepts as a key: it also is a part of file names and references here. */
export const taskKey = z.string().regex(/^[\w-]{1,100}$/, "must be 1 to 100 letters, digits, `_` or `-`");

const commonKeys = {
  task_key: taskKey,
  compute: z.strictObject({ hardware_accelerator: ACCELERATORS.optional() }).optional(),
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
};

/** What a for_each_task runs for each input. */
const nestedTask = z.strictObject({
  ...commonKeys,
  ...optional(plainTaskTypes),
  /** Known only to be refused by name: loops do not nest. */
  for_each_task: opaque.optional(),
});
export type NestedTask = z.infer<typeof nestedTask>;

/** Task types by their key. Exactly one stands in a task. */
export const taskTypes = {
  ...plainTaskTypes,
  for_each_task: z.strictObject({
    inputs: z.string(),
    task: nestedTask,
    concurrency: z.int().min(1).max(100).optional(),
  }),
} as const;
export type TaskType = keyof typeof taskTypes;
export const TASK_TYPES = Object.keys(taskTypes) as readonly TaskType[];

export const task = z.strictObject({ ...commonKeys, ...optional(taskTypes) });
export type TaskSettings = z.infer<typeof task>;

type Optional<Types extends Record<string, z.ZodType>> = { [Type in keyof Types]: z.ZodOptional<Types[Type]> };

function optional<Types extends Record<string, z.ZodType>>(types: Types): Optional<Types> {
  return Object.fromEntries(Object.entries(types).map(([key, type]) => [key, type.optional()])) as Optional<Types>;
}

/** Keys of a task: at the top of a job they are a mistake that has a name. */
export const commonTaskKeys: ReadonlySet<string> = new Set([
  ...TASK_TYPES,
  "new_cluster",
  "existing_cluster_id",
  "libraries",
  "max_retries",
  "min_retry_interval_millis",
  "retry_on_timeout",
]);

/** The task types that stand in a task: one in a valid one. */
export function typesOf(settings: TaskSettings | NestedTask): readonly TaskType[] {
  return TASK_TYPES.filter((type) => settings[type] !== undefined);
}
