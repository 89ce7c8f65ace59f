/** Does something at a moment, however far away: Node's own timers fire at once beyond 24.8 days. */

const LONGEST_MS = 2 ** 31 - 1;

export interface Deadline {
  stop(): void;
}

/** @param at milliseconds since 1970; `reached` is never called before this function has returned */
export function startDeadline(at: number, reached: () => void): Deadline {
  let timer: NodeJS.Timeout;
  const wait = () => {
    const left = at - Date.now();
    timer = left <= LONGEST_MS ? setTimeout(reached, Math.max(0, left)) : setTimeout(wait, LONGEST_MS);
  };
  wait();
  return { stop: () => clearTimeout(timer) };
}

/** Resolves at that time, or at once where the signal comes first. */
export function until(at: number, signal: AbortSignal): Promise<void> {
  if (at <= Date.now() || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      deadline.stop();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const deadline = startDeadline(at, end);
    signal.addEventListener("abort", end);
  });
}
