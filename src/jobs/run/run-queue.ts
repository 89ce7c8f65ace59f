/** Whether a run may begin: a job has at most so many at once, and one too many waits for its turn or is skipped. */
import { isAlive } from "./process-identity.js";
import type { RunCreated } from "./run-event.js";
import type { RunState } from "./run-state.js";
import type { RunStore } from "./run-store.js";

/** As long as Databricks keeps a run waiting. */
export const LONGEST_IN_QUEUE_MS = 48 * 3_600_000;
const LOOK_EVERY_MS = 250;

export type Turn =
  | { readonly kind: "now" }
  | { readonly kind: "wait"; readonly message: string; readonly before: readonly RunState[] }
  | { readonly kind: "skip"; readonly message: string };

/**
 * Runs are numbered in the order of their making, in all processes alike: a run's turn comes when fewer runs made before it than the
 * job may have are still to end. So no two processes have to agree on anything.
 */
export function turnOf(created: RunCreated, store: RunStore): Turn {
  const limit = created.job.maxConcurrentRuns;
  if (limit === 0) return { kind: "skip", message: "max_concurrent_runs is 0, so that every run is skipped." };
  const before = store.activeBefore(created.job.id, created.runId);
  if (before.length < limit) return { kind: "now" };
  const message = `max_concurrent_runs is ${limit}, and ${waitedFor(before)} still to end.`;
  return created.queue ? { kind: "wait", message, before } : { kind: "skip", message };
}

function waitedFor(before: readonly RunState[]): string {
  return `${before.map((run) => run.created.runId).join(", ")} ${before.length === 1 ? "is" : "are"}`;
}

/** Looks again and again until the turn has come, or the time is over. */
export function awaitTurn(
  created: RunCreated,
  store: RunStore,
  { before }: Extract<Turn, { readonly kind: "wait" }>,
  ended: (turn: Turn) => void,
): { readonly stop: () => void } {
  const until = created.at + LONGEST_IN_QUEUE_MS;
  let waitsFor = before;
  const timer = setInterval(() => {
    const isLate = Date.now() >= until;
    // Only these are looked at: a history of thousands of runs is not read four times a second.
    if (!isLate && waitsFor.every((run) => !store.hasEnded(run.created.runId) && isAlive(run.runner))) return;
    const turn = turnOf(created, store);
    if (turn.kind === "wait") waitsFor = turn.before;
    if (turn.kind === "wait" && !isLate) return;
    clearInterval(timer);
    ended(turn.kind === "wait" ? { kind: "skip", message: "Its turn did not come within 48 hours." } : turn);
  }, LOOK_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}
