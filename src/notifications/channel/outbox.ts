/** `.lakelet/outbox`: messages that nothing is configured to send, as files to look at: a mail as .eml, another message as .json. */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Delivery } from "../delivery.js";
import { webhookBody } from "../message/webhook.js";
import type { SendOutcome } from "./send-outcome.js";

/** @param reason why it is not sent */
export async function putIntoOutbox(
  folder: string,
  delivery: Delivery,
  from: string,
  reason: string,
): Promise<SendOutcome> {
  const { id, content, target, createdAt } = delivery;
  const stem = `${new Date(createdAt).toISOString().replace(/[:.]/g, "-")}-${id}`;
  await mkdir(folder, { recursive: true });
  if (target.kind === "mail") {
    const { mailFile } = await import("./send-mail.js");
    const file = join(folder, `${stem}.eml`);
    await publish(file, await mailFile({ id, content, to: target.to }, from, reason));
    return { kind: "outbox", detail: reason, file };
  }
  const file = join(folder, `${stem}.json`);
  const document = { not_sent: reason, destination: target.id, headline: content.headline, body: webhookBody(content) };
  await publish(file, `${JSON.stringify(document, undefined, 2)}\n`);
  return { kind: "outbox", detail: reason, file };
}

/** Whoever watches the folder sees whole files. */
async function publish(file: string, content: string | Buffer): Promise<void> {
  await writeFile(`${file}.new`, content);
  await rename(`${file}.new`, file);
}
