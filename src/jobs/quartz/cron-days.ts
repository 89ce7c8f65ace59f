/** The two day fields of a Quartz cron expression: which days of a given month they mean. */
import { CronMistake, DAY_OF_MONTH, DAY_OF_WEEK, readValue, readValues } from "./cron-field.js";

export type CronDays =
  | { readonly kind: "dates"; readonly values: readonly number[] }
  /** `L`, `L-3`, `LW`, `L-3W`: days before the month's last, moved to a weekday with W. */
  | { readonly kind: "from-last"; readonly before: number; readonly weekday: boolean }
  /** `15W`: the Monday to Friday nearest to it within the month. */
  | { readonly kind: "nearest-weekday"; readonly date: number }
  /** 1 = SUN. */
  | { readonly kind: "weekdays"; readonly values: readonly number[] }
  /** `6#3`: the third Friday; in a month without a fifth, none. */
  | { readonly kind: "nth-weekday"; readonly weekday: number; readonly nth: number }
  /** `6L`: the last Friday. */
  | { readonly kind: "last-weekday"; readonly weekday: number };

/** @param date the field of the day of month, @param weekday that of the week, in capitals: exactly one is `?` */
export function readDays(date: string, weekday: string): CronDays {
  const [noDate, noWeekday] = [date === "?", weekday === "?"];
  if (noDate && noWeekday) {
    throw new CronMistake("Both day fields are `?`: the one that does not matter is `?`, the other says which days.");
  }
  if (!noDate && !noWeekday) {
    const cure =
      weekday === "*" ? `\`${date}\` and \`?\`` : date === "*" ? `\`?\` and \`${weekday}\`` : "one of them `?`";
    throw new CronMistake(
      `Day of month is \`${date}\` and day of week is \`${weekday}\`: Quartz takes one of the two, the other is \`?\`. Write ${cure}.`,
    );
  }
  return noWeekday ? readDates(date) : readWeekdays(weekday);
}

function readDates(text: string): CronDays {
  const last = /^L(?:-(\d+))?(W)?$/.exec(text);
  if (last) {
    const before = Number(last[1] ?? 0);
    if (before > 30)
      throw new CronMistake(`\`${text}\`: a month has no day ${before} days before its last; at most L-30.`);
    return { kind: "from-last", before, weekday: last[2] !== undefined };
  }
  const nearest = /^(\d+)W$/.exec(text)?.[1];
  if (nearest !== undefined) return { kind: "nearest-weekday", date: readValue(nearest, DAY_OF_MONTH) };
  if (/[LW]/.test(text)) {
    throw new CronMistake(`\`${text}\`: L and W stand alone (L, L-3, LW, 15W), not in a list or a range.`);
  }
  return { kind: "dates", values: readValues(text, DAY_OF_MONTH) };
}

function readWeekdays(text: string): CronDays {
  if (text === "L") return { kind: "weekdays", values: [7] };
  const [, weekday, mark, nth] = /^([A-Z0-9]+?)(?:(L)|#(\d+))$/.exec(text) ?? [];
  if (weekday !== undefined) {
    const value = readValue(weekday, DAY_OF_WEEK);
    if (mark !== undefined) return { kind: "last-weekday", weekday: value };
    const count = Number(nth);
    if (count >= 1 && count <= 5) return { kind: "nth-weekday", weekday: value, nth: count };
    throw new CronMistake(`\`${text}\`: after \`#\` comes 1 to 5, which of the month's weeks.`);
  }
  if (/#|L(?:,|$)|\dL/.test(text)) {
    throw new CronMistake(`\`${text}\`: L and # stand alone (6L, FRI#3), not in a list or a range.`);
  }
  return { kind: "weekdays", values: readValues(text, DAY_OF_WEEK) };
}

/** The days of that month, ascending; @param month from 1 */
export function daysIn(days: CronDays, year: number, month: number): readonly number[] {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  switch (days.kind) {
    case "dates":
      return days.values.filter((date) => date <= length);
    case "from-last": {
      const date = length - days.before;
      if (date < 1) return [];
      return [days.weekday ? nearestWeekday(year, month, date, length) : date];
    }
    case "nearest-weekday":
      if (days.date <= length) return [nearestWeekday(year, month, days.date, length)];
      // Quartz reckons the 31st of April as the 1st of May: a Saturday moves it back into April.
      return days.date === length + 1 && weekdayOf(year, month, days.date) === 7 ? [length] : [];
    case "weekdays": {
      const all = Array.from({ length }, (_, i) => i + 1);
      return all.filter((date) => days.values.includes(weekdayOf(year, month, date)));
    }
    case "nth-weekday": {
      const date = firstOf(days.weekday, year, month) + 7 * (days.nth - 1);
      return date <= length ? [date] : [];
    }
    case "last-weekday": {
      const first = firstOf(days.weekday, year, month);
      return [first + 7 * Math.floor((length - first) / 7)];
    }
  }
}

/** 1 = SUN. */
function weekdayOf(year: number, month: number, date: number): number {
  return new Date(Date.UTC(year, month - 1, date)).getUTCDay() + 1;
}

function firstOf(weekday: number, year: number, month: number): number {
  return 1 + ((weekday - weekdayOf(year, month, 1) + 7) % 7);
}

/** Never leaves the month: a Saturday the 1st becomes Monday the 3rd. */
function nearestWeekday(year: number, month: number, date: number, length: number): number {
  const weekday = weekdayOf(year, month, date);
  if (weekday === 7) return date === 1 ? 3 : date - 1;
  if (weekday === 1) return date === length ? date - 2 : date + 1;
  return date;
}
