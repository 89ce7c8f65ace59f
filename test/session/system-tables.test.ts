/** `system.lakeflow` to its readers: there before the first run, described like any table, and nobody's to write. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { rowsOf, useSession } from "../support/session.js";

const lake = useSession();
const NAMES = ["job_run_timeline", "job_runs", "job_task_run_timeline", "job_tasks", "jobs"];

test("the tables are there, without rows, before anything has run", async () => {
  for (const name of NAMES) expect(await rowsOf(lake.spark, `SELECT * FROM system.lakeflow.${name}`)).toEqual([]);
  const shown = await rowsOf(lake.spark, "SHOW TABLES IN system.lakeflow");
  expect(shown.map((row) => row[1])).toEqual(NAMES);
  expect((await rowsOf(lake.spark, "SHOW SCHEMAS IN system")).map((row) => row[0])).toEqual(["lakeflow"]);
});

test("DESCRIBE tells Databricks' columns and types", async () => {
  const rows = await rowsOf(lake.spark, "DESCRIBE system.lakeflow.job_run_timeline");
  const types = new Map(rows.map((row) => [row[0], row[1]]));
  expect([...types.keys()].slice(0, 6)).toEqual([
    "account_id",
    "workspace_id",
    "job_id",
    "run_id",
    "period_start_time",
    "period_end_time",
  ]);
  expect(types.get("job_parameters")).toBe("map<string,string>");
  expect(types.get("compute_ids")).toBe("array<string>");
  expect(types.get("run_duration_seconds")).toBe("bigint");
});

test("USE system.lakeflow", async () => {
  await lake.spark.execute("USE system.lakeflow");
  expect(await rowsOf(lake.spark, "SELECT count(*) FROM jobs")).toEqual([[0]]);
  await lake.spark.execute("USE main.default");
});

test("information_schema of the system catalog lists them once they have been written", async () => {
  mkdirSync(join(lake.folder, "lake", "system", "lakeflow"), { recursive: true });
  const sql = "SELECT table_name FROM system.information_schema.tables WHERE table_schema = 'lakeflow' ORDER BY 1";
  expect((await rowsOf(lake.spark, sql)).map((row) => row[0])).toEqual(NAMES);
});

test("other system schemas are refused by name", async () => {
  await expect(lake.spark.sql("SELECT * FROM system.billing.usage")).rejects.toMatchObject({
    condition: "UNSUPPORTED_FEATURE.SYSTEM_TABLES",
  });
  await expect(lake.spark.sql("SELECT * FROM system.lakeflow.pipelines")).rejects.toMatchObject({
    condition: "TABLE_OR_VIEW_NOT_FOUND",
  });
});

describe("nobody writes there", () => {
  test.each([
    "CREATE TABLE system.lakeflow.mine (id INT)",
    "CREATE OR REPLACE TABLE system.lakeflow.jobs AS SELECT 1 AS id",
    "CREATE VIEW system.lakeflow.x AS SELECT 1 AS id",
    "CREATE OR REPLACE VIEW system.lakeflow.job_runs AS SELECT 1 AS id",
    "DROP VIEW system.lakeflow.job_runs",
    "CREATE SCHEMA system.other",
    "DROP SCHEMA system.lakeflow CASCADE",
    "DROP CATALOG system CASCADE",
    "CREATE FUNCTION system.lakeflow.f() RETURNS INT RETURN 1",
    "CREATE VOLUME system.lakeflow.v",
    "COMMENT ON SCHEMA system.lakeflow IS 'x'",
    "CREATE TABLE delta.`lake/system/lakeflow/jobs` (id INT)",
  ])("%s", async (sql) => {
    await expect(lake.spark.execute(sql)).rejects.toMatchObject({ cause: { condition: "INSUFFICIENT_PERMISSIONS" } });
  });

  test("nor a DataFrame", async () => {
    const rows = lake.spark.range(1);
    await expect(rows.write.saveAsTable("system.lakeflow.mine")).rejects.toMatchObject({
      condition: "INSUFFICIENT_PERMISSIONS",
    });
  });
});
