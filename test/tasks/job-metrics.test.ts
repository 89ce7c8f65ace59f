/** A job's own figures: rows with the job and the run filled in, whatever the table looks like. */
import { expect, test } from "vitest";
import { recordJobMetric, recordMonitoringMetric } from "../../src/tasks/notebook/job-metrics.js";
import { rowsOf, useSession } from "../support/session.js";

const job = { jobId: "1", jobName: "KION_Daily_ETL", jobRunId: "77", taskKey: "quality", taskRunId: "771", attempt: 0 };
const lake = useSession({ job });

test("job_metrics is made and added to", async () => {
  const metric = { name: "rows_processed", value: 12n, executionTimeSeconds: 1.5, runDate: "2024-01-15" };
  await recordJobMetric(metric, lake.spark);
  await recordJobMetric({ ...metric, value: 13 }, lake.spark);
  const sql = `SELECT job_name, run_date, metric_name, metric_value, execution_time_seconds, typeof(timestamp)
    FROM job_metrics ORDER BY metric_value`;
  expect(await rowsOf(lake.spark, sql)).toEqual([
    ["KION_Daily_ETL", "2024-01-15", "rows_processed", 12, 1.5, "timestamp"],
    ["KION_Daily_ETL", "2024-01-15", "rows_processed", 13, 1.5, "timestamp"],
  ]);
});

test("a check above its threshold is FAILED", async () => {
  const check = { checkType: "null_check", name: "null_order_id_percentage", threshold: 5 };
  expect(await recordMonitoringMetric({ ...check, value: 5 }, lake.spark)).toBe("PASSED");
  expect(await recordMonitoringMetric({ ...check, value: 5.1 }, lake.spark)).toBe("FAILED");
  const sql = "SELECT job_run_id, status FROM job_monitoring_metrics ORDER BY metric_value";
  expect(await rowsOf(lake.spark, sql)).toEqual([
    ["77", "PASSED"],
    ["77", "FAILED"],
  ]);
});

test("a table of the user's own: other types, other order, more columns", async () => {
  await lake.spark.execute(`CREATE SCHEMA IF NOT EXISTS ops; CREATE TABLE ops.figures (timestamp TIMESTAMP, job_name STRING, run_date STRING,
    note STRING, metric_name STRING, metric_value BIGINT, execution_time_seconds DOUBLE)`);
  const name = "'); DROP TABLE job_metrics; --";
  await recordJobMetric({ name, value: 3, runDate: "2024-01-15", table: "ops.figures" }, lake.spark);
  expect(await rowsOf(lake.spark, "SELECT metric_name, metric_value, note FROM ops.figures")).toEqual([
    [name, 3, null],
  ]);
});
