/** Literals and INTERVALs as engine SQL. */
import { type IntervalField, type IntervalType, VOID } from "../../schema/data-type.js";
import { engineString, engineType } from "../../schema/engine-type.js";
import type { Expression, LiteralExpression } from "../ast.js";
import {
  engineDateText,
  engineTimestampText,
  parseDate,
  parseInstant,
  parseTimestamp,
} from "../functions/temporal-text.js";
import type { FunctionContext, Typed } from "../typed.js";
import { analysisError } from "./analysis-errors.js";
import { canonicalDate, dateOfInstant, timestampMicros, timestampText } from "./timestamp-text.js";

/** Throws INVALID_TYPED_LITERAL for a date or timestamp that is none. */
export function compileLiteral(literal: LiteralExpression, context: FunctionContext): Typed {
  const { dataType, value } = literal;
  if (value === null) return nullLiteral(dataType);
  return { sql: literalSql(literal, value, context), dataType, nullable: false, literal: { value } };
}

function nullLiteral(dataType: LiteralExpression["dataType"]): Typed {
  return { sql: `CAST(NULL AS ${engineType(dataType)})`, dataType, nullable: true, literal: { value: null } };
}

/** NULL without a type of its own. */
export const NULL_VALUE: Typed = nullLiteral(VOID);

function literalSql({ dataType }: LiteralExpression, value: string, context: FunctionContext): string {
  switch (dataType.kind) {
    case "boolean":
      return value.toLowerCase() === "true" ? "true" : "false";
    case "integer":
      // The engine reads the least int as the negative of a bigint.
      if (value === "-2147483648") return `CAST('${value}' AS INTEGER)`;
      // The engine reads the least integer as a bigint that is negated.
      if (value === "-2147483648") return `CAST(${value} AS INTEGER)`;
      return value.startsWith("-") ? `(${value})` : value;
    case "string":
      return stringSql(value);
    case "date":
      return `DATE ${engineString(dateValue(value, context))}`;
    case "timestamp":
      return `TIMESTAMPTZ ${engineString(`${timestampValue(value, context.timeZone, context)}+00`)}`;
    case "timestamp_ntz":
      return `TIMESTAMP ${engineString(timestampValue(value, undefined, context))}`;
    case "binary":
      return `unhex(${engineString(value)})`;
    default:
      return `CAST(${engineString(value)} AS ${engineType(dataType)})`;
  }
}

/** NUL cannot stand in a statement's text. */
function stringSql(value: string): string {
  if (!value.includes("\u0000")) return engineString(value);
  return `(${value.split("\u0000").map(engineString).join(" || chr(0) || ")})`;
}

function dateValue(text: string, context: FunctionContext): string {
  const date = canonicalDate(text) ?? farDate(text) ?? specialDate(text, context);
  if (date === undefined) throw invalidTypedLiteral("DATE", text);
  return date;
}

/** Of a year beyond 9999 or before 1. */
function farDate(text: string): string | undefined {
  const days = parseDate(text);
  return days === undefined ? undefined : engineDateText(days);
}

function farTimestamp(text: string, timeZone: string | undefined): string | undefined {
  const micros = timeZone === undefined ? parseTimestamp(text)?.micros : parseInstant(text, timeZone);
  return micros === undefined ? undefined : engineTimestampText(micros);
}

function specialDate(text: string, context: FunctionContext): string | undefined {
  const micros = specialInstant(text, context);
  return micros === undefined ? undefined : dateOfInstant(micros, context.timeZone);
}

function timestampValue(text: string, timeZone: string | undefined, context: FunctionContext): string {
  const micros = timestampMicros(text, timeZone) ?? specialInstant(text, context);
  if (micros !== undefined) return timestampText(micros);
  const far = farTimestamp(text, timeZone);
  if (far === undefined) throw invalidTypedLiteral(timeZone === undefined ? "TIMESTAMP_NTZ" : "TIMESTAMP", text);
  return far;
}

const MICROS_PER_DAY = 86_400_000_000n;

function specialInstant(text: string, context: FunctionContext): bigint | undefined {
  const midnight = () => timestampMicros(dateOfInstant(context.now, context.timeZone), context.timeZone) ?? 0n;
  switch (text.trim().toLowerCase()) {
    case "epoch":
      return 0n;
    case "now":
      return context.now;
    case "today":
      return midnight();
    case "yesterday":
      return midnight() - MICROS_PER_DAY;
    case "tomorrow":
      return midnight() + MICROS_PER_DAY;
    default:
      return undefined;
  }
}

function invalidTypedLiteral(type: string, text: string): Error {
  return analysisError(
    "INVALID_TYPED_LITERAL",
    "42604",
    `The value of the typed literal "${type}" is invalid: '${text}'.`,
    { parameters: { valueType: `"${type}"`, value: `'${text}'` } },
  );
}

type IntervalExpression = Extract<Expression, { kind: "interval" }>;

const MONTHS: Readonly<Record<string, number>> = { year: 12, quarter: 3, month: 1 };
const DAYS: Readonly<Record<string, number>> = { week: 7, day: 1 };
const MICROS: Readonly<Record<string, number>> = {
  hour: 3_600_000_000,
  minute: 60_000_000,
  second: 1_000_000,
  millisecond: 1000,
  microsecond: 1,
  nanosecond: 0.001,
};
const FIELD_OF: Readonly<Record<string, IntervalField>> = {
  quarter: "month",
  week: "day",
  millisecond: "second",
  microsecond: "second",
  nanosecond: "second",
};
const FIELD_ORDER: readonly IntervalField[] = ["year", "month", "day", "hour", "minute", "second"];

/** An INTERVAL; days are microseconds, too: the engine's greatest() and sorting of lists do not compare days with hours. */
export function compileInterval(interval: IntervalExpression, compile: (one: Expression) => Typed): Typed {
  const units = interval.parts.map((part) => part.unit.toLowerCase().replace(/s$/, ""));
  const yearMonth = units.filter((unit) => unit in MONTHS).length;
  if (yearMonth > 0 && yearMonth < units.length) {
    throw analysisError(
      "INVALID_INTERVAL_FORMAT.MIX_OF_YEAR_MONTH_AND_DAY_TIME",
      "22006",
      "An INTERVAL literal cannot mix year-month and day-time fields.",
      { cure: "Write two intervals and add them one after the other." },
    );
  }
  const terms = interval.parts.map((part, i) => partSql(compile(part.value), units[i] ?? ""));
  const sql = terms.length === 1 ? (terms[0] ?? "") : `(${terms.join(" + ")})`;
  return { sql, dataType: intervalType(units), nullable: false };
}

function partSql(value: Typed, unit: string): string {
  if (unit in MONTHS) return `to_months(${scaled(value, MONTHS[unit] ?? 1, "INTEGER")})`;
  const micros = unit in DAYS ? (DAYS[unit] ?? 1) * 86_400_000_000 : MICROS[unit];
  if (micros === undefined)
    throw analysisError("INVALID_INTERVAL_FORMAT.INVALID_UNIT", "22006", `Invalid unit '${unit}'.`);
  return `to_microseconds(${scaled(value, micros, "BIGINT")})`;
}

function scaled(value: Typed, factor: number, type: "INTEGER" | "BIGINT"): string {
  const text = value.literal?.value;
  const number = text === undefined || text === null ? Number.NaN : Number(text) * factor;
  if (Number.isSafeInteger(Math.round(number))) return `CAST(${Math.trunc(Number(number.toFixed(3)))} AS ${type})`;
  return `CAST(CAST(${value.sql} AS DOUBLE) * ${factor} AS ${type})`;
}

function intervalType(units: readonly string[]): IntervalType {
  const fields = units.map((unit) => FIELD_OF[unit] ?? (unit as IntervalField));
  const sorted = [...fields].sort((one, other) => FIELD_ORDER.indexOf(one) - FIELD_ORDER.indexOf(other));
  const first = sorted[0] ?? "day";
  const last = sorted.at(-1) ?? "second";
  return {
    kind: "interval",
    family: units.some((unit) => unit in MONTHS) ? "year-month" : "day-time",
    fields: [first, last],
  };
}
