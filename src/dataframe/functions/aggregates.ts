/** Aggregate functions. */
import {
  Column,
  type ColumnOrName,
  call,
  columnText,
  literalText,
  ofColumn,
  ofTwo,
  operandText,
  optionalValue,
} from "./call.js";

/** Rows where the column is not null; all rows for `count("*")`. */
export const count = (column: ColumnOrName): Column => call("count", column === "*" ? "1" : columnText(column));
export const count_distinct = (...columns: ColumnOrName[]): Column =>
  new Column(`count(DISTINCT ${columns.map(columnText).join(", ")})`);
export const countDistinct = count_distinct;
/** Rows for which the condition holds. */
export const count_if = ofColumn("count_if");
export const sum = ofColumn("sum");
export const sum_distinct = (column: ColumnOrName): Column => new Column(`sum(DISTINCT ${columnText(column)})`);
export const sumDistinct = sum_distinct;
/** As {@link sum}, null where it overflows. */
export const try_sum = ofColumn("try_sum");
export const avg = ofColumn("avg");
export const mean = avg;
export const try_avg = ofColumn("try_avg");
export const min = ofColumn("min");
export const max = ofColumn("max");
/** Some value of the group. */
export const any_value = (column: ColumnOrName, ignoreNulls?: boolean | Column): Column =>
  call("any_value", columnText(column), optionalValue(ignoreNulls));
/** The first value of the rows in their order. */
export const first = (column: ColumnOrName, ignorenulls = false): Column =>
  call("first", columnText(column), ignorenulls ? "TRUE" : undefined);
export const last = (column: ColumnOrName, ignorenulls = false): Column =>
  call("last", columnText(column), ignorenulls ? "TRUE" : undefined);
export const first_value = (column: ColumnOrName, ignoreNulls?: boolean | Column): Column =>
  call("first_value", columnText(column), optionalValue(ignoreNulls));
export const last_value = (column: ColumnOrName, ignoreNulls?: boolean | Column): Column =>
  call("last_value", columnText(column), optionalValue(ignoreNulls));
/** All values, nulls aside, as an array. */
export const collect_list = ofColumn("collect_list");
/** The distinct values, nulls aside, as an array. */
export const collect_set = ofColumn("collect_set");
export const array_agg = collect_list;
/** The values as one text. @example listagg("name", ", ") */
export const listagg = (column: ColumnOrName, delimiter?: Column | string): Column =>
  call("listagg", columnText(column), optionalValue(delimiter));
/** The different values as one text. */
export const listagg_distinct = (column: ColumnOrName, delimiter?: Column | string): Column =>
  distinctList("listagg", column, delimiter);
export const string_agg_distinct = (column: ColumnOrName, delimiter?: Column | string): Column =>
  distinctList("string_agg", column, delimiter);
export const string_agg = (column: ColumnOrName, delimiter?: Column | string): Column =>
  call("string_agg", columnText(column), optionalValue(delimiter));
/** `rsd`: the largest relative standard deviation allowed. */
export const approx_count_distinct = (column: ColumnOrName, rsd?: number): Column =>
  call("approx_count_distinct", columnText(column), rsd === undefined ? undefined : literalText(rsd));
export const approxCountDistinct = approx_count_distinct;
export const std = ofColumn("std");
export const stddev = ofColumn("stddev");
export const stddev_samp = ofColumn("stddev_samp");
export const stddev_pop = ofColumn("stddev_pop");
export const variance = ofColumn("variance");
export const var_samp = ofColumn("var_samp");
export const var_pop = ofColumn("var_pop");
export const skewness = ofColumn("skewness");
export const kurtosis = ofColumn("kurtosis");
export const median = ofColumn("median");
/** The most frequent value. */
export const mode = (column: ColumnOrName, deterministic = false): Column =>
  call("mode", columnText(column), String(deterministic));
/** Exact percentiles, interpolated. @example percentile("amount", [0.25, 0.75]) */
export const percentile = (
  column: ColumnOrName,
  percentage: Column | number | readonly number[],
  frequency: Column | number = 1,
): Column => call("percentile", columnText(column), percentageText(percentage), operandText(frequency));
/** A value of the column at the percentage. */
export const percentile_approx = (
  column: ColumnOrName,
  percentage: Column | number | readonly number[],
  accuracy: Column | number = 10000,
): Column => call("percentile_approx", columnText(column), percentageText(percentage), operandText(accuracy));
export const approx_percentile = (
  column: ColumnOrName,
  percentage: Column | number | readonly number[],
  accuracy: Column | number = 10000,
): Column => call("approx_percentile", columnText(column), percentageText(percentage), operandText(accuracy));
/** The first column's value where the second one is largest. */
export const max_by = ofTwo("max_by");
export const min_by = ofTwo("min_by");
export const bool_and = ofColumn("bool_and");
export const every = ofColumn("every");
export const bool_or = ofColumn("bool_or");
export const some = ofColumn("some");
export const bit_and = ofColumn("bit_and");
export const bit_or = ofColumn("bit_or");
export const bit_xor = ofColumn("bit_xor");
export const corr = ofTwo("corr");
export const covar_samp = ofTwo("covar_samp");
export const covar_pop = ofTwo("covar_pop");
export const regr_avgx = ofTwo("regr_avgx");
export const regr_avgy = ofTwo("regr_avgy");
export const regr_count = ofTwo("regr_count");
export const regr_intercept = ofTwo("regr_intercept");
export const regr_r2 = ofTwo("regr_r2");
export const regr_slope = ofTwo("regr_slope");
export const regr_sxx = ofTwo("regr_sxx");
export const regr_sxy = ofTwo("regr_sxy");
export const regr_syy = ofTwo("regr_syy");
/** 1 where the row of a cube or rollup sums over this column, else 0. */
export const grouping = ofColumn("grouping");
/** The bits of {@link grouping} of all grouping columns, or of these. */
export const grouping_id = (...columns: ColumnOrName[]): Column => call("grouping_id", ...columns.map(columnText));

/** Fractions are doubles to Spark's percentiles, 1 and 0 included. */
function percentageText(percentage: Column | number | readonly number[]): string {
  if (percentage instanceof Column) return percentage.text;
  if (typeof percentage === "number") return `${percentage}D`;
  return `array(${percentage.map((one) => `${one}D`).join(", ")})`;
}

/** The values multiplied, as a DOUBLE. */
export const product = ofColumn("product");

function distinctList(name: string, column: ColumnOrName, delimiter: Column | string | undefined): Column {
  const rest = delimiter === undefined ? "" : `, ${optionalValue(delimiter)}`;
  return new Column(`${name}(DISTINCT ${columnText(column)}${rest})`);
}
