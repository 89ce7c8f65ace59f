/** Each rule of the linter: a spec that breaks it, and the place that it points at. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what bundles are written with
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CODE_RULES } from "../../../src/jobs/lint/code-rules.js";
import { lintSpec, SPEC_RULES } from "../../../src/jobs/lint/lint-spec.js";
import { type JobSettings, jobSettings } from "../../../src/jobs/spec/job-settings.js";

const RUNS = { notebook_path: "./a" };
const a = { task_key: "a", notebook_task: RUNS };
const on = (cluster: object) => ({ tasks: [{ ...a, new_cluster: cluster }] });
const task = (more: object, job: object = {}) => ({ tasks: [{ ...a, ...more }], ...job });
const daily = { quartz_cron_expression: "0 0 2 * * ?", timezone_id: "UTC" };
const told = { email_notifications: { on_duration_warning_threshold_exceeded: ["a@x.org"] } };
const slow = { health: { rules: [{ metric: "RUN_DURATION_SECONDS", op: "GREATER_THAN", value: 1 }] } };
const condition = { op: "EQUAL_TO", left: "{{job.parameters.x}}", right: "y" };
const only = (more: object) => ({ tasks: [{ task_key: "a", ...more }] });
const loop = (inputs: string, nested: object = { notebook_task: { ...RUNS, base_parameters: { x: "{{input}}" } } }) =>
  only({ for_each_task: { inputs, task: { task_key: "i", ...nested } } });

const CASES: readonly (readonly [rule: string, job: object, path: string, severity?: string])[] = [
  ["autoscale-and-num-workers", on({ num_workers: 1, autoscale: { max_workers: 2 } }), "tasks.0.new_cluster.autoscale"],
  [
    "autoscale-and-num-workers",
    {
      job_clusters: [{ job_cluster_key: "c", new_cluster: { num_workers: 1, autoscale: {} } }],
      tasks: [{ ...a, job_cluster_key: "c" }],
    },
    "job_clusters.0.new_cluster.autoscale",
  ],
  [
    "autoscale-bounds",
    on({ autoscale: { min_workers: 3, max_workers: 2 } }),
    "tasks.0.new_cluster.autoscale.min_workers",
  ],
  [
    "attributes-of-another-cloud",
    on({ node_type_id: "Standard_DS3_v2", aws_attributes: { availability: "SPOT" } }),
    "tasks.0.new_cluster.aws_attributes",
  ],
  [
    "attributes-of-another-cloud",
    on({ node_type_id: "i3.xlarge", azure_attributes: {} }),
    "tasks.0.new_cluster.azure_attributes",
  ],
  [
    "attributes-of-another-cloud",
    on({ node_type_id: "n2-highmem-4", aws_attributes: {} }),
    "tasks.0.new_cluster.aws_attributes",
  ],
  [
    "spot-price-on-demand",
    on({ aws_attributes: { availability: "ON_DEMAND", spot_bid_price_percent: 100 } }),
    "tasks.0.new_cluster.aws_attributes.spot_bid_price_percent",
  ],
  ["no-workers-without-single-node", on({ num_workers: 0 }), "tasks.0.new_cluster.num_workers"],
  ["previous-task-cluster", task({ existing_cluster_id: "{{previous_task_cluster}}" }), "tasks.0.existing_cluster_id"],
  ["libraries-without-cluster", task({ libraries: [{ pypi: { package: "x" } }] }), "tasks.0.libraries"],
  [
    "unknown-environment-variables",
    task({ environment_variables_key: "v" }),
    "tasks.0.environment_variables_key",
    "error",
  ],
  [
    "alert-without-parameters",
    only({ sql_task: { warehouse_id: "w", alert: { alert_id: "a" }, parameters: { x: "1" } } }),
    "tasks.0.sql_task.parameters",
  ],
  ["unknown-environment", task({ environment_key: "e" }), "tasks.0.environment_key", "error"],
  ["unused-job-cluster", task({}, { job_clusters: [{ job_cluster_key: "c" }] }), "job_clusters.0.job_cluster_key"],
  [
    "duplicate-job-cluster",
    task({ job_cluster_key: "c" }, { job_clusters: [{ job_cluster_key: "c" }, { job_cluster_key: "c" }] }),
    "job_clusters.1.job_cluster_key",
    "error",
  ],
  [
    "invalid-cron",
    task({}, { schedule: { ...daily, quartz_cron_expression: "0 2 * * *" } }),
    "schedule.quartz_cron_expression",
    "error",
  ],
  [
    "invalid-cron",
    task({}, { schedule: { ...daily, quartz_cron_expression: "0 0 2 * * *" } }),
    "schedule.quartz_cron_expression",
    "error",
  ],
  [
    "unknown-time-zone",
    task({}, { schedule: { ...daily, timezone_id: "Europe/Warsow" } }),
    "schedule.timezone_id",
    "error",
  ],
  ["starts-exclude-each-other", task({}, { schedule: daily, continuous: {} }), "continuous", "error"],
  ["continuous-runs", task({}, { continuous: {}, max_concurrent_runs: 2 }), "max_concurrent_runs"],
  ["continuous-retries", task({ max_retries: 1 }, { continuous: {} }), "tasks.0.max_retries"],
  [
    "trigger-timer-too-short",
    task({}, { trigger: { file_arrival: { url: "/Volumes/a/b/c", wait_after_last_change_seconds: 5 } } }),
    "trigger.file_arrival.wait_after_last_change_seconds",
  ],
  [
    "too-many-trigger-tables",
    task({}, { trigger: { table_update: { table_names: Array.from({ length: 11 }, (_, i) => `t${i}`) } } }),
    "trigger.table_update.table_names",
  ],
  ["trigger-without-kind", task({}, { trigger: { pause_status: "PAUSED" } }), "trigger", "error"],
  ["duration-warning-without-rule", task({}, told), "email_notifications.on_duration_warning_threshold_exceeded"],
  ["duration-rule-tells-nobody", task(slow), "tasks.0.health.rules.0"],
  [
    "backlog-without-rule",
    task({}, { email_notifications: { on_streaming_backlog_exceeded: ["a@x.org"] } }),
    "email_notifications.on_streaming_backlog_exceeded",
  ],
  [
    "streaming-metric",
    task({}, { health: { rules: [{ metric: "STREAMING_BACKLOG_BYTES", op: "GREATER_THAN", value: 1 }] } }),
    "health.rules.0.metric",
  ],
  [
    "deprecated-skipped-runs",
    task({}, { email_notifications: { no_alert_for_skipped_runs: true } }),
    "email_notifications.no_alert_for_skipped_runs",
  ],
  ["no-address", task({}, { email_notifications: { on_failure: ["#data-team"] } }), "email_notifications.on_failure.0"],
  ["condition-task-alerts", only({ condition_task: condition, max_retries: 1 }), "tasks.0.max_retries"],
  [
    "dbt-profiles-and-warehouse",
    only({ dbt_task: { commands: ["dbt run"], warehouse_id: "w", profiles_directory: "." } }),
    "tasks.0.dbt_task.profiles_directory",
  ],
  ["dbt-command", only({ dbt_task: { commands: ["run"] } }), "tasks.0.dbt_task.commands.0", "error"],
  ["sql-without-warehouse", only({ sql_task: { query: { query_id: "q" } } }), "tasks.0.sql_task"],
  ["retry-interval-without-retries", task({ min_retry_interval_millis: 1 }), "tasks.0.min_retry_interval_millis"],
  ["retry-on-timeout-without-timeout", task({ retry_on_timeout: true, max_retries: 1 }), "tasks.0.retry_on_timeout"],
  ["timeout-longer-than-job", task({ timeout_seconds: 9 }, { timeout_seconds: 8 }), "tasks.0.timeout_seconds"],
  ["run-if-without-dependencies", task({ run_if: "ALL_DONE" }), "tasks.0.run_if"],
  [
    "failure-hidden-by-leaves",
    { tasks: [a, { task_key: "b", notebook_task: RUNS, depends_on: [{ task_key: "a" }], run_if: "ALL_DONE" }] },
    "tasks.1.run_if",
  ],
  [
    "outcome-of-no-condition",
    { tasks: [a, { task_key: "b", notebook_task: RUNS, depends_on: [{ task_key: "a", outcome: "true" }] }] },
    "tasks.1.depends_on.0.outcome",
    "error",
  ],
  [
    "outcome-of-no-condition",
    {
      tasks: [
        { task_key: "a", condition_task: condition },
        { task_key: "b", notebook_task: RUNS, depends_on: [{ task_key: "a", outcome: "yes" }] },
      ],
    },
    "tasks.1.depends_on.0.outcome",
    "error",
  ],
  [
    "condition-compares-texts",
    only({ condition_task: { ...condition, right: "12.0" } }),
    "tasks.0.condition_task.right",
  ],
  [
    "condition-compares-texts",
    only({ condition_task: { ...condition, op: "LESS_THAN", right: "many" } }),
    "tasks.0.condition_task.right",
  ],
  ["constant-condition", only({ condition_task: { op: "EQUAL_TO", left: "x", right: "y" } }), "tasks.0.condition_task"],
  ["loop-in-loop", loop("[1]", { for_each_task: {} }), "tasks.0.for_each_task.task.for_each_task", "error"],
  ["loop-inputs", loop("a, b"), "tasks.0.for_each_task.inputs", "error"],
  ["loop-inputs", loop("[]"), "tasks.0.for_each_task.inputs"],
  ["loop-without-input", loop("[1]", { notebook_task: RUNS }), "tasks.0.for_each_task.task"],
  [
    "job-parameter-wins",
    task(
      { notebook_task: { ...RUNS, base_parameters: { day: "x" } } },
      { parameters: [{ name: "day", default: "y" }] },
    ),
    "tasks.0.notebook_task.base_parameters.day",
  ],
  [
    "deprecated-run-job-parameters",
    only({ run_job_task: { job_id: 1, python_params: [] } }),
    "tasks.0.run_job_task.python_params",
  ],
  [
    "refresh-all-and-some",
    only({ pipeline_task: { pipeline_id: "p", full_refresh: true, refresh_selection: ["t"] } }),
    "tasks.0.pipeline_task.full_refresh",
  ],
  ["deprecated-spark-submit", only({ spark_submit_task: {} }), "tasks.0.spark_submit_task"],
  ["too-long", task({}, { name: "ü".repeat(2049) }), "name"],
  [
    "too-many-tags",
    task({}, { tags: Object.fromEntries(Array.from({ length: 26 }, (_, i) => [`t${i}`, ""])) }),
    "tags",
  ],
  [
    "parameters-too-large",
    task({ notebook_task: { ...RUNS, base_parameters: { x: "y".repeat(1_000_001) } } }),
    "tasks.0.notebook_task.base_parameters",
  ],
  [
    "duplicate-parameter",
    task(
      {},
      {
        parameters: [
          { name: "p", default: "" },
          { name: "p", default: "" },
        ],
      },
    ),
    "parameters.1.name",
    "error",
  ],
  [
    "duplicate-environment",
    task({ environment_key: "e" }, { environments: [{ environment_key: "e" }, { environment_key: "e" }] }),
    "environments.1.environment_key",
    "error",
  ],
  ["no-runs-allowed", task({}, { max_concurrent_runs: 0 }), "max_concurrent_runs"],
  ["every-task-disabled", task({ disabled: true }), "tasks.0.disabled"],
  ["git-reference", task({}, { git_source: { git_url: "u", git_provider: "gitHub" } }), "git_source"],
  [
    "source-git-without-git-source",
    task({ notebook_task: { ...RUNS, source: "GIT" } }),
    "tasks.0.notebook_task.source",
  ],
  [
    "secret-in-the-open",
    task({ notebook_task: { ...RUNS, base_parameters: { db_password: "hunter2" } } }),
    "tasks.0.notebook_task.base_parameters.db_password",
  ],
  ["bundle-reference-outside-a-bundle", task({}, { description: "${var.x}" }), "description"],
];

function lint(job: object) {
  const parsed = jobSettings.safeParse(job);
  if (!parsed.success) throw new Error(parsed.error.message);
  return lintSpec(parsed.data satisfies JobSettings);
}

describe("a mistake is found at its place, and only once", () => {
  const cases = CASES.map(([rule, job, path, severity = "warning"]) => ({ rule, job, path, severity }));
  test.each(cases)("$rule at $path", ({ rule, job, path, severity }) => {
    const found = lint(job).filter((one) => one.rule === rule);
    expect(found.map((one) => [one.severity, one.path.join(".")])).toEqual([[severity, path]]);
    expect(found[0]?.message).toMatch(/^.+\. Databricks: .+\.( Here: .+\.)? Fix: .+[.?]$/s);
  });

  test("every rule has a case", () => {
    expect(SPEC_RULES.map((rule) => rule.id).filter((id) => !CASES.some(([rule]) => rule === id))).toEqual([]);
  });
});

test("a sound job has none", () => {
  const job = {
    ...told,
    ...slow,
    schedule: daily,
    timeout_seconds: 100,
    parameters: [{ name: "day", default: "{{job.start_time.iso_date}}" }],
    job_clusters: [
      {
        job_cluster_key: "c",
        new_cluster: {
          node_type_id: "Standard_DS3_v2",
          num_workers: 2,
          azure_attributes: { availability: "SPOT_AZURE" },
        },
      },
    ],
    tasks: [
      {
        ...a,
        job_cluster_key: "c",
        max_retries: 2,
        min_retry_interval_millis: 10,
        retry_on_timeout: true,
        timeout_seconds: 9,
      },
      {
        task_key: "b",
        condition_task: { op: "GREATER_THAN", left: "{{tasks.a.values.n}}", right: "0" },
        depends_on: [{ task_key: "a" }],
      },
      {
        task_key: "c",
        sql_task: { warehouse_id: "w", query: { query_id: "q" } },
        depends_on: [{ task_key: "b", outcome: "true" }],
      },
      {
        task_key: "d",
        for_each_task: {
          inputs: "{{tasks.a.values.list}}",
          task: { task_key: "i", notebook_task: { ...RUNS, base_parameters: { x: "{{input.k}}" } } },
        },
        depends_on: [{ task_key: "c" }],
      },
    ],
  };
  expect(lint(job)).toEqual([]);
});

test("docs/validate.md names every rule, and none that does not exist", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/validate.md"), "utf8");
  const rules = page.slice(page.indexOf("## Rules"));
  const named = [...rules.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, id]) => id).sort();
  expect(named).toEqual([...SPEC_RULES, ...CODE_RULES].map((rule) => rule.id).sort());
});
