/** Messages on their way: sent, tried again, given up, kept over a crash, put into the outbox; and what they look like there. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { SMTPServerOptions } from "smtp-server";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { sender } from "../../src/notifications/channel/sender.js";
import { Courier } from "../../src/notifications/courier.js";
import { type Delivery, planDeliveries, type Target } from "../../src/notifications/delivery.js";
import { DeliveryQueue } from "../../src/notifications/delivery-queue.js";
import { resolveDestinations } from "../../src/notifications/destinations.js";
import { messageContent } from "../../src/notifications/message/content.js";
import { exponentialBackoff, type RetryPolicy } from "../../src/notifications/retry-policy.js";
import type { NotificationSettings } from "../../src/notifications/settings.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { logOf, occasions } from "./notified-run.js";
import { type HttpReceiver, httpReceiver, type MailReceiver, mailReceiver } from "./receivers.js";

let http: HttpReceiver;
let mail: MailReceiver;
const open: Courier[] = [];

beforeAll(async () => {
  http = await httpReceiver();
  mail = await mailReceiver();
});
afterEach(() => {
  for (const courier of open.splice(0)) courier.close();
  http.posts.length = 0;
  http.answers.length = 0;
  mail.mails.length = 0;
});
afterAll(() => Promise.all([http.close(), mail.close()]));

/** Soon, lest the tests sleep. */
const SOON: RetryPolicy = { delay: () => 5, giveUpAfter: 60_000 };
const PATIENCE = 10_000;

function desk(
  settings: Partial<NotificationSettings>,
  options: { retry?: RetryPolicy; state?: string; timeoutMs?: number } = {},
) {
  const state = options.state ?? temporaryFolder();
  const queue = new DeliveryQueue(state);
  const destinations = resolveDestinations({ smtp: undefined, destinations: {}, ...settings }, process.env);
  const send = sender({ destinations, outboxFolder: join(state, "outbox"), timeoutMs: options.timeoutMs ?? 5_000 });
  const courier = new Courier({ queue, send, retry: options.retry ?? SOON });
  open.push(courier);
  return { state, queue, courier };
}

/** Of a run whose only task fails. */
function deliveries(...targets: readonly Target[]): readonly Delivery[] {
  const found = occasions(logOf({ ingest: { outcomes: ["FAILED"] } }, {}));
  const told = found.find(({ notification }) => notification.id === "1000-on_failure");
  if (!told) throw new Error("no failure");
  const recipients = {
    addresses: targets.flatMap((one) => (one.kind === "mail" ? one.to : [])),
    destinations: targets.flatMap((one) => (one.kind === "destination" ? [one.id] : [])),
  };
  const now = Date.now();
  const content = messageContent(told.notification, told.state);
  return planDeliveries(told.notification, content, recipients).map((one) => ({
    ...one,
    createdAt: now,
    nextTryAt: now,
  }));
}

async function deliver(
  { queue, courier }: ReturnType<typeof desk>,
  all: readonly Delivery[],
): Promise<readonly Delivery[]> {
  for (const one of all) if (queue.add(one)) courier.add(one);
  await courier.tried(
    all.map((one) => one.id),
    PATIENCE,
  );
  return all.flatMap((one) => queue.find(one.id) ?? []);
}

/** Until a delivery has another status. */
async function settled({ queue }: ReturnType<typeof desk>, id: string): Promise<Delivery | undefined> {
  for (let i = 0; i < 1_000 && queue.read(id, "pending"); i++) await new Promise((resolve) => setTimeout(resolve, 5));
  return queue.find(id);
}

const HOOK: Target = { kind: "destination", id: "hook" };
const hook = (): Partial<NotificationSettings> => ({
  destinations: { hook: { type: "webhook", url: `${http.url}/hook` } },
});

describe("a web address", () => {
  test("gets Databricks' own body, with what tells a message that comes twice", async () => {
    const settings: Partial<NotificationSettings> = {
      destinations: {
        hook: {
          type: "webhook",
          url: `${http.url}/hook?a=1`,
          username: "ü",
          password: "geheim",
          headers: { "X-Team": "data" },
        },
      },
    };
    const [after] = await deliver(desk(settings), deliveries(HOOK));
    expect(after).toMatchObject({ status: "delivered", tryCount: 1, tries: [{ detail: "HTTP 200: ok" }] });
    expect(http.posts).toMatchObject([
      {
        path: "/hook?a=1",
        body: {
          event_type: "jobs.on_failure",
          workspace_id: "0",
          run: { run_id: "1000" },
          job: { job_id: "1", name: "simulated" },
        },
        headers: {
          "content-type": "application/json",
          "idempotency-key": after?.id,
          "x-team": "data",
          authorization: `Basic ${Buffer.from("ü:geheim").toString("base64")}`,
        },
      },
    ]);
  });

  test("is tried again after 5xx and 429, with the same key; not after another 4xx nor a redirection", async () => {
    const one = desk(hook());
    http.answers.push({ status: 503 }, { status: 429, headers: { "retry-after": "0" } });
    const [first] = await deliver(one, deliveries(HOOK));
    const after = await settled(one, first?.id ?? "");
    expect(after).toMatchObject({ status: "delivered", tryCount: 3 });
    expect(after?.tries.map((each) => each.detail)).toEqual(["HTTP 503", "HTTP 429", "HTTP 200: ok"]);
    expect(new Set(http.posts.map((post) => post.headers["idempotency-key"])).size).toBe(1);
    for (const status of [400, 401, 404, 410, 302]) {
      http.answers.push({ status, body: "no such hook", headers: { location: `${http.url}/elsewhere` } });
      const [refused] = await deliver(desk(hook()), deliveries(HOOK));
      expect(refused).toMatchObject({ status: "failed", tries: [{ detail: `HTTP ${status}: no such hook` }] });
    }
    expect(http.posts.every((post) => post.path === "/hook")).toBe(true);
  });

  test("of Teams that answers 200 and says that it failed has failed", async () => {
    const settings: Partial<NotificationSettings> = { destinations: { hook: { type: "teams", url: http.url } } };
    const body =
      "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x";
    http.answers.push({ status: 200, body });
    const [after] = await deliver(
      desk(settings, { retry: { delay: () => PATIENCE, giveUpAfter: PATIENCE } }),
      deliveries(HOOK),
    );
    expect(after).toMatchObject({ status: "pending", tryCount: 1 });
  });

  test("that is dead or silent keeps nobody waiting: the message stays in the queue", async () => {
    const later: RetryPolicy = { delay: () => PATIENCE, giveUpAfter: 60_000 };
    const gone = await httpReceiver();
    await gone.close();
    const dead = desk({ destinations: { hook: { type: "slack", url: `${gone.url}/x` } } }, { retry: later });
    const [refused] = await deliver(dead, deliveries(HOOK));
    expect(refused).toMatchObject({
      status: "pending",
      tries: [{ detail: `${new URL(gone.url).host} cannot be reached (ECONNREFUSED)` }],
    });
    http.answers.push("silence");
    const silent = desk(hook(), { retry: later });
    const [one] = deliveries(HOOK);
    if (!one) throw new Error("no delivery");
    silent.queue.add(one);
    silent.courier.add(one);
    const before = Date.now();
    await silent.courier.tried([one.id], 30);
    expect(Date.now() - before).toBeLessThan(1_000);
    expect(silent.queue.read(one.id, "pending")).toBeDefined();
  });

  test("that stays away for too long is given up", async () => {
    http.answers.push({ status: 500 });
    const [after] = await deliver(desk(hook(), { retry: { delay: () => 0, giveUpAfter: -1 } }), deliveries(HOOK));
    expect(after?.status).toBe("failed");
  });
});

describe("mail", () => {
  test("goes by SMTP to all addresses at once, says what a person needs, and is no second mail to whom it reached", async () => {
    const one = desk({ smtp: { url: mail.url, from: "etl@example.com" } });
    const [after] = await deliver(one, deliveries({ kind: "mail", to: ["a@x.com", "b@x.com"] }));
    expect(after?.status).toBe("delivered");
    expect(mail.mails).toMatchObject([
      { from: "etl@example.com", to: ["a@x.com", "b@x.com"], subject: "[lakelet] simulated failed" },
    ]);
    const { text = "", raw = "" } = mail.mails[0] ?? {};
    expect(text).toMatchInlineSnapshot(`
      "simulated failed
      ingest failed

      Job       simulated (1)
      Run       1000
      Machine   here
      Trigger   started by hand
      Started   1970-01-01 00:00:00 UTC
      Duration  0 s

      ingest: FAILED, 0 s
        ended FAILED

      Next:
        npx lakelet runs show 1000
        npx lakelet repair 1000 --all-failed
      "
    `);
    expect(raw).toContain(`Message-ID: <${after?.id}@lakelet>`);
    expect(raw).toContain("Content-Type: text/html; charset=utf-8");
    await deliver(one, deliveries({ kind: "mail", to: ["a@x.com", "b@x.com"] }));
    expect(mail.mails).toHaveLength(1);
  });

  test("that a server takes for some alone is tried again for those whom it put off", async () => {
    let busy = true;
    const choosy = await mailReceiver({
      onRcptTo: ({ address }, _, done) => {
        const code = address.startsWith("never") ? 550 : address.startsWith("later") && busy ? 451 : undefined;
        if (code === 451) busy = false;
        done(code === undefined ? null : Object.assign(new Error("not now"), { responseCode: code }));
      },
    });
    const one = desk({ smtp: { url: choosy.url } });
    const [first] = await deliver(one, deliveries({ kind: "mail", to: ["now@x.com", "later@x.com", "never@x.com"] }));
    const after = await settled(one, first?.id ?? "");
    expect(choosy.mails.map((each) => each.to)).toEqual([["now@x.com"], ["later@x.com"]]);
    expect(after).toMatchObject({ status: "delivered", tryCount: 2 });
    expect(after?.tries[0]?.detail).toContain("never@x.com: 550");
    await choosy.close();
  });

  test("is refused for good by wrong credentials and put off by a server that is away", async () => {
    const strict = await mailReceiver({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (_, __, done) => done(new Error("wrong")),
    });
    const [refused] = await deliver(
      desk({ smtp: { url: strict.url, user: "etl", password: "falsch" } }),
      deliveries({ kind: "mail", to: ["a@x.com"] }),
    );
    expect(refused).toMatchObject({ status: "failed", tryCount: 1 });
    expect(refused?.tries[0]?.detail).toContain("535");
    await strict.close();
    const [away] = await deliver(
      desk({ smtp: { url: strict.url } }, { retry: { delay: () => PATIENCE, giveUpAfter: PATIENCE } }),
      deliveries({ kind: "mail", to: ["a@x.com"] }),
    );
    expect(away?.status).toBe("pending");
  });

  test("goes over TLS to a server of this machine, whose certificate nobody can vouch for", async () => {
    const onAuth: SMTPServerOptions["onAuth"] = (_, __, done) => done(null, { user: "etl" });
    const servers = [
      ["smtps:", await mailReceiver({ secure: true, authOptional: false, onAuth })],
      // It takes no password before STARTTLS.
      ["smtp:", await mailReceiver({ disabledCommands: [], authOptional: false, onAuth })],
    ] as const;
    for (const [scheme, server] of servers) {
      const url = server.url.replace("smtp:", scheme);
      const [after] = await deliver(
        desk({ smtp: { url, user: "etl", password: "geheim" } }),
        deliveries({ kind: "mail", to: ["a@x.com"] }),
      );
      expect(after).toMatchObject({ status: "delivered", tryCount: 1 });
      expect(server.mails).toHaveLength(1);
      await server.close();
    }
  });

  test("an address cannot bring another header or another recipient", async () => {
    const hostile = ["x@y.z\r\nBcc: evil@x.com", "a@x.com, evil@x.com", "<evil@x.com>", "evil"];
    const [after] = await deliver(
      desk({ smtp: { url: mail.url } }),
      deliveries({ kind: "mail", to: [...hostile, "good@x.com"] }),
    );
    expect(mail.mails.map((each) => each.to)).toEqual([["good@x.com"]]);
    expect(after?.tries[0]?.detail).toContain("are no e-mail addresses");
    const [nobody] = await deliver(desk({ smtp: { url: mail.url } }), deliveries({ kind: "mail", to: hostile }));
    expect(nobody?.status).toBe("failed");
  });

  test("a destination of type email is a list of addresses", async () => {
    const settings: Partial<NotificationSettings> = {
      smtp: { url: mail.url },
      destinations: { team: { type: "email", addresses: ["a@x.com", "b@x.com"] } },
    };
    await deliver(desk(settings), deliveries({ kind: "destination", id: "team" }));
    expect(mail.mails.map((each) => each.to)).toEqual([["a@x.com", "b@x.com"]]);
  });
});

describe("the queue", () => {
  test("outlives its process, and another one finishes what it began", async () => {
    const later: RetryPolicy = { delay: () => 0, giveUpAfter: 60_000 };
    http.answers.push({ status: 500 });
    const first = desk(hook(), { retry: { ...later, delay: () => PATIENCE } });
    const [before] = await deliver(first, deliveries(HOOK));
    expect(before?.status).toBe("pending");
    first.courier.close();
    const second = desk(hook(), { state: first.state });
    second.courier.takeOver(true);
    expect(await settled(second, before?.id ?? "")).toMatchObject({ status: "delivered", tryCount: 2 });
  });

  test("two couriers of one queue send each message once", async () => {
    const one = desk(hook());
    const all = deliveries(HOOK);
    for (const delivery of all) one.queue.add(delivery);
    const others = [one, desk(hook(), { state: one.state }), desk(hook(), { state: one.state })];
    for (const { courier } of others) courier.takeOver();
    await settled(one, all[0]?.id ?? "");
    expect(http.posts).toHaveLength(1);
  });

  test("a claim of a process that is gone holds nobody up", () => {
    const { queue, state } = desk({});
    expect(queue.claim("x")).toBe(true);
    expect(queue.claim("x")).toBe(false);
    const gone = { pid: process.pid, host: hostname(), startMark: "of another process with this number" };
    writeFileSync(join(state, "notifications/claims/x"), JSON.stringify(gone));
    expect(queue.claim("x")).toBe(true);
  });
});

test("what nothing is configured for goes into the outbox: a mail as .eml, another as .json with the same body", async () => {
  const one = desk({});
  const after = await deliver(
    one,
    deliveries({ kind: "mail", to: ["a@x.com"] }, { kind: "destination", id: "slack-alerts" }),
  );
  expect(after.map((each) => [each.status, each.tries[0]?.detail])).toEqual([
    ["outbox", "lakelet.yml has no destination slack-alerts"],
    ["outbox", "lakelet.yml has no smtp"],
  ]);
  const files = readdirSync(join(one.state, "outbox")).sort();
  expect(files.map((name) => name.replace(/.*\./, "")).sort()).toEqual(["eml", "json"]);
  const text = (end: string) =>
    readFileSync(join(one.state, "outbox", files.find((name) => name.endsWith(end)) ?? ""), "utf8");
  expect(text(".eml")).toMatch(/^X-Lakelet-Not-Sent: lakelet.yml has no smtp\r$/m);
  expect(text(".eml")).toMatch(/^To: a@x.com\r$/m);
  expect(JSON.parse(text(".json"))).toMatchObject({
    destination: "slack-alerts",
    body: { event_type: "jobs.on_failure" },
  });
});

test("waits grow to a quarter of an hour, each a little by chance", () => {
  const delays = (random: number) => [1, 2, 3, 9, 10, 30].map((count) => exponentialBackoff(() => random).delay(count));
  expect(delays(1)).toEqual([2_000, 4_000, 8_000, 512_000, 900_000, 900_000]);
  expect(delays(0)).toEqual([1_000, 2_000, 4_000, 256_000, 450_000, 450_000]);
});
