/** The audit columns on a DataFrame, in one call. */
import { type AuditColumnOptions, auditColumns } from "../quality/audit-columns.js";
import { Column } from "./column.js";
import type { DataFrame } from "./data-frame.js";

/**
 * Adds `ingestion_timestamp`, `source_file`, `run_date`, `job_run_id` and `task_key`; run and task are those of the attempt at work.
 * @example withAuditColumns(spark.read.csv("/Volumes/main/default/orders"), { runDate: "2024-01-15" })
 */
export function withAuditColumns(rows: DataFrame, options: AuditColumnOptions = {}): DataFrame {
  const { job } = rows.executor;
  const identity = job ? { jobRunId: job.jobRunId, taskKey: job.taskKey } : {};
  const columns = auditColumns({ ...identity, ...options });
  return rows.withColumns(Object.fromEntries(columns.map(({ name, expression }) => [name, new Column(expression)])));
}
