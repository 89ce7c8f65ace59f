/** Functions that need a window: `row_number().over(Window.partitionBy("k").orderBy("n"))`. */
import { type Column, type ColumnOrName, call, columnText, constant, type Operand, optionalValue } from "./call.js";

export const row_number = constant("row_number");
export const rank = constant("rank");
export const dense_rank = constant("dense_rank");
export const percent_rank = constant("percent_rank");
export const cume_dist = constant("cume_dist");
/** The rows in `n` groups of nearly one size. */
export const ntile = (n: number): Column => call("ntile", String(n));
/** The value `offset` rows before; `fallback` (null) where there is none. */
export const lag = (column: ColumnOrName, offset = 1, fallback: Operand = null): Column =>
  call("lag", columnText(column), String(offset), optionalValue(fallback));
/** The value `offset` rows after; `fallback` (null) where there is none. */
export const lead = (column: ColumnOrName, offset = 1, fallback: Operand = null): Column =>
  call("lead", columnText(column), String(offset), optionalValue(fallback));
/** The value of the frame's row of that number, from 1. */
export const nth_value = (column: ColumnOrName, offset: number, ignoreNulls = false): Column =>
  call("nth_value", columnText(column), String(offset), ignoreNulls ? "TRUE" : undefined);
