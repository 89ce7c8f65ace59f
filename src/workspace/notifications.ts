/** The notifications of the project: list what was sent, send again what was not, try a destination. */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { formatLocation, LakeletError } from "../errors/lakelet-error.js";
import { readDocument } from "../jobs/spec/document.js";
import { didYouMean } from "../jobs/spec/nearest-name.js";
import type { Delivery } from "../notifications/delivery.js";
import { DeliveryQueue } from "../notifications/delivery-queue.js";
import { resolveDestinations } from "../notifications/destinations.js";
import { testContent } from "../notifications/message/test-content.js";
import { type NotificationDesk, openNotificationDesk } from "./notification-desk.js";
import type { Project } from "./project.js";

export { type Delivery, type DeliveryStatus, targetText } from "../notifications/delivery.js";

/** What a command that was asked to send waits for each try. */
const PATIENCE_MS = 30_000;

/** Oldest first: those that wait, those given up, the newest of the others. */
export function listNotifications(project: Project, limit: number): readonly Delivery[] {
  const queue = new DeliveryQueue(project.state);
  const all = (["delivered", "outbox", "failed", "pending"] as const).flatMap((status) => queue.list(status));
  return all.sort((a, b) => a.createdAt - b.createdAt).slice(-limit);
}

/** Those of one run. */
export function notificationsOfRun(project: Project, runId: string): readonly Delivery[] {
  return new DeliveryQueue(project.state).ofRun(runId);
}

/**
 * Sends again: the given ones, whatever became of them, or all that wait or were given up.
 * @returns them as they are afterwards
 * @throws NOTIFICATION_NOT_FOUND
 */
export async function retryNotifications(project: Project, ids: readonly string[]): Promise<readonly Delivery[]> {
  const queue = new DeliveryQueue(project.state);
  const chosen =
    ids.length > 0 ? ids.map((id) => found(queue, id)) : [...queue.list("pending"), ...queue.list("failed")];
  const now = Date.now();
  for (const one of chosen) {
    const { file: _, ...rest } = one;
    queue.update({ ...rest, status: "pending", tryCount: 0, nextTryAt: now, createdAt: now });
  }
  return withDesk(project, async ({ courier }) => {
    courier.takeOver();
    const wanted = chosen.map((one) => one.id);
    await courier.tried(wanted, PATIENCE_MS);
    return wanted.flatMap((id) => queue.find(id) ?? []);
  });
}

/**
 * Sends a message that says that it is a trial.
 * @param target an id of lakelet.yml's destinations, or an e-mail address
 * @throws DESTINATION_NOT_FOUND
 */
export async function tryDestination(project: Project, target: string): Promise<Delivery> {
  const known = Object.keys(project.notifications.destinations);
  if (!target.includes("@") && !known.includes(target)) throw unknownDestination(target, known);
  return withDesk(project, async ({ queue, courier }) => {
    const at = Date.now();
    const delivery: Delivery = {
      id: `test-${at}`,
      createdAt: at,
      content: testContent(at),
      target: target.includes("@") ? { kind: "mail", to: [target] } : { kind: "destination", id: target },
      status: "pending",
      tries: [],
      tryCount: 0,
      nextTryAt: at,
    };
    queue.add(delivery);
    courier.add(delivery);
    await courier.tried([delivery.id], PATIENCE_MS);
    const after = queue.find(delivery.id) ?? delivery;
    // A trial is not tried again behind one's back.
    const final: Delivery = after.status === "pending" ? { ...after, status: "failed" } : after;
    if (final !== after) queue.update(final);
    return final;
  });
}

async function withDesk<Result>(project: Project, work: (desk: NotificationDesk) => Promise<Result>): Promise<Result> {
  const desk = openNotificationDesk(project);
  try {
    return await work(desk);
  } finally {
    desk.close();
  }
}

/** What keeps the mail server or a destination from being used, each with its place in lakelet.yml. */
export function notificationProblems(project: Project): readonly string[] {
  const { problems } = resolveDestinations(project.notifications, process.env);
  if (problems.length === 0 || project.file === undefined) return [];
  const shown = relative(process.cwd(), project.file) || project.file;
  const document = readDocument(readFileSync(project.file, "utf8"), shown);
  return problems.map(({ path, message }) => `${formatLocation(document.locate(path))}: ${message}`);
}

function found(queue: DeliveryQueue, id: string): Delivery {
  const delivery = queue.find(id);
  if (delivery) return delivery;
  throw new LakeletError({
    condition: "NOTIFICATION_NOT_FOUND",
    sqlState: "42000",
    problem: `There is no notification ${id}.`,
    cure: "`lakelet notifications list` shows those that there are.",
    parameters: { id },
  });
}

function unknownDestination(id: string, known: readonly string[]): LakeletError {
  return new LakeletError({
    condition: "DESTINATION_NOT_FOUND",
    sqlState: "42000",
    problem: `lakelet.yml has no destination \`${id}\`, and it is no e-mail address.`,
    cure:
      didYouMean(id, known) || (known.length > 0 ? `There are ${known.join(", ")}.` : "Add it under `destinations`."),
    parameters: { id },
  });
}
