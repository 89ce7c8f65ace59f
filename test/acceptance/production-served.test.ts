/** The course's production job as `lakelet serve` runs it: its six tasks, its schedule, its alerts at a real SMTP server and a real HTTP receiver. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { httpReceiver, mailReceiver } from "../notifications/receivers.js";
import { builtPackage, lakelet } from "../support/built-package.js";
import { eventually } from "../support/eventually.js";
import { temporaryFolder, writeFiles } from "../support/temporary-folder.js";

const JOB = readFileSync(join(import.meta.dirname, "../jobs/fixtures/course/production.json"), "utf8");
const SPEC = "pipelines/orders/job.json";
const FINE = `import { dbutils } from "lakelet/notebook";
dbutils.notebook.exit(dbutils.widgets.getAll());`;
const FAILS = `throw new Error("3 of 10 customers have no name");`;

/** The job as it is, due once, that many seconds from now: 02:00 in Warsaw is too far for a test. */
function dueIn(seconds: number): { readonly text: string; readonly at: string } {
  const at = new Date(Math.ceil(Date.now() / 1000 + seconds) * 1000);
  const [date, time] = [
    [at.getUTCDate(), at.getUTCMonth() + 1],
    [at.getUTCSeconds(), at.getUTCMinutes(), at.getUTCHours()],
  ];
  const schedule = {
    quartz_cron_expression: `${time.join(" ")} ${date.join(" ")} ? ${at.getUTCFullYear()}`,
    timezone_id: "UTC",
    pause_status: "UNPAUSED",
  };
  return { text: JSON.stringify({ ...JSON.parse(JOB), schedule }), at: at.toISOString() };
}

it("its team is told of the run that succeeded, and of the one that failed, by mail and by Slack", {
  timeout: 300_000,
}, async () => {
  const [mail, slack] = [await mailReceiver(), await httpReceiver()];
  const { command } = builtPackage();
  const folder = temporaryFolder({
    "lakelet.yml": `paths: { /Workspace/KION: . }
scheduler: { poll_seconds: 1 }
smtp: { url: "${mail.url}" }
destinations: { slack-alerts: { type: slack, url: "${slack.url}/hook" } }
`,
    "jobs/00_validate_source.ts": FINE,
    "jobs/01_ingest_bronze.ts": FINE,
    "jobs/02_transform_silver.ts": FINE,
    "jobs/99_quality_checks.ts": FINE,
    "queries/gold_daily_sales_query.sql": "CREATE OR REPLACE TABLE gold_daily_sales AS SELECT 1 AS n;",
    "queries/gold_customer_ltv_query.sql": "CREATE OR REPLACE TABLE gold_customer_ltv AS SELECT 2 AS n;",
  });
  writeFiles(folder, { [SPEC]: JOB });
  const child = spawn(process.execPath, [command, "serve"], { cwd: folder, stdio: "pipe" });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const exit = new Promise((resolve) => child.on("close", resolve));
  /** Writes the schedule while it is being served; on a busy machine the time may pass before it is read. */
  const runSoon = async (seconds = 3): Promise<string> => {
    const { text, at } = dueIn(seconds);
    writeFiles(folder, { [SPEC]: text });
    const due = `KION_Daily_Orders_ETL_Production: due ${at.replace("T", " ").slice(0, 19)}Z`;
    const decided = () => printed.includes(due) || Date.now() > Date.parse(at) + 5000;
    await eventually(decided, 120_000);
    return printed.includes(due) ? at : runSoon(2 * seconds);
  };
  try {
    await eventually(() => printed.includes("followed from now on (0 0 2 * * ? Europe/Warsaw)"), 120_000);
    await runSoon();
    await eventually(() => mail.mails.length === 1, 120_000);
    writeFiles(folder, { "jobs/99_quality_checks.ts": FAILS });
    await runSoon();
    await eventually(() => mail.mails.length === 2 && slack.posts.length === 1, 120_000);
    child.kill("SIGTERM");
    expect(await exit).toBe(0);

    expect(mail.mails.map(({ to, subject }) => [to, subject])).toEqual([
      [["data-team@kion.com"], "[lakelet] KION_Daily_Orders_ETL_Production succeeded"],
      [["data-team@kion.com", "on-call@kion.com"], "[lakelet] KION_Daily_Orders_ETL_Production failed"],
    ]);
    expect(mail.mails[1]?.text).toContain("3 of 10 customers have no name");
    expect(JSON.stringify(slack.posts[0]?.body)).toContain("KION_Daily_Orders_ETL_Production");

    const { runs } = JSON.parse((await lakelet(folder, ["runs", "list", "--json"])).stdout);
    expect(runs).toMatchObject([
      { trigger: "PERIODIC", state: { result_state: "FAILED" } },
      { trigger: "PERIODIC", state: { result_state: "SUCCESS" } },
    ]);
  } finally {
    child.kill("SIGKILL");
    await Promise.all([mail.close(), slack.close()]);
  }
});
