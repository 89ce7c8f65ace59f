/** Casts of intervals: from and to numbers by the last field, from texts, and between the fields of one family. */
import { type DataType, type IntervalType, intervalFields, isSameFamily } from "../../schema/data-type.js";
import { engineString, engineType } from "../../schema/engine-type.js";
import { typeText } from "../../schema/type-text.js";
import { isIntegral } from "../coercion/coercion.js";
import type { CastRequest } from "./cast-request.js";
import { raise } from "./function-errors.js";
import { checkedUnits, FIELD_UNITS, intervalOfUnits, intervalUnits, lastFieldUnits } from "./interval-units.js";
import { once } from "./once.js";

const isAnsi = (type: DataType): type is IntervalType => type.kind === "interval" && type.family !== "calendar";

/** True where Spark casts between the types, one of which is an interval and neither of which is NULL or a variant. */
export function isIntervalCast(from: DataType, to: DataType): boolean {
  if (from.kind === "interval" && to.kind === "interval") return isSameFamily(from, to) && isAnsi(from);
  if (isAnsi(to)) return from.kind === "string" || isIntegral(from) || from.kind === "decimal";
  return isAnsi(from) && (isIntegral(to) || to.kind === "decimal");
}

export function castInterval(request: CastRequest): string {
  const { from, to, value } = request;
  if (from.kind === "interval" && to.kind === "interval") return narrowed(value.sql, from, to);
  if (to.kind === "interval")
    return from.kind === "string" ? intervalFromText(request, to) : intervalFromNumber(request, to);
  return from.kind === "interval" ? numberFromInterval(request, from) : value.sql;
}

/** What is finer than the last field of the target goes. */
function narrowed(sql: string, from: IntervalType, to: IntervalType): string {
  const [size, finest] = [lastFieldUnits(to), lastFieldUnits(from)];
  if (size <= finest || size === 1n || to.fields?.[1] === "second") return sql;
  return intervalOfUnits(`${intervalUnits(sql, to.family)} // ${size} * ${size}`, to.family);
}

function overflow(text: string, from: DataType, to: DataType): string {
  const types = [from, to].map((type) => typeText(type).toUpperCase());
  return raise(
    "CAST_OVERFLOW",
    "22003",
    `'The value ' || ${text} || ' of the type "${types[0]}" cannot be cast to "${types[1]}" due to an overflow. Use \`try_cast\` to tolerate overflow and return NULL instead.'`,
  );
}

function intervalFromNumber({ value, from, to, mode }: CastRequest, type: IntervalType): string {
  return once(value, (x) => {
    const size = lastFieldUnits(type);
    const units = from.kind === "decimal" ? `round(${x} * ${size})` : `CAST(${x} AS HUGEINT) * ${size}`;
    const tried = checkedUnits(units, type.family, "null");
    if (mode === "try") return tried;
    return `coalesce(${tried}, CASE WHEN ${x} IS NOT NULL THEN CAST(${overflow(`CAST(${x} AS VARCHAR)`, from, to)} AS INTERVAL) END)`;
  });
}

function numberFromInterval({ value, from, to, mode }: CastRequest, type: IntervalType): string {
  return once(value, (x) => {
    const units = intervalUnits(x, type.family);
    const size = lastFieldUnits(type);
    const number = to.kind === "decimal" ? `CAST(${units} AS DECIMAL(28, 6)) / ${size}` : `${units} // ${size}`;
    const exact = to.kind === "decimal" ? decimalQuotient(units, size) : number;
    const tried = `TRY_CAST(${exact} AS ${engineType(to)})`;
    if (mode === "try") return tried;
    return `coalesce(${tried}, CASE WHEN ${x} IS NOT NULL THEN CAST(${overflow(`CAST(${x} AS VARCHAR)`, from, to)} AS ${engineType(to)}) END)`;
  });
}

/** The engine divides decimals as doubles: whole units and millionths are put together instead. Years, minutes, hours and days are whole. */
function decimalQuotient(units: string, size: bigint): string {
  if (size !== 1_000_000n) return `CAST(${units} // ${size} AS DECIMAL(19, 0))`;
  return `CAST(${units} AS DECIMAL(19, 0)) * CAST(0.000001 AS DECIMAL(6, 6))`;
}

function intervalFromText({ value, to, mode }: CastRequest, type: IntervalType): string {
  const [first, last] = intervalFields(type).map(engineString);
  return once(value, (x) => {
    const units = `CAST(spark_read_interval(${x}, ${first}, ${last}) AS HUGEINT)`;
    const tried = checkedUnits(units, type.family, "null");
    if (mode === "try") return tried;
    const kind = type.family === "year-month" ? "UNMATCHED_FORMAT_STRING" : "UNMATCHED_FORMAT_STRING_WITH_NOTICE";
    const message = `'Error parsing ''' || ${x} || ''' as ${typeText(to).toUpperCase()}. Write it with those fields, or use \`try_cast\` to get NULL.'`;
    return `coalesce(${tried}, CASE WHEN ${x} IS NOT NULL THEN CAST(${raise(`INVALID_INTERVAL_FORMAT.${kind}`, "22006", message)} AS INTERVAL) END)`;
  });
}

const FIELDS = ["year", "month", "day", "hour", "minute", "second"];
const MOST: Readonly<Record<string, bigint>> = { month: 11n, hour: 23n, minute: 59n, second: 59n };

/** Months or microseconds of a text of an interval with these fields, with or without the words of a literal; null where it is none. */
export function readInterval(text: string, first: string, last: string): bigint | null {
  const fields = FIELDS.slice(FIELDS.indexOf(first), FIELDS.indexOf(last) + 1);
  const words = fields.length === 1 ? first : `${first}\\s+to\\s+${last}`;
  const literal = new RegExp(`^interval\\s+([+-]?)'(.*)'\\s+${words}$`, "is").exec(text.trim());
  const [, sign = "", body = ""] = /^\s*([+-]?)(.*?)\s*$/s.exec(literal ? (literal[2] ?? "") : text) ?? [];
  const pattern = fields.map(
    (field, i) => (i === 0 ? "" : separator(field)) + (field === "second" ? "(\\d+(?:\\.\\d{1,9})?)" : "(\\d+)"),
  );
  const match = new RegExp(`^${pattern.join("")}$`).exec(body);
  if (!match) return null;
  let units = 0n;
  for (const [i, field] of fields.entries()) {
    const [whole = "0", fraction = ""] = (match[i + 1] ?? "0").split(".");
    if (i > 0 && BigInt(whole) > (MOST[field] ?? 0n)) return null;
    units += BigInt(whole) * (FIELD_UNITS[field] ?? 1n) + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
  }
  return (sign === "-") !== (literal?.[1] === "-") ? -units : units;
}

function separator(field: string): string {
  if (field === "month") return "-";
  return field === "hour" ? " +" : ":";
}
