/** The jobs of the course as they are written, in a project that has the notebooks and queries that they name. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dirname, "../jobs/fixtures/course");
const ECHO = `import { dbutils } from "lakelet/notebook";
dbutils.notebook.exit(dbutils.widgets.getAll());`;
/** Its id is the one that the course's pipeline_task names. */
const PIPELINE = { id: "abc123-dlt-pipeline-id", name: "orders", libraries: [{ file: { path: "orders.sql" } }] };
const DBT_PROJECT = "name: kion\nversion: '1.0'\nprofile: kion\n";

export const COURSE_JOBS: readonly string[] = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ""));

export function courseJob(name: string): string {
  return readFileSync(join(FOLDER, `${name}.json`), "utf8");
}

/** By their path in the project: `pipelines/<name>/job.json` and what the jobs need. */
export function courseProject(settings = ""): Readonly<Record<string, string>> {
  const notebooks = ["notebooks/01_ingest_orders", "notebooks/02_transform_silver", "task1", "task2", "ingest"];
  const steps = ["00_validate_source", "01_ingest_bronze", "02_transform_silver", "99_quality_checks"];
  const queries = ["gold_aggregations_query_id", "saved_query_id", "gold_daily_sales_query", "gold_customer_ltv_query"];
  return {
    "lakelet.yml": `paths: { /Workspace/KION: . }\n${settings}`,
    "dbt/dbt_project.yml": DBT_PROJECT,
    "pipelines/orders/pipeline.json": JSON.stringify(PIPELINE),
    "pipelines/orders/orders.sql": "CREATE MATERIALIZED VIEW orders AS SELECT 1 AS order_id",
    ...Object.fromEntries([...notebooks, ...steps.map((step) => `jobs/${step}`)].map((path) => [`${path}.ts`, ECHO])),
    ...Object.fromEntries(
      queries.map((query) => [`queries/${query}.sql`, `CREATE OR REPLACE TABLE ${query} AS SELECT 1 AS n`]),
    ),
    ...Object.fromEntries(COURSE_JOBS.map((name) => [`pipelines/${name}/job.json`, courseJob(name)])),
  };
}
