/** What a spec's alerts say that cannot come about as the project is configured: destinations that nobody set up. */
import type { DocumentPath } from "../jobs/spec/document.js";
import type { JobSettings } from "../jobs/spec/job-settings.js";
import { didYouMean } from "../jobs/spec/nearest-name.js";
import type { Problem } from "../jobs/spec/problem.js";
import type { TaskSettings } from "../jobs/spec/task.js";
import { EVENTS_NOT_EVALUATED, NOTIFICATION_EVENTS } from "./notification.js";
import type { NotificationSettings } from "./settings.js";

type Alerting = Pick<TaskSettings, "email_notifications" | "webhook_notifications">;
type Subscriber = { readonly destination_id?: string | undefined; readonly user_name?: string | undefined };

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

/** Mail that nobody will get: said once, at the first place that names an address. A run says so at its end. */
export function checkMail(settings: JobSettings, { smtp, destinations }: NotificationSettings): readonly Problem[] {
  if (smtp !== undefined) return [];
  const isMail = (id: string | undefined) => id !== undefined && destinations[id]?.type === "email";
  const places = [
    ...mailPlaces(settings, [], isMail),
    ...(settings.tasks ?? []).flatMap((task, i) => {
      const nested = task.for_each_task?.task;
      return [
        ...taskMailPlaces(task, ["tasks", i], isMail),
        ...(nested ? taskMailPlaces(nested, ["tasks", i, "for_each_task", "task"], isMail) : []),
      ];
    }),
  ];
  const [path] = places;
  if (path === undefined) return [];
  const others = places.length === 1 ? "" : ` (and at ${places.length - 1} more of the spec's places)`;
  const message = `Mail is not sent, it is put into .lakelet/outbox${others}: lakelet.yml has no \`smtp\`. Configure it: smtp: { url: "smtp://mail.example.com:587", from: lakelet@example.com, user: ..., password: "\${env.SMTP_PASSWORD}" }.`;
  return [{ severity: "warning", path, message }];
}

type IsMail = (destinationId: string | undefined) => boolean;

/** Of each event that a mail would tell of. */
function mailPlaces(alerting: Alerting, path: DocumentPath, isMail: IsMail): readonly DocumentPath[] {
  const { email_notifications: mail = {}, webhook_notifications: webhooks = {} } = alerting;
  return NOTIFICATION_EVENTS.flatMap((event) => [
    ...((mail[event] ?? []).length > 0 ? [[...path, "email_notifications", event]] : []),
    ...((webhooks[event] ?? []).some(({ id }) => isMail(id)) ? [[...path, "webhook_notifications", event]] : []),
  ]);
}

function taskMailPlaces(task: AlertingTask, path: DocumentPath, isMail: IsMail): readonly DocumentPath[] {
  const mailed = subscribersOf(task).flatMap(([key, found = []]) =>
    found.some((one) => one.user_name !== undefined || isMail(one.destination_id)) ? [[...path, ...key]] : [],
  );
  return [...mailPlaces(task, path, isMail), ...mailed];
}

type AlertingTask = Alerting & Pick<TaskSettings, "sql_task" | "alert_task">;

function checkTask(task: AlertingTask, path: DocumentPath, known: readonly string[]): readonly Problem[] {
  const subscribers = subscribersOf(task).flatMap(([key, found = []]) =>
    found.flatMap(({ destination_id: id }, i) =>
      id === undefined ? [] : unknownDestination(id, [...path, ...key, i, "destination_id"], known),
    ),
  );
  return [...checkAlerting(task, path, known), ...subscribers];
}

function subscribersOf(task: AlertingTask): readonly (readonly [DocumentPath, readonly Subscriber[] | undefined])[] {
  return [
    [["sql_task", "alert", "subscriptions"], task.sql_task?.alert?.subscriptions],
    [["alert_task", "subscribers"], task.alert_task?.subscribers],
  ];
}

function checkAlerting(alerting: Alerting, path: DocumentPath, known: readonly string[]): readonly Problem[] {
  if (!alerting.email_notifications && !alerting.webhook_notifications) return [];
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
