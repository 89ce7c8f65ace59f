/** Who wants to know of a notification: the addresses and destinations that the spec gives, less what it mutes. */
import type { AlertResult } from "../jobs/run/attempt.js";
import type { RunState } from "../jobs/run/run-state.js";
import type { JobSettings } from "../jobs/spec/job-settings.js";
import type { TaskSettings } from "../jobs/spec/task.js";
import type { Notification } from "./notification.js";

export interface Recipients {
  /** E-mail addresses, each once. */
  readonly addresses: readonly string[];
  /** Ids of destinations, each once. */
  readonly destinations: readonly string[];
}

/** What a job and a task have alike. */
type Alerting = Pick<TaskSettings, "email_notifications" | "webhook_notifications" | "notification_settings">;

const NOBODY: Recipients = { addresses: [], destinations: [] };

export function recipientsOf(notification: Notification, state: RunState): Recipients {
  const { task, event, skipped, resultState, alert } = notification;
  if (event === "on_alert") return subscribersOf(alert);
  const alerting = task === undefined ? state.settings : taskAlerting(task.key, state);
  if (alerting === undefined) return NOBODY;
  const { notification_settings: mutes, email_notifications: mail, webhook_notifications: webhooks } = alerting;
  if (task !== undefined && !wantsAttempt(notification, mutes)) return NOBODY;
  if (event === "on_failure" && skipped && mutes?.no_alert_for_skipped_runs) return NOBODY;
  if (event === "on_failure" && resultState === "CANCELED" && mutes?.no_alert_for_canceled_runs) return NOBODY;
  // The deprecated key is the mails' own: webhooks go out nevertheless.
  const mailMuted = event === "on_failure" && skipped && mail?.no_alert_for_skipped_runs;
  return {
    addresses: mailMuted ? [] : [...new Set(mail?.[event] ?? [])],
    destinations: [...new Set((webhooks?.[event] ?? []).map((one) => one.id))],
  };
}

/** A user's name is an e-mail address. */
function subscribersOf(alert: AlertResult | undefined): Recipients {
  const subscriptions = alert?.subscriptions ?? [];
  return {
    addresses: [...new Set(subscriptions.flatMap(({ userName }) => userName ?? []))],
    destinations: [...new Set(subscriptions.flatMap(({ destinationId }) => destinationId ?? []))],
  };
}

/** `alert_on_last_attempt`: told of the first start and the last failure alone; else of each attempt's. */
function wantsAttempt({ event, task }: Notification, mutes: TaskSettings["notification_settings"]): boolean {
  if (task === undefined) return true;
  const lastOnly = mutes?.alert_on_last_attempt ?? false;
  if (event === "on_start") return !lastOnly || task.attempt === 0;
  return task.moment === "task" || lastOnly === (task.moment === "last-attempt");
}

/** An iteration has the settings of the task that is nested in its for_each_task. */
function taskAlerting(key: string, { settings, tasks }: RunState): Alerting | undefined {
  const iteration = tasks.get(key)?.plan.iteration;
  const found = settings.tasks?.find((one) => one.task_key === (iteration?.of ?? key));
  return iteration === undefined ? found : (found?.for_each_task?.task as Alerting | undefined);
}

/** Whether anybody at all is to be told of anything: most jobs tell nobody, and their runs need not pay for it. */
export function notifiesAnybody(settings: JobSettings): boolean {
  const tasks = (settings.tasks ?? []).flatMap((task) => [
    task,
    ...(task.for_each_task ? [task.for_each_task.task] : []),
  ]);
  // An alert may have subscribers of its own, in its file.
  const alerts = tasks.some((task) => task.sql_task?.alert !== undefined || task.alert_task !== undefined);
  return alerts || [settings, ...tasks].some(hasRecipients);
}

function hasRecipients({ email_notifications: mail, webhook_notifications: webhooks }: Alerting): boolean {
  return [...Object.values(mail ?? {}), ...Object.values(webhooks ?? {})].some(
    (one) => Array.isArray(one) && one.length > 0,
  );
}
