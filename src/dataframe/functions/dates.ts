/** Functions of dates and timestamps. */
import { type Column, type ColumnOrName, columnText, type Operand, operandText } from "../column.js";
import { literalText } from "../literal.js";
import { call, constant, ofColumn, ofColumnAndValues, ofColumns } from "./call.js";

export const current_date = constant("current_date");
export const current_timestamp = constant("current_timestamp");
export const now = constant("now");
export const unix_timestamp = (column?: ColumnOrName, format?: string): Column =>
  call(
    "unix_timestamp",
    ...(column === undefined ? [] : [columnText(column)]),
    ...(format === undefined ? [] : [literalText(format)]),
  );
export const to_date = ofColumnAndValues("to_date");
export const try_to_date = ofColumnAndValues("try_to_date");
export const to_timestamp = ofColumnAndValues("to_timestamp");
export const try_to_timestamp = ofColumnAndValues("try_to_timestamp");
export const to_unix_timestamp = ofColumnAndValues("to_unix_timestamp");
export const from_unixtime = ofColumnAndValues("from_unixtime");
export const from_utc_timestamp = ofColumnAndValues("from_utc_timestamp");
export const to_utc_timestamp = ofColumnAndValues("to_utc_timestamp");
export const date_format = ofColumnAndValues("date_format");
export const date_add = ofColumnAndValues("date_add");
export const date_sub = ofColumnAndValues("date_sub");
export const dateadd = date_add;
export const datediff = ofColumns("datediff");
export const date_diff = datediff;
export const timestamp_diff = (unit: string, start: ColumnOrName, end: ColumnOrName): Column =>
  call("timestampdiff", identifier(unit), columnText(start), columnText(end));
export const timestamp_add = (unit: string, quantity: Operand, column: ColumnOrName): Column =>
  call("timestampadd", identifier(unit), operandText(quantity), columnText(column));
export const add_months = ofColumnAndValues("add_months");
export const months_between = (end: ColumnOrName, start: ColumnOrName, roundOff = true): Column =>
  call("months_between", columnText(end), columnText(start), String(roundOff));
export const last_day = ofColumn("last_day");
export const next_day = ofColumnAndValues("next_day");
export const trunc = ofColumnAndValues("trunc");
/** The unit comes first: `date_trunc("month", "ordered_at")`. */
export const date_trunc = (unit: string, column: ColumnOrName): Column =>
  call("date_trunc", literalText(unit), columnText(column));
export const year = ofColumn("year");
export const quarter = ofColumn("quarter");
export const month = ofColumn("month");
export const day = ofColumn("day");
export const dayofmonth = ofColumn("dayofmonth");
export const dayofweek = ofColumn("dayofweek");
export const weekday = ofColumn("weekday");
export const dayofyear = ofColumn("dayofyear");
export const weekofyear = ofColumn("weekofyear");
export const hour = ofColumn("hour");
export const minute = ofColumn("minute");
export const second = ofColumn("second");
export const date_part = (field: string, column: ColumnOrName): Column =>
  call("date_part", literalText(field), columnText(column));
export const make_date = ofColumns("make_date");
export const make_timestamp = ofColumns("make_timestamp");
/** Tumbling windows: a struct of `start` and `end`. @example window("at", "1 hour") */
export const window = (column: ColumnOrName, duration: string, slide?: string, start?: string): Column =>
  call("window", columnText(column), ...[duration, slide, start].filter((one) => one !== undefined).map(literalText));

/** Units are keywords in Spark SQL; anything but a word is refused by the parser. */
function identifier(unit: string): string {
  return unit.replace(/\W/g, "");
}
