/** What counts as a secret, in which forms it is found, and what a run keeps of parameters that were given one. */
import { describe, expect, test } from "vitest";
import type { AttemptEvent } from "../../../src/jobs/run/attempt.js";
import { KnownSecrets } from "../../../src/jobs/secrets/known-secrets.js";
import { redactedEvent, requireKnown } from "../../../src/jobs/secrets/redacted-event.js";
import { RedactedListener } from "../../../src/jobs/secrets/redacted-listener.js";
import { redaction } from "../../../src/jobs/secrets/redaction.js";
import { secretVariables } from "../../../src/jobs/secrets/secret-variables.js";
import { created } from "../../history/system-tables/run-log.js";

const SECRET = "hunter22/+=ä";

test.each([
  ["DB_PASSWORD", "hunter22", ["hunter22"]],
  ["SMTP_PASS", "hunter22", ["hunter22"]],
  ["SLACK_WEBHOOK", "https://x.y/services/T0", ["https://x.y/services/T0"]],
  ["SIGNING_KEY", "0123456789abcdef", ["0123456789abcdef"]],
  ["SORT_KEY", "order_id", []],
  ["TOKENIZERS_PARALLELISM", "false", []],
  ["DB_PASSWORD_FILE", "/run/secrets/db", []],
  ["PWD", "/home/somebody", []],
  ["DATABASE_URL", "postgres://etl:p%40ss-word@db/sales", ["p%40ss-word", "p@ss-word"]],
])("%s=%s", (name, value, secrets) => {
  expect(secretVariables({ [name]: value })).toEqual(secrets);
});

test.each([
  ["as it is", SECRET],
  ["in JSON", JSON.stringify({ a: SECRET })],
  ["in a URL", `https://x.y/?t=${encodeURIComponent(SECRET)}`],
  ["in a form", new URLSearchParams({ t: SECRET }).toString()],
  ["in base64", Buffer.from(SECRET).toString("base64")],
  ["behind a user's name, in base64", Buffer.from(`u:${SECRET}`).toString("base64")],
  ["and behind a longer one", Buffer.from(`us:${SECRET}:more`).toString("base64url")],
])("%s", (_, text) => {
  expect(redaction([SECRET])(text)).toContain("[REDACTED]");
});

test("ordinary words stay: what is shorter than 4 characters is not looked for", () => {
  expect(redaction(["a", "abc"])("a banana, abc")).toBe("a banana, abc");
});

describe("what an attempt prints", () => {
  function printed(texts: readonly string[], secrets: readonly string[]): readonly string[] {
    const told: string[] = [];
    const event = (one: AttemptEvent) => {
      if (one.type === "output" && one.output.kind === "text") told.push(one.output.text);
    };
    const known = new KnownSecrets();
    known.add(secrets);
    const listener = new RedactedListener(known, { started: () => undefined, event });
    for (const text of texts) listener.event({ type: "output", output: { kind: "text", stream: "stdout", text } });
    listener.end({ state: "SUCCESS" });
    return told;
  }

  test("in two pieces, or letter by letter", () => {
    expect(printed(["as hun", "ter22\n"], ["hunter22"])).toEqual(["as ", "[REDACTED]\n"]);
    expect(printed([..."a hunter22 b"], ["hunter22"]).join("")).toBe("a [REDACTED] b");
  });

  test("a beginning alone is told in the end, and no line waits", () => {
    expect(printed(["a line\n", "hunt", "ing\n", "hunter"], ["hunter22"])).toEqual(["a line\n", "hunting\n", "hunter"]);
  });
});

test("a secret that is a word of the protocol harms nothing", () => {
  const told: AttemptEvent[] = [];
  const known = new KnownSecrets();
  known.add(["output", "stdout", "text", "SUCCESS"]);
  const listener = new RedactedListener(known, { started: () => undefined, event: (one) => told.push(one) });
  listener.event({ type: "output", output: { kind: "text", stream: "stdout", text: "text\n" } });
  expect(told).toEqual([{ type: "output", output: { kind: "text", stream: "stdout", text: "[REDACTED]\n" } }]);
  expect(listener.end({ state: "SUCCESS" })).toEqual({ state: "SUCCESS" });
});

test("a parameter that was given a secret is not kept, and a run that goes on without it says so", () => {
  const event = { ...created({ runId: "7", at: 0 }), parameters: { day: "15", token: `Bearer ${SECRET}` } };
  const kept = redactedEvent(event, redaction([SECRET]));
  expect(kept).toEqual({ ...event, parameters: { day: "15", token: "Bearer [REDACTED]" } });
  expect(() => requireKnown({ day: "15", token: "Bearer [REDACTED]" }, "7")).toThrow(
    /SECRET_PARAMETER[\s\S]*lakelet repair 7 --param token=\.\.\./,
  );
  expect(() => requireKnown({ day: "15", token: "given again" }, "7")).not.toThrow();
});
