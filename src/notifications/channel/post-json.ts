/** A JSON document posted to a web address, and what its answer means for trying again. */
import type { JsonBody } from "../message/webhook.js";
import type { SendOutcome } from "./send-outcome.js";

export interface PostOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonBody;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** The answer's first characters say what was wrong. */
const ANSWER_BYTES = 300;
/** Besides all from 500 on. */
const TRANSIENT = new Set([408, 425, 429]);

/** Never rejects. Redirections are not followed: the message and its credentials were meant for this address. */
export async function postJson({ url, headers, body, timeoutMs, signal }: PostOptions): Promise<SendOutcome> {
  const address = new URL(url);
  const own = credentialsOf(address);
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "lakelet", ...own, ...headers },
      body: JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    return outcomeOf(response, await startOf(response));
  } catch (error) {
    return { kind: "again", detail: networkProblem(error, address.host, timeoutMs) };
  }
}

/** `fetch` takes no URL with a user in it. */
function credentialsOf(address: URL): Readonly<Record<string, string>> {
  const { username, password } = address;
  if (username === "" && password === "") return {};
  address.username = "";
  address.password = "";
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(text, "utf8").toString("base64")}` };
}

function outcomeOf(response: Response, answer: string): SendOutcome {
  const { status } = response;
  const detail = `HTTP ${status}${answer === "" ? "" : `: ${answer}`}`;
  // Connectors of Teams answer 200 and say in the text what went wrong behind them.
  const behind = /^Webhook message delivery failed\b.*?\bHTTP error (\d{3})/.exec(answer)?.[1];
  if (behind !== undefined) return { kind: isTransient(Number(behind)) ? "again" : "refused", detail };
  if (response.ok) return { kind: "delivered", detail };
  if (!isTransient(status)) return { kind: "refused", detail };
  const afterMs = retryAfter(response.headers.get("retry-after"));
  return { kind: "again", detail, ...(afterMs !== undefined && { afterMs }) };
}

function isTransient(status: number): boolean {
  return status >= 500 || TRANSIENT.has(status);
}

/** Seconds, or a date. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}

/** A server could go on answering for ever. */
async function startOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return "";
  const chunks: Uint8Array[] = [];
  for (let size = 0; size < ANSWER_BYTES; ) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    size += value.length;
  }
  // What comes after is of no interest, nor is how the server takes it.
  reader.cancel().catch(() => undefined);
  const text = Buffer.concat(chunks).subarray(0, ANSWER_BYTES).toString("utf8");
  return text.replace(/\s+/g, " ").trim();
}

/** @param host told instead of the whole address, which may hold a token */
function networkProblem(error: unknown, host: string, timeoutMs: number): string {
  if (error instanceof Error && error.name === "TimeoutError")
    return `${host} did not answer within ${timeoutMs / 1000} s`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? ("code" in cause ? String(cause.code) : cause.message) : "";
  return `${host} cannot be reached${why === "" ? "" : ` (${why})`}`;
}
