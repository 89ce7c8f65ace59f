/** Columns, literals, conditions and sort orders: `col`, `lit`, `when`, `coalesce`, `asc` ... */
import { CaseColumn, nameText, SortColumn } from "../column.js";
import {
  Column,
  type ColumnOrName,
  call,
  columnText,
  type LiteralValue,
  literalText,
  type Operand,
  ofColumn,
  ofColumns,
  ofTwo,
  operandText,
} from "./call.js";

/** A column by name; dots reach into structs, backticks hold names with dots. @example col("customer.city") */
export function col(name: string): Column {
  return new Column(nameText(name));
}
/** The same as {@link col}. */
export const column = col;
/** A constant; a Column is given back as it is. @example lit("paid") */
export function lit(value: LiteralValue | Column): Column {
  return value instanceof Column ? value : new Column(literalText(value));
}
/** Spark SQL text as a column; `AS name` at its end names it. @example expr("amount * 2 AS double_amount") */
export function expr(text: string): Column {
  const several = /^([\s\S]*\S)\s+as\s+\(([^()]*)\)\s*$/i.exec(text);
  if (several?.[1] !== undefined && several[2] !== undefined) {
    return new Column(`(${several[1]})`, several[2].split(",").map(unquoted));
  }
  const alias = /^([\s\S]*\S)\s+as\s+(`(?:[^`]|``)+`|[A-Za-z_]\w*)\s*$/i.exec(text);
  if (alias?.[1] === undefined || alias[2] === undefined) return new Column(`(${text})`);
  return new Column(`(${alias[1]})`, [unquoted(alias[2])]);
}

function unquoted(name: string): string {
  return name.trim().replace(/^`|`$/g, "").replaceAll("``", "`");
}

/** A branch of CASE; strings as values are text. @example when(col("amount").gt(100), "big").otherwise("small") */
export function when(condition: Column, value: Operand): CaseColumn {
  return new CaseColumn([`WHEN ${condition.text} THEN ${operandText(value)}`]);
}
/** Any function of Spark SQL by name, for those that have no word of their own here. @example call_function("getbit", col("x"), lit(1)) */
export const call_function = (name: string, ...columns: ColumnOrName[]): Column =>
  call(name, ...columns.map(columnText));
/** The DataFrame itself: one machine has nowhere to broadcast to. */
export const broadcast = <Frame>(frame: Frame): Frame => frame;

/** Ascending, nulls first. */
export const asc = (column: ColumnOrName): SortColumn => new SortColumn(columnText(column), "ASC NULLS FIRST");
/** Descending, nulls last. */
export const desc = (column: ColumnOrName): SortColumn => new SortColumn(columnText(column), "DESC NULLS LAST");
export const asc_nulls_first = asc;
export const asc_nulls_last = (column: ColumnOrName): SortColumn =>
  new SortColumn(columnText(column), "ASC NULLS LAST");
export const desc_nulls_first = (column: ColumnOrName): SortColumn =>
  new SortColumn(columnText(column), "DESC NULLS FIRST");
export const desc_nulls_last = desc;

/** The first value that is not null. @example coalesce("email", "phone", lit("none")) */
export const coalesce = ofColumns("coalesce");
export const nvl = ofTwo("nvl");
/** The second where the first is not null, else the third. */
export const nvl2 = (column: ColumnOrName, present: ColumnOrName, absent: ColumnOrName): Column =>
  call("nvl2", columnText(column), columnText(present), columnText(absent));
export const ifnull = ofTwo("ifnull");
/** Null where both are equal. @example nullif("code", lit("n/a")) */
export const nullif = ofTwo("nullif");
export const nullifzero = ofColumn("nullifzero");
export const zeroifnull = ofColumn("zeroifnull");
/** The second where the first is NaN. */
export const nanvl = ofTwo("nanvl");
/** Equal, nulls being equal to each other. */
export const equal_null = ofTwo("equal_null");
export const isnull = ofColumn("isnull");
export const isnotnull = ofColumn("isnotnull");
export const isnan = ofColumn("isnan");
/** The largest of the columns, nulls aside. */
export const greatest = ofColumns("greatest");
/** The least of the columns, nulls aside. */
export const least = ofColumns("least");
export const not = (column: ColumnOrName): Column => new Column(`(NOT ${columnText(column)})`);
/** As SQL's `iff(condition, a, b)`. */
export const iff = (condition: Column, then: Operand, otherwise: Operand): Column =>
  call("iff", condition.text, operandText(then), operandText(otherwise));
/** Null where the condition holds, an error with the message otherwise. */
export const assert_true = (condition: ColumnOrName, message?: string | Column): Column =>
  call("assert_true", columnText(condition), message === undefined ? undefined : operandText(message));
/** An error with that message for every row. */
export const raise_error = (message: string | Column): Column => call("raise_error", operandText(message));
