/** A message on its way to one address or destination: what is kept of it on the disk until it has arrived, and after. */
import { createHash } from "node:crypto";
import type { MessageContent } from "./message/content.js";
import type { Notification } from "./notification.js";
import type { Recipients } from "./recipients.js";

export type Target =
  | { readonly kind: "mail"; readonly to: readonly string[] }
  /** By its id in the spec: where that leads, and what is secret about it, stays in lakelet.yml. */
  | { readonly kind: "destination"; readonly id: string };

/** `outbox`: nothing is configured that could send it, and a file was written instead. */
export type DeliveryStatus = "pending" | "delivered" | "failed" | "outbox";

export interface DeliveryTry {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** How it went, without secrets. */
  readonly detail: string;
}

export interface Delivery {
  /** Sent along, so that a receiver can tell a message that comes twice. */
  readonly id: string;
  readonly createdAt: number;
  readonly content: MessageContent;
  readonly target: Target;
  readonly status: DeliveryStatus;
  /** Oldest first; the last ones. */
  readonly tries: readonly DeliveryTry[];
  /** How often it was tried in all. */
  readonly tryCount: number;
  /** Not to be tried before. */
  readonly nextTryAt: number;
  /** Of one in the outbox. */
  readonly file?: string;
}

/** Mail servers take no more recipients at once, some of them. */
const MAX_ADDRESSES = 50;

/** One delivery for each destination, and one mail for all addresses, or several where there are very many. */
export function planDeliveries(
  notification: Notification,
  content: MessageContent,
  recipients: Recipients,
): readonly Delivery[] {
  const { addresses, destinations } = recipients;
  const targets: Target[] = destinations.map((id) => ({ kind: "destination", id }));
  for (let at = 0; at < addresses.length; at += MAX_ADDRESSES) {
    targets.push({ kind: "mail", to: addresses.slice(at, at + MAX_ADDRESSES) });
  }
  return targets.map((target) => ({
    id: `${notification.id}-${digestOf(target)}`,
    createdAt: notification.at,
    content,
    target,
    status: "pending",
    tries: [],
    tryCount: 0,
    nextTryAt: notification.at,
  }));
}

function digestOf(target: Target): string {
  return createHash("sha256").update(JSON.stringify(target)).digest("hex").slice(0, 10);
}

/** @example targetText(target) // "mail to ops@example.com" */
export function targetText(target: Target): string {
  return target.kind === "mail" ? `mail to ${target.to.join(", ")}` : `destination ${target.id}`;
}
