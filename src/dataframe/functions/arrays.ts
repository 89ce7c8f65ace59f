/** Functions of arrays. */
import {
  type Column,
  type ColumnOrName,
  type ColumnOrNumber,
  call,
  columnText,
  listed,
  literalText,
  nameOrValue,
  type Operand,
  ofColumn,
  ofColumnAndNumber,
  ofColumnAndValue,
  ofColumns,
  ofTwo,
  operandText,
  optionalName,
} from "./call.js";

/** @example array("a", "b"), array([col("a"), lit(0)]) */
export const array = (...columns: (ColumnOrName | readonly ColumnOrName[])[]): Column =>
  call("array", ...listed(columns).map(columnText));
/** Elements of an array, entries of a map; null of null. */
export const size = ofColumn("size");
export const cardinality = ofColumn("cardinality");
export const array_size = ofColumn("array_size");
/** Element from 1 (from the end where negative), or value of a key. @example element_at("tags", 1) */
export const element_at = ofColumnAndValue("element_at");
/** As {@link element_at}, null where there is none; the position is a column: `try_element_at("tags", lit(9))`. */
export const try_element_at = ofColumnAndNumber("try_element_at");
/** Element from 0, null where there is none. */
export const get = ofColumnAndNumber("get");
export const array_contains = ofColumnAndValue("array_contains");
export const array_distinct = ofColumn("array_distinct");
/** The elements as one text; nulls are left out, or replaced. @example array_join("tags", ", ") */
export const array_join = (column: ColumnOrName, delimiter: string, nullReplacement?: string): Column =>
  call(
    "array_join",
    columnText(column),
    literalText(delimiter),
    nullReplacement === undefined ? undefined : literalText(nullReplacement),
  );
/** Ascending with nulls first, or descending with nulls last. */
export const sort_array = (column: ColumnOrName, ascending = true): Column =>
  call("sort_array", columnText(column), String(ascending));
export const array_max = ofColumn("array_max");
export const array_min = ofColumn("array_min");
/** Position of the value, from 1; 0 where it is not there. */
export const array_position = ofColumnAndValue("array_position");
export const array_remove = ofColumnAndValue("array_remove");
export const array_union = ofTwo("array_union");
export const array_intersect = ofTwo("array_intersect");
export const array_except = ofTwo("array_except");
export const arrays_overlap = ofTwo("arrays_overlap");
/** An array of structs, one field an array. */
export const arrays_zip = ofColumns("arrays_zip");
export const array_append = ofColumnAndValue("array_append");
export const array_prepend = ofColumnAndValue("array_prepend");
/** The value at a position, from 1. */
export const array_insert = (column: ColumnOrName, position: ColumnOrNumber, value: Operand): Column =>
  call("array_insert", columnText(column), nameOrValue(position), operandText(value));
/** Without nulls. */
export const array_compact = ofColumn("array_compact");
/** The value so many times. */
export const array_repeat = ofColumnAndNumber("array_repeat");
/** An array of arrays as one array. */
export const flatten = ofColumn("flatten");
/** `length` elements from `start` on (from 1; from the end where negative). */
export const slice = (column: ColumnOrName, start: ColumnOrNumber, length: ColumnOrNumber): Column =>
  call("slice", columnText(column), nameOrValue(start), nameOrValue(length));
/** From start to stop, both included. @example sequence(lit(1), "n") */
export const sequence = (start: ColumnOrName, stop: ColumnOrName, step?: ColumnOrName): Column =>
  call("sequence", columnText(start), columnText(stop), optionalName(step));

/** A row an element of an array, or an entry of a map. @example df.select("id", explode("tags").alias("tag")) */
export const explode = ofColumn("explode");
/** As {@link explode}, one row of nulls where there is nothing. */
export const explode_outer = ofColumn("explode_outer");
/** As {@link explode}, the position (from 0) before the element. */
export const posexplode = ofColumn("posexplode");
export const posexplode_outer = ofColumn("posexplode_outer");
/** A row an element of an array of structs, a column a field. */
export const inline = ofColumn("inline");
export const inline_outer = ofColumn("inline_outer");
/** The columns in so many rows. @example stack(lit(2), lit("a"), col("a"), lit("b"), col("b")) */
export const stack = (rows: ColumnOrNumber, ...columns: ColumnOrName[]): Column =>
  call("stack", nameOrValue(rows), ...columns.map(columnText));
/** The elements in another order; the same order from the same seed. */
export const shuffle = (column: ColumnOrName, seed?: number | Column): Column =>
  call("shuffle", columnText(column), seed === undefined ? undefined : operandText(seed));
