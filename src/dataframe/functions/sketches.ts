/** Functions of bitmaps, histograms and sketches. */
import {
  type Column,
  type ColumnOrName,
  type ColumnOrNumber,
  call,
  columnText,
  nameOrValue,
  ofColumn,
  ofColumnAndNumber,
  operandText,
  optionalName,
} from "./call.js";

export const bitmap_bit_position = ofColumn("bitmap_bit_position");
export const bitmap_bucket_number = ofColumn("bitmap_bucket_number");
export const bitmap_construct_agg = ofColumn("bitmap_construct_agg");
export const bitmap_count = ofColumn("bitmap_count");
export const bitmap_or_agg = ofColumn("bitmap_or_agg");
/** The centres and heights of at most that many bars. */
export const histogram_numeric = ofColumnAndNumber("histogram_numeric");
export const count_min_sketch = (
  column: ColumnOrName,
  eps: ColumnOrNumber,
  confidence: ColumnOrNumber,
  seed?: ColumnOrNumber,
): Column =>
  call(
    "count_min_sketch",
    columnText(column),
    nameOrValue(eps),
    nameOrValue(confidence),
    seed === undefined ? undefined : nameOrValue(seed),
  );
export const hll_sketch_agg = (column: ColumnOrName, lgConfigK?: number | Column): Column =>
  call("hll_sketch_agg", columnText(column), lgConfigK === undefined ? undefined : operandText(lgConfigK));
export const hll_sketch_estimate = ofColumn("hll_sketch_estimate");
export const hll_union = (one: ColumnOrName, other: ColumnOrName, allowDifferentLgConfigK?: boolean): Column =>
  call(
    "hll_union",
    columnText(one),
    columnText(other),
    allowDifferentLgConfigK === undefined ? undefined : operandText(allowDifferentLgConfigK),
  );
export const hll_union_agg = (column: ColumnOrName, allowDifferentLgConfigK?: boolean | Column): Column =>
  call(
    "hll_union_agg",
    columnText(column),
    allowDifferentLgConfigK === undefined ? undefined : operandText(allowDifferentLgConfigK),
  );
/** AES of Java: modes and paddings are columns. @example aes_encrypt("card", lit(key), lit("GCM")) */
export const aes_encrypt = (
  input: ColumnOrName,
  key: ColumnOrName,
  mode?: ColumnOrName,
  padding?: ColumnOrName,
  iv?: ColumnOrName,
  aad?: ColumnOrName,
): Column => call("aes_encrypt", columnText(input), columnText(key), ...[mode, padding, iv, aad].map(optionalName));
export const aes_decrypt = decrypting("aes_decrypt");
/** As {@link aes_decrypt}, null where it fails. */
export const try_aes_decrypt = decrypting("try_aes_decrypt");

function decrypting(name: string) {
  return (
    input: ColumnOrName,
    key: ColumnOrName,
    mode?: ColumnOrName,
    padding?: ColumnOrName,
    aad?: ColumnOrName,
  ): Column => call(name, columnText(input), columnText(key), ...[mode, padding, aad].map(optionalName));
}
