/** Parts of dates, timestamps and intervals: year() ... second(), extract and date_part. */
import { LakeletError } from "../../errors/lakelet-error.js";
import {
  BYTE,
  type DataType,
  DOUBLE,
  decimal,
  INTEGER,
  type IntervalType,
  intervalFields,
  STRING,
  TIMESTAMP,
} from "../../schema/data-type.js";
import { typeText } from "../../schema/type-text.js";
import type { Argument, FunctionContext, FunctionEntry, Typed } from "../typed.js";
import {
  accept,
  aDate,
  aDatetime,
  anything,
  constant,
  type Expected,
  expectCount,
  scalar,
  typedFrom,
} from "./argument.js";
import { unexpectedInputType } from "./function-errors.js";
import { toLocal } from "./time-zone.js";

const asInt = (sql: string): string => `CAST(${sql} AS INTEGER)`;

/** Engine SQL of a part of a DATE. */
const DATE_FIELDS: Readonly<Record<string, (date: string) => string>> = {
  year: (d) => asInt(`year(${d})`),
  yearofweek: (d) => asInt(`isoyear(${d})`),
  quarter: (d) => asInt(`quarter(${d})`),
  month: (d) => asInt(`month(${d})`),
  week: (d) => asInt(`weekofyear(${d})`),
  day: (d) => asInt(`day(${d})`),
  dayofweek: (d) => asInt(`dayofweek(${d}) + 1`),
  dayofweek_iso: (d) => asInt(`isodow(${d})`),
  weekday: (d) => asInt(`isodow(${d}) - 1`),
  doy: (d) => asInt(`dayofyear(${d})`),
};
/** Engine SQL of a part of a local TIMESTAMP. */
const TIME_FIELDS: Readonly<Record<string, (local: string) => string>> = {
  hour: (t) => asInt(`hour(${t})`),
  minute: (t) => asInt(`minute(${t})`),
  second: (t) => asInt(`second(${t})`),
};
const FIELD_NAMES: Readonly<Record<string, readonly string[]>> = {
  year: ["y", "years", "yr", "yrs", "year"],
  yearofweek: ["yearofweek"],
  quarter: ["qtr", "quarter"],
  month: ["mon", "mons", "months", "month"],
  week: ["w", "weeks", "week"],
  day: ["d", "days", "day"],
  dayofweek: ["dayofweek", "dow"],
  dayofweek_iso: ["dayofweek_iso", "dow_iso"],
  doy: ["doy"],
  hour: ["h", "hours", "hr", "hrs", "hour"],
  minute: ["m", "min", "mins", "minutes", "minute"],
  second: ["s", "sec", "seconds", "secs", "second"],
};
const FIELD_OF = new Map(
  Object.entries(FIELD_NAMES).flatMap(([field, names]) => names.map((one) => [one, field] as const)),
);

/** The wall clock of a timestamp as TIMESTAMP. */
export function localTime(value: Typed, context: FunctionContext): string {
  return value.dataType.kind === "timestamp" ? toLocal(value.sql, context.timeZone) : value.sql;
}

const dateField = (names: string, field: string): FunctionEntry =>
  scalar(names, { takes: [aDate], gives: INTEGER, sql: ([d = "NULL"]) => DATE_FIELDS[field]?.(d) ?? d });

/** A timestamp of either kind; dates and strings become a timestamp. */
export const aClock: Expected = {
  text: 'the "TIMESTAMP" type',
  target: (type) => (type.kind === "timestamp_ntz" ? type : aDatetime.target(type) && TIMESTAMP),
};

const timeField = (name: string): FunctionEntry =>
  scalar(name, {
    takes: [aClock],
    gives: INTEGER,
    sql: (_sql, [value], context) => TIME_FIELDS[name]?.(localTime(value as Typed, context)) ?? "NULL",
  });

/** Seconds with their fraction. */
const secondsOf = (local: string): string =>
  `CAST(CAST(epoch_us(${local}) % 60000000 + 60000000 AS BIGINT) % 60000000 * CAST(0.000001 AS DECIMAL(6, 6)) AS DECIMAL(8, 6))`;

function invalidField(field: string, source: Typed): LakeletError {
  return new LakeletError({
    condition: "INVALID_EXTRACT_FIELD",
    sqlState: "42601",
    problem: `\`${field}\` cannot be extracted from a value of the type "${typeText(source.dataType).toUpperCase()}".`,
    cure: `Use one of ${Object.keys(FIELD_NAMES).join(", ").toUpperCase()}.`,
    parameters: { field: `\`${field}\``, expr: source.sql },
  });
}

/** Parts of an interval as it is split by Spark: years and months, or days, hours, minutes and seconds. */
function intervalField(field: string, source: Typed): Typed | undefined {
  if (source.dataType.kind !== "interval") return undefined;
  const { family } = source.dataType;
  if (family !== "calendar" && !holdsField(source.dataType, field)) return undefined;
  const inMonths = family === "year-month" || (family === "calendar" && (field === "year" || field === "month"));
  const of = (sql: string, type: DataType) =>
    typedFrom([source], `CAST(${sql} AS ${type === BYTE ? "TINYINT" : "INTEGER"})`, type);
  const time = `(datepart('hour', ${source.sql}) * 3600000000 + datepart('minute', ${source.sql}) * 60000000 + datepart('microsecond', ${source.sql}))`;
  const micros = family === "calendar" ? time : `epoch_us(${source.sql})`;
  switch (`${inMonths ? "ym" : "dt"}.${field}`) {
    case "ym.year":
      return of(`datepart('year', ${source.sql})`, INTEGER);
    case "ym.month":
      return of(`datepart('month', ${source.sql})`, BYTE);
    case "dt.day":
      return of(family === "calendar" ? `datepart('day', ${source.sql})` : `${micros} // 86400000000`, INTEGER);
    case "dt.hour":
      return of(family === "calendar" ? `${micros} // 3600000000` : `${micros} // 3600000000 % 24`, BYTE);
    case "dt.minute":
      return of(`${micros} // 60000000 % 60`, BYTE);
    case "dt.second": {
      const seconds = `CAST(${micros} % 60000000 * CAST(0.000001 AS DECIMAL(6, 6)) AS DECIMAL(8, 6))`;
      return typedFrom([source], seconds, decimal(8, 6));
    }
    default:
      return undefined;
  }
}

function holdsField(type: IntervalType, field: string): boolean {
  const order = ["year", "month", "day", "hour", "minute", "second"];
  const [first, last] = intervalFields(type).map((one) => order.indexOf(one)) as [number, number];
  const at = order.indexOf(field);
  return at >= first && at <= last;
}

/** extract(field FROM source) and date_part('field', source). */
function extractPart(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 2);
  const [field, source] = args.map((one, i) => accept(one, anything, name, i, context)) as [Typed, Typed];
  const text = constant(field, name, "field");
  if (text === null) return { sql: "CAST(NULL AS DOUBLE)", dataType: DOUBLE, nullable: true };
  const known = FIELD_OF.get(text.toLowerCase());
  if (known === undefined) throw invalidField(text, source);
  if (source.dataType.kind === "interval") {
    const part = intervalField(known, source);
    if (!part) throw invalidField(text, source);
    return part;
  }
  const ofDate = DATE_FIELDS[known];
  if (ofDate) {
    const date = accept(source, aDate, name, 1, context);
    return typedFrom([date], ofDate(date.sql), INTEGER);
  }
  const clock = accept(source, aClock, name, 1, context);
  const local = localTime(clock, context);
  if (known === "second") return typedFrom([clock], secondsOf(local), decimal(8, 6));
  const ofTime = TIME_FIELDS[known];
  if (!ofTime) throw unexpectedInputType(name, 1, "a timestamp", source.dataType);
  return typedFrom([clock], ofTime(local), INTEGER);
}

export const dateFieldFunctions: readonly FunctionEntry[] = [
  dateField("year", "year"),
  dateField("quarter", "quarter"),
  dateField("month", "month"),
  dateField("day dayofmonth", "day"),
  dateField("dayofweek", "dayofweek"),
  dateField("weekday", "weekday"),
  dateField("dayofyear", "doy"),
  dateField("weekofyear", "week"),
  timeField("hour"),
  timeField("minute"),
  timeField("second"),
  scalar("dayname", { takes: [aDate], gives: STRING, sql: ([d]) => `strftime(${d}, '%a')` }),
  scalar("monthname", { takes: [aDate], gives: STRING, sql: ([d]) => `strftime(${d}, '%b')` }),
  { kind: "scalar", names: ["extract", "date_part", "datepart"], compile: extractPart },
];
