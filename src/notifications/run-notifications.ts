/** Follows a run and puts what somebody wants to know of it into the queue; the courier does the rest beside the run. */

import type { RunEvent } from "../jobs/run/run-event.js";
import type { RunListener } from "../jobs/run/run-listener.js";
import { applyEvent, initialState, type RunState } from "../jobs/run/run-state.js";
import type { Redact } from "../jobs/secrets/redaction.js";
import type { JobSettings } from "../jobs/spec/job-settings.js";
import type { Courier } from "./courier.js";
import { planDeliveries } from "./delivery.js";
import type { DeliveryQueue } from "./delivery-queue.js";
import { messageContent } from "./message/content.js";
import { notificationsOf } from "./notification-rules.js";
import { notifiesAnybody, recipientsOf } from "./recipients.js";

export interface RunNotificationsOptions {
  readonly queue: DeliveryQueue;
  readonly courier: Courier;
  readonly redact: Redact;
  /** What kept a notification from being written down. The run goes on. */
  readonly onProblem: (error: unknown) => void;
  /** The events of a run so far: asked where one is gone on with whose runner was killed. */
  readonly readLog: (runId: string) => readonly RunEvent[];
}

export class RunNotifications implements RunListener {
  readonly #options: RunNotificationsOptions;
  readonly #ids: string[] = [];
  #runId: string | undefined;
  #settings: JobSettings | undefined;
  #tells = false;

  constructor(options: RunNotificationsOptions) {
    this.#options = options;
  }

  event(event: RunEvent, state: RunState): void {
    if (!this.#tellsAnybody(state.settings)) return;
    try {
      if (this.#runId === undefined) this.#begin(state.created.runId);
      this.#tell(event, state);
    } catch (error) {
      this.#options.onProblem(error);
    }
  }

  /** Waits until each message was tried once, and not longer than `patienceMs`: the queue has the rest. */
  async close(patienceMs: number): Promise<void> {
    if (this.#runId === undefined) return;
    const { queue, courier } = this.#options;
    await courier.tried(this.#ids, patienceMs);
    queue.close(this.#runId);
    queue.prune();
  }

  /** Asked at each event, and a job may have a thousand tasks: worked out once for the run, and once for a repair. */
  #tellsAnybody(settings: JobSettings): boolean {
    if (this.#settings !== settings) {
      this.#settings = settings;
      this.#tells = notifiesAnybody(settings);
    }
    return this.#tells;
  }

  #begin(runId: string): void {
    const { queue } = this.#options;
    this.#runId = runId;
    if (queue.abandoned().includes(runId)) this.catchUp(runId);
    queue.open(runId);
  }

  /** What the runner before had not written down yet when it was killed. What it had is known by its id. */
  catchUp(runId: string): void {
    let state: RunState | undefined;
    for (const event of this.#options.readLog(runId)) {
      state = event.type === "run-created" ? initialState(event) : state && applyEvent(state, event);
      if (state) this.#tell(event, state);
    }
  }

  #tell(event: RunEvent, state: RunState): void {
    for (const notification of notificationsOf(event, state)) {
      const recipients = recipientsOf(notification, state);
      if (recipients.addresses.length + recipients.destinations.length === 0) continue;
      const content = redactAll(messageContent(notification, state), this.#options.redact);
      for (const delivery of planDeliveries(notification, content, recipients)) {
        if (!this.#options.queue.add(delivery)) continue;
        this.#ids.push(delivery.id);
        this.#options.courier.add(delivery);
      }
    }
  }
}

/** Every text in it, however deep. */
function redactAll<Value>(value: Value, redact: Redact): Value {
  if (typeof value === "string") return redact(value) as Value;
  if (Array.isArray(value)) return value.map((item) => redactAll(item, redact)) as Value;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactAll(inner, redact)])) as Value;
}
