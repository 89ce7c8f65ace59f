/** What a spec's alerts say that cannot come about as it is written: unknown destinations, odd addresses, metrics that nothing measures here. */
import type { DocumentPath } from "../jobs/spec/document.js";
import type { JobSettings } from "../jobs/spec/job-settings.js";
import { didYouMean } from "../jobs/spec/nearest-name.js";
import type { Problem } from "../jobs/spec/problem.js";
import type { TaskSettings } from "../jobs/spec/task.js";
import { EVENTS_NOT_EVALUATED, NOTIFICATION_EVENTS } from "./notification.js";
import type { NotificationSettings } from "./settings.js";

type Alerting = Pick<TaskSettings, "email_notifications" | "webhook_notifications" | "health">;

export function checkNotifications(settings: JobSettings, configured: NotificationSettings): readonly Problem[] {
  const tasks = settings.tasks ?? [];
  return [
    ...checkAlerting(settings, [], configured),
    ...tasks.flatMap((task, i) => [
      ...checkAlerting(task, ["tasks", i], configured),
      ...(task.for_each_task
        ? checkAlerting(task.for_each_task.task as Alerting, ["tasks", i, "for_each_task", "task"], configured)
        : []),
      ...(task.condition_task ? checkCondition(task, ["tasks", i]) : []),
    ]),
  ];
}

function checkAlerting(alerting: Alerting, path: DocumentPath, configured: NotificationSettings): readonly Problem[] {
  return [
    ...unknownDestinations(alerting, path, configured),
    ...oddAddresses(alerting, path),
    ...notEvaluated(alerting, path),
    ...durationWithoutRule(alerting, path),
  ];
}

function unknownDestinations(
  { webhook_notifications: webhooks = {} }: Alerting,
  path: DocumentPath,
  { destinations }: NotificationSettings,
): readonly Problem[] {
  const known = Object.keys(destinations);
  return NOTIFICATION_EVENTS.flatMap((event) =>
    (webhooks[event] ?? []).flatMap(({ id }, i): Problem[] => {
      if (known.includes(id)) return [];
      const cure =
        didYouMean(id, known) || `Configure it in lakelet.yml: destinations: { ${id}: { type: slack, url: ... } }.`;
      const message = `No destination is called \`${id}\`: what it would be told is put into .lakelet/outbox. ${cure}`;
      return [{ severity: "warning", path: [...path, "webhook_notifications", event, i, "id"], message }];
    }),
  );
}

function oddAddresses({ email_notifications: mail = {} }: Alerting, path: DocumentPath): readonly Problem[] {
  return NOTIFICATION_EVENTS.flatMap((event) =>
    (mail[event] ?? []).flatMap((address, i): Problem[] => {
      if (/^[^\s@]+@[^\s@]+$/.test(address)) return [];
      const message = `${JSON.stringify(address)} is no e-mail address: nothing can be sent to it.`;
      return [{ severity: "warning", path: [...path, "email_notifications", event, i], message }];
    }),
  );
}

function notEvaluated({ health, ...alerting }: Alerting, path: DocumentPath): readonly Problem[] {
  const events = (["email_notifications", "webhook_notifications"] as const).flatMap((key) =>
    Object.entries(EVENTS_NOT_EVALUATED).flatMap(([event, why]): Problem[] => {
      if (alerting[key]?.[event as keyof typeof EVENTS_NOT_EVALUATED] === undefined) return [];
      const message = `\`${event}\` is not evaluated: ${why}.`;
      return [{ severity: "no-local-effect", path: [...path, key, event], message }];
    }),
  );
  const rules = (health?.rules ?? []).flatMap(({ metric }, i): Problem[] => {
    if (metric === "RUN_DURATION_SECONDS") return [];
    const message = `\`${metric}\` is not evaluated: there are no continuous streams whose backlog could grow.`;
    return [{ severity: "no-local-effect", path: [...path, "health", "rules", i, "metric"], message }];
  });
  return [...events, ...rules];
}

const DURATION = "on_duration_warning_threshold_exceeded";

function durationWithoutRule(alerting: Alerting, path: DocumentPath): readonly Problem[] {
  const rules = alerting.health?.rules ?? [];
  if (rules.some(({ metric }) => metric === "RUN_DURATION_SECONDS")) return [];
  return (["email_notifications", "webhook_notifications"] as const).flatMap((key): Problem[] => {
    if ((alerting[key]?.[DURATION] ?? []).length === 0) return [];
    const message = `\`${DURATION}\` never comes about: it needs a rule of RUN_DURATION_SECONDS in the \`health\` beside it.`;
    return [{ severity: "warning", path: [...path, key, DURATION], message }];
  });
}

function checkCondition(task: TaskSettings, path: DocumentPath): readonly Problem[] {
  return (["email_notifications", "webhook_notifications"] as const).flatMap((key): Problem[] => {
    if (Object.values(task[key] ?? {}).every((one) => !Array.isArray(one) || one.length === 0)) return [];
    const message = `A condition_task notifies nobody, on Databricks neither: \`${key}\` of \`${task.task_key}\` has no effect.`;
    return [{ severity: "warning", path: [...path, key], message }];
  });
}
