/** Numbers of runs: decimal integers below 2^53, never given twice, in the order of time. */

/** 2024-01-01. Ids made from the clock are not given again even after the history was deleted. */
const EPOCH_MS = 1_704_067_200_000;
const ATTEMPTS_PER_RUN = 8192n;

/** The lowest id that a run made now may have. */
export function runIdAt(milliseconds: number): number {
  return milliseconds - EPOCH_MS;
}

/** The id of the n-th attempt of a run, counted over all its tasks from 1. */
export function taskRunId(runId: string, n: number): string {
  return String(BigInt(runId) * ATTEMPTS_PER_RUN + BigInt(n));
}

export function isRunId(text: string): boolean {
  return /^[1-9][0-9]{0,15}$/.test(text);
}
