/** The clock of a time zone in JavaScript, for literals and rare texts: java.time's rules at gaps and overlaps. */
import { isLakeletError } from "../../errors/lakelet-error.js";
import { readZone, type Zone } from "./time-zone.js";

export type { Zone } from "./time-zone.js";

const formats = new Map<string, Intl.DateTimeFormat>();

/** A zone from its text, undefined where there is no such zone. */
export function zoneOf(text: string): Zone | undefined {
  // One-digit hours and minutes without a colon are Spark's own forms: `+2`, `-0530`.
  const short = /^([+-]\d{1,2}|[+-]\d{4})$/.test(text);
  if (!short && !/^(?:(?:UTC|GMT|UT)?[+-]\d{1,2}(?::\d{1,2}){0,2}|[A-Za-z][A-Za-z0-9/_+-]*)$/.test(text))
    return undefined;
  try {
    return readZone(text);
  } catch (error) {
    if (isLakeletError(error, "INVALID_TIMEZONE")) return undefined;
    throw error;
  }
}

function formatOf(region: string): Intl.DateTimeFormat {
  const known = formats.get(region);
  if (known) return known;
  const numeric = "numeric" as const;
  const parts = { year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric };
  const made = new Intl.DateTimeFormat("en-US", { timeZone: region, hourCycle: "h23", era: "short", ...parts });
  formats.set(region, made);
  return made;
}

/** Milliseconds that the zone's clock is ahead of UTC at an instant (milliseconds since the epoch). */
function offsetAt(zone: Zone, instant: number): number {
  if ("offset" in zone) return Number(zone.offset / 1000n);
  const parts: Record<string, string> = {};
  for (const { type, value } of formatOf(zone.region).formatToParts(instant)) parts[type] = value;
  const year = parts.era === "BC" ? 1 - Number(parts.year) : Number(parts.year);
  const local = new Date(0);
  local.setUTCFullYear(year, Number(parts.month) - 1, Number(parts.day));
  local.setUTCHours(Number(parts.hour), Number(parts.minute), Number(parts.second));
  return local.getTime() - Math.floor(instant / 1000) * 1000;
}

/** The instant of a local date and time (microseconds as if UTC): in a gap pushed forward, in an overlap the earlier. */
export function instantOf(localMicros: bigint, zone: Zone): bigint {
  const local = Number(localMicros / 1000n);
  const before = offsetAt(zone, local - 86_400_000);
  const after = offsetAt(zone, local + 86_400_000);
  // The offset before the change is right in an overlap and in a gap; the one after only where it alone gives the local time back.
  const holds = (offset: number) => offsetAt(zone, local - offset) === offset;
  const offset = !holds(before) && holds(after) ? after : before;
  return localMicros - BigInt(offset) * 1000n;
}

/** The day that a zone's clock shows at an instant (microseconds), in days since the epoch. */
export function localDay(instant: bigint, timeZone: string): number | undefined {
  const zone = zoneOf(timeZone);
  if (!zone) return undefined;
  const milliseconds = Number(instant / 1000n);
  return Math.floor((milliseconds + offsetAt(zone, milliseconds)) / 86_400_000);
}

/** Microseconds that a zone's clock is ahead of UTC at an instant (microseconds). Throws INVALID_TIMEZONE. */
export function offsetMicros(instant: bigint, timeZone: string): bigint {
  return BigInt(offsetAt(readZone(timeZone), Number(instant / 1000n))) * 1000n;
}
