/** How long a continuous job rests between its runs. */

/** After a run that ended well. Databricks says: less than 60 s. */
const RESTART_MS = 1000;
const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 600_000;

/** @param failures runs in a row that did not end well: 10 s after the first, twice as long after each more, at most 10 minutes */
export function backoffMs(failures: number): number {
  return failures === 0 ? RESTART_MS : Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), LONGEST_BACKOFF_MS);
}
