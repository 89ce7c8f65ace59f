/** Takes deliveries from the queue to where they go, tries again what did not arrive, and keeps nobody waiting meanwhile. */

import type { SendOutcome } from "./channel/send-outcome.js";
import type { Send } from "./channel/sender.js";
import type { Delivery } from "./delivery.js";
import type { DeliveryQueue } from "./delivery-queue.js";
import { exponentialBackoff, type RetryPolicy } from "./retry-policy.js";

export interface CourierOptions {
  readonly queue: DeliveryQueue;
  readonly send: Send;
  readonly retry?: RetryPolicy;
  readonly now?: () => number;
  /** What the courier itself could not do: a disk that is full. */
  readonly onProblem?: (error: unknown) => void;
}

/** Deliveries at once, of different lanes. */
const AT_ONCE = 4;
/** Of a delivery's story the last lines. */
const TRIES_KEPT = 10;
/** Longest wait of a timer. */
const LONGEST_TIMER = 60 * 60_000;

export class Courier {
  readonly #options: Required<CourierOptions>;
  /** By id: all that this process is to look after. */
  readonly #pending = new Map<string, Delivery>();
  /** Lanes at work, and the deliveries that are on their way in them. */
  readonly #busy = new Map<string, string>();
  readonly #abort = new AbortController();
  readonly #waiting = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: CourierOptions) {
    this.#options = { retry: exponentialBackoff(), now: Date.now, onProblem: () => undefined, ...options };
  }

  /** Looks after one delivery more, at once. */
  add(delivery: Delivery): void {
    this.#pending.set(delivery.id, delivery);
    this.#pump();
  }

  /** Looks after what other processes left, too. @param dueNow whether the waits that are left do not count */
  takeOver(dueNow = false): void {
    for (const delivery of this.#options.queue.list("pending")) {
      if (!this.#pending.has(delivery.id)) {
        this.#pending.set(delivery.id, dueNow ? { ...delivery, nextTryAt: this.#options.now() } : delivery);
      }
    }
    this.#pump();
  }

  /** Resolves once each of these was tried or taken over by another process, and at the latest after `patienceMs`. */
  async tried(ids: readonly string[], patienceMs: number): Promise<void> {
    const isOpen = (id: string) => this.#pending.get(id)?.tryCount === 0;
    const end = this.#options.now() + patienceMs;
    while (ids.some(isOpen)) {
      const left = end - this.#options.now();
      if (left <= 0 || this.#abort.signal.aborted) return;
      await this.#nextChange(left);
    }
  }

  /** Ends what is under way; what has not arrived stays in the queue. */
  close(): void {
    this.#abort.abort();
    clearTimeout(this.#timer);
    for (const id of this.#busy.values()) this.#options.queue.release(id);
    this.#changed();
  }

  #nextChange(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#waiting.add(done);
    });
  }

  #changed(): void {
    for (const done of [...this.#waiting]) done();
  }

  #pump(): void {
    if (this.#abort.signal.aborted) return;
    clearTimeout(this.#timer);
    const now = this.#options.now();
    for (const delivery of this.#pending.values()) {
      if (this.#busy.size >= AT_ONCE) return;
      const lane = laneOf(delivery);
      if (delivery.nextTryAt <= now && !this.#busy.has(lane)) this.#begin(delivery, lane);
    }
    const next = Math.min(...[...this.#pending.values()].map((one) => one.nextTryAt).filter((at) => at > now));
    if (next === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => this.#pump(), Math.min(next - now, LONGEST_TIMER));
    // A program that has nothing else to do ends: the queue is on the disk.
    this.#timer.unref();
  }

  #begin(delivery: Delivery, lane: string): void {
    this.#busy.set(lane, delivery.id);
    this.#deliver(delivery)
      .catch((error: unknown) => {
        this.#pending.delete(delivery.id);
        this.#options.onProblem(error);
      })
      .finally(() => {
        this.#busy.delete(lane);
        this.#changed();
        this.#pump();
      });
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { queue, send } = this.#options;
    const { id } = delivery;
    if (!queue.claim(id)) {
      this.#pending.delete(id);
      return;
    }
    try {
      // Another process may have been about it since it was read.
      const current = queue.read(id, "pending");
      if (current === undefined) this.#pending.delete(id);
      else {
        const outcome = await send(current, this.#abort.signal);
        if (!this.#abort.signal.aborted || outcome.kind !== "again") this.#settle(current, outcome);
      }
    } finally {
      queue.release(id);
    }
  }

  #settle(delivery: Delivery, outcome: SendOutcome): void {
    const after = afterTry(delivery, outcome, this.#options);
    this.#options.queue.update(after);
    if (after.status === "pending") this.#pending.set(after.id, after);
    else this.#pending.delete(after.id);
  }
}

/** One at a time and in order for each server, so that nobody hears of the end before the beginning. */
function laneOf({ target }: Delivery): string {
  return target.kind === "mail" ? "mail" : `destination ${target.id}`;
}

function afterTry(
  delivery: Delivery,
  outcome: SendOutcome,
  { now, retry }: Required<Pick<CourierOptions, "now" | "retry">>,
): Delivery {
  const at = now();
  const tried: Delivery = {
    ...delivery,
    tries: [...delivery.tries, { at, detail: outcome.detail }].slice(-TRIES_KEPT),
    tryCount: delivery.tryCount + 1,
  };
  switch (outcome.kind) {
    case "delivered":
      return { ...tried, status: "delivered" };
    case "refused":
      return { ...tried, status: "failed" };
    case "outbox":
      return { ...tried, status: "outbox", file: outcome.file };
    case "again": {
      const target = outcome.remaining ?? delivery.target;
      if (at - delivery.createdAt > retry.giveUpAfter) return { ...tried, target, status: "failed" };
      return { ...tried, target, nextTryAt: at + Math.max(outcome.afterMs ?? 0, retry.delay(tried.tryCount)) };
    }
  }
}
