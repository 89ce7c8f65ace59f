/** The SQL and the TypeScript of docs/history.md run. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { recordRuns } from "../../src/history/system-tables/record-runs.js";
import { RunStore } from "../../src/jobs/run/run-store.js";
import * as metrics from "../../src/tasks/notebook/job-metrics.js";
import { repairedRun } from "../history/sample-runs.js";
import { goodRun, writeLog } from "../history/system-tables/run-log.js";
import { rowsOf, useSession } from "../support/session.js";

const page = readFileSync(join(import.meta.dirname, "../../docs/history.md"), "utf8");
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, text = ""]) => text);

const lake = useSession({ writesSystemTables: true });

beforeAll(async () => {
  const stateFolder = join(lake.folder, "state");
  const warehouse = join(lake.folder, "lake");
  const runIds = [goodRun({ runId: "100", at: Date.now() - 600_000 }), repairedRun()].map((log) =>
    writeLog(stateFolder, log),
  );
  await recordRuns({ session: lake.spark, warehouse, stateFolder, store: new RunStore(stateFolder) }, runIds);
});

test("the queries", async () => {
  const [byResult, failing, jobs, repairs, course] = await Promise.all(
    blocks("sql").map((sql) => rowsOf(lake.spark, sql)),
  );
  expect(byResult).toEqual([["KION_Daily_Orders_ETL", "SUCCEEDED", 1, 120]]);
  expect(failing).toEqual([
    ["a", 1, 3],
    ["b", 0, 2],
  ]);
  expect(jobs?.map((row) => row.slice(1, 4))).toEqual([["KION_Daily_Orders_ETL", "CRON", false]]);
  expect(repairs).toEqual([["101", 1]]);
  expect(course?.map((row) => row.slice(0, 4))).toEqual([["KION_Daily_Orders_ETL", "100", 120, "SUCCESS"]]);
});

test("the notebook", async () => {
  await lake.spark.execute("CREATE TABLE bronze_orders AS SELECT explode(array(1L, 2L, NULL)) AS order_id");
  const [code = ""] = blocks("ts");
  const scope = {
    spark: lake.spark,
    recordJobMetric: (metric: metrics.JobMetric) => metrics.recordJobMetric(metric, lake.spark),
    recordMonitoringMetric: (metric: metrics.MonitoringMetric) => metrics.recordMonitoringMetric(metric, lake.spark),
  };
  const body = code.replace(/^import .*$/gm, "");
  const run = new Function(...Object.keys(scope), `return (async () => {${body}})()`);
  await expect(run(...Object.values(scope))).rejects.toThrow("Data quality issue");
  expect(await rowsOf(lake.spark, "SELECT metric_value FROM job_metrics")).toEqual([[3]]);
  expect(await rowsOf(lake.spark, "SELECT status FROM job_monitoring_metrics")).toEqual([["FAILED"]]);
});
