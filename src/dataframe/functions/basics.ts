/** Columns, literals, conditions and sort orders: `col`, `lit`, `when`, `coalesce`, `asc` ... */
import {
  CaseColumn,
  Column,
  type ColumnOrName,
  columnText,
  nameText,
  type Operand,
  operandText,
  SortColumn,
} from "../column.js";
import { type LiteralValue, literalText } from "../literal.js";
import { call, constant, ofColumn, ofColumns } from "./call.js";

/** @example col("customer.city") */
export function col(name: string): Column {
  return new Column(nameText(name));
}
export const column = col;
/** A constant. @example lit("paid") */
export function lit(value: LiteralValue | Column): Column {
  return value instanceof Column ? value : new Column(literalText(value));
}
/** Spark SQL text as a column; `AS name` at its end names it. @example expr("amount * 2 AS double_amount") */
export function expr(text: string): Column {
  const alias = /^([\s\S]*\S)\s+as\s+(`(?:[^`]|``)+`|[A-Za-z_]\w*)\s*$/i.exec(text);
  if (alias?.[1] === undefined || alias[2] === undefined) return new Column(`(${text})`);
  return new Column(`(${alias[1]})`, [alias[2].replace(/^`|`$/g, "").replaceAll("``", "`")]);
}
export function when(condition: Column, value: Operand): CaseColumn {
  return new CaseColumn([`WHEN ${condition.text} THEN ${operandText(value)}`]);
}
export const asc = (column: ColumnOrName): SortColumn => new SortColumn(columnText(column), "ASC NULLS FIRST");
export const desc = (column: ColumnOrName): SortColumn => new SortColumn(columnText(column), "DESC NULLS LAST");
export const asc_nulls_first = asc;
export const asc_nulls_last = (column: ColumnOrName): SortColumn =>
  new SortColumn(columnText(column), "ASC NULLS LAST");
export const desc_nulls_first = (column: ColumnOrName): SortColumn =>
  new SortColumn(columnText(column), "DESC NULLS FIRST");
export const desc_nulls_last = desc;

export const coalesce = ofColumns("coalesce");
export const nvl = ofColumns("nvl");
export const nvl2 = ofColumns("nvl2");
export const ifnull = ofColumns("ifnull");
export const nullif = ofColumns("nullif");
export const nanvl = ofColumns("nanvl");
export const equal_null = ofColumns("equal_null");
export const isnull = ofColumn("isnull");
export const isnotnull = ofColumn("isnotnull");
export const isnan = ofColumn("isnan");
export const greatest = ofColumns("greatest");
export const least = ofColumns("least");
export const typeof_ = ofColumn("typeof");
export const not = (column: ColumnOrName): Column => new Column(`(NOT ${columnText(column)})`);

export const input_file_name = constant("input_file_name");
export const monotonically_increasing_id = constant("monotonically_increasing_id");
export const current_catalog = constant("current_catalog");
export const current_schema = constant("current_schema");
export const current_database = constant("current_database");
export const current_user = constant("current_user");
export const version = constant("version");
export const uuid = constant("uuid");
/** Uniform in [0, 1); the same numbers from the same seed. */
export const rand = (seed?: number): Column => call("rand", ...(seed === undefined ? [] : [String(seed)]));
/** Any function by name, for those that have no word of their own here. @example call_function("soundex", col("name")) */
export const call_function = (name: string, ...columns: ColumnOrName[]): Column =>
  call(name, ...columns.map(columnText));
