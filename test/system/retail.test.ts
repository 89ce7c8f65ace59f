/** The retail pipeline over the real daily files: each line is accounted for, and running a day again changes nothing. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import * as lakelet from "../../src/index.js";
import type { AttemptRequest } from "../../src/jobs/run/attempt.js";
import type { SparkSession } from "../../src/session/contract.js";
import { spark } from "../../src/tasks/notebook/bound-session.js";
import { dbutils } from "../../src/tasks/notebook/dbutils.js";
import { display } from "../../src/tasks/notebook/display.js";
import { notebookTask } from "../../src/tasks/notebook/notebook-task.js";
import { NotebookLoader } from "../../src/tasks/notebook/typescript-notebook.js";
import { ProjectPaths } from "../../src/tasks/project-paths.js";
import { sqlTask } from "../../src/tasks/sql/sql-task.js";
import { differences, lakeContents } from "../support/lake-contents.js";
import { rowsOf, useSession } from "../support/session.js";

const data = join(process.env.LAKELET_SHARED ?? join(import.meta.dirname, "../../../shared"), "data/retail");
const days = existsSync(data) ? readdirSync(data).map((name) => name.replace(".csv", "")) : [];
const pipeline = join(import.meta.dirname, "../../pipelines/retail");
const mappings = { "/Volumes/main/default/retail": data };

if (days.length === 0)
  test.skip("retail pipeline: skipped because ../shared/data/retail is not there", () => undefined);

describe.runIf(days.length > 0)("the retail pipeline", () => {
  const lake = useSession({ paths: mappings });
  const count = async (sql: string) => Number((await rowsOf(lake.spark, sql))[0]?.[0]);

  beforeAll(async () => {
    for (const day of days) await runDay(lake.spark, day);
  }, 400_000);

  test("every line is in bronze, and from there in silver, in quarantine, or an exact copy", async () => {
    const bronze = await count("SELECT count(*) FROM bronze_invoices");
    const silver = await count("SELECT count(*) FROM silver_invoices");
    const quarantined = await count("SELECT count(*) FROM silver_invoices_quarantine");
    expect({ files: days.length, bronze, silver, quarantined, copies: bronze - silver - quarantined }).toEqual({
      files: 68,
      bronze: 105_335,
      silver: 68_162,
      quarantined: 36_210,
      copies: 963,
    });
  });

  test("quarantined lines say why and where from", async () => {
    expect(await rowsOf(lake.spark, "SELECT DISTINCT quarantine_reason FROM silver_invoices_quarantine")).toEqual([
      ["customer is known"],
    ]);
    expect(
      await count(
        "SELECT count(*) FROM silver_invoices_quarantine WHERE source_file NOT LIKE 'file:///%.csv' OR source_file IS NULL",
      ),
    ).toBe(0);
  });

  test("cancellations are marked, and gold agrees with silver", async () => {
    expect(await count("SELECT count(*) FROM silver_invoices WHERE is_cancelled <> (invoice_no LIKE 'C%')")).toBe(0);
    expect(
      await count(
        "SELECT count_if(is_cancelled) - (SELECT sum(cancelled_lines) FROM gold_daily_revenue) FROM silver_invoices",
      ),
    ).toBe(0);
    expect(
      await rowsOf(
        lake.spark,
        `SELECT (SELECT sum(quantity * unit_price) FROM silver_invoices) = (SELECT sum(revenue) FROM gold_daily_revenue),
                (SELECT sum(revenue) FROM gold_customers) = (SELECT sum(revenue) FROM gold_daily_revenue)`,
      ),
    ).toEqual([[true, true]]);
  });

  test("running days again changes nothing", async () => {
    const before = await lakeContents(lake.spark);
    for (const day of [days[0], days[33], days[67]]) await runDay(lake.spark, day ?? "");
    expect(differences(before, await lakeContents(lake.spark))).toEqual([]);
  }, 200_000);
});

const loader = new NotebookLoader({ "lakelet/notebook": { ...lakelet, spark, dbutils, display } });

/** The three tasks of the job, in one session. */
async function runDay(session: SparkSession, day: string): Promise<void> {
  const kept = new Proxy(session, {
    get: (target, name) => (name === "stop" ? async () => undefined : Reflect.get(target, name, target)),
  });
  const environment = {
    paths: new ProjectPaths({ root: pipeline, mappings }),
    queries: join(pipeline, "queries"),
    openSession: async () => kept,
  };
  const run = async (key: string, settings: Readonly<Record<string, unknown>>) => {
    const isSql = "file" in settings;
    const handler = isSql ? sqlTask(environment) : notebookTask(environment, loader);
    const request: AttemptRequest = {
      job: { id: "1", name: "retail", runId: "1", startTime: 0 },
      task: { key, type: isSql ? "sql_task" : "notebook_task", runId: "1", attempt: 0 },
      settings,
      taskValues: {},
      sparkConf: {},
    };
    const result = await handler.run(request, () => undefined);
    expect(result, `${key} of ${day}`).toMatchObject({ state: "SUCCESS" });
  };
  const parameters = { run_date: day };
  await run("ingest_bronze", { notebook_path: "./01_ingest_bronze", base_parameters: parameters });
  await run("transform_silver", { notebook_path: "./02_transform_silver", base_parameters: parameters });
  await run("aggregate_gold", { file: { path: "./queries/gold.sql" }, parameters });
}
