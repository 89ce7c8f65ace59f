/** Quartz cron expressions: read as Databricks reads them, and their next time in a Java time zone. */
import { type CronDays, daysIn, readDays } from "./cron-days.js";
import { CronMistake, HOUR, MINUTE, MONTH, readValues, SECOND, YEAR } from "./cron-field.js";
import type { JavaTimeZone } from "./java-time-zone.js";

/** Values of each field, ascending. */
export interface Cron {
  readonly text: string;
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: CronDays;
  /** From 1. */
  readonly months: readonly number[];
  /** undefined: every year. */
  readonly years: readonly number[] | undefined;
}

export type CronReading =
  | { readonly kind: "cron"; readonly cron: Cron }
  | { readonly kind: "invalid"; readonly message: string };

/**
 * Six fields (second minute hour day-of-month month day-of-week) or seven (year), in any case.
 *
 * @example
 * readCron("0 0 2 * * ?"); // every day at 02:00
 * readCron("0 2 * * *"); // invalid: "... is a Unix cron expression ... Write `0 0 2 * * ?`."
 */
export function readCron(text: string): CronReading {
  try {
    return { kind: "cron", cron: parse(text) };
  } catch (error) {
    if (error instanceof CronMistake) return { kind: "invalid", message: error.message };
    throw error;
  }
}

function parse(text: string): Cron {
  const fields = text.trim().toUpperCase().split(/\s+/);
  if (fields.length === 5) throw new CronMistake(unixMessage(text, fields));
  const [second = "", minute = "", hour = "", date = "", month = "", weekday, year] = fields;
  if (weekday === undefined || fields.length > 7) {
    const count = text.trim() === "" ? 0 : fields.length;
    throw new CronMistake(
      `A Quartz expression has 6 fields (second minute hour day-of-month month day-of-week) or 7 (year), but \`${text}\` has ${count}.`,
    );
  }
  return {
    text,
    seconds: readValues(second, SECOND),
    minutes: readValues(minute, MINUTE),
    hours: readValues(hour, HOUR),
    days: readDays(date, weekday),
    months: readValues(month, MONTH),
    years: year === undefined || year === "*" ? undefined : readValues(year, YEAR),
  };
}

/** Days of the week are counted from 0 there, so that a number is not merely copied. */
function unixMessage(text: string, [minute, hour, date, month, weekday]: readonly string[]): string {
  const day =
    weekday === "*" ? [date, "?"] : ["?", /^[0-7]$/.test(weekday ?? "") ? String((Number(weekday) % 7) + 1) : weekday];
  const quartz = `0 ${minute} ${hour} ${day[0]} ${month} ${day[1]}`;
  const said = `\`${text}\` is a Unix cron expression with 5 fields: Quartz begins with seconds, and one day field is \`?\`.`;
  const both = date !== "*" && weekday !== "*";
  return both || /[,\-/]/.test(weekday ?? "") || readCron(quartz).kind === "invalid"
    ? said
    : `${said} Write \`${quartz}\`.`;
}

const SECONDS = 1000;
const MINUTES = 60 * SECONDS;
const HOURS = 60 * MINUTES;
const DAYS = 24 * HOURS;
/** Where Quartz stops looking. */
const LAST_YEAR = 2299;

/**
 * The first time after `after` (milliseconds since 1970); undefined where there is none any more. As in Quartz, a time that the clock
 * skips in spring does not occur, and one that it shows twice in autumn occurs once, the second time.
 */
export function nextTime(cron: Cron, zone: JavaTimeZone, after: number): number | undefined {
  let wall = zone.wallOf(Math.floor(after / SECONDS) * SECONDS + SECONDS);
  for (;;) {
    const midnight = Math.floor(wall / DAYS) * DAYS;
    const date = nextDate(cron, midnight);
    if (date === undefined) return undefined;
    if (date > midnight) {
      wall = shownAs(zone, date);
      continue;
    }
    const hour = Math.floor((wall - midnight) / HOURS);
    const hourWanted = atLeast(cron.hours, hour);
    if (hourWanted !== hour) {
      wall = hourWanted === undefined ? shownAs(zone, midnight + DAYS) : atHour(zone, midnight, hourWanted);
      continue;
    }
    const hourStart = midnight + hour * HOURS;
    const minute = Math.floor((wall - hourStart) / MINUTES);
    const minuteWanted = atLeast(cron.minutes, minute);
    if (minuteWanted !== minute) {
      wall =
        minuteWanted === undefined
          ? atHour(zone, midnight, hour + 1)
          : shownAs(zone, hourStart + minuteWanted * MINUTES);
      continue;
    }
    const minuteStart = hourStart + minute * MINUTES;
    const second = atLeast(cron.seconds, (wall - minuteStart) / SECONDS);
    if (second !== undefined) return zone.instantOf(minuteStart + second * SECONDS);
    wall = shownAs(zone, minuteStart + MINUTES);
  }
}

/** The times in `(after, until]`, at most `limit`. */
export function timesBetween(
  cron: Cron,
  zone: JavaTimeZone,
  after: number,
  until: number,
  limit: number,
): readonly number[] {
  const times: number[] = [];
  for (let time = nextTime(cron, zone, after); time !== undefined && time <= until; time = nextTime(cron, zone, time)) {
    if (times.length === limit) break;
    times.push(time);
  }
  return times;
}

/** What the clock shows when a time that it skips is set: as much later as it skips. */
function shownAs(zone: JavaTimeZone, wall: number): number {
  return zone.wallOf(zone.instantOf(wall));
}

/**
 * Quartz, finding another hour than it set, sets the hour after it on the day that it finds: where the clock skips two hours, one more is
 * lost, and where it skips the hour before midnight (America/Nuuk), the whole next day.
 */
function atHour(zone: JavaTimeZone, midnight: number, hour: number): number {
  const shown = shownAs(zone, midnight + hour * HOURS);
  const shownMidnight = Math.floor(shown / DAYS) * DAYS;
  const shownHour = Math.floor((shown - shownMidnight) / HOURS);
  if (shownHour === hour || hour === 24) return shown;
  return shownAs(zone, shownMidnight + (hour + 1) * HOURS + (shown % HOURS));
}

function atLeast(values: readonly number[], least: number): number | undefined {
  return values.find((value) => value >= least);
}

/** The first day that the expression means, from `midnight` on, as its midnight. */
function nextDate(cron: Cron, midnight: number): number | undefined {
  const from = new Date(midnight);
  let [year, month, date] = [from.getUTCFullYear(), from.getUTCMonth() + 1, from.getUTCDate()];
  while (year <= LAST_YEAR) {
    const wanted = cron.years === undefined ? year : atLeast(cron.years, year);
    if (wanted === undefined) return undefined;
    if (wanted > year) [year, month, date] = [wanted, 1, 1];
    if (cron.months.includes(month)) {
      const day = atLeast(daysIn(cron.days, year, month), date);
      if (day !== undefined) return Date.UTC(year, month - 1, day);
    }
    [year, month, date] = month === 12 ? [year + 1, 1, 1] : [year, month + 1, 1];
  }
  return undefined;
}
