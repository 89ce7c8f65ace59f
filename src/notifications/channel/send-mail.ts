/** A mail sent by SMTP, and what the server's answer means for trying again. */
import { connect, type Socket } from "node:net";
import type { SendMailOptions } from "nodemailer";
import type { MailServer } from "../destinations.js";
import type { MessageContent } from "../message/content.js";
import { type MailText, mailText } from "../message/mail.js";
import type { SendOutcome } from "./send-outcome.js";

export interface Mail {
  /** Of the delivery: the message's id is made from it, so that a mail that comes twice is known by it. */
  readonly id: string;
  readonly content: MessageContent;
  readonly to: readonly string[];
}

export interface SendMail extends Mail {
  readonly server: MailServer;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Never rejects. */
export async function sendMail({ server, timeoutMs, signal, ...mail }: SendMail): Promise<SendOutcome> {
  const addresses = mail.to.filter(isAddress);
  const wrong = mail.to.filter((one) => !isAddress(one));
  if (addresses.length === 0) return { kind: "refused", detail: noAddresses(wrong) };
  const { createTransport } = await import("nodemailer");
  const transport = createTransport(transportOptions(server, timeoutMs, signal));
  try {
    const sent = await transport.sendMail(mailOptions({ ...mail, to: addresses }, server.from));
    return partly(sent, wrong);
  } catch (error) {
    return failed(error, new URL(server.url).host, timeoutMs);
  } finally {
    transport.close();
  }
}

/** The mail as a file that mail readers open. @param reason why it was not sent */
export async function mailFile(mail: Mail, from: string, reason: string): Promise<Buffer> {
  const { createTransport } = await import("nodemailer");
  const transport = createTransport({ streamTransport: true, buffer: true });
  const options = mailOptions({ ...mail, to: mail.to.filter(isAddress) }, from);
  const sent = await transport.sendMail({ ...options, headers: { ...options.headers, "X-Lakelet-Not-Sent": reason } });
  return Buffer.isBuffer(sent.message) ? sent.message : Buffer.alloc(0);
}

function mailOptions({ id, content, to }: Mail, from: string) {
  const { subject, text, html }: MailText = mailText(content);
  const { job, notification } = content;
  return {
    from,
    // Apart from their names, lest one is read as several.
    to: to.map((address) => ({ name: "", address })),
    subject,
    text,
    html,
    messageId: `<${id}@lakelet>`,
    // The mails about a run stand together.
    references: `<${job.runId}@lakelet>`,
    headers: { "Auto-Submitted": "auto-generated", "X-Lakelet-Event": `jobs.${notification.event}` },
    date: new Date(notification.at),
    disableFileAccess: true,
    disableUrlAccess: true,
  } satisfies SendMailOptions;
}

function transportOptions({ url, user, password }: MailServer, timeoutMs: number, signal: AbortSignal) {
  const { protocol, hostname, port } = new URL(url);
  const secure = protocol === "smtps:";
  const host = decodeURIComponent(hostname.replace(/^\[(.*)\]$/, "$1"));
  const here = /^(localhost|127\..*|::1)$/.test(host);
  const portNumber = port === "" ? (secure ? 465 : 587) : Number(port);
  return {
    host,
    port: portNumber,
    secure,
    getSocket: (_: unknown, callback: SocketCallback) => openSocket(host, portNumber, { timeoutMs, signal }, callback),
    ...(user !== undefined && { auth: { user, pass: password ?? "" } }),
    // No password goes over a network in the clear; a server on this machine has no certificate that anybody could check.
    requireTLS: !secure && !here && user !== undefined,
    ...(here && { tls: { rejectUnauthorized: false } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
  };
}

type SocketCallback = (error: Error | null, options: { readonly connection: Socket } | false) => void;
type SocketLimits = Pick<SendMail, "timeoutMs" | "signal">;

/** A socket that is gone as soon as the signal says so: one that waits for a silent server would keep the program from ending. */
function openSocket(host: string, port: number, { timeoutMs, signal }: SocketLimits, callback: SocketCallback): void {
  const socket = connect({ host, port });
  const abort = () => socket.destroy(new Error("ended"));
  const tooLate = setTimeout(
    () => socket.destroy(Object.assign(new Error("timeout"), { code: "ETIMEDOUT" })),
    timeoutMs,
  );
  const failed = (error: Error) => callback(error, false);
  signal.addEventListener("abort", abort);
  socket.once("error", failed);
  socket.once("connect", () => {
    socket.off("error", failed);
    callback(null, { connection: socket });
  });
  for (const event of ["connect", "close"]) socket.once(event, () => clearTimeout(tooLate));
  socket.once("close", () => signal.removeEventListener("abort", abort));
  if (signal.aborted) abort();
}

/** An address and nothing else: what is more would be another header, or a second one. */
function isAddress(text: string): boolean {
  return text.length <= 320 && /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/.test(text);
}

function noAddresses(wrong: readonly string[]): string {
  return `${wrong.map((one) => JSON.stringify(one)).join(", ")} ${wrong.length === 1 ? "is no e-mail address" : "are no e-mail addresses"}`;
}

interface SmtpProblem extends Error {
  readonly code?: string | undefined;
  readonly responseCode?: number | undefined;
  readonly response?: string | undefined;
  readonly recipient?: string | undefined;
}

interface SentMail {
  readonly rejectedErrors?: readonly SmtpProblem[] | undefined;
  readonly response?: string | undefined;
}

/** A server may take the mail for some and not for others. */
function partly({ rejectedErrors = [], response = "" }: SentMail, wrong: readonly string[]): SendOutcome {
  const refused = rejectedErrors.map((one) => `${one.recipient}: ${one.response ?? one.message}`);
  const detail = [response, ...refused, ...(wrong.length > 0 ? [noAddresses(wrong)] : [])].join("; ");
  const later = rejectedErrors.flatMap((one) =>
    isTransient(one) && one.recipient !== undefined ? [one.recipient] : [],
  );
  if (later.length > 0) return { kind: "again", detail, remaining: { kind: "mail", to: later } };
  return { kind: "delivered", detail };
}

function failed(error: unknown, host: string, timeoutMs: number): SendOutcome {
  const problem = error as SmtpProblem;
  const { code = "", response, message } = problem;
  const detail =
    code === "ETIMEDOUT"
      ? `${host} did not answer within ${timeoutMs / 1000} s`
      : `${host}: ${response ?? message}${response === undefined && code !== "" ? ` (${code})` : ""}${certificateCure(message)}`;
  return { kind: isTransient(problem) ? "again" : "refused", detail };
}

/** Node's own list of authorities does not have a company's. */
function certificateCure(message: string): string {
  return /certificate/i.test(message)
    ? ". Where its authority is your own, name the file of the authority's certificate in NODE_EXTRA_CA_CERTS"
    : "";
}

/** 4xx is SMTP's word for later, 5xx for never; without an answer the server was away. */
function isTransient({ responseCode, code }: SmtpProblem): boolean {
  if (responseCode !== undefined) return responseCode < 500;
  return code !== "EAUTH" && code !== "ETLS" && code !== "EENVELOPE" && code !== "EMESSAGE";
}
