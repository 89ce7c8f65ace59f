/** The body of a job as the Jobs API 2.1 and 2.2 and Asset Bundles write it. */
import { z } from "zod";
import { emailNotifications, health, jobNotificationSettings, webhookNotifications } from "./alerting.js";
import { jobCluster, jobEnvironment } from "./cluster.js";
import { task } from "./task.js";
import { continuous, cronSchedule, triggerConfiguration, triggerSettings } from "./trigger.js";

const principal = {
  group_name: z.string().optional(),
  service_principal_name: z.string().optional(),
  user_name: z.string().optional(),
};

const gitSource = z.strictObject({
  git_branch: z.string().optional(),
  git_commit: z.string().optional(),
  git_provider: z.enum([
    "gitHub",
    "bitbucketCloud",
    "azureDevOpsServices",
    "gitHubEnterprise",
    "bitbucketServer",
    "gitLab",
    "gitLabEnterpriseEdition",
    "awsCodeCommit",
  ]),
  git_snapshot: z.strictObject({ used_commit: z.string().optional() }).optional(),
  git_tag: z.string().optional(),
  git_url: z.string(),
  job_source: z
    .strictObject({
      dirty_state: z.enum(["DISCONNECTED", "NOT_SYNCED"]).optional(),
      import_from_git_branch: z.string(),
      job_config_path: z.string(),
    })
    .optional(),
  sparse_checkout: z.strictObject({ patterns: z.array(z.string()).optional() }).optional(),
});

const deployment = z.strictObject({
  deployment_id: z.string().optional(),
  kind: z.enum(["BUNDLE", "SYSTEM_MANAGED"]),
  metadata_file_path: z.string().optional(),
  version_id: z.string().optional(),
});

const environmentVariables = z.strictObject({
  environment_variables_key: z.string().min(1),
  spec: z
    .strictObject({
      files: z.array(z.string()).optional(),
      variables: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
});

export const jobSettings = z.strictObject({
  access_control_list: z.array(z.strictObject({ ...principal, permission_level: z.string().optional() })).optional(),
  budget_policy_id: z.string().optional(),
  continuous: continuous.optional(),
  deployment: deployment.optional(),
  description: z.string().optional(),
  duration_target: z.string().optional(),
  edit_mode: z.enum(["EDITABLE", "UI_LOCKED"]).optional(),
  email_notifications: emailNotifications.optional(),
  environment_variables: z.array(environmentVariables).optional(),
  environments: z.array(jobEnvironment).optional(),
  format: z.enum(["SINGLE_TASK", "MULTI_TASK"]).optional(),
  git_source: gitSource.optional(),
  health: health.optional(),
  job_clusters: z.array(jobCluster).optional(),
  lifecycle: z.strictObject({ prevent_destroy: z.boolean().optional(), started: z.boolean().optional() }).optional(),
  max_concurrent_runs: z.int().min(0).max(1000).optional(),
  name: z.string().max(4096).optional(),
  notification_settings: jobNotificationSettings.optional(),
  parameters: z.array(z.strictObject({ name: z.string().min(1), default: z.string() })).optional(),
  parent_path: z.string().optional(),
  performance_target: z.enum(["STANDARD", "PERFORMANCE_OPTIMIZED"]).optional(),
  permissions: z.array(z.strictObject({ ...principal, level: z.string() })).optional(),
  queue: z.strictObject({ enabled: z.boolean() }).optional(),
  run_as: z.strictObject(principal).optional(),
  schedule: cronSchedule.optional(),
  tags: z.record(z.string(), z.string()).optional(),
  tasks: z.array(task).max(1000).optional(),
  timeout_seconds: z.int().min(0).optional(),
  trigger: triggerSettings.optional(),
  triggers: z.array(triggerConfiguration).optional(),
  usage_policy_id: z.string().optional(),
  webhook_notifications: webhookNotifications.optional(),
});
export type JobSettings = z.infer<typeof jobSettings>;
