/** The fixtures of the course, held against the notebook that they were taken from, where it is at hand. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { courseJob } from "../../support/course-project.js";

const SEED = join(
  process.env.LAKELET_SHARED ?? join(import.meta.dirname, "../../../../shared"),
  "seed/databricks-jobs-orchestration.txt",
);
const present = existsSync(SEED);

/** `name = { ... }` at the beginning of a line, as Python writes it, in JSON's words. */
function configsOf(notebook: string): ReadonlyMap<string, unknown> {
  const configs = new Map<string, unknown>();
  for (const [, name = "", body = ""] of notebook.matchAll(/^(\w+) = (\{\n[\s\S]*?^\})/gm)) {
    if (!/^(?: {4})"\w+": /m.test(body) || name === "output") continue;
    const json = body
      .replace(/("(?:[^"\\]|\\.)*")|#.*/g, "$1")
      .replace(/\bTrue\b/g, "true")
      .replace(/\bFalse\b/g, "false")
      .replace(/,(\s*[}\]])/g, "$1");
    configs.set(name, JSON.parse(json));
  }
  return configs;
}

interface Body {
  readonly tasks: readonly {
    readonly task_key: string;
    readonly notebook_task?: { readonly base_parameters?: unknown };
    readonly new_cluster?: object;
    readonly timeout_seconds?: number;
  }[];
}

/** What of a fixture each of the notebook's configurations is, in the notebook's form. */
function fixtures(): Readonly<Record<string, unknown>> {
  const body = (name: string) => JSON.parse(courseJob(name)) as Body & Readonly<Record<string, unknown>>;
  const task = (name: string, key: string) => body(name).tasks.find((one) => one.task_key === key);
  const { email_notifications, health } = body("email-alerts");
  const cheap = task("cost-optimized", "task_1");
  return {
    job_config: body("daily-orders-etl"),
    dlt_task: task("dlt-task", "run_dlt_pipeline"),
    dbt_task: task("dbt-task", "run_dbt_models"),
    job_with_params: body("parameterized"),
    dynamic_params: task("dynamic-values", "task_1")?.notebook_task?.base_parameters,
    task_with_retry: task("retry", "data_ingestion"),
    email_config: { email_notifications, health },
    webhook_config: { webhook_notifications: body("webhooks").webhook_notifications },
    job_cluster_config: { new_cluster: task("job-cluster", "task_1")?.new_cluster },
    cost_optimized_config: { ...cheap?.new_cluster, timeout_seconds: cheap?.timeout_seconds },
    schedule_config: body("cost-optimized").schedule,
    production_job: body("production"),
  };
}

test.skipIf(!present)(
  `each configuration of the course is in the fixtures, word by word${present ? "" : " (skipped: the course's notebook is not here)"}`,
  () => {
    expect(Object.fromEntries(configsOf(readFileSync(SEED, "utf8")))).toEqual(fixtures());
  },
);
