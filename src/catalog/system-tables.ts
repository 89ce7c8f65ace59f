/** Databricks' `system.lakeflow`: what tables there are, with which columns, and the views over them. Whoever records runs writes the tables. */
import { LakeletError } from "../errors/lakelet-error.js";
import { emptyLineage, isAccess, LINEAGE_NAMES } from "./lineage-tables.js";
import { identifierText, type SchemaIdentifier, type TableIdentifier } from "./table-identifier.js";

export const SYSTEM_CATALOG = "system";
export const LAKEFLOW = { catalog: SYSTEM_CATALOG, schema: "lakeflow" } as const;

/** Types in Spark DDL. */
export interface SystemColumn {
  readonly name: string;
  readonly type: string;
  readonly comment: string;
}
export interface SystemTable {
  readonly name: SystemTableName;
  readonly comment: string;
  readonly columns: readonly SystemColumn[];
}

export type SystemTableName = "jobs" | "job_tasks" | "job_run_timeline" | "job_task_run_timeline";

const ACCOUNT = column("account_id", "STRING", "Empty: there is no account on one machine");
const WORKSPACE = column("workspace_id", "STRING", "0: this machine");
const JOB = column("job_id", "STRING", "The job");
const CHANGED = column("change_time", "TIMESTAMP", "When the job was first seen like this");
const DELETED = column("delete_time", "TIMESTAMP", "When the job or task was found to be gone");
const HEALTH = column(
  "health_rules",
  "ARRAY<STRUCT<metric: STRING, op: STRING, value: BIGINT>>",
  "The health rules of the spec",
);
const TIMEOUT = column("timeout_seconds", "BIGINT", "0: none");
const STATE = column(
  "result_state",
  "STRING",
  "SUCCEEDED, FAILED, SKIPPED, CANCELLED, TIMED_OUT, ERROR or BLOCKED; null but in the last row",
);
const CODE = column("termination_code", "STRING", "The Jobs API's termination code; null but in the last row");
const TERMINATION = column(
  "termination_type",
  "STRING",
  "SUCCESS, CLIENT_ERROR, INTERNAL_ERROR or CLOUD_FAILURE; null but in the last row",
);
const COMPUTE: readonly SystemColumn[] = [
  column("compute_ids", "ARRAY<STRING>", "The job's clusters that were used, by their keys"),
  column(
    "compute",
    "ARRAY<STRUCT<type: STRING, cluster_id: STRING, warehouse_id: STRING>>",
    "The same, with their kind",
  ),
];
const PERIOD: readonly SystemColumn[] = [
  column("period_start_time", "TIMESTAMP", "Begin of the run, or of the clock hour that the row tells of"),
  column("period_end_time", "TIMESTAMP", "End of the run, or of that hour"),
];

export const SYSTEM_TABLES: Readonly<Record<SystemTableName, SystemTable>> = {
  jobs: {
    name: "jobs",
    comment: "Jobs as they were when they ran: a row for each change (SCD2)",
    columns: [
      ACCOUNT,
      WORKSPACE,
      JOB,
      column("name", "STRING", "The job's name"),
      column("description", "STRING", "The job's description"),
      column("creator_id", "STRING", "Who ran it first"),
      column("tags", "MAP<STRING, STRING>", "The job's tags"),
      CHANGED,
      DELETED,
      column("run_as", "STRING", "Who it runs as"),
      column(
        "trigger",
        `STRUCT<schedule: STRUCT<quartz_cron_expression: STRING, timezone_id: STRING>, periodic: STRUCT<interval: BIGINT, unit: STRING>,
          file_arrival: STRUCT<url: STRING, min_time_between_triggers_seconds: BIGINT, wait_after_last_change_seconds: BIGINT>,
          table_update: STRUCT<table_names: ARRAY<STRING>, condition: STRING>, continuous: STRUCT<task_retry_mode: STRING>>`.replace(
          /\s+/g,
          " ",
        ),
        "What starts the job, in the words of its spec",
      ),
      column("trigger_type", "STRING", "CRON, PERIODIC, FILE_ARRIVAL, TABLE, CONTINUOUS or ONETIME"),
      column("run_as_user_name", "STRING", "Who it runs as"),
      column("creator_user_name", "STRING", "Who ran it first"),
      column("paused", "BOOLEAN", "Whether its trigger is paused"),
      TIMEOUT,
      HEALTH,
      column("create_time", "TIMESTAMP", "When the job was first run"),
    ],
  },
  job_tasks: {
    name: "job_tasks",
    comment: "Tasks of jobs as they were when they ran: a row for each change (SCD2)",
    columns: [
      ACCOUNT,
      WORKSPACE,
      JOB,
      column("task_key", "STRING", "The task"),
      column("depends_on_keys", "ARRAY<STRING>", "The tasks that it depends on"),
      CHANGED,
      DELETED,
      TIMEOUT,
      HEALTH,
    ],
  },
  job_run_timeline: {
    name: "job_run_timeline",
    comment: "Runs of jobs: a row for each clock hour of a run, and for each repair",
    columns: [
      ACCOUNT,
      WORKSPACE,
      JOB,
      column("run_id", "STRING", "The run"),
      ...PERIOD,
      column(
        "trigger_type",
        "STRING",
        "CRON, PERIODIC, FILE_ARRIVAL, TABLE, CONTINUOUS, RUN_JOB_TASK, ONETIME or ONETIME_RETRY",
      ),
      column("run_type", "STRING", "JOB_RUN"),
      column("run_name", "STRING", "The job's name when it ran"),
      ...COMPUTE,
      STATE,
      CODE,
      TERMINATION,
      column("job_parameters", "MAP<STRING, STRING>", "The job's parameters of this run"),
      column("source_task_run_id", "STRING", "The run_job_task that started it"),
      column("root_task_run_id", "STRING", "The first run_job_task of the chain that led here"),
      column(
        "run_duration_seconds",
        "BIGINT",
        "From the start, or from the queue, to the end; null but in the last row",
      ),
      column(
        "setup_duration_seconds",
        "BIGINT",
        "0: processes are part of each task's setup; null but in the last row",
      ),
      column("queue_duration_seconds", "BIGINT", "In the queue; null but in the last row"),
      column("execution_duration_seconds", "BIGINT", "At work; null but in the last row"),
      column("cleanup_duration_seconds", "BIGINT", "0; null but in the last row"),
    ],
  },
  job_task_run_timeline: {
    name: "job_task_run_timeline",
    comment: "Attempts of tasks, and tasks that did not run: a row for each clock hour of an attempt",
    columns: [
      ACCOUNT,
      WORKSPACE,
      JOB,
      column("run_id", "STRING", "The attempt; null for a task that did not run"),
      column("job_run_id", "STRING", "The run of the job"),
      column("parent_run_id", "STRING", "The run of the job; of an iteration the attempt of its for_each_task"),
      ...PERIOD,
      column("task_key", "STRING", "The task"),
      ...COMPUTE,
      STATE,
      CODE,
      TERMINATION,
      column("task_parameters", "MAP<STRING, STRING>", "The task's parameters, references replaced"),
      column("setup_duration_seconds", "BIGINT", "From being due to its process at work; null but in the last row"),
      column("execution_duration_seconds", "BIGINT", "At work; null but in the last row"),
      column("cleanup_duration_seconds", "BIGINT", "0; null but in the last row"),
    ],
  },
};

function column(name: string, type: string, comment: string): SystemColumn {
  return { name, type, comment };
}

/** The course's table, which Databricks does not have: a row a run, in the words of the Jobs API. */
const JOB_RUNS = `WITH runs AS (
  SELECT job_id, max_by(run_name, period_end_time) AS job_name, run_id, min(period_start_time) AS start_time, max(period_end_time) AS end_time,
    max_by(result_state, period_end_time) AS state, max_by(termination_code, period_end_time) AS code, max_by(trigger_type, period_end_time) AS trigger_type
  FROM system.lakeflow.job_run_timeline GROUP BY job_id, run_id
), attempts AS (
  SELECT job_run_id, run_id, task_key, min(period_start_time) AS start_time, max(period_end_time) AS end_time,
    max_by(result_state, period_end_time) AS state
  FROM system.lakeflow.job_task_run_timeline GROUP BY job_run_id, run_id, task_key
), tasks AS (
  SELECT job_run_id, array_sort(collect_list(named_struct('start_time', start_time, 'task_key', task_key, 'run_id', run_id, 'end_time', end_time,
    'result_state', ${restState("state")}))) AS task_runs
  FROM attempts GROUP BY job_run_id
)
SELECT runs.job_id, runs.job_name, runs.run_id, runs.start_time, runs.end_time, ${restState("runs.state")} AS result_state,
  runs.code AS termination_code, runs.trigger_type, tasks.task_runs
FROM runs LEFT JOIN tasks ON tasks.job_run_id = runs.run_id`;

/** SUCCEEDED and its like in the words of the Jobs API. */
function restState(state: string): string {
  return `CASE ${state} WHEN 'SUCCEEDED' THEN 'SUCCESS' WHEN 'CANCELLED' THEN 'CANCELED' WHEN 'TIMED_OUT' THEN 'TIMEDOUT' WHEN 'ERROR' THEN 'FAILED'
    WHEN 'BLOCKED' THEN 'UPSTREAM_FAILED' ELSE ${state} END`;
}

export interface SystemView {
  readonly query: string;
  readonly comment: string;
}

/** The views of `system.lakeflow`: the course's one, and for each table that no run has been written to yet one without rows. */
export function systemView({ catalog, schema, name }: TableIdentifier): SystemView | undefined {
  if (isAccess({ catalog, schema })) return emptyLineage(name);
  if (!isLakeflow({ catalog, schema })) return undefined;
  if (name.toLowerCase() === "job_runs")
    return { query: JOB_RUNS, comment: "Runs of jobs, a row a run (lakelet's own: Databricks has no such table)" };
  const table = Object.values(SYSTEM_TABLES).find((one) => one.name === name.toLowerCase());
  if (!table) return undefined;
  const columns = table.columns.map((one) => `CAST(NULL AS ${one.type}) AS ${one.name}`);
  return { query: `SELECT ${columns.join(", ")} WHERE false`, comment: table.comment };
}

/** Names of the tables and views of `system.lakeflow`. */
export const LAKEFLOW_NAMES: readonly string[] = [...Object.keys(SYSTEM_TABLES), "job_runs"];

export function isLakeflow({ catalog, schema }: SchemaIdentifier): boolean {
  return catalog.toLowerCase() === SYSTEM_CATALOG && schema.toLowerCase() === LAKEFLOW.schema;
}

/** Throws for a schema of the system catalog that is not here. */
export function requireKnownSystemSchema(schema: SchemaIdentifier): void {
  if (schema.catalog.toLowerCase() !== SYSTEM_CATALOG || isLakeflow(schema) || isAccess(schema)) return;
  if (["information_schema", "default"].includes(schema.schema.toLowerCase())) return;
  throw new LakeletError({
    condition: "UNSUPPORTED_FEATURE.SYSTEM_TABLES",
    sqlState: "0A000",
    problem: `The system tables (${schema.catalog}.${schema.schema}) are not available in this version of lakelet.`,
    cure: `There are system.lakeflow.${LAKEFLOW_NAMES.join(", ")}, system.access.${LINEAGE_NAMES.join(", ")}, and system.information_schema.`,
  });
}

/** Throws for what lies in the system catalog: lakelet alone writes there. */
export function refuseSystem(of: SchemaIdentifier & { readonly name?: string }): void {
  if (of.catalog.toLowerCase() !== SYSTEM_CATALOG) return;
  const { catalog, schema, name } = of;
  throw systemIsReadOnly(name === undefined ? `${catalog}.${schema}` : identifierText({ catalog, schema, name }));
}

export function systemIsReadOnly(name: string): LakeletError {
  return new LakeletError({
    condition: "INSUFFICIENT_PERMISSIONS",
    sqlState: "42501",
    problem: `${name} cannot be changed.`,
    reason: "The catalog `system` is lakelet's own record of jobs and runs.",
    cure: "Read it, or write to a table of a catalog of yours.",
  });
}
