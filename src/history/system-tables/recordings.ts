/** What of a run is recorded at a time: the run to its end, to its runner's death, and each resumption and repair after that. */
import type { ProcessIdentity, RunEvent } from "../../jobs/run/run-event.js";
import { applyEvent, initialState, type RunState } from "../../jobs/run/run-state.js";

/** A part of a run's log that nothing is added to any more. The parts are numbered from 0 and never change, however often they are looked at. */
export interface Recording {
  readonly number: number;
  /** Of this part alone. */
  readonly events: readonly RunEvent[];
  /** After the part. */
  readonly state: RunState;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Its runner was killed: the part has no end of its own. */
  readonly killed: boolean;
}

/**
 * The parts of a log, oldest first. The last one is left out while its runner is at work.
 *
 * @param lives whether the process that wrote the log last is there
 */
export function recordingsOf(
  events: readonly RunEvent[],
  lives: (runner: ProcessIdentity) => boolean,
): readonly Recording[] {
  const [first] = events;
  if (first?.type !== "run-created") return [];
  const recordings: Recording[] = [];
  let state = initialState(first);
  let part: RunEvent[] = [first];
  const close = (): void => {
    const last = part.at(-1) ?? first;
    const killed = last.type !== "run-ended" && last.type !== "run-skipped";
    recordings.push({ number: recordings.length, events: part, state, from: part[0]?.at ?? 0, to: last.at, killed });
    part = [];
  };
  for (const event of events.slice(1)) {
    if (part.length > 0 && (event.type === "run-resumed" || event.type === "repair-started")) close();
    part.push(event);
    state = applyEvent(state, event);
  }
  if (state.endedAt !== undefined || !lives(state.runner)) close();
  return recordings;
}
