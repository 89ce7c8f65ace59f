/** Aggregate and window functions. */
import { Column, type ColumnOrName, columnText, type Operand, operandText } from "../column.js";
import { literalText } from "../literal.js";
import { call, constant, ofColumn, ofColumns } from "./call.js";

export const count = (column: ColumnOrName): Column => call("count", column === "*" ? "1" : columnText(column));
export const count_distinct = (...columns: ColumnOrName[]): Column =>
  new Column(`count(DISTINCT ${columns.map(columnText).join(", ")})`);
export const countDistinct = count_distinct;
export const count_if = ofColumn("count_if");
export const sum = ofColumn("sum");
export const sum_distinct = (column: ColumnOrName): Column => new Column(`sum(DISTINCT ${columnText(column)})`);
export const avg = ofColumn("avg");
export const mean = ofColumn("mean");
export const min = ofColumn("min");
export const max = ofColumn("max");
export const any_value = ofColumn("any_value");
export const first = (column: ColumnOrName, ignorenulls = false): Column =>
  call("first", columnText(column), String(ignorenulls));
export const last = (column: ColumnOrName, ignorenulls = false): Column =>
  call("last", columnText(column), String(ignorenulls));
export const first_value = (column: ColumnOrName, ignorenulls = false): Column =>
  call("first_value", columnText(column), String(ignorenulls));
export const last_value = (column: ColumnOrName, ignorenulls = false): Column =>
  call("last_value", columnText(column), String(ignorenulls));
export const collect_list = ofColumn("collect_list");
export const collect_set = ofColumn("collect_set");
export const array_agg = ofColumn("array_agg");
export const approx_count_distinct = (column: ColumnOrName, rsd?: number): Column =>
  call("approx_count_distinct", columnText(column), ...(rsd === undefined ? [] : [literalText(rsd)]));
export const stddev = ofColumn("stddev");
export const stddev_samp = ofColumn("stddev_samp");
export const stddev_pop = ofColumn("stddev_pop");
export const variance = ofColumn("variance");
export const var_samp = ofColumn("var_samp");
export const var_pop = ofColumn("var_pop");
export const skewness = ofColumn("skewness");
export const kurtosis = ofColumn("kurtosis");
export const median = ofColumn("median");
export const mode = ofColumn("mode");
export const percentile = (column: ColumnOrName, percentage: number | readonly number[]): Column =>
  call("percentile", columnText(column), literalText(percentage));
export const percentile_approx = (
  column: ColumnOrName,
  percentage: number | readonly number[],
  accuracy = 10000,
): Column => call("percentile_approx", columnText(column), literalText(percentage), String(accuracy));
export const approx_percentile = percentile_approx;
export const max_by = ofColumns("max_by");
export const min_by = ofColumns("min_by");
export const bool_and = ofColumn("bool_and");
export const every = ofColumn("every");
export const bool_or = ofColumn("bool_or");
export const some = ofColumn("some");
export const corr = ofColumns("corr");
export const covar_samp = ofColumns("covar_samp");
export const covar_pop = ofColumns("covar_pop");
export const grouping = ofColumn("grouping");
export const grouping_id = ofColumns("grouping_id");

export const row_number = constant("row_number");
export const rank = constant("rank");
export const dense_rank = constant("dense_rank");
export const percent_rank = constant("percent_rank");
export const cume_dist = constant("cume_dist");
export const ntile = (n: number): Column => call("ntile", String(n));
export const lag = (column: ColumnOrName, offset = 1, fallback?: Operand): Column =>
  call("lag", columnText(column), String(offset), ...(fallback === undefined ? [] : [operandText(fallback)]));
export const lead = (column: ColumnOrName, offset = 1, fallback?: Operand): Column =>
  call("lead", columnText(column), String(offset), ...(fallback === undefined ? [] : [operandText(fallback)]));
export const nth_value = (column: ColumnOrName, offset: number): Column =>
  call("nth_value", columnText(column), String(offset));
