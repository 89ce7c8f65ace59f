/** SIGINT and SIGTERM: the first signal cancels what runs, a second one ends the process at once. */
import { EXIT_SIGNALS } from "./exit.js";

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
      controller.abort(name === "SIGINT" ? "Canceled from the keyboard (SIGINT)." : "Canceled by SIGTERM.");
    });
  }
  return interruption;
}
