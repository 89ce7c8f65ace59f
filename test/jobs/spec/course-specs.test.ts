/** Every configuration of the course notebook is read and validated as written, mistakes included, with a warning for each mistake. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { planJob } from "../../../src/jobs/job-plan.js";
import { readJobSpec } from "../../../src/jobs/spec/read-job-spec.js";
import { openProject } from "../../../src/workspace/project.js";
import { validateJobs } from "../../../src/workspace/validate-job.js";
import { COURSE_JOBS, courseProject } from "../../support/course-project.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const project = openProject(
  temporaryFolder(
    courseProject(`smtp: { url: "smtp://127.0.0.1" }
destinations:
  slack-alerts: { type: slack, url: "http://127.0.0.1" }
  slack-data-alerts: { type: slack, url: "http://127.0.0.1" }
`),
  ),
);
const folder = join(import.meta.dirname, "../fixtures/course");

function warningsOf(name: string): readonly string[] {
  const { notices } = readJobSpec(join(folder, `${name}.json`), { shownAs: `${name}.json` });
  return notices
    .filter((one) => one.severity === "warning")
    .map((one) => `${one.location.line}: ${one.path.join(".")}`);
}

/** Of each job, what `lakelet validate` warns of: the rule, or the reference where there is none. */
const WARNED: Readonly<Record<string, readonly string[]>> = {
  "cluster-reuse": ["previous-task-cluster"],
  "cost-optimized": ["attributes-of-another-cloud"],
  "daily-orders-etl": ["autoscale-and-num-workers", "previous-task-cluster"],
  "dbt-task": ["dbt-profiles-and-warehouse"],
  "dlt-task": [],
  "dynamic-usage": ["{{run.id}}"],
  "dynamic-values": ["{{job.start_time}}", "{{run.id}}", "{{parent_run.id}}"],
  "email-alerts": ["deprecated-skipped-runs"],
  "job-cluster": ["attributes-of-another-cloud"],
  parameterized: [],
  production: ["attributes-of-another-cloud", "previous-task-cluster", "duration-rule-tells-nobody"],
  retry: ["retry-on-timeout-without-timeout"],
  "sql-task": [],
  webhooks: [],
};

test.each(COURSE_JOBS)("%s is valid, and warned of are its mistakes alone", (name) => {
  const [validation] = validateJobs(project, name, {});
  const warnings = validation?.problems.filter(({ severity }) => severity === "warning") ?? [];
  for (const { message } of warnings) expect(message).toContain("Databricks");
  expect(validation?.problems.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(warnings.map(({ rule, message }) => rule ?? /^\{\{.*?\}\}/.exec(message)?.[0])).toEqual(WARNED[name]);
});

describe("the course's mistakes are warnings with their line", () => {
  test("num_workers beside autoscale, and a cluster that is no reference", () => {
    expect(warningsOf("daily-orders-etl")).toEqual([
      "24: tasks.0.new_cluster.autoscale",
      "45: tasks.1.existing_cluster_id",
    ]);
  });
  test("AWS attributes on an Azure node", () => {
    expect(warningsOf("production")).toEqual([
      "57: tasks.1.new_cluster.aws_attributes",
      "80: tasks.2.existing_cluster_id",
      expect.stringContaining("health.rules.0"),
    ]);
    expect(warningsOf("job-cluster")).toEqual(["20: tasks.0.new_cluster.aws_attributes"]);
  });
  test("references that Databricks does not know", () => {
    expect(warningsOf("dynamic-values")).toEqual([
      "10: tasks.0.notebook_task.base_parameters.run_timestamp",
      "12: tasks.0.notebook_task.base_parameters.run_id",
      "13: tasks.0.notebook_task.base_parameters.parent_run_id",
    ]);
  });
});

test("the production job: what has no effect here", () => {
  const { notices } = readJobSpec(join(folder, "production.json"));
  const keys = (severity: string) =>
    [...new Set(notices.filter((one) => one.severity === severity).map((one) => one.path.at(-1)))].sort();
  expect(keys("no-local-effect")).toEqual([
    "aws_attributes",
    "format",
    "min_workers",
    "node_type_id",
    "spark_version",
    "warehouse_id",
  ]);
});

test("the production job's plan", () => {
  const plan = planJob(readJobSpec(join(folder, "production.json")).settings, "production");
  const byKey = new Map(plan.tasks.map((task) => [task.key, task]));
  expect(plan).toMatchObject({ name: "KION_Daily_Orders_ETL_Production", timeoutMs: 7_200_000, maxConcurrentRuns: 1 });
  expect(byKey.get("ingest_bronze")).toMatchObject({
    dependsOn: ["validate_source"],
    timeoutMs: 1_800_000,
    retry: { maxRetries: 3, minIntervalMs: 120_000, onTimeout: false },
    compute: { kind: "shared", key: "task:ingest_bronze" },
  });
  expect(byKey.get("transform_silver")?.compute).toEqual({ kind: "shared", key: "task:ingest_bronze" });
  expect(byKey.get("data_quality_check")?.dependsOn).toEqual(["aggregate_gold_daily", "aggregate_gold_customers"]);
  expect(byKey.get("data_quality_check")?.compute).toEqual({ kind: "own" });
});
