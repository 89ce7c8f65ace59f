/** Constants and statistics in a form in which they compare as the rows' values do. */
import type { DataType } from "../schema/data-type.js";
import type { SkippingLiteral } from "./skipping-predicate.js";

/** The exact decimal number `unscaled / 10^scale`. */
interface Decimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

/** A value of one type: compare only values made for the same type. */
export type Comparable = bigint | number | string | boolean | Decimal;

const DECIMAL_TEXT = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
const DATE_TEXT = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIMESTAMP_TEXT =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?$/;
/** Up to that many decimal digits survive the way through a double. */
const DOUBLE_DIGITS = 15;
/** Whole numbers of fewer bits have distinct doubles, with bits to spare for an error of division. */
const DOUBLE_BITS = 50n;
/** Beyond it a number like 1e999999999 would become a text of that many digits. */
const LARGEST_EXPONENT = 400;

/**
 * The value, or undefined where it cannot be understood as one of the type: then nothing can be said about it.
 * A constant keeps its own precision: what is stored in a `float` has to be rounded by the caller.
 */
export function comparable(type: DataType, value: SkippingLiteral): Comparable | undefined {
  switch (type.kind) {
    case "byte":
    case "short":
    case "integer":
    case "long":
      return exactNumber(value, Number.isInteger(value) ? !Number.isSafeInteger(value) : false);
    case "decimal":
      return exactNumber(value, type.precision > DOUBLE_DIGITS);
    case "float":
    case "double":
      return floatOf(value);
    case "string":
      return typeof value === "string" ? value : undefined;
    case "boolean":
      return booleanOf(value);
    case "date":
      return typeof value === "string" ? dateOf(value) : undefined;
    case "timestamp":
    case "timestamp_ntz":
      return typeof value === "string" ? microsecondsOf(value) : undefined;
    default:
      return undefined;
  }
}

/** Negative, zero or positive as the left value is below, equal to or above the right one. */
export function compare(left: Comparable, right: Comparable): number {
  if (typeof left === "string" && typeof right === "string") return compareCodePoints(left, right);
  if (typeof left === "object" && typeof right === "object") {
    const scale = Math.max(left.scale, right.scale);
    return order(scaled(left, scale), scaled(right, scale));
  }
  return order(left as bigint, right as bigint);
}

/** Adds microseconds to a timestamp; any other value stays as it is. */
export function plusMicroseconds(value: Comparable | undefined, microseconds: bigint): Comparable | undefined {
  return typeof value === "bigint" ? value + microseconds : value;
}

/**
 * A bound of decimals moved down or up by what a writer may have lost that takes decimals for doubles, as delta-rs does; any other value
 * stays as it is. Up to 15 digits nothing is lost.
 */
export function outward(type: DataType, value: Comparable | undefined, towards: "down" | "up"): Comparable | undefined {
  if (typeof value !== "object" || type.kind !== "decimal") return value;
  const sign = towards === "up" ? 1n : -1n;
  const nearest = wholeTowards(value, type.scale, sign);
  // Twice the steps of a double: for the conversion to it, and for its text.
  const lost = (nearest < 0n ? -nearest : nearest) >> DOUBLE_BITS;
  return { unscaled: nearest + sign * lost, scale: type.scale };
}

/** The number in units of the scale; what is finer is rounded up where the sign is 1, and down where it is -1. */
function wholeTowards({ unscaled, scale }: Decimal, to: number, sign: bigint): bigint {
  if (scale <= to) return unscaled * 10n ** BigInt(to - scale);
  const divisor = 10n ** BigInt(scale - to);
  const cut = unscaled / divisor;
  const rest = (unscaled % divisor) * sign;
  return rest > 0n ? cut + sign : cut;
}

function order<T extends bigint | number | boolean>(left: T, right: T): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function scaled({ unscaled, scale }: Decimal, to: number): bigint {
  return unscaled * 10n ** BigInt(to - scale);
}

function decimalOf(text: string): Decimal | undefined {
  const match = DECIMAL_TEXT.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", exponentText = "0"] = match;
  const exponent = Number(exponentText);
  if (Math.abs(exponent) > LARGEST_EXPONENT) return undefined;
  const digits = BigInt(`${sign === "-" ? "-" : ""}${whole}${fraction}`);
  const scale = fraction.length - exponent;
  return scale >= 0 ? { unscaled: digits, scale } : { unscaled: digits * 10n ** BigInt(-scale), scale: 0 };
}

/** Against a double Spark compares as doubles, where distinct exact numbers may be equal: `rounds` says that this could happen. */
function exactNumber(value: SkippingLiteral, rounds: boolean): Decimal | undefined {
  if (typeof value === "boolean" || (typeof value === "number" && rounds)) return undefined;
  return decimalOf(String(value));
}

/** NaN is above all other values in Spark and equal to itself, which no comparison here can say. */
function floatOf(value: SkippingLiteral): number | undefined {
  if (typeof value === "boolean") return undefined;
  if (typeof value === "bigint" && !Number.isSafeInteger(Number(value))) return undefined;
  if (typeof value === "string" && !DECIMAL_TEXT.test(value.trim())) return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}

function booleanOf(value: SkippingLiteral): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") return undefined;
  const text = value.toLowerCase();
  return text === "true" ? true : text === "false" ? false : undefined;
}

function dateOf(text: string): bigint | undefined {
  const match = DATE_TEXT.exec(text);
  if (match === null) return undefined;
  return microsecondsAt(match[1], match[2], match[3]);
}

/** Microseconds since the epoch; a text without a zone is taken as UTC. */
function microsecondsOf(text: string): bigint | undefined {
  const match = TIMESTAMP_TEXT.exec(text.trim());
  if (match === null) return dateOf(text.trim());
  const [, year, month, day, hour, minute, second = "0", fraction = "", zone = "Z"] = match;
  const midnight = microsecondsAt(year, month, day);
  if (midnight === undefined) return undefined;
  const seconds = Number(hour) * 3_600 + Number(minute) * 60 + Number(second) - zoneSeconds(zone);
  return midnight + BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, "0").slice(0, 6));
}

function microsecondsAt(year?: string, month?: string, day?: string): bigint | undefined {
  const time = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  // Date rolls 30 February over; a text that is no date says nothing.
  const valid = !Number.isNaN(time) && new Date(time).getUTCDate() === Number(day);
  return valid ? BigInt(time) * 1_000n : undefined;
}

function zoneSeconds(zone: string): number {
  if (zone === "Z" || zone === "UTC") return 0;
  const sign = zone.startsWith("-") ? -1 : 1;
  const digits = zone.slice(1).replace(":", "").padEnd(4, "0");
  return sign * (Number(digits.slice(0, 2)) * 3_600 + Number(digits.slice(2)) * 60);
}

/** Spark orders strings by their UTF-8 bytes, which is the order of code points; JavaScript's `<` goes by UTF-16 units. */
function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const [a, b] = [left.charCodeAt(i), right.charCodeAt(i)];
    if (a !== b) return codePointRank(a) - codePointRank(b);
  }
  return left.length - right.length;
}

/** Surrogates stand for the code points above all others. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
