/** Texts as dates and timestamps, by Spark's lenient forms (`2024`, `2024-1-5`, `2024-01-15T10:20:30.5+02:00`). */
import { instantOf, type Zone, zoneOf } from "./zone-clock.js";

const MICROS_PER_DAY = 86_400_000_000n;

/** Spark trims white space and control characters around what it casts. */
export function trimmed(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what Spark's trimAll removes
  return text.replace(/^[\u0000-\u0020\u007f]+|[\u0000-\u0020\u007f]+$/g, "");
}

/** Days since the epoch of a valid date, or undefined. */
export function daysOf(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  // Years that begin in March have their leap day last; 400 of them have 146,097 days.
  const [shiftedYear, shiftedMonth] = month > 2 ? [year, month - 3] : [year - 1, month + 9];
  const era = Math.floor(shiftedYear / 400);
  const ofEra = shiftedYear - era * 400;
  const leapDays = Math.floor(ofEra / 4) - Math.floor(ofEra / 100);
  return era * 146_097 + ofEra * 365 + leapDays + Math.floor((153 * shiftedMonth + 2) / 5) + day - 719_469;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

const DATE_TEXT = /^([+-]?\d{4,7})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T].*)?)?)?$/s;

/** Days since the epoch, or undefined where the text is no date. */
export function parseDate(text: string): number | undefined {
  const match = DATE_TEXT.exec(trimmed(text));
  if (!match) return undefined;
  return daysOf(Number(match[1]), Number(match[2] ?? 1), Number(match[3] ?? 1));
}

const TIMESTAMP_TEXT =
  /^([+-]?\d{4,6})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T](\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?)?([ A-Za-z+-].*)?)?)?)?$/s;
const TIME_TEXT = /^T?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?([ A-Za-z+-].*)?$/s;

export interface LocalTimestamp {
  /** Microseconds since 1970-01-01T00:00:00 of the local clock. */
  readonly micros: bigint;
  /** The zone that the text names; undefined where it names none. */
  readonly zone: Zone | undefined;
}

/** A date and time with its zone, or undefined where the text is none. `today` (days since the epoch) stands in where only a time is given. */
export function parseTimestamp(text: string, today?: number): LocalTimestamp | undefined {
  const value = trimmed(text);
  const full = TIMESTAMP_TEXT.exec(value);
  if (full) {
    const days = daysOf(Number(full[1]), Number(full[2] ?? 1), Number(full[3] ?? 1));
    return timestampOf(days, full.slice(4));
  }
  const time = today === undefined ? null : TIME_TEXT.exec(value);
  return time ? timestampOf(today, time.slice(1)) : undefined;
}

function timestampOf(
  days: number | undefined,
  [hour = "0", minute = "0", second = "0", fraction = "", zoneText]: readonly (string | undefined)[],
): LocalTimestamp | undefined {
  if (days === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const zone = zoneText === undefined ? undefined : zoneOf(zoneText.trim());
  if (zoneText !== undefined && zone === undefined) return undefined;
  const seconds = BigInt(Number(hour) * 3600 + Number(minute) * 60 + Number(second));
  const micros = BigInt(fraction.slice(0, 6).padEnd(6, "0"));
  return { micros: BigInt(days) * MICROS_PER_DAY + seconds * 1_000_000n + micros, zone };
}

/** Microseconds since the epoch of a text in a session time zone, or undefined. */
export function parseInstant(text: string, timeZone: string, today?: number): bigint | undefined {
  const parsed = parseTimestamp(text, today);
  const zone = parsed?.zone ?? zoneOf(timeZone);
  return parsed && zone && instantOf(parsed.micros, zone);
}

/** As the engine reads it: `12345-01-15`, `0044-03-15 (BC)`; undefined beyond the days of JavaScript. */
export function engineDateText(days: number): string | undefined {
  const date = new Date(days * 86_400_000);
  const year = date.getUTCFullYear();
  if (Number.isNaN(year)) return undefined;
  const shown = String(year > 0 ? year : 1 - year).padStart(4, "0");
  return `${shown}-${date.toISOString().slice(-19, -14)}${year > 0 ? "" : " (BC)"}`;
}

/** As the engine reads it, in UTC: `12345-01-15 10:20:30.123456`. */
export function engineTimestampText(micros: bigint): string | undefined {
  return timestampBy(engineDateText, micros, " ");
}

/** `2024-01-15`; undefined beyond the years 1 to 9999, which the engine's texts do not carry. */
export function dateText(days: number): string | undefined {
  const date = new Date(days * 86_400_000);
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999 ? date.toISOString().slice(0, 10) : undefined;
}

/** `2024-01-15T10:20:30.123456`, in UTC; undefined beyond the years 1 to 9999. */
export function timestampText(micros: bigint): string | undefined {
  return timestampBy(dateText, micros, "T");
}

function timestampBy(
  dateOf: (days: number) => string | undefined,
  micros: bigint,
  between: " " | "T",
): string | undefined {
  const days = floorDivide(micros, MICROS_PER_DAY);
  const date = dateOf(Number(days));
  if (date === undefined) return undefined;
  const rest = micros - days * MICROS_PER_DAY;
  const fraction = String(rest % 1_000_000n).padStart(6, "0");
  const time = new Date(Number(rest / 1000n)).toISOString().slice(11, 19);
  return `${date}${between}${time}.${fraction}`;
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}
