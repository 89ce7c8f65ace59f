/** Numbers of runs: decimal integers below 2^53, never given twice, in the order of time. */

/** 2024-01-01. Ids made from the clock are not given again even after the history was deleted. */
const EPOCH_MS = 1_704_067_200_000;
const ATTEMPTS_PER_RUN = 8192n;

/** The lowest id that a run made now may have. */
export function runIdAt(milliseconds: number): number {
  return milliseconds - EPOCH_MS;
}

/** Above all ids that stand next to their run's. */
const FAR = 1n << 52n;
const FAR_PER_RUN = 1n << 20n;

/** The id of the n-th attempt of a run, counted over all its tasks from 1. Loops may have more attempts than ids stand next to the run's. */
export function taskRunId(runId: string, n: number): string {
  const id = BigInt(runId);
  if (BigInt(n) < ATTEMPTS_PER_RUN) return String(id * ATTEMPTS_PER_RUN + BigInt(n));
  return String(FAR + (id % (FAR / FAR_PER_RUN)) * FAR_PER_RUN + BigInt(n));
}

export function isRunId(text: string): boolean {
  return /^[1-9][0-9]{0,15}$/.test(text);
}
