/** What a runner that was killed had not written down yet is told by whoever goes on with its run, and nothing twice. */
import { writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RunEvent } from "../../src/jobs/run/run-event.js";
import { applyEvent, initialState, type RunState } from "../../src/jobs/run/run-state.js";
import { Courier } from "../../src/notifications/courier.js";
import { DeliveryQueue } from "../../src/notifications/delivery-queue.js";
import { RunNotifications } from "../../src/notifications/run-notifications.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { logOf } from "./notified-run.js";

const LOG = logOf(
  { a: { outcomes: ["FAILED"] } },
  { email_notifications: { on_start: ["start@x.y"], on_failure: ["bad@x.y"] } },
);

function follower(state: string, readLog: () => readonly RunEvent[]) {
  const queue = new DeliveryQueue(state);
  const sent: string[] = [];
  const courier = new Courier({
    queue,
    send: async ({ id }) => {
      sent.push(id);
      return { kind: "delivered", detail: "" };
    },
  });
  const fail = (error: unknown) => {
    throw error;
  };
  const follow = new RunNotifications({ queue, courier, redact: (text) => text, onProblem: fail, readLog });
  return { queue, courier, sent, follow };
}

function feed(follow: RunNotifications, events: readonly RunEvent[], from = 0): void {
  let state: RunState | undefined;
  for (const [i, event] of events.entries()) {
    state = event.type === "run-created" ? initialState(event) : state && applyEvent(state, event);
    if (state && i >= from) follow.event(event, state);
  }
}

/** As if the process that opened the run were gone. */
function abandon(state: string): void {
  const gone = { pid: process.pid, host: hostname(), startMark: "of another process with this number" };
  writeFileSync(join(state, "notifications/open/1000"), JSON.stringify(gone));
}

test("a run that goes on: the start, that was in the log and not in the queue, and the end", async () => {
  const state = temporaryFolder();
  const killed = follower(state, () => []);
  feed(killed.follow, LOG.slice(0, 1));
  abandon(state);
  const next = follower(state, () => LOG.slice(0, 3));
  feed(next.follow, LOG, 3);
  await next.follow.close(5_000);
  expect(next.sent.map((id) => id.split("-")[1])).toEqual(["on_start", "on_failure"]);
  expect(next.queue.abandoned()).toEqual([]);
});

test("what was told before is not told again, whether it has arrived or waits", async () => {
  const state = temporaryFolder();
  const killed = follower(state, () => []);
  feed(killed.follow, LOG);
  await killed.courier.tried(
    killed.queue.list("pending").map((one) => one.id),
    5_000,
  );
  expect(killed.sent).toHaveLength(2);
  abandon(state);
  const next = follower(state, () => LOG);
  expect(next.queue.abandoned()).toEqual(["1000"]);
  next.follow.catchUp("1000");
  await next.follow.close(5_000);
  expect(next.sent).toEqual([]);
});
