/** Functions of LIKE patterns and regular expressions. */
import { type Column, type ColumnOrName, call, columnText, literalText, ofTwo, operandText } from "./call.js";

/** The pattern is a column: `like("name", lit("A%"))`. */
export const like = (column: ColumnOrName, pattern: ColumnOrName, escapeChar?: Column): Column =>
  likeText("LIKE", column, pattern, escapeChar);
export const ilike = (column: ColumnOrName, pattern: ColumnOrName, escapeChar?: Column): Column =>
  likeText("ILIKE", column, pattern, escapeChar);
export const rlike = ofTwo("rlike");
export const regexp = ofTwo("regexp");
export const regexp_like = ofTwo("regexp_like");
/** Every match replaced; `$1` in the replacement is the first group. @example regexp_replace("phone", "[^0-9]", "") */
export const regexp_replace = (column: ColumnOrName, pattern: Column | string, replacement: Column | string): Column =>
  call("regexp_replace", columnText(column), operandText(pattern), operandText(replacement));
/** A group of the first match, "" where there is none. @example regexp_extract("sku", "([A-Z]+)-(\\d+)", 2) */
export const regexp_extract = (column: ColumnOrName, pattern: string, group: number): Column =>
  call("regexp_extract", columnText(column), literalText(pattern), String(group));
/** The pattern is a column: `regexp_extract_all("s", lit("\\d+"), 0)`. */
export const regexp_extract_all = (column: ColumnOrName, pattern: ColumnOrName, group?: Column | number): Column =>
  call(
    "regexp_extract_all",
    columnText(column),
    columnText(pattern),
    group === undefined ? undefined : operandText(group),
  );
export const regexp_count = ofTwo("regexp_count");
export const regexp_instr = (column: ColumnOrName, pattern: ColumnOrName, group?: Column | number): Column =>
  call("regexp_instr", columnText(column), columnText(pattern), group === undefined ? undefined : operandText(group));
export const regexp_substr = ofTwo("regexp_substr");

function likeText(
  operator: string,
  column: ColumnOrName,
  pattern: ColumnOrName,
  escapeChar: Column | undefined,
): Column {
  const end = escapeChar === undefined ? "" : ` ESCAPE ${escapeChar.text}`;
  return call("", `${columnText(column)} ${operator} ${columnText(pattern)}${end}`);
}
