/** Sends a delivery where its target leads: by mail, to a web address in the form that is liked there, or into the outbox. */
import { hostname } from "node:os";
import type { Delivery } from "../delivery.js";
import type { Destination, Destinations } from "../destinations.js";
import type { MessageContent } from "../message/content.js";
import { pagerDutyBody } from "../message/pagerduty.js";
import { slackBody } from "../message/slack.js";
import { teamsBody } from "../message/teams.js";
import { type JsonBody, webhookBody } from "../message/webhook.js";
import { putIntoOutbox } from "./outbox.js";
import { postJson } from "./post-json.js";
import type { SendOutcome } from "./send-outcome.js";

export type Send = (delivery: Delivery, signal: AbortSignal) => Promise<SendOutcome>;

export interface SenderOptions {
  readonly destinations: Destinations;
  readonly outboxFolder: string;
  /** Of one try. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;

type WebDestination = Exclude<Destination, { readonly type: "email" }>;

/** The details of the outcomes hold no secrets. */
export function sender({ destinations, outboxFolder, timeoutMs = TIMEOUT_MS }: SenderOptions): Send {
  const { mailServer, byId, redact } = destinations;
  const keep = (delivery: Delivery, reason: string) =>
    putIntoOutbox(outboxFolder, delivery, mailServer?.from ?? `lakelet@${hostname()}`, reason);
  const mail = async (delivery: Delivery, to: readonly string[], signal: AbortSignal): Promise<SendOutcome> => {
    if (mailServer === undefined) {
      return keep(
        { ...delivery, target: { kind: "mail", to } },
        whyUnusable(destinations, ["smtp"]) ?? "lakelet.yml has no smtp",
      );
    }
    const { sendMail } = await import("./send-mail.js");
    return sendMail({ id: delivery.id, content: delivery.content, to, server: mailServer, timeoutMs, signal });
  };
  const send: Send = (delivery, signal) => {
    const { id, content, target } = delivery;
    if (target.kind === "mail") return mail(delivery, target.to, signal);
    const destination = byId.get(target.id);
    if (destination === undefined) {
      const reason = whyUnusable(destinations, ["destinations", target.id]);
      return keep(delivery, reason ?? `lakelet.yml has no destination ${target.id}`);
    }
    if (destination.type === "email") return mail(delivery, destination.addresses, signal);
    const headers = { "idempotency-key": id, ...(destination.type === "webhook" && destination.headers) };
    return postJson({ url: destination.url, headers, body: bodyFor(destination, content), timeoutMs, signal });
  };
  return async (delivery, signal) => {
    const outcome = await send(delivery, signal);
    return { ...outcome, detail: redact(outcome.detail) };
  };
}

function bodyFor(destination: WebDestination, content: MessageContent): JsonBody {
  switch (destination.type) {
    case "slack":
      return slackBody(content);
    case "teams":
      return teamsBody(content);
    case "pagerduty":
      return pagerDutyBody(content, destination.integrationKey);
    case "webhook":
      return webhookBody(content);
  }
}

function whyUnusable({ problems }: Destinations, path: readonly string[]): string | undefined {
  return problems.find((one) => path.every((step, i) => one.path[i] === step))?.message;
}
