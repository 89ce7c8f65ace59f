/** Spark's texts of dates and timestamps, read to days and microseconds. */

const DATE = /^([+-]?\d{4,7})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ].*)?)?)?$/s;
const TIMESTAMP =
  /^(?:([+-]?\d{4,7})(?:-(\d{1,2})(?:-(\d{1,2}))?)?)?(?:(?:^T?|[T ])(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?)?\s*(\S.*)?$/s;
const OFFSET = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?$/;

const MICROS_PER_SECOND = 1_000_000n;
const MILLIS_PER_DAY = 86_400_000;

/** `2024-1-5` as `2024-01-05`; undefined where the text is no date of the years 0001 to 9999. */
export function canonicalDate(text: string): string | undefined {
  const match = DATE.exec(text.trim());
  if (!match) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2] ?? 1), Number(match[3] ?? 1)];
  return isDate(year, month, day) ? dateText(year, month, day) : undefined;
}

function isDate(year: number, month: number, day: number): boolean {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}

function dateText(year: number, month: number, day: number): string {
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/**
 * Microseconds since the epoch of a timestamp's text; without a zone of its own the text is in `timeZone` (undefined: UTC, and a zone
 * in the text is left aside, as for TIMESTAMP_NTZ). Undefined where the text is none, or has no date.
 */
export function timestampMicros(text: string, timeZone: string | undefined): bigint | undefined {
  const match = TIMESTAMP.exec(text.trim());
  if (!match || match[1] === undefined) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2] ?? 1), Number(match[3] ?? 1)];
  const [hour, minute, second] = [Number(match[4] ?? 0), Number(match[5] ?? 0), Number(match[6] ?? 0)];
  if (!isDate(year, month, day) || hour > 23 || minute > 59 || second > 59) return undefined;
  const local = Date.UTC(2000, month - 1, day, hour, minute, second);
  const shifted = new Date(local);
  shifted.setUTCFullYear(year, month - 1, day);
  const fraction = BigInt((match[7] ?? "").slice(0, 6).padEnd(6, "0"));
  const zone = match[8]?.trim() ?? timeZone;
  if (zone !== undefined && !isZone(zone)) return undefined;
  const millis =
    shifted.getTime() - (timeZone === undefined || zone === undefined ? 0 : offsetAt(shifted.getTime(), zone));
  return BigInt(millis) * 1000n + fraction;
}

function isZone(zone: string): boolean {
  if (zone === "Z" || OFFSET.test(zone)) return true;
  try {
    formatOf(zone);
    return true;
  } catch {
    return false; // not an IANA name, so the text is no timestamp
  }
}

/** Milliseconds by which a zone's wall clock is ahead of UTC when it shows `local` (milliseconds of the wall clock read as UTC). */
function offsetAt(local: number, zone: string): number {
  const fixed = fixedOffset(zone);
  if (fixed !== undefined) return fixed;
  const [before, after] = [local - MILLIS_PER_DAY, local + MILLIS_PER_DAY].map((near) => wallClock(near, zone) - near);
  if (before === undefined || after === undefined) return 0;
  // Of two instants with this wall clock the earlier one, in a gap the offset before it: as java.time has it.
  const comesBack = (offset: number) => wallClock(local - offset, zone) === local;
  return !comesBack(before) && comesBack(after) ? after : before;
}

function fixedOffset(zone: string): number | undefined {
  if (zone === "Z" || zone === "UTC") return 0;
  const match = OFFSET.exec(zone);
  if (!match) return undefined;
  const seconds = Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60 + Number(match[4] ?? 0);
  return (match[1] === "-" ? -1 : 1) * seconds * 1000;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    const fields = { year: "numeric", month: "numeric", day: "numeric" } as const;
    const clock = { hour: "numeric", minute: "numeric", second: "numeric", hourCycle: "h23", era: "short" } as const;
    format = new Intl.DateTimeFormat("en-US", { timeZone: zone, ...fields, ...clock });
    formats.set(zone, format);
  }
  return format;
}

/** What the zone's wall clock shows at an instant, as milliseconds read as UTC. */
function wallClock(instant: number, zone: string): number {
  const part = Object.fromEntries(
    formatOf(zone)
      .formatToParts(instant)
      .map((one) => [one.type, one.value]),
  );
  const shown = new Date(0);
  const year = part.era?.startsWith("B") ? 1 - Number(part.year) : Number(part.year);
  shown.setUTCFullYear(year, Number(part.month) - 1, Number(part.day));
  shown.setUTCHours(Number(part.hour), Number(part.minute), Number(part.second), ((instant % 1000) + 1000) % 1000);
  return shown.getTime();
}

/** `2024-01-15 10:00:00.123456` in UTC. */
export function timestampText(micros: bigint): string {
  const fraction = ((micros % MICROS_PER_SECOND) + MICROS_PER_SECOND) % MICROS_PER_SECOND;
  const millis = Number((micros - fraction) / 1000n);
  const text = new Date(millis)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, "");
  return fraction === 0n ? text : `${text}.${String(fraction).padStart(6, "0").replace(/0+$/, "")}`;
}

/** `2024-01-15 10:00:00.123456` as a zone's wall clock shows it. */
export function localTimestampText(micros: bigint, timeZone: string): string {
  const rest = ((micros % MICROS_PER_SECOND) + MICROS_PER_SECOND) % MICROS_PER_SECOND;
  const instant = Number((micros - rest) / 1000n);
  const local =
    fixedOffset(timeZone) === undefined ? wallClock(instant, timeZone) : instant + (fixedOffset(timeZone) ?? 0);
  return timestampText(BigInt(local) * 1000n + rest);
}

/** The date in a zone at an instant, `2024-01-15`. */
export function dateOfInstant(micros: bigint, timeZone: string): string {
  return localTimestampText(micros, timeZone).slice(0, 10);
}

/** A date so many days later. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * MILLIS_PER_DAY).toISOString().slice(0, 10);
}
