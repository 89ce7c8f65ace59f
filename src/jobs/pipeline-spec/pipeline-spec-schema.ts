/** A declarative pipeline as the Pipelines API, a bundle, and Spark's own spark-pipeline.yml write it. */
import { z } from "zod";
import { autoScale, clusterSpec, library } from "../spec/cluster.js";

const text = z.string();
const texts = z.record(text, text);
const opaque = z.looseObject({});

const ALERTS = ["on-update-success", "on-update-failure", "on-update-fatal-failure", "on-flow-failure"] as const;

const DAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"] as const;

const cluster = clusterSpec
  .pick({
    apply_policy_default_values: true,
    aws_attributes: true,
    azure_attributes: true,
    cluster_log_conf: true,
    custom_tags: true,
    driver_instance_pool_id: true,
    driver_node_type_id: true,
    enable_local_disk_encryption: true,
    gcp_attributes: true,
    init_scripts: true,
    instance_pool_id: true,
    node_type_id: true,
    num_workers: true,
    policy_id: true,
    spark_conf: true,
    spark_env_vars: true,
    ssh_public_keys: true,
  })
  .extend({
    autoscale: autoScale.extend({ mode: z.enum(["LEGACY", "ENHANCED"]).optional() }).optional(),
    label: text.optional(),
  });

const pipelineLibrary = z.strictObject({
  file: z.strictObject({ path: text.min(1) }).optional(),
  glob: z.strictObject({ include: text.min(1) }).optional(),
  jar: text.optional(),
  maven: library.shape.maven,
  notebook: z.strictObject({ path: text.min(1) }).optional(),
  whl: text.optional(),
});
export type PipelineLibrary = z.infer<typeof pipelineLibrary>;

/** The body of `POST /api/2.0/pipelines`, and a bundle's `resources.pipelines.<key>`. */
export const pipelineSpec = z.strictObject({
  access_control_list: z.array(opaque).optional(),
  allow_duplicate_names: z.boolean().optional(),
  budget_policy_id: text.optional(),
  cascade_on_destroy: z.boolean().optional(),
  catalog: text.optional(),
  channel: text.optional(),
  clusters: z.array(cluster).optional(),
  configuration: texts.optional(),
  continuous: z.boolean().optional(),
  deployment: opaque.optional(),
  development: z.boolean().optional(),
  dry_run: z.boolean().optional(),
  edition: text.optional(),
  environment: z
    .strictObject({ dependencies: z.array(text).optional(), environment_version: text.optional() })
    .optional(),
  event_log: z.strictObject({ catalog: text.optional(), name: text.optional(), schema: text.optional() }).optional(),
  expected_last_modified: z.int().optional(),
  filters: z.strictObject({ exclude: z.array(text).optional(), include: z.array(text).optional() }).optional(),
  gateway_definition: opaque.optional(),
  id: text.optional(),
  ingestion_definition: opaque.optional(),
  libraries: z.array(pipelineLibrary).optional(),
  lifecycle: opaque.optional(),
  name: text.optional(),
  notifications: z
    .array(z.strictObject({ alerts: z.array(z.enum(ALERTS)).optional(), email_recipients: z.array(text).optional() }))
    .optional(),
  parameters: texts.optional(),
  permissions: z.array(opaque).optional(),
  photon: z.boolean().optional(),
  restart_window: z
    .strictObject({
      days_of_week: z.array(z.enum(DAYS)).optional(),
      start_hour: z.int().min(0).max(23),
      time_zone_id: text.optional(),
    })
    .optional(),
  rewind_generation_interval: opaque.optional(),
  root_path: text.optional(),
  run_as: z.strictObject({ service_principal_name: text.optional(), user_name: text.optional() }).optional(),
  schema: text.optional(),
  serverless: z.boolean().optional(),
  serverless_compute_id: text.optional(),
  storage: text.optional(),
  tags: texts.optional(),
  target: text.optional(),
  trigger: z
    .strictObject({
      cron: z.strictObject({ quartz_cron_schedule: text.optional(), timezone_id: text.optional() }).optional(),
      manual: opaque.optional(),
    })
    .optional(),
  usage_policy_id: text.optional(),
});
export type PipelineSpecBody = z.infer<typeof pipelineSpec>;

/** spark-pipeline.yml of Spark 4.1. */
export const sparkPipelineSpec = z.strictObject({
  name: text.min(1),
  storage: text.optional(),
  catalog: text.optional(),
  database: text.optional(),
  schema: text.optional(),
  configuration: texts.optional(),
  libraries: z.array(z.strictObject({ glob: z.strictObject({ include: text.min(1) }) })).optional(),
});
