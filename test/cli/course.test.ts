/** The course's own jobs run as they are written. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { mailReceiver } from "../notifications/receivers.js";
import { builtPackage, lakelet } from "../support/built-package.js";
import { temporaryFolder } from "../support/temporary-folder.js";

// A build takes seconds where the machine is busy.
beforeAll(() => {
  builtPackage();
}, 120_000);

const fixture = (name: string) =>
  readFileSync(join(import.meta.dirname, `../jobs/fixtures/course/${name}.json`), "utf8");
const ECHO = `import { dbutils } from "lakelet/notebook";
// The course's way: a result left by exit(), read as the task value "default".
dbutils.notebook.exit(dbutils.widgets.getAll());`;

describe("the course", () => {
  test("its production job: six tasks, one cluster reused, two side by side, its team told by mail", async () => {
    const mail = await mailReceiver();
    const folder = temporaryFolder({
      "lakelet.yml": `paths: { /Workspace/KION: . }\nsmtp: { url: "${mail.url}" }\n`,
      "job.json": fixture("production"),
      "jobs/00_validate_source.ts": ECHO,
      "jobs/01_ingest_bronze.ts": ECHO,
      "jobs/02_transform_silver.ts": ECHO,
      "jobs/99_quality_checks.ts": ECHO,
      "queries/gold_daily_sales_query.sql": "CREATE OR REPLACE TABLE gold_daily_sales AS SELECT 1 AS n;",
      "queries/gold_customer_ltv_query.sql": "CREATE OR REPLACE TABLE gold_customer_ltv AS SELECT 2 AS n;",
    });
    const { code, stdout, stderr } = await lakelet(folder, [
      "run",
      "job.json",
      "--json",
      "--param",
      "run_date=2024-01-15",
    ]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const { tasks } = JSON.parse(stdout) as {
      tasks: { task_key: string; state: object; notebook_output?: { result: string } }[];
    };
    expect(tasks.map((task) => task.task_key)).toEqual([
      "validate_source",
      "ingest_bronze",
      "transform_silver",
      "aggregate_gold_daily",
      "aggregate_gold_customers",
      "data_quality_check",
    ]);
    for (const { state } of tasks) expect(state).toMatchObject({ result_state: "SUCCESS" });
    expect(JSON.parse(tasks[2]?.notebook_output?.result ?? "")).toEqual({
      source_table: "bronze_orders",
      target_table: "silver_orders",
      run_date: "2024-01-15",
    });
    expect(mail.mails.map((one) => [one.to, one.subject])).toEqual([
      [["data-team@kion.com"], "[lakelet] KION_Daily_Orders_ETL_Production succeeded"],
    ]);
    await mail.close();
  });

  test("its dynamic values, those that Databricks would refuse among them", async () => {
    const folder = temporaryFolder({
      "lakelet.yml": "paths: { /Workspace/KION: . }\n",
      "job.json": fixture("dynamic-values"),
      "task1.ts": ECHO,
    });
    const { stdout } = await lakelet(folder, ["run", "job.json", "--json"]);
    const run = JSON.parse(stdout);
    const started = new Date(run.start_time).toISOString();
    const values = JSON.parse(run.tasks[0].notebook_output.result);
    expect(values).toMatchObject({
      run_date: started.slice(0, 10),
      job_id: String(run.job_id),
      run_id: String(run.tasks[0].run_id),
      parent_run_id: String(run.run_id),
    });
    expect(values.run_timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});
