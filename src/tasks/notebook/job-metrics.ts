/** A job's own figures as rows of `job_metrics` and `job_monitoring_metrics`: what the notebook of a task measured, with the job and the run filled in. */
import type { SparkSession } from "../../session/contract.js";
import { spark } from "./bound-session.js";

export interface JobMetric {
  /** `rows_processed` */
  readonly name: string;
  readonly value: number | bigint;
  readonly executionTimeSeconds?: number;
  /** The day of the data, `2024-01-15`; today in UTC where absent. */
  readonly runDate?: string;
  /** Where the row goes: `job_metrics` where absent. Made where it is not there. */
  readonly table?: string;
}

export interface MonitoringMetric {
  /** `null_check` */
  readonly checkType: string;
  /** `null_order_id_percentage` */
  readonly name: string;
  readonly value: number | bigint;
  readonly threshold: number;
  /** Where absent FAILED for a value above the threshold, PASSED otherwise. */
  readonly status?: string;
  /** Where the row goes: `job_monitoring_metrics` where absent. Made where it is not there. */
  readonly table?: string;
}

/**
 * Adds a row to `job_metrics`: job_name, run_date, metric_name, metric_value, execution_time_seconds, timestamp.
 *
 * @example await recordJobMetric({ name: "rows_processed", value: await df.count(), runDate: run_date })
 */
export async function recordJobMetric(metric: JobMetric, session: SparkSession = spark): Promise<void> {
  const { name, value, executionTimeSeconds, runDate, table = "job_metrics" } = metric;
  await addRow(session, table, [
    ["job_name", "STRING", session.job?.jobName ?? null],
    ["run_date", "STRING", runDate ?? new Date().toISOString().slice(0, 10)],
    ["metric_name", "STRING", name],
    ["metric_value", "DOUBLE", value],
    ["execution_time_seconds", "DOUBLE", executionTimeSeconds ?? null],
    ["timestamp", "TIMESTAMP", new Date()],
  ]);
}

/**
 * Adds a row to `job_monitoring_metrics`: job_run_id, check_type, metric_name, metric_value, threshold, status, timestamp. Gives the status.
 *
 * @example
 * const status = await recordMonitoringMetric({ checkType: "null_check", name: "null_order_id_percentage", value: share, threshold: 5 });
 * if (status === "FAILED") throw new Error(`Data quality issue: ${share}% null order_ids`);
 */
export async function recordMonitoringMetric(metric: MonitoringMetric, session: SparkSession = spark): Promise<string> {
  const { checkType, name, value, threshold, table = "job_monitoring_metrics" } = metric;
  const status = metric.status ?? (Number(value) > threshold ? "FAILED" : "PASSED");
  await addRow(session, table, [
    ["job_run_id", "STRING", session.job?.jobRunId ?? null],
    ["check_type", "STRING", checkType],
    ["metric_name", "STRING", name],
    ["metric_value", "DOUBLE", value],
    ["threshold", "DOUBLE", threshold],
    ["status", "STRING", status],
    ["timestamp", "TIMESTAMP", new Date()],
  ]);
  return status;
}

type Cell = readonly [column: string, type: string, value: string | number | bigint | Date | null];

/** By the columns' names, so that a table of the user's own may have more of them, in another order and of other types. */
async function addRow(session: SparkSession, table: string, cells: readonly Cell[]): Promise<void> {
  const columns = cells.map(([column, type]) => `\`${column}\` ${type}`).join(", ");
  await session.execute(`CREATE TABLE IF NOT EXISTS IDENTIFIER(:table) (${columns})`, { table });
  const names = cells.map(([column]) => `\`${column}\``).join(", ");
  const values = cells.map(([column]) => `:${column}`).join(", ");
  const row = Object.fromEntries(cells.map(([column, , value]) => [column, value]));
  await session.execute(`INSERT INTO IDENTIFIER(:table) (${names}) SELECT ${values}`, { ...row, table });
}
