/** Where the notifications of a project are looked after: one queue and one courier in a process, however many runs use them. */
import { join } from "node:path";
import { RunStore } from "../jobs/run/run-store.js";
import { secretsOfProcess } from "../jobs/secrets/known-secrets.js";
import { sender } from "../notifications/channel/sender.js";
import { Courier } from "../notifications/courier.js";
import { DeliveryQueue } from "../notifications/delivery-queue.js";
import { type Destinations, resolveDestinations } from "../notifications/destinations.js";
import { RunNotifications } from "../notifications/run-notifications.js";
import type { Project } from "./project.js";

export interface NotificationDesk {
  readonly queue: DeliveryQueue;
  readonly courier: Courier;
  readonly destinations: Destinations;
  readonly problems: readonly unknown[];
  /** A listener for one run. */
  follow(): RunNotifications;
  /** Ends what is under way when the last one that opened it closes it. */
  close(): void;
}

interface OpenDesk {
  readonly desk: NotificationDesk;
  users: number;
}

/** By the folder of the state. */
const open = new Map<string, OpenDesk>();

/** The desk of the project in this process; messages that wait in the queue are looked after, too. */
export function openNotificationDesk(project: Project): NotificationDesk {
  const known = open.get(project.state);
  if (known) {
    known.users += 1;
    return known.desk;
  }
  const desk = newDesk(project);
  open.set(project.state, { desk, users: 1 });
  catchUp(desk, new RunStore(project.state));
  desk.courier.takeOver();
  return desk;
}

function newDesk(project: Project): NotificationDesk {
  const problems: unknown[] = [];
  const onProblem = (error: unknown) => problems.push(error);
  const destinations = resolveDestinations(project.notifications, process.env);
  const queue = new DeliveryQueue(project.state);
  const send = sender({ destinations, outboxFolder: join(project.state, "outbox") });
  const courier = new Courier({ queue, send, onProblem });
  const redact = (text: string) => secretsOfProcess().redact(destinations.redact(text));
  const readLog = (runId: string) => new RunStore(project.state).events(runId);
  return {
    queue,
    courier,
    destinations,
    problems,
    follow: () => new RunNotifications({ queue, courier, redact, onProblem, readLog }),
    close: () => {
      const entry = open.get(project.state);
      if (!entry) return;
      entry.users -= 1;
      if (entry.users > 0) return;
      open.delete(project.state);
      courier.close();
    },
  };
}

/** Runs that ended while their process was killed: what they had not written down yet is told now. */
function catchUp(desk: NotificationDesk, store: RunStore): void {
  for (const runId of desk.queue.abandoned()) {
    const known = store.ids().includes(runId);
    // One that has not ended may be resumed or repaired: its runner catches up then.
    if (known && store.read(runId).endedAt === undefined) continue;
    if (known) desk.follow().catchUp(runId);
    desk.queue.close(runId);
  }
}
