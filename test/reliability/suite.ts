/** What every suite of the reliability programme takes and gives, and the random numbers that a seed stands for. */

export interface SuiteOptions {
  /** Points, replays or cases to try; a suite that has fewer tries all that it has. */
  readonly count: number;
  readonly seed: number;
  /** Told of progress, a line at a time. */
  readonly log?: (line: string) => void;
}

export interface SuiteResult {
  /** Points, replays or cases that were tried. */
  readonly count: number;
  /** What must never happen, one line each; empty: passed. */
  readonly anomalies: readonly string[];
  /** What a reader of the figures has to know: what was left out, how the cases fell. */
  readonly notes: readonly string[];
}

/** Numbers from 0 up to 1, the same for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Some of the items in their order, all where there are not more; which ones, the seed says. */
export function sample<Item>(items: readonly Item[], count: number, next: () => number): readonly Item[] {
  if (items.length <= count) return items;
  const chosen = items.map((item, index) => ({ item, index, key: next() })).sort((a, b) => a.key - b.key);
  return chosen
    .slice(0, count)
    .sort((a, b) => a.index - b.index)
    .map(({ item }) => item);
}
