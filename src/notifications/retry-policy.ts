/** When a delivery that failed is tried again, and when it is given up. */

export interface RetryPolicy {
  /** Milliseconds until the next try after so many. */
  delay(tryCount: number): number;
  /** Milliseconds after which a delivery is not tried any more. */
  readonly giveUpAfter: number;
}

const FIRST_DELAY = 2_000;
const LONGEST_DELAY = 15 * 60_000;
const A_DAY = 24 * 60 * 60_000;

/** Twice as long each time, up to a quarter of an hour, for a day; and by chance a little more or less, lest all come at once. */
export function exponentialBackoff(random: () => number = Math.random): RetryPolicy {
  return {
    delay: (tryCount) => {
      const longest = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(30, Math.max(0, tryCount - 1)));
      return longest * (0.5 + random() / 2);
    },
    giveUpAfter: A_DAY,
  };
}
