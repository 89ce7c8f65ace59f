/** What a spec's alerts say that cannot come about as the project is configured: destinations that nobody set up. */
import type { DocumentPath } from "../jobs/spec/document.js";
import type { JobSettings } from "../jobs/spec/job-settings.js";
import { didYouMean } from "../jobs/spec/nearest-name.js";
import type { Problem } from "../jobs/spec/problem.js";
import type { TaskSettings } from "../jobs/spec/task.js";
import { EVENTS_NOT_EVALUATED, NOTIFICATION_EVENTS } from "./notification.js";
import type { NotificationSettings } from "./settings.js";

type Alerting = Pick<TaskSettings, "email_notifications" | "webhook_notifications">;
type Subscriber = { readonly destination_id?: string | undefined };

export function checkNotifications(settings: JobSettings, { destinations }: NotificationSettings): readonly Problem[] {
  const known = Object.keys(destinations);
  return [
    ...checkAlerting(settings, [], known),
    ...(settings.tasks ?? []).flatMap((task, i) => [
      ...checkTask(task, ["tasks", i], known),
      ...(task.for_each_task ? checkTask(task.for_each_task.task, ["tasks", i, "for_each_task", "task"], known) : []),
    ]),
  ];
}

type AlertingTask = Alerting & Pick<TaskSettings, "sql_task" | "alert_task">;

function checkTask(task: AlertingTask, path: DocumentPath, known: readonly string[]): readonly Problem[] {
  const lists: readonly (readonly [DocumentPath, readonly Subscriber[] | undefined])[] = [
    [["sql_task", "alert", "subscriptions"], task.sql_task?.alert?.subscriptions],
    [["alert_task", "subscribers"], task.alert_task?.subscribers],
  ];
  const subscribers = lists.flatMap(([key, found = []]) =>
    found.flatMap(({ destination_id: id }, i) =>
      id === undefined ? [] : unknownDestination(id, [...path, ...key, i, "destination_id"], known),
    ),
  );
  return [...checkAlerting(task, path, known), ...subscribers];
}

function checkAlerting(alerting: Alerting, path: DocumentPath, known: readonly string[]): readonly Problem[] {
  const { webhook_notifications: webhooks = {} } = alerting;
  const unknown = NOTIFICATION_EVENTS.flatMap((event) =>
    (webhooks[event] ?? []).flatMap(({ id }, i) =>
      unknownDestination(id, [...path, "webhook_notifications", event, i, "id"], known),
    ),
  );
  return [...unknown, ...notEvaluated(alerting, path)];
}

function unknownDestination(id: string, path: DocumentPath, known: readonly string[]): readonly Problem[] {
  if (known.includes(id)) return [];
  const cure =
    didYouMean(id, known) || `Configure it in lakelet.yml: destinations: { ${id}: { type: slack, url: ... } }.`;
  const message = `No destination is called \`${id}\`: what it would be told is put into .lakelet/outbox. ${cure}`;
  return [{ severity: "warning", path, message }];
}

function notEvaluated(alerting: Alerting, path: DocumentPath): readonly Problem[] {
  return (["email_notifications", "webhook_notifications"] as const).flatMap((key) =>
    Object.entries(EVENTS_NOT_EVALUATED).flatMap(([event, why]): Problem[] => {
      if (alerting[key]?.[event as keyof typeof EVENTS_NOT_EVALUATED] === undefined) return [];
      const message = `\`${event}\` is not evaluated: ${why}.`;
      return [{ severity: "no-local-effect", path: [...path, key, event], message }];
    }),
  );
}
