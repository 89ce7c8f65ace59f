/** The keys of a job spec that are kept without an effect on this machine, with the reason. */
import type { DocumentPath } from "./document.js";
import type { JobSettings } from "./job-settings.js";
import { type Problem, pathText } from "./problem.js";
import type { NestedTask, TaskSettings } from "./task.js";

export type Reason = readonly ["no-local-effect" | "not-yet", string];

const cloud = (reason: string): Reason => ["no-local-effect", reason];
const later = (reason: string): Reason => ["not-yet", reason];

const ACCESS = cloud("there are no users and permissions on one machine");
const BILLING = cloud("nothing is billed");
const MACHINE = cloud("the job runs on this machine");

const ENVIRONMENT = cloud("the interpreter is this machine's, with the dependencies that are named");
const CONDITION = later("it is not evaluated: the job starts whatever the query says");

/** By the path from the job; of lists, from each entry. */
export const JOB: Readonly<Record<string, Reason>> = {
  access_control_list: ACCESS,
  budget_policy_id: BILLING,
  "continuous.maintenance_window": cloud("no platform is maintained here"),
  deployment: cloud("nothing is deployed"),
  duration_target: later("no run is held against it: write a health rule for RUN_DURATION_SECONDS"),
  edit_mode: cloud("there is no editor to lock"),
  "environment_variables.spec.files": later("only `variables` are set"),
  "environments.spec.base_environment": ENVIRONMENT,
  "environments.spec.client": ENVIRONMENT,
  "environments.spec.environment_version": ENVIRONMENT,
  "environments.spec.project_environment": ENVIRONMENT,
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
  "triggers.continuous.maintenance_window": cloud("no platform is maintained here"),
  "triggers.model": cloud("there is no registry of models to watch"),
  "triggers.sql_condition": CONDITION,
  usage_policy_id: BILLING,
};

export const TASK: Readonly<Record<string, Reason>> = {
  compute: MACHINE,
  disable_auto_optimization: cloud("only the retries that the spec asks for are made"),
  "dbt_task.source": cloud("the files come from this folder"),
  "libraries.cran": cloud("there is no R here: notebooks are TypeScript and SQL"),
  "notebook_task.source": cloud("the files come from this folder"),
  "notebook_task.warehouse_id": MACHINE,
  "pipeline_task.refresh_flow_selection": later("flows are not chosen one by one: name tables in refresh_selection"),
  "run_job_task.pipeline_params.refresh_flow_selection": later("flows are not chosen one by one"),
  "spark_jar_task.run_as_repl": cloud("it is deprecated, and the class is run as a program"),
  "spark_python_task.source": cloud("the files come from this folder"),
  "sql_task.file.source": cloud("the files come from this folder"),
  "sql_task.warehouse_id": MACHINE,
};

export const JOB_CLUSTER: Readonly<Record<string, Reason>> = {
  serverless_compute_id: MACHINE,
};

export const CLUSTER: Readonly<Record<string, Reason>> = {
  apply_policy_default_values: ACCESS,
  "autoscale.min_workers": cloud("the process may always use what max_workers allows"),
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

const CELLS = cloud("cells import from the project's node_modules: install packages with npm");
const OF_CELLS: Readonly<Record<string, Reason>> = { libraries: CELLS, environment_key: CELLS };

/** Notices in the order of the file's tasks; the same key in several clusters gives a notice each. */
export function localEffectNotices(settings: JobSettings): readonly Problem[] {
  return [
    ...effectNotices(settings, JOB, []),
    ...(settings.job_clusters ?? []).flatMap((one, i) => [
      ...effectNotices(one, JOB_CLUSTER, ["job_clusters", i]),
      ...effectNotices(one.new_cluster, CLUSTER, ["job_clusters", i, "new_cluster"]),
    ]),
    ...(settings.tasks ?? []).flatMap((one, i) => {
      const nested = one.for_each_task?.task;
      const path = ["tasks", i];
      return [...ofTask(one, path), ...(nested ? ofTask(nested, [...path, "for_each_task", "task"]) : [])];
    }),
  ];
}

function ofTask(task: TaskSettings | NestedTask, path: DocumentPath): readonly Problem[] {
  return [
    ...effectNotices(task, TASK, path),
    ...librariesOfCells(task, path),
    ...effectNotices(task.new_cluster, CLUSTER, [...path, "new_cluster"]),
  ];
}

/** Only programs of Python and Java have libraries here: a cell imports what the project's package.json has. */
function librariesOfCells(task: TaskSettings | NestedTask, path: DocumentPath): readonly Problem[] {
  return task.notebook_task || task.sql_task ? effectNotices(task, OF_CELLS, path) : [];
}

type Table = Readonly<Record<string, Reason>>;
/** The table's paths by their first key: a value has a few of its keys. */
type TableIndex = ReadonlyMap<string, readonly { readonly rest: readonly string[]; readonly reason: Reason }[]>;

const indexes = new Map<Table, TableIndex>();

function indexOf(table: Table): TableIndex {
  const known = indexes.get(table);
  if (known) return known;
  const index = new Map<string, { rest: readonly string[]; reason: Reason }[]>();
  for (const [path, reason] of Object.entries(table)) {
    const [key = "", ...rest] = path.split(".");
    index.set(key, [...(index.get(key) ?? []), { rest, reason }]);
  }
  indexes.set(table, index);
  return index;
}

/** A notice for each path of the table that the value has; paths lead through every entry of a list. */
export function effectNotices(value: object | undefined, table: Table, root: DocumentPath): Problem[] {
  if (value === undefined) return [];
  const index = indexOf(table);
  const problems: Problem[] = [];
  for (const [key, inner] of Object.entries(value)) {
    for (const { rest, reason } of index.get(key) ?? []) {
      const [severity, why] = reason;
      for (const path of pathsOf(inner, rest, [...root, key])) {
        problems.push({ severity, path, message: `\`${pathText(path)}\`: ${why}.` });
      }
    }
  }
  return problems;
}

/** Where a path of keys leads to something, through every entry of the lists on its way. */
function pathsOf(value: unknown, [key, ...rest]: readonly string[], root: DocumentPath): readonly DocumentPath[] {
  if (Array.isArray(value)) {
    return key === undefined ? [root] : value.flatMap((item, i) => pathsOf(item, [key, ...rest], [...root, i]));
  }
  if (value === undefined) return [];
  if (key === undefined) return [root];
  if (value === null || typeof value !== "object") return [];
  const inner = (value as Readonly<Record<string, unknown>>)[key];
  return inner === undefined ? [] : pathsOf(inner, rest, [...root, key]);
}
