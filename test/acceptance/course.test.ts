/** Each code cell of the course, ported line by line (course/notebooks, course/queries), run as the tasks of one job. */
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SparkSession } from "../../src/session/contract.js";
import { createLocalSession } from "../../src/session/local-session.js";
import { builtPackage, type CommandResult, lakelet } from "../support/built-package.js";
import { rowsOf } from "../support/session.js";
import { temporaryFolder } from "../support/temporary-folder.js";

interface Task {
  readonly task_key: string;
  readonly attempt_number?: number;
  readonly state: {
    readonly life_cycle_state: string;
    readonly result_state?: string;
    readonly state_message?: string;
  };
  readonly notebook_output?: { readonly result?: string };
}

const folder = temporaryFolder();
let spark: SparkSession;
let ran: CommandResult;
let jobId: string;
let tasks: ReadonlyMap<string, Task>;

beforeAll(async () => {
  builtPackage();
  cpSync(join(import.meta.dirname, "course"), folder, { recursive: true });
  const parameters = ["--param", "run_date=2024-01-15", "--param", `marker=${join(folder, "was-here")}`];
  ran = await lakelet(folder, ["run", "job.json", "--json", ...parameters]);
  const body = JSON.parse(ran.stdout) as { job_id: number; tasks: readonly Task[] };
  jobId = String(body.job_id);
  tasks = new Map(body.tasks.map((task) => [task.task_key, task]));
  spark = await createLocalSession({ warehouse: join(folder, "lake"), threads: 1 });
}, 120_000);
afterAll(() => spark?.stop());

const resultOf = (key: string) => JSON.parse(tasks.get(key)?.notebook_output?.result ?? "null") as unknown;

describe("the cells of the course", () => {
  test.each([
    ["ingest_bronze", "SUCCESS"],
    ["transform_silver", "SUCCESS"],
    ["transform_nothing", "SUCCESS"],
    ["aggregate_gold", "SUCCESS"],
    ["task_1", "SUCCESS"],
    ["task_2", "SUCCESS"],
    ["monitoring", "FAILED"],
    ["after_monitoring", "UPSTREAM_FAILED"],
    ["data_ingestion", "SUCCESS"],
    ["idempotent", "SUCCESS"],
    ["idempotent_again", "SUCCESS"],
    ["logging", "SUCCESS"],
    ["job_history", "SUCCESS"],
    ["sla_monitoring", "SUCCESS"],
  ])("%s ends %s", (key, state) => {
    expect(tasks.get(key)?.state.result_state).toBe(state);
  });

  test("ingest: the schema is inferred, the audit columns are there, exit gives what it was given", async () => {
    expect(resultOf("ingest_bronze")).toEqual({ status: "success", rows_ingested: 6, target_table: "bronze_orders" });
    expect((await rowsOf(spark, "DESCRIBE bronze_orders")).map((row) => row.slice(0, 2))).toEqual([
      ["order_id", "int"],
      ["customer_id", "string"],
      ["order_date", "date"],
      ["amount", "double"],
      ["status", "string"],
      ["ingestion_timestamp", "timestamp"],
      ["source_file", "string"],
      ["run_date", "string"],
    ]);
    expect(
      await rowsOf(
        spark,
        "SELECT count(DISTINCT ingestion_timestamp), count(DISTINCT source_file), max(run_date) FROM bronze_orders",
      ),
    ).toEqual([[1, 2, "2024-01-15"]]);
  });

  test("error handling: the exit inside try stands, the catch's exit tells of an error, the task succeeds", async () => {
    expect(resultOf("transform_silver")).toEqual({ status: "SUCCESS", rows_processed: 5 });
    expect(resultOf("transform_nothing")).toMatchObject({ status: "FAILED", error_type: "UNEXPECTED_ERROR" });
  });

  test("the SQL task makes gold of silver", async () => {
    expect(await rowsOf(spark, "SELECT * EXCEPT (calculated_at) FROM gold_daily_sales ORDER BY order_date")).toEqual([
      ["2024-01-14", 2, 2, 30.5, 15.25, 20],
      ["2024-01-15", 1, 1, 100, 100, 100],
      ["2024-01-16", 1, 1, 1, 1, 1],
    ]);
  });

  test("a task reads what another left by exit", () => {
    expect(resultOf("task_2")).toEqual({ rows: 5 });
  });

  test("monitoring: each attempt left its row, then the run failed", async () => {
    expect(ran.code).toBe(1);
    expect(tasks.get("monitoring")?.state.state_message).toContain("Data quality issue: 16.67% null order_ids");
    expect(
      await rowsOf(spark, "SELECT job_run_id, metric_name, threshold, status FROM job_monitoring_metrics"),
    ).toEqual(Array(2).fill([jobId, "null_order_id_percentage", 5, "FAILED"]));
  });

  test("a transient error is tried again", () => {
    expect(tasks.get("data_ingestion")?.attempt_number).toBe(1);
  });

  test("the course's query of its history, as written, finds this run when it has ended", async () => {
    const notebook = readFileSync(join(folder, "notebooks/job_history.ts"), "utf8");
    const query = /spark\.sql\(`([\s\S]*?)`\)/.exec(notebook)?.[1] ?? "";
    const [row, ...others] = await rowsOf(spark, query);
    expect(others).toEqual([]);
    expect(row?.slice(0, 2)).toEqual([jobId, "KION_Daily_Orders_ETL"]);
    expect(row?.[6]).toBe("FAILED");
    // Two of the tasks were tried twice.
    expect(row?.[7]).toHaveLength(tasks.size + 2);
  });

  test("idempotent writes leave the same rows, whichever they are and however often they run", async () => {
    for (const key of ["idempotent", "idempotent_again"]) expect(resultOf(key)).toEqual({ rows: 1 });
    expect(await rowsOf(spark, "SELECT order_id, order_date FROM target")).toEqual([[4, "2024-01-15"]]);
  });

  test("logging appends its metrics", async () => {
    expect(await rowsOf(spark, "SELECT job_name, run_date, metric_value, typeof(timestamp) FROM job_metrics")).toEqual([
      ["KION_Daily_ETL", "2024-01-15", 6, "timestamp"],
    ]);
  });
});
