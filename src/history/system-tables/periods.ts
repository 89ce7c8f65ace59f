/** Periods of the timelines: what took longer than an hour is cut where a clock hour begins. */

/** Milliseconds since 1970. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

const HOUR_MS = 3_600_000;

/**
 * @example periodsOf({ from: Date.UTC(2024, 0, 1, 9, 30), to: Date.UTC(2024, 0, 1, 11, 15) })
 * // 9:30 to 10:00, 10:00 to 11:00, 11:00 to 11:15
 */
export function periodsOf({ from, to }: Period): readonly Period[] {
  if (to - from <= HOUR_MS) return [{ from, to: Math.max(from, to) }];
  const periods: Period[] = [];
  for (let begin = from; begin < to; ) {
    const end = Math.min(to, (Math.floor(begin / HOUR_MS) + 1) * HOUR_MS);
    periods.push({ from: begin, to: end });
    begin = end;
  }
  return periods;
}
