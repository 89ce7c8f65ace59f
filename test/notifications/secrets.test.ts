/** Canaries: whatever is written while messages are sent, and whatever goes wrong with them, no secret of lakelet.yml is in it. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RunEvent } from "../../src/jobs/run/run-event.js";
import { applyEvent, initialState, type RunState } from "../../src/jobs/run/run-state.js";
import type { JobSettings } from "../../src/jobs/spec/job-settings.js";
import { sender } from "../../src/notifications/channel/sender.js";
import { Courier } from "../../src/notifications/courier.js";
import { DeliveryQueue } from "../../src/notifications/delivery-queue.js";
import { resolveDestinations } from "../../src/notifications/destinations.js";
import { RunNotifications } from "../../src/notifications/run-notifications.js";
import type { NotificationSettings } from "../../src/notifications/settings.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { logOf } from "./notified-run.js";
import { httpReceiver, mailReceiver } from "./receivers.js";

const CANARIES = {
  MAIL_PASSWORD: "canary-mail-päss",
  SLACK_TOKEN: "canarySlackT0kenXXXXXXXX",
  HOOK_PASSWORD: "canary+hook/pass=",
  HOOK_HEADER: 'canary "header"',
  PAGER_KEY: "canary0pager0integration0key0000",
  URL_USER: "canary-url-user",
};

/** As lakelet.yml refers to a variable. */
const env = (name: string) => `\${env.${name}}`;

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

/** As they are, and as JSON, URLs, mails and basic authentication write them. */
function formsOf(secret: string): readonly string[] {
  const base64 = Buffer.from(secret).toString("base64").replace(/=+$/, "");
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), base64];
}

test("no secret is on the disk, in what was told, or in what went wrong", async () => {
  const http = await httpReceiver();
  const mail = await mailReceiver({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ password }, _, done) => done(new Error(`no ${password}`)),
  });
  const all = Object.values(CANARIES).join(" ");
  // What is sent comes back in the answers, as from a server that echoes.
  for (const status of [400, 404, 200, 500]) http.answers.push({ status, body: all });
  const state = temporaryFolder();
  const { host } = new URL(http.url);
  const settings: NotificationSettings = {
    smtp: { url: mail.url, user: "etl", password: env("MAIL_PASSWORD") },
    destinations: {
      slack: { type: "slack", url: `${http.url}/services/${env("SLACK_TOKEN")}` },
      hook: {
        type: "webhook",
        url: `http://${env("URL_USER")}@${host}/in?token=${env("SLACK_TOKEN")}`,
        username: "u",
        password: env("HOOK_PASSWORD"),
        headers: { "X-Api-Key": env("HOOK_HEADER") },
      },
      pager: { type: "pagerduty", integration_key: env("PAGER_KEY"), url: http.url },
      // Not set: its outbox file says the variable's name.
      lost: { type: "teams", url: env("NOT_SET_ANYWHERE") },
    },
  };
  const destinations = resolveDestinations(settings, CANARIES);
  expect(destinations.problems.map((one) => one.message)).toEqual([
    "`destinations.lost.url`: the environment variable NOT_SET_ANYWHERE is not set.",
  ]);
  const queue = new DeliveryQueue(state);
  const problems: unknown[] = [];
  const onProblem = (error: unknown) => problems.push(error);
  const courier = new Courier({
    queue,
    send: sender({ destinations, outboxFolder: join(state, "outbox") }),
    onProblem,
  });
  const follow = new RunNotifications({ queue, courier, redact: destinations.redact, onProblem, readLog: () => [] });

  const ids = ["slack", "hook", "pager", "lost", "unknown"].map((id) => ({ id }));
  const alerts: JobSettings = {
    email_notifications: { on_failure: ["a@x.com"] },
    webhook_notifications: { on_failure: ids },
  };
  // A notebook that prints them all.
  const tell = (events: readonly RunEvent[]) => {
    let now: RunState | undefined;
    for (const event of events) {
      now = event.type === "run-created" ? initialState(event) : now && applyEvent(now, event);
      if (now) follow.event(event, now);
    }
  };
  const log = logOf({ a: { outcomes: ["FAILED"] } }, alerts).map((event): RunEvent => {
    if (event.type === "run-created") return { ...event, parameters: { all }, job: { ...event.job, name: all } };
    if (event.type !== "attempt-ended" || event.result.state === "SUCCESS") return event;
    return { ...event, result: { ...event.result, failure: { ...event.result.failure, message: all, frame: all } } };
  });
  tell(log);
  await follow.close(10_000);
  courier.close();
  expect(problems).toEqual([]);
  expect(
    queue
      .ofRun("1000")
      .map((one) => one.status)
      .sort(),
  ).toEqual(["delivered", "failed", "failed", "failed", "outbox", "outbox"].sort());

  const written = filesBelow(state).map((path) => `${path}\n${readFileSync(path, "utf8")}`);
  expect(written.length).toBeGreaterThan(7);
  const told = http.posts.map(({ body }) => JSON.stringify({ ...(body as object), routing_key: "" }));
  for (const secret of Object.values(CANARIES)) {
    for (const form of formsOf(secret)) {
      for (const text of [...written, ...told]) expect(text).not.toContain(form);
    }
  }
  // It is this test that would see them.
  expect(http.posts.some(({ path }) => path.includes(CANARIES.SLACK_TOKEN))).toBe(true);
  expect(http.posts.some(({ headers }) => headers["x-api-key"] === CANARIES.HOOK_HEADER)).toBe(true);
  await Promise.all([http.close(), mail.close()]);
});
