/** Texts by a datetime pattern in JavaScript, as java.time's strict parser reads them and Spark fills in what is missing. */
import { parsePattern, type Segment } from "./date-pattern.js";
import { daysOf } from "./temporal-text.js";
import { instantOf, type Zone, zoneOf } from "./zone-clock.js";

/** Fields read so far: letters to numbers; `zone` where the text names one. */
interface Reading {
  readonly at: number;
  readonly fields: Readonly<Record<string, number>>;
  readonly zone?: Zone;
}

type Field = Extract<Segment, { kind: "field" }>;

/**
 * Microseconds since the epoch of a text, of the instant or (`local`) of the wall clock; undefined where it does not fit.
 * @param timeZone the zone of texts that name none
 */
export function parseByPattern(text: string, pattern: string, timeZone: string, local: boolean): bigint | undefined {
  const reading = read(text, parsePattern(pattern, "parse"), { at: 0, fields: {} });
  if (!reading || reading.at < text.length) return undefined;
  const micros = wallClock(reading.fields);
  const zone = reading.zone ?? zoneOf(timeZone);
  if (micros === undefined || !zone) return undefined;
  return local ? micros : instantOf(micros, zone);
}

function read(text: string, segments: readonly Segment[], start: Reading): Reading | undefined {
  let reading: Reading = start;
  for (const [i, segment] of segments.entries()) {
    const next = step(text, segment, segments, i, reading);
    if (!next) return undefined;
    reading = next;
  }
  return reading;
}

function step(
  text: string,
  segment: Segment,
  segments: readonly Segment[],
  index: number,
  reading: Reading,
): Reading | undefined {
  if (segment.kind === "optional") return read(text, segment.segments, reading) ?? reading;
  if (segment.kind === "literal") {
    const found = text.slice(reading.at, reading.at + segment.text.length);
    if (found.toLowerCase() !== segment.text.toLowerCase()) return undefined;
    return { ...reading, at: reading.at + segment.text.length };
  }
  return readField(text, segment, followingDigits(segments, index), reading);
}

/** Digits that the fixed-width fields directly behind a field reserve for themselves. */
function followingDigits(segments: readonly Segment[], index: number): number {
  let digits = 0;
  for (const segment of segments.slice(index + 1)) {
    if (segment.kind !== "field" || !isNumber(segment)) break;
    const [least, most] = width(segment);
    if (least !== most) break;
    digits += least;
  }
  return digits;
}

const isNumber = ({ letter, count }: Field): boolean =>
  "yMLdDHhkKmsS".includes(letter) && !("ML".includes(letter) && count > 2);

/** Least and most digits of a number. */
function width({ letter, count }: Field): readonly [number, number] {
  if (letter === "S") return [count, count];
  if (letter === "y") return count === 2 ? [2, 2] : [count, count === 1 ? 19 : Math.max(count, 4)];
  if (letter === "D") return [count, count === 1 ? 19 : 3];
  return count === 1 ? [1, 19] : [count, count];
}

const MONTHS = "january february march april may june july august september october november december".split(" ");

function readField(text: string, field: Field, reserved: number, reading: Reading): Reading | undefined {
  const { letter, count } = field;
  const rest = text.slice(reading.at);
  const set = (name: string, value: number, length: number): Reading | undefined => {
    const before = reading.fields[name];
    if (before !== undefined && before !== value) return undefined;
    return { ...reading, at: reading.at + length, fields: { ...reading.fields, [name]: value } };
  };
  if (isNumber(field)) {
    const [least, most] = width(field);
    const digits = /^\d+/.exec(rest)?.[0].length ?? 0;
    const taken = Math.min(most, least === most ? digits : Math.max(least, digits - reserved));
    if (taken < least || taken > digits) return undefined;
    const value = Number(rest.slice(0, taken));
    if (letter === "S") return set("S", Number(rest.slice(0, taken).padEnd(6, "0").slice(0, 6)), taken);
    if (letter === "y" && count === 2) return set("y", 2000 + value, taken);
    return set(letter === "L" ? "M" : letter, value, taken);
  }
  if (letter === "M" || letter === "L") {
    const names = count === 4 ? MONTHS : MONTHS.map((one) => one.slice(0, 3));
    const month = names.findIndex((one) => rest.toLowerCase().startsWith(one));
    return month < 0 ? undefined : set("M", month + 1, names[month]?.length ?? 0);
  }
  if (letter === "a") {
    const half = /^[ap]m/i.exec(rest)?.[0].toLowerCase();
    return half === undefined ? undefined : set("a", half === "pm" ? 1 : 0, 2);
  }
  if (letter === "G") return /^ad/i.test(rest) ? { ...reading, at: reading.at + 2 } : undefined;
  return readZoneText(rest, field, reading);
}

const OFFSETS: Readonly<Record<string, RegExp>> = {
  X1: /^(?:Z|[+-]\d{2}(?:\d{2})?)/i,
  X2: /^(?:Z|[+-]\d{4})/i,
  X3: /^(?:Z|[+-]\d{2}:\d{2})/i,
  X4: /^(?:Z|[+-]\d{4}(?:\d{2})?)/i,
  X5: /^(?:Z|[+-]\d{2}:\d{2}(?::\d{2})?)/i,
  x1: /^[+-]\d{2}(?:\d{2})?/,
  x2: /^[+-]\d{4}/,
  x3: /^[+-]\d{2}:\d{2}/,
  Z1: /^[+-]\d{4}/,
  Z2: /^[+-]\d{4}/,
  Z3: /^[+-]\d{4}/,
  Z4: /^GMT(?:[+-]\d{2}:\d{2})?/i,
  Z5: /^(?:Z|[+-]\d{2}:\d{2}(?::\d{2})?)/i,
  O1: /^GMT(?:[+-]\d{1,2}(?::\d{2})?)?/i,
  O4: /^GMT(?:[+-]\d{2}:\d{2})?/i,
};
const REGION = /^[A-Za-z][A-Za-z0-9/_+:-]*|^[+-]\d{2}:\d{2}/;

function readZoneText(rest: string, { letter, count }: Field, reading: Reading): Reading | undefined {
  const form = "Vz".includes(letter) ? REGION : OFFSETS[`${letter}${count}`];
  const found = form?.exec(rest)?.[0];
  if (found === undefined) return undefined;
  const zone = zoneOf(/^z$/i.test(found) ? "UTC" : found);
  return zone && { ...reading, at: reading.at + found.length, zone };
}

/** Microseconds of the wall clock, with Spark's defaults: 1970, January, the first, midnight, before noon. */
function wallClock(fields: Readonly<Record<string, number>>): bigint | undefined {
  const {
    y: year = 1970,
    M: month = 1,
    d: day = 1,
    D: dayOfYear,
    m: minute = 0,
    s: second = 0,
    S: micros = 0,
  } = fields;
  const days = dayOfYear === undefined ? daysOf(year, month, day) : ordinalDay(year, dayOfYear);
  const hour = hourOf(fields);
  if (days === undefined || hour === undefined || minute > 59 || second > 59) return undefined;
  const seconds = BigInt(days) * 86_400n + BigInt(hour * 3600 + minute * 60 + second);
  return seconds * 1_000_000n + BigInt(micros);
}

function ordinalDay(year: number, dayOfYear: number): number | undefined {
  const first = daysOf(year, 1, 1);
  const leap = daysOf(year, 2, 29) !== undefined;
  if (first === undefined || dayOfYear < 1 || dayOfYear > (leap ? 366 : 365)) return undefined;
  return first + dayOfYear - 1;
}

function hourOf({ H, k, h, K, a }: Readonly<Record<string, number>>): number | undefined {
  if (H !== undefined) return H > 23 ? undefined : H;
  if (k !== undefined) return k < 1 || k > 24 ? undefined : k % 24;
  const inHalf = h === undefined ? K : h < 1 || h > 12 ? Number.NaN : h % 12;
  if (inHalf === undefined) return a === 1 ? 12 : 0;
  if (Number.isNaN(inHalf) || inHalf > 11) return undefined;
  return inHalf + (a === 1 ? 12 : 0);
}
