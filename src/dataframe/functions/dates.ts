/** Functions of dates and timestamps. */
import {
  Column,
  type ColumnOrName,
  type ColumnOrNumber,
  call,
  columnText,
  constant,
  literalText,
  nameOrValue,
  ofColumn,
  ofColumnAndNumber,
  ofColumnAndValue,
  operandText,
  optionalName,
  optionalValue,
} from "./call.js";

export const current_date = constant("current_date");
export const curdate = constant("curdate");
/** The time at which the statement began, the same in all its rows. */
export const current_timestamp = constant("current_timestamp");
export const now = constant("now");
export const localtimestamp = constant("localtimestamp");
export const current_timezone = constant("current_timezone");

/** Patterns are text. @example to_date("ordered_at", "dd.MM.yyyy") */
export const to_date = (column: ColumnOrName, format?: string): Column =>
  call("to_date", columnText(column), optionalValue(format));
/** As {@link to_date}, null where the text is no date. */
export const try_to_date = (column: ColumnOrName, format?: string): Column =>
  call("try_to_date", columnText(column), optionalValue(format));
/** @example to_timestamp("at", "yyyy-MM-dd HH:mm:ss") */
export const to_timestamp = (column: ColumnOrName, format?: string): Column =>
  call("to_timestamp", columnText(column), optionalValue(format));
/** Null where the text is no timestamp; the format is a column: `try_to_timestamp("at", lit("yyyy-MM-dd"))`. */
export const try_to_timestamp = (column: ColumnOrName, format?: ColumnOrName): Column =>
  call("try_to_timestamp", columnText(column), optionalName(format));
export const to_timestamp_ltz = (column: ColumnOrName, format?: ColumnOrName): Column =>
  call("to_timestamp_ltz", columnText(column), optionalName(format));
export const to_timestamp_ntz = (column: ColumnOrName, format?: ColumnOrName): Column =>
  call("to_timestamp_ntz", columnText(column), optionalName(format));
/** @example date_format("at", "yyyy-MM") */
export const date_format = (column: ColumnOrName, format: string): Column =>
  call("date_format", columnText(column), literalText(format));
/** Seconds since 1970; of now without arguments. */
export const unix_timestamp = (column?: ColumnOrName, format = "yyyy-MM-dd HH:mm:ss"): Column =>
  column === undefined ? call("unix_timestamp") : call("unix_timestamp", columnText(column), literalText(format));
/** The format is a column. */
export const to_unix_timestamp = (column: ColumnOrName, format?: ColumnOrName): Column =>
  call("to_unix_timestamp", columnText(column), optionalName(format));
/** Seconds since 1970 as text in the session's time zone. */
export const from_unixtime = (column: ColumnOrName, format = "yyyy-MM-dd HH:mm:ss"): Column =>
  call("from_unixtime", columnText(column), literalText(format));
export const unix_seconds = ofColumn("unix_seconds");
export const unix_millis = ofColumn("unix_millis");
export const unix_micros = ofColumn("unix_micros");
export const unix_date = ofColumn("unix_date");
export const timestamp_seconds = ofColumn("timestamp_seconds");
export const timestamp_millis = ofColumn("timestamp_millis");
export const timestamp_micros = ofColumn("timestamp_micros");
export const date_from_unix_date = ofColumn("date_from_unix_date");
/** What clocks in the zone show at that UTC time. @example from_utc_timestamp("at", "Europe/Berlin") */
export const from_utc_timestamp = ofColumnAndValue("from_utc_timestamp");
export const to_utc_timestamp = ofColumnAndValue("to_utc_timestamp");
export const convert_timezone = (source: Column | null, target: Column, column: ColumnOrName): Column =>
  call("convert_timezone", source?.text, target.text, columnText(column));

export const date_add = ofColumnAndNumber("date_add");
export const date_sub = ofColumnAndNumber("date_sub");
export const dateadd = ofColumnAndNumber("dateadd");
/** Days from `start` to `end`. */
export const datediff = (end: ColumnOrName, start: ColumnOrName): Column =>
  call("datediff", columnText(end), columnText(start));
export const date_diff = (end: ColumnOrName, start: ColumnOrName): Column =>
  call("date_diff", columnText(end), columnText(start));
/** @example timestamp_diff("HOUR", "started", "ended") */
export const timestamp_diff = (unit: string, start: ColumnOrName, end: ColumnOrName): Column =>
  call("timestampdiff", identifier(unit), columnText(start), columnText(end));
export const timestampdiff = timestamp_diff;
/** @example timestamp_add("DAY", lit(3), "at") */
export const timestamp_add = (unit: string, quantity: ColumnOrNumber, column: ColumnOrName): Column =>
  call("timestampadd", identifier(unit), nameOrValue(quantity), columnText(column));
export const timestampadd = timestamp_add;
export const add_months = ofColumnAndNumber("add_months");
export const months_between = (end: ColumnOrName, start: ColumnOrName, roundOff = true): Column =>
  call("months_between", columnText(end), columnText(start), String(roundOff));
export const last_day = ofColumn("last_day");
/** @example next_day("day", "Mon") */
export const next_day = (column: ColumnOrName, dayOfWeek: string): Column =>
  call("next_day", columnText(column), literalText(dayOfWeek));
/** A date cut to its year, quarter, month or week. @example trunc("day", "month") */
export const trunc = (column: ColumnOrName, format: string): Column =>
  call("trunc", columnText(column), literalText(format));
/** The unit comes first: `date_trunc("month", "ordered_at")`. */
export const date_trunc = (unit: string, column: ColumnOrName): Column =>
  call("date_trunc", literalText(unit), columnText(column));

export const year = ofColumn("year");
export const quarter = ofColumn("quarter");
export const month = ofColumn("month");
export const day = ofColumn("day");
export const dayofmonth = ofColumn("dayofmonth");
/** 1 is Sunday. */
export const dayofweek = ofColumn("dayofweek");
/** 0 is Monday. */
export const weekday = ofColumn("weekday");
export const dayofyear = ofColumn("dayofyear");
/** Of ISO 8601. */
export const weekofyear = ofColumn("weekofyear");
export const dayname = ofColumn("dayname");
export const monthname = ofColumn("monthname");
export const hour = ofColumn("hour");
export const minute = ofColumn("minute");
export const second = ofColumn("second");
/** @example extract(lit("YEAR"), "day") */
export const extract = (field: Column | string, column: ColumnOrName): Column =>
  new Column(`extract(${fieldName(field)} FROM ${columnText(column)})`);
export const date_part = (field: Column | string, column: ColumnOrName): Column =>
  call("date_part", operandText(field), columnText(column));
export const datepart = (field: Column | string, column: ColumnOrName): Column =>
  call("datepart", operandText(field), columnText(column));

export const make_date = (year: ColumnOrName, month: ColumnOrName, day: ColumnOrName): Column =>
  call("make_date", columnText(year), columnText(month), columnText(day));
/** Years, months, days, hours, minutes, seconds and, if wanted, the time zone. */
export const make_timestamp = ofParts("make_timestamp");
export const make_timestamp_ltz = ofParts("make_timestamp_ltz");
export const make_timestamp_ntz = ofParts("make_timestamp_ntz");
export const try_make_timestamp = ofParts("try_make_timestamp");
export const try_make_timestamp_ltz = ofParts("try_make_timestamp_ltz");
export const try_make_timestamp_ntz = ofParts("try_make_timestamp_ntz");
export const make_dt_interval = (
  days?: ColumnOrName,
  hours?: ColumnOrName,
  minutes?: ColumnOrName,
  seconds?: ColumnOrName,
): Column => call("make_dt_interval", ...[days, hours, minutes, seconds].map(nameOrZero));
export const make_ym_interval = (years?: ColumnOrName, months?: ColumnOrName): Column =>
  call("make_ym_interval", nameOrZero(years), nameOrZero(months));
/** An interval of years to seconds; parts that are left out are 0. */
export const make_interval = makingInterval("make_interval");
/** As {@link make_interval}, null where it is too long. */
export const try_make_interval = makingInterval("try_make_interval");
/** Windows that grow as long as the next row is no later than the gap. */
export const session_window = (column: ColumnOrName, gap: string | Column): Column =>
  call("session_window", columnText(column), typeof gap === "string" ? literalText(gap) : gap.text);
/** Tumbling windows: a struct of `start` and `end`. @example window("at", "1 hour") */
export const window = (
  column: ColumnOrName,
  duration: string,
  slide?: string | null,
  start?: string | null,
): Column => {
  const rest = start ? [slide ?? duration, start] : slide ? [slide] : [];
  return call("window", columnText(column), ...[duration, ...rest].map(literalText));
};
export const window_time = ofColumn("window_time");

/** Units are keywords in Spark SQL; anything but a word is refused by the parser. */
function identifier(unit: string): string {
  return unit.replace(/\W/g, "");
}
function ofParts(name: string): (...parts: ColumnOrName[]) => Column {
  return (...parts) => call(name, ...parts.map(columnText));
}
function nameOrZero(column: ColumnOrName | undefined): string {
  return column === undefined ? "0" : columnText(column);
}
function fieldName(field: Column | string): string {
  return identifier(typeof field === "string" ? field : field.text);
}
function makingInterval(name: string) {
  return (
    years?: ColumnOrName,
    months?: ColumnOrName,
    weeks?: ColumnOrName,
    days?: ColumnOrName,
    hours?: ColumnOrName,
    mins?: ColumnOrName,
    secs?: ColumnOrName,
  ): Column => call(name, ...[years, months, weeks, days, hours, mins, secs].map(nameOrZero));
}
