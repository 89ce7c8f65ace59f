/** Ends a run whose runner was killed, where it is not to be resumed. */
import { thisProcess } from "./process-identity.js";
import type { RunEvent } from "./run-event.js";
import { applyEvent, type RunState } from "./run-state.js";
import type { RunStore } from "./run-store.js";
import { settle } from "./settle.js";

/** The run ends CANCELED: what had succeeded stays so. The caller has taken it over. */
export function closeKilledRun(store: RunStore, run: RunState): RunState {
  const at = Date.now();
  const { pid, host } = run.runner;
  const ending: RunEvent = {
    type: "run-terminating",
    at,
    cause: "CANCELED",
    message: `The process ${pid} on ${host}, which ran the run, was killed.`,
  };
  const events: readonly RunEvent[] = [
    { type: "run-resumed", at, runner: thisProcess() },
    ...(run.terminating ? [] : [ending]),
  ];
  const settled = settle(events.reduce(applyEvent, run), at);
  const log = store.reopen(run.created.runId);
  try {
    log.append([...events, ...settled.events]);
  } finally {
    log.close();
  }
  return settled.state;
}
