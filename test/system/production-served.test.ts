/** The course's production job as `lakelet serve` runs it: its six tasks on real notebooks, its schedule, its health rule, its alerts at a real SMTP server and a real HTTP receiver, its history. */
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SparkSession } from "../../src/session/contract.js";
import { createLocalSession } from "../../src/session/local-session.js";
import { type HttpReceiver, httpReceiver, type MailReceiver, mailReceiver } from "../notifications/receivers.js";
import { builtPackage, lakelet } from "../support/built-package.js";
import { eventually } from "../support/eventually.js";
import { rowsOf } from "../support/session.js";
import { temporaryFolder, writeFiles } from "../support/temporary-folder.js";

const ROOT = join(import.meta.dirname, "../..");
const JOB = readFileSync(join(ROOT, "test/jobs/fixtures/course/production.json"), "utf8");
const SPEC = "pipelines/orders/job.json";
const NAME = "KION_Daily_Orders_ETL_Production";
const PATIENCE_MS = 120_000;
/** Nobody is in the table, for whom the quality checks have a word. */
const NO_CUSTOMERS = `CREATE OR REPLACE TABLE gold_customer_ltv AS
SELECT customer_id, SUM(amount) AS lifetime_value FROM silver_orders WHERE status = 'never' GROUP BY customer_id;`;

/** The job as it is, due once, that many seconds from now: 02:00 in Warsaw is too far for a test. */
function dueIn(seconds: number, changes: object): { readonly text: string; readonly at: string } {
  const at = new Date(Math.ceil(Date.now() / 1000 + seconds) * 1000);
  const time = [at.getUTCSeconds(), at.getUTCMinutes(), at.getUTCHours()].join(" ");
  const date = [at.getUTCDate(), at.getUTCMonth() + 1].join(" ");
  const schedule = {
    quartz_cron_expression: `${time} ${date} ? ${at.getUTCFullYear()}`,
    timezone_id: "UTC",
    pause_status: "UNPAUSED",
  };
  return { text: JSON.stringify({ ...JSON.parse(JOB), ...changes, schedule }), at: at.toISOString() };
}

let mail: MailReceiver;
let http: HttpReceiver;
let folder: string;
let served: ChildProcess;
let exit: Promise<number | null>;
let printed = "";

/** Writes the schedule while it is being served; on a busy machine the time may pass before it is read. */
async function runSoon(changes: object = {}, seconds = 2): Promise<void> {
  const { text, at } = dueIn(seconds, changes);
  writeFiles(folder, { [SPEC]: text });
  const due = `${NAME}: due ${at.replace("T", " ").slice(0, 19)}Z`;
  await eventually(() => printed.includes(due) || Date.now() > Date.parse(at) + 5000, PATIENCE_MS);
  if (!printed.includes(due)) await runSoon(changes, 2 * seconds);
}

beforeAll(async () => {
  [mail, http] = [await mailReceiver(), await httpReceiver()];
  folder = temporaryFolder({
    "lakelet.yml": `paths: { /Workspace/KION/jobs: notebooks, /Volumes/main/default/kion_data: data }
scheduler: { poll_seconds: 1 }
smtp: { url: "${mail.url}" }
destinations:
  slack-alerts: { type: slack, url: "${http.url}/slack" }
  warehouse-hook: { type: webhook, url: "${http.url}/hook", username: etl, password: not-to-be-seen }
`,
    "data/orders/orders_2024-01-15.csv": `order_id,customer_id,order_date,status,amount,updated_at
1,7,2024-01-15,completed,10.50,2024-01-15 08:00:00
2,7,2024-01-15,completed,20.00,2024-01-15 09:00:00
3,8,2024-01-15,returned,5.00,2024-01-15 09:30:00
`,
    [SPEC]: JOB,
  });
  cpSync(join(ROOT, "pipelines/orders"), join(folder, "notebooks"), { recursive: true });
  cpSync(join(ROOT, "pipelines/orders/queries"), join(folder, "queries"), { recursive: true });
  served = spawn(process.execPath, [builtPackage().command, "serve"], { cwd: folder, stdio: "pipe" });
  for (const stream of [served.stdout, served.stderr])
    stream?.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
    });
  exit = new Promise((resolve) => served.on("close", resolve));
  await eventually(() => printed.includes("followed from now on (0 0 2 * * ? Europe/Warsaw)"), PATIENCE_MS);
}, 2 * PATIENCE_MS);

afterAll(async () => {
  served.kill("SIGKILL");
  await Promise.all([mail.close(), http.close()]);
});

const told = () => mail.mails.map(({ to, subject }) => [to, subject]);

test("a run that succeeds: six tasks, two of them after each other in one process, a mail", {
  timeout: 2 * PATIENCE_MS,
}, async () => {
  await runSoon();
  await eventually(() => mail.mails.length === 1, PATIENCE_MS);
  expect(told()).toEqual([[["data-team@kion.com"], `[lakelet] ${NAME} succeeded`]]);
  expect(http.posts).toEqual([]);
});

test("a run that is longer than its health rule allows and fails: warned of, then mail, Slack and a webhook", {
  timeout: 2 * PATIENCE_MS,
}, async () => {
  const { email_notifications: emails, webhook_notifications: webhooks } = JSON.parse(JOB);
  writeFiles(folder, { "queries/gold_customer_ltv_query.sql": NO_CUSTOMERS });
  const ops = { on_duration_warning_threshold_exceeded: ["ops@kion.com"] };
  const rule = { metric: "RUN_DURATION_SECONDS", op: "GREATER_THAN", value: 0 };
  await runSoon({
    email_notifications: { ...emails, ...ops },
    webhook_notifications: { on_failure: [...webhooks.on_failure, { id: "warehouse-hook" }] },
    health: { rules: [rule] },
  });
  await eventually(() => mail.mails.length === 3 && http.posts.length === 2, PATIENCE_MS);

  expect(told()).toEqual(
    expect.arrayContaining([
      [["ops@kion.com"], `[lakelet] ${NAME} runs longer than expected`],
      [["data-team@kion.com", "on-call@kion.com"], `[lakelet] ${NAME} failed`],
    ]),
  );
  expect(mail.mails[2]?.text).toContain("data_quality_check");
  const posts = new Map(http.posts.map((post) => [post.path, post]));
  expect(JSON.stringify(posts.get("/slack")?.body)).toContain("data_quality_check");
  const hook = posts.get("/hook");
  expect(hook?.headers.authorization).toBe(`Basic ${Buffer.from("etl:not-to-be-seen").toString("base64")}`);
  expect(hook?.body).toEqual({
    event_type: "jobs.on_failure",
    workspace_id: expect.any(String),
    run: { run_id: expect.stringMatching(/^\d+$/) },
    job: { job_id: expect.stringMatching(/^\d+$/), name: NAME },
  });
});

test("SIGTERM ends it, and its history is in the tables", { timeout: 2 * PATIENCE_MS }, async () => {
  served.kill("SIGTERM");
  expect(await exit).toBe(0);
  expect(existsSync(join(folder, ".lakelet/outbox"))).toBe(false);
  expect(printed).not.toContain("not-to-be-seen");

  const { runs } = JSON.parse((await lakelet(folder, ["runs", "list", "--json"])).stdout);
  expect(runs).toMatchObject([
    { trigger: "PERIODIC", state: { result_state: "FAILED" } },
    { trigger: "PERIODIC", state: { result_state: "SUCCESS" } },
  ]);
  const spark: SparkSession = await createLocalSession({ warehouse: join(folder, "lake"), threads: 1 });
  try {
    expect(
      await rowsOf(spark, "SELECT result_state, trigger_type FROM system.lakeflow.job_run_timeline ORDER BY 1"),
    ).toEqual([
      ["FAILED", "CRON"],
      ["SUCCEEDED", "CRON"],
    ]);
    expect(
      await rowsOf(
        spark,
        "SELECT task_key, collect_set(result_state) FROM system.lakeflow.job_task_run_timeline GROUP BY 1 ORDER BY 1",
      ),
    ).toEqual([
      ["aggregate_gold_customers", ["SUCCEEDED"]],
      ["aggregate_gold_daily", ["SUCCEEDED"]],
      ["data_quality_check", expect.arrayContaining(["FAILED", "SUCCEEDED"])],
      ["ingest_bronze", ["SUCCEEDED"]],
      ["transform_silver", ["SUCCEEDED"]],
      ["validate_source", ["SUCCEEDED"]],
    ]);
    expect(await rowsOf(spark, "SELECT DISTINCT name FROM system.lakeflow.jobs")).toEqual([[NAME]]);
    expect(await rowsOf(spark, "SELECT order_date, total_revenue FROM gold_daily_sales")).toEqual([
      ["2024-01-15", "30.50"],
    ]);
  } finally {
    await spark.stop();
  }
});
