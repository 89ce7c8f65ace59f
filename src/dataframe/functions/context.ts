/** Functions of the session, the file and the row at hand. */
import { type Column, call, constant, ofColumn, operandText } from "./call.js";

/** URI of the file of the row, "" where it comes from none. */
export const input_file_name = constant("input_file_name");
/** A number of its own for each row, growing but with gaps. */
export const monotonically_increasing_id = constant("monotonically_increasing_id");
export const spark_partition_id = constant("spark_partition_id");
export const current_catalog = constant("current_catalog");
export const current_schema = constant("current_schema");
export const current_database = constant("current_database");
export const current_user = constant("current_user");
export const session_user = constant("session_user");
export const user = constant("user");
export const version = constant("version");
export const uuid = constant("uuid");
/** Uniform in [0, 1); the same numbers from the same seed. */
export const rand = (seed?: number): Column => call("rand", seed === undefined ? undefined : String(seed));
/** Normally distributed; the same numbers from the same seed. */
export const randn = (seed?: number): Column => call("randn", seed === undefined ? undefined : String(seed));

/** Spark's name of a column's type; `typeof` is its other name. */
export const typeof_ = ofColumn("typeof");
export { typeof_ as typeof };

export const input_file_block_length = constant("input_file_block_length");
export const input_file_block_start = constant("input_file_block_start");
/** Random letters and digits. */
export const randstr = (length: number | Column, seed?: number | Column): Column =>
  call("randstr", operandText(length), seed === undefined ? undefined : operandText(seed));
/** A random number between the two. */
export const uniform = (min: number | Column, max: number | Column, seed?: number | Column): Column =>
  call("uniform", operandText(min), operandText(max), seed === undefined ? undefined : operandText(seed));
