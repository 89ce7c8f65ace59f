/** The body of a job as the Jobs API 2.1 and 2.2 and Asset Bundles write it. */
import { z } from "zod";
import { emailNotifications, health, jobNotificationSettings, webhookNotifications } from "./alerting.js";
import { jobCluster, jobEnvironment } from "./cluster.js";
import { task } from "./task.js";
import { continuous, cronSchedule, triggerSettings } from "./trigger.js";

const opaque = z.looseObject({});

export const jobSettings = z.strictObject({
  access_control_list: z.array(opaque).optional(),
  budget_policy_id: z.string().optional(),
  continuous: continuous.optional(),
  deployment: opaque.optional(),
  description: z.string().optional(),
  edit_mode: z.enum(["EDITABLE", "UI_LOCKED"]).optional(),
  email_notifications: emailNotifications.optional(),
  environment_variables: z.array(opaque).optional(),
  environments: z.array(jobEnvironment).optional(),
  format: z.enum(["SINGLE_TASK", "MULTI_TASK"]).optional(),
  git_source: opaque.optional(),
  health: health.optional(),
  job_clusters: z.array(jobCluster).optional(),
  lifecycle: opaque.optional(),
  max_concurrent_runs: z.int().min(0).max(1000).optional(),
  name: z.string().max(4096).optional(),
  notification_settings: jobNotificationSettings.optional(),
  parameters: z.array(z.strictObject({ name: z.string().min(1), default: z.string() })).optional(),
  parent_path: z.string().optional(),
  performance_target: z.enum(["STANDARD", "PERFORMANCE_OPTIMIZED"]).optional(),
  permissions: z.array(opaque).optional(),
  queue: z.strictObject({ enabled: z.boolean() }).optional(),
  run_as: opaque.optional(),
  schedule: cronSchedule.optional(),
  tags: z.record(z.string(), z.string()).optional(),
  tasks: z.array(task).max(1000).optional(),
  timeout_seconds: z.int().min(0).optional(),
  trigger: triggerSettings.optional(),
  triggers: z.array(opaque).optional(),
  usage_policy_id: z.string().optional(),
  webhook_notifications: webhookNotifications.optional(),
});
export type JobSettings = z.infer<typeof jobSettings>;
