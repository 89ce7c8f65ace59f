/** Time as the scheduler sees it: a test gives its own. */

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves at that time, or when the signal aborts. */
  sleepUntil(time: number, signal: AbortSignal): Promise<void>;
  /** Resolves with the work, or after that time without it. */
  atMost(work: Promise<unknown>, milliseconds: number): Promise<void>;
}

/** A timer holds no more. */
const LONGEST_SLEEP = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  sleepUntil: (time, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, Math.min(Math.max(time - Date.now(), 0), LONGEST_SLEEP));
      signal.addEventListener("abort", done);
    }),
  atMost: async (work, milliseconds) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds);
    });
    await Promise.race([work, late]);
    clearTimeout(timer);
  },
};
