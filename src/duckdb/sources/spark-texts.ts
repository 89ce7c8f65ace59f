/** Texts of a data file to values by Spark's rules: what each type takes, given as text that the engine casts without a doubt. */
import type { DataType } from "../../schema/data-type.js";
import { dateText, parseDate } from "../temporal-text.js";
import type { ValueOptions } from "./csv-options.js";
import type { DateTimePattern } from "./date-time-pattern.js";

/** Gives undefined for a text that the type does not take. */
export type TextReader = (text: string) => string | undefined;

const INTEGER_LIMITS: Readonly<Record<string, bigint>> = {
  byte: 2n ** 7n,
  short: 2n ** 15n,
  integer: 2n ** 31n,
  long: 2n ** 63n,
};

/**
 * How texts of a type are read. Patterns of dates are left to the engine: where one is given the text passes as it is if it has the
 * pattern's form.
 */
export function textReader(type: DataType, options: ValueOptions): TextReader {
  switch (type.kind) {
    case "byte":
    case "short":
    case "integer":
    case "long":
      return integerReader(INTEGER_LIMITS[type.kind] ?? 0n);
    case "float":
    case "double":
      return (text) => doubleText(text, options);
    case "decimal":
      return (text) => decimalText(text, type.precision, type.scale);
    case "boolean":
      return (text) => (/^(true|false)$/i.test(text) ? text.toLowerCase() : undefined);
    case "date":
      return options.dateFormat ? formReader(options.dateFormat) : sparkDate;
    case "timestamp":
      return options.timestampFormat ? formReader(options.timestampFormat) : sparkTimestamp;
    case "timestamp_ntz":
      return options.timestampNtzFormat ? formReader(options.timestampNtzFormat) : sparkLocalTimestamp;
    default:
      return (text) => text;
  }
}

function formReader(pattern: DateTimePattern): TextReader {
  return (text) => (pattern.fits(text) ? text : undefined);
}

const SHORT_LIMIT = 2n ** 15n;

/** java.lang.Integer.parseInt and its like. */
function integerReader(limit: bigint): TextReader {
  return (text) => {
    if (limit > SHORT_LIMIT && /^-?[1-9]\d{0,8}$/.test(text)) return text;
    if (!/^[+-]?\d+$/.test(text)) return undefined;
    const value = BigInt(text.replace(/^\+/, ""));
    return value >= -limit && value < limit ? value.toString() : undefined;
  };
}

/** java.lang.Double.parseDouble, which trims and takes suffixes, after the names that the options give to the special values. */
function doubleText(text: string, { nanValue, positiveInf, negativeInf }: ValueOptions): string | undefined {
  if (text === nanValue) return "NaN";
  if (text === positiveInf) return "Infinity";
  if (text === negativeInf) return "-Infinity";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Java's trim takes away all control characters
  const bare = text.replace(/^[\u0000- ]+|[\u0000- ]+$/g, "");
  if (/^[+-]?(NaN|Infinity)$/.test(bare)) return bare.replace(/^\+|^-(?=NaN)/, "");
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?$/.test(bare)) return String(Number(bare.replace(/[dDfF]$/, "")));
  return hexadecimal(bare);
}

function hexadecimal(text: string): string | undefined {
  const match = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)[dDfF]?$/.exec(text);
  if (!match || !(match[2] || match[3])) return undefined;
  const [, sign, whole = "", fraction = "", exponent] = match;
  const value = Number.parseInt(`${whole}${fraction}`, 16) * 2 ** (Number(exponent) - 4 * fraction.length);
  return String(sign === "-" ? -value : value);
}

/** java.math.BigDecimal of the text without its grouping commas, rounded half up. */
function decimalText(text: string, precision: number, scale: number): string | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text.replaceAll(",", ""));
  if (!match || !(match[2] || match[3])) return undefined;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const shift = scale - fraction.length + Number(exponent);
  if (Math.abs(shift) > 1000) return undefined;
  const digits = BigInt(whole + fraction);
  const divisor = shift < 0 ? 10n ** BigInt(-shift) : 1n;
  const scaled = shift >= 0 ? digits * 10n ** BigInt(shift) : (digits + divisor / 2n) / divisor;
  if (scaled >= 10n ** BigInt(precision)) return undefined;
  const padded = scaled.toString().padStart(scale + 1, "0");
  const point = padded.length - scale;
  return `${sign === "-" ? "-" : ""}${padded.slice(0, point)}${scale > 0 ? `.${padded.slice(point)}` : ""}`;
}

/** Spark's cast of a string to a date: `yyyy`, `yyyy-[m]m`, `yyyy-[m]m-[d]d`, the last one with anything behind a space or a T. */
function sparkDate(text: string): string | undefined {
  const match = /^\s*([+-]?)(\d{4,7})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T].*)?)?)?\s*$/s.exec(text);
  if (!match) return undefined;
  const [, sign, year = "", month = "1", day = "1"] = match;
  const days = parseDate(`${sign}${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`);
  return days === undefined ? undefined : engineDate(dateText(days));
}

/** The engine writes years before 1 as `(BC)` and knows no sign. */
function engineDate(text: string): string {
  if (text.startsWith("+")) return text.slice(1);
  const match = /^-(\d+)-(.*)$/.exec(text);
  return match ? `${String(Number(match[1]) + 1).padStart(4, "0")}-${match[2]} (BC)` : text;
}

const TIMESTAMP =
  /^\s*([+-]?)(\d{4,7})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T](\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?)?\s*([A-Za-z+-].*)?)?)?)?\s*$/;

/** Spark's cast of a string to a timestamp. A time without a date, which Spark takes to be of today, is refused: rows do not depend on the clock. */
function sparkTimestamp(text: string): string | undefined {
  const match = TIMESTAMP.exec(text);
  if (!match) return undefined;
  const local = localTimestamp(match);
  const zone = local === undefined ? undefined : zoneText(match[9]?.trim(), local);
  return zone === undefined ? undefined : `${local}${zone}`;
}

function sparkLocalTimestamp(text: string): string | undefined {
  const match = TIMESTAMP.exec(text);
  return !match || match[9] !== undefined ? undefined : localTimestamp(match);
}

function localTimestamp([
  ,
  sign,
  year,
  month = "1",
  day = "1",
  hour = "0",
  minute = "0",
  second = "0",
  fraction = "",
]: RegExpExecArray): string | undefined {
  const days = parseDate(`${sign}${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`);
  if (days === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const time = [hour, minute, second].map((one) => one.padStart(2, "0")).join(":");
  const date = engineDate(dateText(days));
  const micros = fraction.slice(0, 6).padEnd(6, "0");
  return date.endsWith("(BC)") ? `${date.slice(0, -5)} ${time}.${micros} (BC)` : `${date} ${time}.${micros}`;
}

/** An offset as the engine takes it; nothing for no zone; undefined for what is no zone. `local`: the timestamp that it belongs to. */
function zoneText(zone: string | undefined, local: string): string | undefined {
  if (zone === undefined) return "";
  const offset = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(zone);
  if (offset)
    return Number(offset[2]) > 18
      ? undefined
      : `${offset[1]}${(offset[2] ?? "").padStart(2, "0")}:${offset[3] ?? "00"}`;
  return /^(Z|UTC|GMT|UT)$/.test(zone) ? "+00:00" : regionOffset(zone, local);
}

/** The offset of a region at a local time; undefined for what is no region. */
export function regionOffset(region: string, local: string): string | undefined {
  let format: Intl.DateTimeFormat;
  try {
    // Intl knows the regions; that it throws for other texts is its answer.
    format = new Intl.DateTimeFormat("en", { timeZone: region, timeZoneName: "longOffset", year: "numeric" });
  } catch {
    return undefined;
  }
  const offsetAt = (millis: number) =>
    format
      .formatToParts(millis)
      .find((part) => part.type === "timeZoneName")
      ?.value.slice(3) || "+00:00";
  const asUtc = Date.parse(`${local.slice(0, 10)}T${local.slice(11, 23)}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  const guess = offsetAt(asUtc);
  return offsetAt(Date.parse(`${local.slice(0, 10)}T${local.slice(11, 23)}${guess}`));
}
