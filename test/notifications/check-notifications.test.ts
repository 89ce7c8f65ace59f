/** What is told of a spec's alerts before a job runs. */
import { expect, test } from "vitest";
import type { JobSettings } from "../../src/jobs/spec/job-settings.js";
import { pathText } from "../../src/jobs/spec/problem.js";
import { checkMail, checkNotifications } from "../../src/notifications/check-notifications.js";

const CONFIGURED = {
  smtp: undefined,
  destinations: { "slack-alerts": { type: "slack", url: "https://x.y/z" } },
} as const;

test("destinations that nobody configured, wherever they are named, with the nearest that is", () => {
  const unknown = { on_failure: [{ id: "slack-alerts" }, { id: "slack-alert" }] };
  const settings: JobSettings = {
    webhook_notifications: { ...unknown, on_streaming_backlog_exceeded: [{ id: "x" }] },
    tasks: [
      { task_key: "a", webhook_notifications: { on_start: [{ id: "teams" }] } },
      {
        task_key: "b",
        alert_task: { alert_id: "n", subscribers: [{ destination_id: "pager" }, { user_name: "a@x.y" }] },
      },
      { task_key: "c", for_each_task: { inputs: "[]", task: { task_key: "d", webhook_notifications: unknown } } },
    ],
  };
  const found = checkNotifications(settings, CONFIGURED).map(({ severity, path, message }) => [
    severity,
    pathText(path),
    message,
  ]);
  expect(found.map(([severity, path]) => `${severity} ${path}`)).toEqual([
    "warning webhook_notifications.on_failure[1].id",
    "no-local-effect webhook_notifications.on_streaming_backlog_exceeded",
    "warning tasks[0].webhook_notifications.on_start[0].id",
    "warning tasks[1].alert_task.subscribers[0].destination_id",
    "warning tasks[2].for_each_task.task.webhook_notifications.on_failure[1].id",
  ]);
  expect(found[0]?.[2]).toContain("Did you mean `slack-alerts`?");
  expect(found[2]?.[2]).toContain("destinations: { teams: { type: slack, url: ... } }");
});

test("mail without a mail server is said once, at the first place that names an address", () => {
  const settings: JobSettings = {
    email_notifications: { on_success: [] },
    tasks: [
      { task_key: "a", alert_task: { alert_id: "n", subscribers: [{ user_name: "a@x.y" }] } },
      { task_key: "b", email_notifications: { on_failure: ["b@x.y"] } },
      { task_key: "c", webhook_notifications: { on_failure: [{ id: "all" }] } },
    ],
  };
  const destinations = { all: { type: "email" as const, addresses: ["c@x.y"] } };
  const found = checkMail(settings, { smtp: undefined, destinations });
  expect(found.map(({ severity, path }) => `${severity} ${pathText(path)}`)).toEqual([
    "warning tasks[0].alert_task.subscribers",
  ]);
  expect(found[0]?.message).toContain("(and at 2 more of the spec's places): lakelet.yml has no `smtp`");
  expect(checkMail(settings, { smtp: { url: "smtp://x.y" }, destinations })).toEqual([]);
  expect(checkMail({ tasks: [{ task_key: "a" }] }, { smtp: undefined, destinations })).toEqual([]);
});
