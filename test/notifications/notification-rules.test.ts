/** Who is told of what: events, levels, retries, mutes. */
import { describe, expect, test } from "vitest";
import type { AlertResult } from "../../src/jobs/run/attempt.js";
import type { RunCreated, RunEvent } from "../../src/jobs/run/run-event.js";
import type { JobSettings } from "../../src/jobs/spec/job-settings.js";
import { notifiesAnybody } from "../../src/notifications/recipients.js";
import { createdRun, type SimulatedTask, taskPlan } from "../jobs/run/simulated-run.js";
import { logOf, occasions, toldLines } from "./notified-run.js";

const EVERYTHING = {
  on_start: ["start@x.y"],
  on_success: ["ok@x.y"],
  on_failure: ["bad@x.y"],
  on_duration_warning_threshold_exceeded: ["slow@x.y"],
};

type TaskAlerts = Partial<NonNullable<JobSettings["tasks"]>[number]>;

function job(alerts: Partial<JobSettings>, tasks: Readonly<Record<string, TaskAlerts>> = {}): JobSettings {
  return { ...alerts, tasks: Object.entries(tasks).map(([task_key, one]) => ({ task_key, ...one })) };
}

function told(tasks: Readonly<Record<string, SimulatedTask>>, settings: JobSettings, end?: "CANCELED" | "TIMEDOUT") {
  const options = end === undefined ? {} : { terminateAfter: { attempts: 0, cause: end } };
  return toldLines(occasions(logOf(tasks, settings, options)));
}

const FAILS = { outcomes: ["FAILED"] } as const;

describe("of the job", () => {
  const settings = job({ email_notifications: EVERYTHING });

  test.each<[what: string, tasks: Readonly<Record<string, SimulatedTask>>, expected: string]>([
    ["succeeds", { a: {} }, "on_success SUCCESS -> ok@x.y"],
    ["fails", { a: FAILS }, "on_failure FAILED -> bad@x.y"],
    ["loses a process", { a: { outcomes: ["INTERNAL_ERROR"] } }, "on_failure FAILED -> bad@x.y"],
    [
      "succeeds with failures: that is a success",
      { a: FAILS, b: { after: ["a"], runIf: "ALL_DONE" } },
      "on_success SUCCESS_WITH_FAILURES -> ok@x.y",
    ],
  ])("a run that %s", (_, tasks, expected) => {
    expect(told(tasks, settings)).toEqual(["on_start -> start@x.y", expected]);
  });

  test("retries are not told: neither those that help nor those that do not", () => {
    expect(told({ a: { maxRetries: 2, outcomes: ["FAILED", "FAILED", "SUCCESS"] } }, settings)).toEqual([
      "on_start -> start@x.y",
      "on_success SUCCESS -> ok@x.y",
    ]);
  });

  test("a run that was canceled or timed out has failed; the one can be muted, the other not", () => {
    const muted = job({ email_notifications: EVERYTHING, notification_settings: { no_alert_for_canceled_runs: true } });
    expect(told({ a: {} }, settings, "CANCELED").at(-1)).toBe("on_failure CANCELED -> bad@x.y");
    expect(told({ a: {} }, muted, "CANCELED")).toEqual(["on_start -> start@x.y"]);
    expect(told({ a: {} }, muted, "TIMEDOUT").at(-1)).toBe("on_failure TIMEDOUT -> bad@x.y");
  });

  test("a run that was skipped: muted for all by notification_settings, for mails alone by the deprecated key", () => {
    const alerts = {
      email_notifications: EVERYTHING,
      webhook_notifications: { on_failure: [{ id: "slack" }] },
    };
    const skipped = (settings: JobSettings): readonly string[] => {
      const created: RunCreated = { ...createdRun([taskPlan("a", {})]), settings };
      return toldLines(occasions([created, { type: "run-skipped", at: 1, message: "one is running" }]));
    };
    expect(skipped(job(alerts))).toEqual(["on_failure MAXIMUM_CONCURRENT_RUNS_REACHED -> bad@x.y, #slack"]);
    expect(skipped(job({ ...alerts, notification_settings: { no_alert_for_skipped_runs: true } }))).toEqual([]);
    const deprecated = { ...alerts, email_notifications: { ...EVERYTHING, no_alert_for_skipped_runs: true } };
    expect(skipped(job(deprecated))).toEqual(["on_failure MAXIMUM_CONCURRENT_RUNS_REACHED -> #slack"]);
  });

  test("a duration warning, once, while it goes on", () => {
    const [created, started] = logOf({ a: {} }, settings) as [RunCreated, RunEvent];
    const warning: RunEvent = { type: "duration-warning", at: 5, thresholdSeconds: 60 };
    const [, found] = occasions([created, started, warning]);
    expect(found?.recipients.addresses).toEqual(["slow@x.y"]);
    expect(found?.notification).toMatchObject({ resultState: undefined, thresholdSeconds: 60 });
  });

  test("a repair is told of anew, under another id", () => {
    const log = logOf({ a: FAILS }, settings);
    const [created] = log as [RunCreated];
    const { tasks, runner } = created;
    const repair: readonly RunEvent[] = [
      {
        type: "repair-started",
        at: 50,
        repairId: "7",
        tasks,
        rerun: ["a"],
        parameters: {},
        overrides: {},
        settings,
        runner,
      },
      { type: "run-ended", at: 60, resultState: "SUCCESS", message: "" },
    ];
    const found = occasions([...log, ...repair]).filter(({ notification }) => notification.task === undefined);
    expect(toldLines(found)).toEqual([
      "on_start -> start@x.y",
      "on_failure FAILED -> bad@x.y",
      "on_success SUCCESS -> ok@x.y",
    ]);
    expect(new Set(found.map(({ notification }) => notification.id)).size).toBe(3);
  });

  test("somebody named twice is told once; the order is the spec's", () => {
    const settings = job({
      email_notifications: { on_success: ["b@x.y", "a@x.y", "b@x.y"] },
      webhook_notifications: { on_success: [{ id: "teams" }, { id: "slack" }, { id: "teams" }] },
    });
    expect(told({ a: {} }, settings)).toEqual(["on_success SUCCESS -> b@x.y, a@x.y, #teams, #slack"]);
  });
});

describe("of a task", () => {
  const mail = { email_notifications: EVERYTHING };

  test("each attempt starts, each failed one fails, the last one succeeds", () => {
    const settings = job({}, { a: mail });
    expect(told({ a: { maxRetries: 2, outcomes: ["FAILED", "TIMEDOUT"], retryOnTimeout: true } }, settings)).toEqual([
      "on_start a -> start@x.y",
      "on_failure a FAILED -> bad@x.y",
      "on_start a -> start@x.y",
      "on_failure a TIMEDOUT -> bad@x.y",
      "on_start a -> start@x.y",
      "on_failure a TIMEDOUT -> bad@x.y",
    ]);
  });

  test("alert_on_last_attempt: the first start and the last failure", () => {
    const settings = job({}, { a: { ...mail, notification_settings: { alert_on_last_attempt: true } } });
    const task = (...outcomes: readonly ("FAILED" | "SUCCESS")[]) => ({ a: { maxRetries: 1, outcomes } });
    expect(told(task("FAILED", "FAILED"), settings)).toEqual([
      "on_start a -> start@x.y",
      "on_failure a FAILED -> bad@x.y",
    ]);
    expect(told(task("FAILED", "SUCCESS"), settings)).toEqual([
      "on_start a -> start@x.y",
      "on_success a SUCCESS -> ok@x.y",
    ]);
  });

  test("one that was not run because of those before it is skipped; one whose condition did not hold is nobody's failure", () => {
    const tasks = {
      a: FAILS,
      b: { after: ["a"] },
      c: { runIf: "AT_LEAST_ONE_FAILED" as const, after: ["d"] },
      d: {},
      e: { disabled: true },
    };
    const settings = job({}, { b: mail, c: mail, e: mail });
    expect(told(tasks, settings)).toEqual(["on_failure b UPSTREAM_FAILED -> bad@x.y"]);
    const muted = job({}, { b: { ...mail, notification_settings: { no_alert_for_skipped_runs: true } } });
    expect(told(tasks, muted)).toEqual([]);
  });

  test("the job's mutes are not the task's", () => {
    const settings = job(
      { email_notifications: EVERYTHING, notification_settings: { no_alert_for_canceled_runs: true } },
      { a: mail },
    );
    expect(told({ a: {} }, settings, "CANCELED")).toEqual([
      "on_start -> start@x.y",
      "on_start a -> start@x.y",
      "on_failure a CANCELED -> bad@x.y",
    ]);
  });

  test("a condition tells nobody", () => {
    const log = logOf({ a: FAILS }, job({}, { a: mail })).map(
      (event): RunEvent =>
        event.type !== "run-created"
          ? event
          : {
              ...event,
              tasks: event.tasks.map((plan) => ({ ...plan, work: { type: "condition_task", settings: {} } })),
            },
    );
    expect(toldLines(occasions(log))).toEqual([]);
  });

  test("iterations have the alerts of the task that is nested in the loop", () => {
    const nested = taskPlan("each", {});
    const loop = { ...taskPlan("loop", {}), forEach: { inputs: "[1]", concurrency: 1, task: nested } };
    const settings = job(
      {},
      {
        loop: {
          for_each_task: { inputs: "[1]", task: { task_key: "each", email_notifications: { on_failure: ["n@x.y"] } } },
        },
      },
    );
    const result = { state: "FAILED", failure: { message: "no", retryable: true } } as const;
    const events: readonly RunEvent[] = [
      { ...createdRun([loop]), settings },
      { type: "run-started", at: 1 },
      { type: "attempt-scheduled", at: 1, taskKey: "loop", attempt: 0, runId: "11", notBefore: 1 },
      { type: "iterations-created", at: 2, taskKey: "loop", inputs: [1] },
      { type: "attempt-scheduled", at: 2, taskKey: "loop[0]", attempt: 0, runId: "12", notBefore: 2 },
      { type: "attempt-ended", at: 3, taskKey: "loop[0]", attempt: 0, result },
    ];
    expect(toldLines(occasions(events))).toEqual(["on_failure loop[0] FAILED -> n@x.y"]);
  });
});

describe("of a SQL alert", () => {
  const told = (alert: Partial<AlertResult>): readonly string[] => {
    const result: AlertResult = {
      alertId: "nulls",
      name: "Nulls",
      state: "TRIGGERED",
      condition: "nulls > 5",
      value: "7",
      notify: true,
      subscriptions: [{ userName: "a@x.y" }, { destinationId: "slack" }],
      ...alert,
    };
    const log = logOf({ a: {} }, job({}, { a: { alert_task: { alert_id: "nulls" } } })).map(
      (event): RunEvent =>
        event.type === "attempt-ended" ? { ...event, result: { state: "SUCCESS", alert: result } } : event,
    );
    return toldLines(occasions(log));
  };

  test("its subscribers are told of a state that they are to know", () => {
    expect(told({})).toEqual(["on_alert a SUCCESS -> a@x.y, #slack"]);
    expect(told({ notify: false })).toEqual([]);
    expect(told({ subscriptions: [] })).toEqual([]);
  });
});

test("ids are the same whenever they are worked out, and never the same for two occasions that tell the same people", () => {
  const alerts = { email_notifications: EVERYTHING };
  const tasks = { a: { maxRetries: 2, outcomes: ["FAILED"] as const }, b: { after: ["a"] }, c: {} };
  const log = logOf(tasks, job(alerts, { a: alerts, b: alerts, c: alerts }));
  const ids = () =>
    occasions(log)
      .filter(({ recipients }) => recipients.addresses.length > 0)
      .map(({ notification }) => notification.id);
  expect(ids()).toEqual(ids());
  expect(new Set(ids()).size).toBe(ids().length);
});

test("a job that tells nobody is known before it runs", () => {
  expect(notifiesAnybody(job({}, { a: {} }))).toBe(false);
  expect(notifiesAnybody(job({ email_notifications: { on_failure: [], no_alert_for_skipped_runs: true } }))).toBe(
    false,
  );
  expect(notifiesAnybody(job({}, { a: { webhook_notifications: { on_start: [{ id: "x" }] } } }))).toBe(true);
});
