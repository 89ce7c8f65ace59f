/** Whoever follows a run while it goes: the terminal, later notifications and history. */
import type { TaskOutput } from "./attempt.js";
import type { RunEvent } from "./run-event.js";
import type { RunState } from "./run-state.js";

export interface RunListener {
  /** After each event, with the state that it gave. */
  event?(event: RunEvent, state: RunState): void;
  /** What a task prints and displays. */
  output?(taskKey: string, attempt: number, output: TaskOutput): void;
}
