/** The forms of a message: what each service is sent, and that nothing in a name or an error can make more of it. */
import { describe, expect, test } from "vitest";
import type { AlertResult } from "../../src/jobs/run/attempt.js";
import type { RunCreated, RunEvent } from "../../src/jobs/run/run-event.js";
import type { JobSettings } from "../../src/jobs/spec/job-settings.js";
import { type MessageContent, messageContent } from "../../src/notifications/message/content.js";
import { mailText } from "../../src/notifications/message/mail.js";
import { pagerDutyBody } from "../../src/notifications/message/pagerduty.js";
import { slackBody } from "../../src/notifications/message/slack.js";
import { teamsBody } from "../../src/notifications/message/teams.js";
import { webhookBody } from "../../src/notifications/message/webhook.js";
import { durationText, triggerText } from "../../src/notifications/message/words.js";
import type { SimulatedTask } from "../jobs/run/simulated-run.js";
import { logOf, occasions } from "./notified-run.js";

interface Changes {
  readonly name?: string;
  readonly message?: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Of all occasions of a run, the last with that id's end. */
function contentOf(tasks: Readonly<Record<string, SimulatedTask>>, end: string, changes: Changes = {}): MessageContent {
  const settings: JobSettings = {};
  const log = logOf(tasks, settings).map((event): RunEvent => {
    if (event.type === "run-created") {
      const job: RunCreated["job"] = { ...event.job, name: changes.name ?? event.job.name };
      return { ...event, job, parameters: changes.parameters ?? {} };
    }
    if (event.type !== "attempt-ended" || event.result.state === "SUCCESS" || changes.message === undefined)
      return event;
    return { ...event, result: { ...event.result, failure: { ...event.result.failure, message: changes.message } } };
  });
  const found = occasions(log).find(({ notification }) => notification.id.endsWith(end));
  if (!found) throw new Error(`nobody could be told of ${end}`);
  return messageContent(found.notification, found.state);
}

const FAILING = { ingest: { outcomes: ["FAILED"] }, silver: { after: ["ingest"] }, other: {} } as const;

describe("Databricks' webhook", () => {
  test("of a run", () => {
    expect(webhookBody(contentOf(FAILING, "1000-on_start"))).toEqual({
      event_type: "jobs.on_start",
      workspace_id: "0",
      run: { run_id: "1000" },
      job: { job_id: "1", name: "simulated" },
    });
  });

  test("of a task: its own run, and the job's as its parent", () => {
    const content = contentOf({ a: {} }, "-on_success");
    expect(content.notification.task?.key).toBe("a");
    expect(webhookBody(content)).toEqual({
      event_type: "jobs.on_success",
      workspace_id: "0",
      task: { task_key: "a" },
      run: { run_id: content.notification.task?.runId, parent_run_id: "1000" },
      job: { job_id: "1", name: "simulated" },
    });
  });
});

test("a failure names the tasks that failed and why, those that did not run, and what to type", () => {
  const content = contentOf(FAILING, "1000-on_failure", { parameters: { day: "2024-01-15" } });
  expect(content).toMatchObject({
    tone: "bad",
    headline: "simulated failed",
    failures: [{ taskKey: "ingest", state: "FAILED, 0 s", message: "ended FAILED" }],
    others: ["silver: UPSTREAM_FAILED, ingest failed", "1 task succeeded"],
    commands: ["npx lakelet runs show 1000", "npx lakelet repair 1000 --all-failed"],
  });
  expect(content.facts).toContainEqual(["Parameters", "day = 2024-01-15"]);
});

test.each([
  ["1000-on_start", FAILING, "simulated started", "neutral"],
  ["1000-on_success", { a: {} }, "simulated succeeded", "good"],
  [
    "1000-on_success",
    { a: { outcomes: ["FAILED"] as const }, b: { after: ["a"], runIf: "ALL_DONE" as const } },
    "simulated succeeded with failures",
    "warning",
  ],
  ["silver-on_failure", FAILING, "Task silver of simulated was skipped", "bad"],
  ["-on_failure", { a: { maxRetries: 1, outcomes: ["TIMEDOUT"] as const } }, "Task a of simulated timed out", "bad"],
])("%s of a run: %s", (end, tasks, headline, tone) => {
  expect(contentOf(tasks, end)).toMatchObject({ headline, tone });
});

test("PagerDuty: a failure triggers, a success of the same run resolves, each task has an alert of its own", () => {
  const failed = pagerDutyBody(contentOf(FAILING, "1000-on_failure"), "key");
  expect(failed).toMatchObject({
    routing_key: "key",
    event_action: "trigger",
    dedup_key: "lakelet-1000",
    payload: {
      summary: "simulated failed: ingest failed",
      severity: "error",
      class: "jobs.on_failure",
      source: "lakelet",
    },
  });
  expect(pagerDutyBody(contentOf({ a: {} }, "1000-on_success"), "key")).toEqual({
    routing_key: "key",
    event_action: "resolve",
    dedup_key: "lakelet-1000",
  });
  expect(pagerDutyBody(contentOf(FAILING, "silver-on_failure"), "key")).toMatchObject({
    dedup_key: "lakelet-1000-silver",
  });
});

test("a SQL alert has its own words, and resolves what it triggered, whichever run that was", () => {
  const [found] = occasions(logOf({ a: {} }, {})).slice(-1);
  if (!found) throw new Error("nothing happened");
  const of = (state: AlertResult["state"], words: Partial<AlertResult> = {}) => {
    const alert = {
      alertId: "n",
      name: "Nulls",
      state,
      condition: "nulls > 5",
      value: "7",
      notify: true,
      subscriptions: [],
      ...words,
    };
    return messageContent({ ...found.notification, event: "on_alert", alert, message: "It is 7." }, found.state);
  };
  expect(of("TRIGGERED")).toMatchObject({ headline: "Alert Nulls: TRIGGERED", tone: "bad", reason: "It is 7." });
  expect(of("TRIGGERED", { subject: "Too many\nnulls" }).headline).toBe("Too many nulls");
  expect(webhookBody(of("OK"))).toMatchObject({
    event_type: "alert",
    alert: { alert_id: "n", state: "OK", value: "7" },
  });
  expect(pagerDutyBody(of("TRIGGERED"), "k")).toMatchObject({
    event_action: "trigger",
    dedup_key: "lakelet-alert-1-n",
  });
  expect(pagerDutyBody(of("OK"), "k")).toMatchObject({ event_action: "resolve", dedup_key: "lakelet-alert-1-n" });
});

const HOSTILE =
  "</pre><script>alert(1)</script> <!channel> <@U1> [x](http://evil) ```*b*``` {{job.id}} $(id) \u0007\u001b[31mred\r\nBcc: evil@x.com";

test("nothing in a name or an error becomes markup, a mention, a link, a header", () => {
  const content = contentOf(FAILING, "1000-on_failure", {
    name: HOSTILE,
    message: HOSTILE,
    parameters: { [HOSTILE]: HOSTILE },
  });
  for (const control of ["\r", "\n", "\u0007", "\u001b"]) expect(content.headline).not.toContain(control);
  expect(JSON.stringify(content)).not.toMatch(/\\u0007|\\u001b/);
  const { subject, html } = mailText(content);
  expect(subject).not.toMatch(/[\r\n]/);
  expect(html).not.toContain("<script");
  const slack = JSON.stringify(slackBody(content));
  expect(slack).toContain("&lt;!channel&gt;");
  const blocks = slackBody(content).blocks as readonly {
    readonly text: { readonly type: string; readonly text: string };
  }[];
  for (const { text } of blocks.filter((one) => one.text.type === "mrkdwn")) expect(text.text).not.toMatch(/<[!@#h]/);
  // A plain TextBlock would read Markdown.
  expect(JSON.stringify(teamsBody(content))).not.toContain('"TextBlock"');
});

test("however long a message is, each service takes it", () => {
  const tasks = Object.fromEntries(
    Array.from({ length: 400 }, (_, i) => [`task_${i}`, { outcomes: ["FAILED"] as const }]),
  );
  const content = contentOf(tasks, "1000-on_failure", { name: "n".repeat(4_000), message: "😀".repeat(50_000) });
  expect(content.failures).toHaveLength(10);
  // And it lies in the queue once for each to whom it goes.
  expect(JSON.stringify(content).length).toBeLessThan(200_000);
  expect(content.others).toContain("390 more tasks failed");
  const { blocks } = slackBody(content) as { readonly blocks: readonly { readonly text: { readonly text: string } }[] };
  expect(blocks.length).toBeLessThanOrEqual(50);
  for (const { text } of blocks) expect(text.text.length).toBeLessThanOrEqual(3_000);
  expect(blocks[0]?.text.text.length).toBeLessThanOrEqual(150);
  expect(Buffer.byteLength(JSON.stringify(teamsBody(content)))).toBeLessThan(28_000);
  const { payload } = pagerDutyBody(content, "k") as { readonly payload: { readonly summary: string } };
  expect(payload.summary.length).toBeLessThanOrEqual(1_024);
  expect(Buffer.byteLength(JSON.stringify(pagerDutyBody(content, "k")))).toBeLessThan(512_000);
});

test("durations and triggers in words", () => {
  expect([0, 1_250, 65_000, 3_600_000, 5_430_000].map(durationText)).toEqual([
    "0 s",
    "1.3 s",
    "1 min 05 s",
    "1 h 00 min",
    "1 h 30 min",
  ]);
  const parent = { runId: "7", taskKey: "t", taskRunId: "8" };
  expect(triggerText({ type: "PERIODIC", at: 0 })).toBe("by schedule, due 1970-01-01 00:00:00 UTC");
  expect(triggerText({ type: "RUN_JOB_TASK", at: 0, parent })).toBe("by a task of another job: t of run 7");
});
