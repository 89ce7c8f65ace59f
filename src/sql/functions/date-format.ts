/** date_format: patterns as strftime and small expressions; a pattern that is no constant goes through JavaScript. */
import type { ScriptFunction } from "../../engine/engine.js";
import { STRING } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import type { FunctionContext, Typed } from "../typed.js";
import { typedFrom } from "./argument.js";
import { flatten, parsePattern, type Segment } from "./date-pattern.js";
import { unsupportedFeature } from "./function-errors.js";
import { isUtc, readZone, toLocal } from "./time-zone.js";

type Field = Extract<Segment, { kind: "field" }>;

const QUARTERS = ["1st quarter", "2nd quarter", "3rd quarter", "4th quarter"];
/** strftime's specifiers by letter and count. */
const SPECIFIERS: Readonly<Record<string, readonly (string | undefined)[]>> = {
  y: [undefined, "%y", undefined, "%Y"],
  M: ["%-m", "%m", "%b", "%B"],
  L: ["%-m", "%m", "%b", "%B"],
  d: ["%-d", "%d"],
  D: ["%-j", undefined, "%j"],
  E: ["%a", "%a", "%a", "%A"],
  a: ["%p"],
  H: ["%-H", "%H"],
  h: ["%-I", "%I"],
  m: ["%-M", "%M"],
  s: ["%-S", "%S"],
  S: [undefined, undefined, "%g", undefined, undefined, "%f"],
};

/** The text of a timestamp (its instant in `value`) by a constant pattern. */
export function formatTimestamp(value: Typed, pattern: string, context: FunctionContext): Typed {
  const local = toLocal(value.sql, context.timeZone);
  const pieces: string[] = [];
  let strftime = "";
  const flush = () => {
    if (strftime) pieces.push(`strftime(${local}, ${engineString(strftime)})`);
    strftime = "";
  };
  for (const segment of flatten(parsePattern(pattern, "format"))) {
    const specifier = segment.kind === "field" ? SPECIFIERS[segment.letter]?.[segment.count - 1] : undefined;
    if (segment.kind === "literal") strftime += segment.text.replaceAll("%", "%%");
    else if (specifier) strftime += specifier;
    else {
      flush();
      pieces.push(fieldSql(segment, local, value.sql, context));
    }
  }
  flush();
  if (pieces.length === 0) pieces.push(`CASE WHEN ${value.sql} IS NOT NULL THEN '' END`);
  const sql = `(${pieces.join(" || ")})`;
  if (!/yyyy/.test(pattern)) return typedFrom([value], sql, STRING);
  // Years of more than four digits have a sign, and strftime writes none.
  const constant: Typed = { sql: engineString(pattern), dataType: STRING, nullable: false };
  const far = formatByColumn(value, constant, context).sql;
  return typedFrom([value], `(CASE WHEN year(${local}) NOT BETWEEN 0 AND 9999 THEN ${far} ELSE ${sql} END)`, STRING);
}

/** Fields that strftime lacks. */
function fieldSql({ letter, count }: Field, local: string, instant: string, context: FunctionContext): string {
  const padded = (sql: string, width: number) =>
    width === 1 ? `CAST(${sql} AS VARCHAR)` : `printf('%0${width}d', ${sql})`;
  switch (letter) {
    case "y":
      return padded(`year(${local})`, count);
    case "D":
      return padded(`dayofyear(${local})`, count);
    case "F":
      return padded(`((day(${local}) - 1) % 7 + 1)`, 1);
    case "k":
      return padded(`((hour(${local}) + 23) % 24 + 1)`, count);
    case "K":
      return padded(`(hour(${local}) % 12)`, count);
    case "S":
      return count < 6
        ? `substr(strftime(${local}, '%f'), 1, ${count})`
        : `(strftime(${local}, '%f') || '${"0".repeat(count - 6)}')`;
    case "Q":
    case "q":
      if (count <= 2) return padded(`quarter(${local})`, count);
      if (count === 3) return `('Q' || quarter(${local}))`;
      return `([${QUARTERS.map(engineString).join(", ")}])[quarter(${local})]`;
    case "G":
      return count === 4 ? "'Anno Domini'" : "'AD'";
    default:
      return zoneSql(letter, count, local, instant, context);
  }
}

function zoneSql(letter: string, count: number, local: string, instant: string, context: FunctionContext): string {
  if (letter === "V") return engineString(context.timeZone);
  if (letter === "z") return engineString(zoneName(count, context.timeZone));
  const zone = readZone(context.timeZone);
  const style = offsetStyle(letter, count);
  if ("offset" in zone) return engineString(offsetText(Number(zone.offset / 1_000_000n), style));
  const minutes = `((epoch_us(${local}) - epoch_us(${instant})) // 60000000)`;
  return `spark_offset_text(CAST(${minutes} * 60 AS INTEGER), '${style}')`;
}

/** A zone's name is known for UTC only: those of other zones differ from one Java to the next. */
function zoneName(count: number, timeZone: string): string {
  if (isUtc(timeZone)) return count === 4 ? "Coordinated Universal Time" : "UTC";
  throw unsupportedFeature(
    `The names of time zones (pattern letter z) are not supported for ${timeZone}.`,
    "Use VV for the zone's id, or XXX for its offset.",
  );
}

/** How an offset is written: `X:1`, or one that another letter shares. */
function offsetStyle(letter: string, count: number): string {
  if (letter === "Z") return count <= 3 ? "x:2" : count === 4 ? "O:4" : "X:3";
  return `${letter}:${count}`;
}

/** An offset in seconds by one of java.time's forms. @example offsetText(7200, "X:3") // "+02:00" */
export function offsetText(seconds: number, style: string): string {
  const [letter = "X", count = "1"] = style.split(":");
  const sign = seconds < 0 ? "-" : "+";
  const total = Math.floor(Math.abs(seconds) / 60);
  const [hours, minutes] = [Math.floor(total / 60), total % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  if (letter === "O") {
    if (total === 0) return "GMT";
    if (count === "4") return `GMT${sign}${two(hours)}:${two(minutes)}`;
    return `GMT${sign}${hours}${minutes ? `:${two(minutes)}` : ""}`;
  }
  if (letter === "X" && seconds === 0) return "Z";
  if (count === "1") return `${sign}${two(hours)}${minutes ? two(minutes) : ""}`;
  return `${sign}${two(hours)}${count === "3" || count === "5" ? ":" : ""}${two(minutes)}`;
}

const MONTHS = "January February March April May June July August September October November December".split(" ");
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

/** The text of a local time (microseconds of the wall clock) by a pattern. */
function formatLocal(micros: bigint, offset: number, pattern: string, timeZone: string): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const date = new Date(Number((micros - fraction) / 1000n));
  return flatten(parsePattern(pattern, "format"))
    .map((segment) =>
      segment.kind === "literal" ? segment.text : fieldText(segment, date, fraction, offset, timeZone),
    )
    .join("");
}

/** A year of more digits than the pattern's has a sign, as java.time writes it. */
function yearText(year: number, count: number): string {
  const digits = String(Math.abs(year));
  if (count === 2) return String(Math.abs(year) % 100).padStart(2, "0");
  const sign = year < 0 ? "-" : count >= 4 && digits.length > count ? "+" : "";
  return sign + digits.padStart(count, "0");
}

function fieldText({ letter, count }: Field, date: Date, fraction: bigint, offset: number, timeZone: string): string {
  const number = (value: number) => String(value).padStart(count, "0");
  const text = (name: string) => (count === 4 ? name : name.slice(0, 3));
  const [year, month, day, hour] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), date.getUTCHours()];
  switch (letter) {
    case "y":
      return yearText(year, count);
    case "M":
    case "L":
      return count <= 2 ? number(month + 1) : text(MONTHS[month] ?? "");
    case "d":
      return number(day);
    case "D":
      return number((Date.UTC(year, month, day) - Date.UTC(year, 0, 1)) / 86_400_000 + 1);
    case "E":
      return text(DAYS[date.getUTCDay()] ?? "");
    case "F":
      return String(((day - 1) % 7) + 1);
    case "a":
      return hour < 12 ? "AM" : "PM";
    case "H":
      return number(hour);
    case "h":
      return number(((hour + 11) % 12) + 1);
    case "k":
      return number(((hour + 23) % 24) + 1);
    case "K":
      return number(hour % 12);
    case "m":
      return number(date.getUTCMinutes());
    case "s":
      return number(date.getUTCSeconds());
    case "S":
      return String(fraction).padStart(6, "0").padEnd(9, "0").slice(0, count);
    case "Q":
    case "q": {
      const quarter = Math.floor(month / 3);
      return count <= 2 ? number(quarter + 1) : count === 3 ? `Q${quarter + 1}` : (QUARTERS[quarter] ?? "");
    }
    case "G":
      return count === 4 ? "Anno Domini" : "AD";
    case "V":
      return timeZone;
    case "z":
      return zoneName(count, timeZone);
    default:
      return offsetText(offset, offsetStyle(letter, count));
  }
}

/** The text of a timestamp by a pattern that is known at run time only. */
export function formatByColumn(value: Typed, pattern: Typed, context: FunctionContext): Typed {
  const local = toLocal(value.sql, context.timeZone);
  const offset = `(epoch_us(${local}) - epoch_us(${value.sql})) // 1000000`;
  const zone = engineString(context.timeZone);
  const sql = `spark_date_format(epoch_us(${local}), CAST(${offset} AS INTEGER), ${pattern.sql}, ${zone})`;
  return typedFrom([value, pattern], sql, STRING);
}

export const formatFunctions: readonly ScriptFunction[] = [
  {
    name: "spark_date_format",
    parameters: ["BIGINT", "INTEGER", "VARCHAR", "VARCHAR"],
    returns: "VARCHAR",
    call: (micros, offset, pattern, zone) =>
      formatLocal(BigInt(String(micros)), Number(offset), String(pattern), String(zone)),
  },
  {
    name: "spark_offset_text",
    parameters: ["INTEGER", "VARCHAR"],
    returns: "VARCHAR",
    call: (seconds, style) => offsetText(Number(seconds), String(style)),
  },
];
