/** The keys of a job spec that are kept without an effect on this machine, with the reason. */
import type { DocumentPath } from "./document.js";
import type { JobSettings } from "./job-settings.js";
import { type Problem, pathText } from "./problem.js";
import type { TaskSettings } from "./task.js";

type Reason = readonly ["no-local-effect" | "not-yet", string];

const cloud = (reason: string): Reason => ["no-local-effect", reason];
const later = (reason: string): Reason => ["not-yet", reason];

const ACCESS = cloud("there are no users and permissions on one machine");
const BILLING = cloud("nothing is billed");
const MACHINE = cloud("the job runs on this machine");

const CONDITION = later("it is not evaluated: the job starts whatever the query says");

const JOB: Readonly<Record<string, Reason>> = {
  access_control_list: ACCESS,
  budget_policy_id: BILLING,
  "continuous.maintenance_window": cloud("no platform is maintained here"),
  deployment: cloud("nothing is deployed"),
  edit_mode: cloud("there is no editor to lock"),
  format: cloud("the Jobs API ignores it too"),
  git_source: cloud("the files come from this folder"),
  lifecycle: cloud("nothing is deployed"),
  parent_path: cloud("the job is this file"),
  performance_target: cloud("there is no serverless compute to tune"),
  permissions: ACCESS,
  run_as: ACCESS,
  "schedule.sql_condition": CONDITION,
  "trigger.model": cloud("there is no registry of models to watch"),
  "trigger.sql_condition": CONDITION,
  usage_policy_id: BILLING,
};

const TASK: Readonly<Record<string, Reason>> = {
  compute: MACHINE,
  disable_auto_optimization: cloud("only the retries that the spec asks for are made"),
  "dbt_task.source": cloud("the files come from this folder"),
  "notebook_task.source": cloud("the files come from this folder"),
  "notebook_task.warehouse_id": MACHINE,
  "spark_python_task.source": cloud("the files come from this folder"),
  "sql_task.file.source": cloud("the files come from this folder"),
  "sql_task.warehouse_id": MACHINE,
};

const CLUSTER: Readonly<Record<string, Reason>> = {
  apply_policy_default_values: ACCESS,
  autotermination_minutes: cloud("the process ends with its run"),
  aws_attributes: MACHINE,
  azure_attributes: MACHINE,
  cluster_log_conf: cloud("logs are kept in the run's folder"),
  cluster_name: MACHINE,
  custom_tags: BILLING,
  data_security_mode: ACCESS,
  dependency_mode: MACHINE,
  docker_image: MACHINE,
  driver_instance_pool_id: MACHINE,
  driver_node_type_flexibility: MACHINE,
  driver_node_type_id: MACHINE,
  enable_elastic_disk: MACHINE,
  enable_local_disk_encryption: MACHINE,
  gcp_attributes: MACHINE,
  init_scripts: MACHINE,
  instance_pool_id: MACHINE,
  is_single_node: MACHINE,
  kind: MACHINE,
  node_type_id: MACHINE,
  policy_id: ACCESS,
  remote_disk_throughput: MACHINE,
  runtime_engine: cloud("the engine is DuckDB"),
  single_user_name: ACCESS,
  spark_version: cloud("the engine is DuckDB"),
  ssh_public_keys: MACHINE,
  total_initial_remote_disk_size: MACHINE,
  use_ml_runtime: MACHINE,
  worker_node_type_flexibility: MACHINE,
  workload_type: MACHINE,
};

/** Notices in the order of the file's tasks; the same key in several clusters gives a notice each. */
export function localEffectNotices(settings: JobSettings): readonly Problem[] {
  return [
    ...matches(settings, JOB, []),
    ...(settings.job_clusters ?? []).flatMap((one, i) =>
      matches(one.new_cluster, CLUSTER, ["job_clusters", i, "new_cluster"]),
    ),
    ...(settings.tasks ?? []).flatMap((one, i) => [
      ...matches(one, TASK, ["tasks", i]),
      ...librariesOfCells(one, i),
      ...matches(one.new_cluster, CLUSTER, ["tasks", i, "new_cluster"]),
    ]),
  ];
}

/** Only programs of Python and Java have libraries here: a cell imports what the project's package.json has. */
function librariesOfCells(task: TaskSettings, i: number): Problem[] {
  if (!task.notebook_task && !task.sql_task) return [];
  const reason = "cells import from the project's node_modules: install packages with npm";
  return matches(task, { libraries: cloud(reason), environment_key: cloud(reason) }, ["tasks", i]);
}

function matches(value: object | undefined, table: Readonly<Record<string, Reason>>, root: DocumentPath): Problem[] {
  if (value === undefined) return [];
  return Object.entries(table).flatMap(([key, [severity, reason]]) => {
    const path = key.split(".");
    if (!has(value, path)) return [];
    const full = [...root, ...path];
    return [{ severity, path: full, message: `\`${pathText(full)}\`: ${reason}.` }];
  });
}

function has(value: object, path: readonly string[]): boolean {
  let inner: unknown = value;
  for (const step of path) {
    if (inner === null || typeof inner !== "object") return false;
    inner = (inner as Record<string, unknown>)[step];
  }
  return inner !== undefined;
}
