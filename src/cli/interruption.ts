/** SIGINT, SIGTERM, and SIGHUP of a terminal that is closed: the first signal cancels what runs, a second one ends the process at once. */
import { EXIT_SIGNALS } from "./exit.js";

const MESSAGES: Readonly<Record<keyof typeof EXIT_SIGNALS, string>> = {
  SIGHUP: "Canceled: the terminal was closed (SIGHUP).",
  SIGINT: "Canceled from the keyboard (SIGINT).",
  SIGTERM: "Canceled by SIGTERM.",
};

export interface Interruption {
  readonly signal: AbortSignal;
  /** The exit code of the signal that came; undefined where none has. */
  code: number | undefined;
}

/** Takes the signals of this process from here on. */
export function interruptible(): Interruption {
  const controller = new AbortController();
  const interruption: Interruption = { signal: controller.signal, code: undefined };
  for (const [name, code] of Object.entries(EXIT_SIGNALS) as [keyof typeof EXIT_SIGNALS, number][]) {
    process.on(name, () => {
      if (interruption.code !== undefined) process.exit(code);
      interruption.code = code;
      controller.abort(MESSAGES[name]);
    });
  }
  return interruption;
}
