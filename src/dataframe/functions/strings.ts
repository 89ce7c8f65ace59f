/** Functions of text and bytes. */
import {
  type Column,
  type ColumnOrName,
  type ColumnOrNumber,
  call,
  columnText,
  literalText,
  nameOrValue,
  ofColumn,
  ofColumnAndNumber,
  ofColumnAndValue,
  ofColumns,
  ofTwo,
  operandText,
  optionalName,
} from "./call.js";

/** Texts, arrays or binaries one after the other; null where one is null. */
export const concat = ofColumns("concat");
/** The separator is text; nulls are left out. @example concat_ws("-", "year", "month") */
export const concat_ws = (separator: string, ...columns: ColumnOrName[]): Column =>
  call("concat_ws", literalText(separator), ...columns.map(columnText));
export const upper = ofColumn("upper");
export const ucase = ofColumn("ucase");
export const lower = ofColumn("lower");
export const lcase = ofColumn("lcase");
/** The first letter of each word in upper case. */
export const initcap = ofColumn("initcap");
/** Without spaces, or without the letters given, at both ends. */
export const trim = (column: ColumnOrName, letters?: ColumnOrName): Column => trimmed("BOTH", "trim", column, letters);
export const ltrim = (column: ColumnOrName, letters?: ColumnOrName): Column =>
  trimmed("LEADING", "ltrim", column, letters);
export const rtrim = (column: ColumnOrName, letters?: ColumnOrName): Column =>
  trimmed("TRAILING", "rtrim", column, letters);
export const btrim = (column: ColumnOrName, letters?: ColumnOrName): Column =>
  call("btrim", columnText(column), optionalName(letters));
export const length = ofColumn("length");
export const len = ofColumn("len");
export const char_length = ofColumn("char_length");
export const character_length = ofColumn("character_length");
export const octet_length = ofColumn("octet_length");
export const bit_length = ofColumn("bit_length");
/** From position `start` (from 1; from the end where negative), `length` letters. */
export const substring = (column: ColumnOrName, start: ColumnOrNumber, length: ColumnOrNumber): Column =>
  call("substring", columnText(column), nameOrValue(start), nameOrValue(length));
/** As {@link substring}; position and length are columns. */
export const substr = (column: ColumnOrName, start: ColumnOrNumber, length?: ColumnOrNumber): Column =>
  call("substr", columnText(column), nameOrValue(start), length === undefined ? undefined : nameOrValue(length));
export const left = ofColumnAndNumber("left");
export const right = ofColumnAndNumber("right");
/** At a regular expression, in at most `limit` parts where it is above 0. @example split("path", "/") */
export const split = (column: ColumnOrName, pattern: Column | string, limit: ColumnOrNumber = -1): Column =>
  call("split", columnText(column), operandText(pattern), nameOrValue(limit));
/** The part of that number, from 1; delimiter and number are columns. @example split_part("path", lit("/"), lit(2)) */
export const split_part = (column: ColumnOrName, delimiter: ColumnOrName, part: ColumnOrNumber): Column =>
  call("split_part", columnText(column), columnText(delimiter), nameOrValue(part));
/** What stands before the `count`th delimiter; after it, counted from the end, where negative. */
export const substring_index = (column: ColumnOrName, delimiter: string, count: number): Column =>
  call("substring_index", columnText(column), literalText(delimiter), literalText(count));
/** Search and replacement are columns. @example replace("name", lit("_"), lit(" ")) */
export const replace = (column: ColumnOrName, search: ColumnOrName, replacement?: ColumnOrName): Column =>
  call("replace", columnText(column), columnText(search), optionalName(replacement));
/** Each letter of `matching` becomes the letter at its place in `replacement`. */
export const translate = (column: ColumnOrName, matching: string, replacement: string): Column =>
  call("translate", columnText(column), literalText(matching), literalText(replacement));
/** The replacement put over the text from a position on. */
export const overlay = (
  column: ColumnOrName,
  replacement: ColumnOrName,
  position: ColumnOrNumber,
  length: ColumnOrNumber = -1,
): Column => call("overlay", columnText(column), columnText(replacement), nameOrValue(position), nameOrValue(length));
/** Position of the text in the column, from 1; 0 where it is not in it. */
export const instr = ofColumnAndValue("instr");
/** As {@link instr}, the text first, from a position on. */
export const locate = (text: string, column: ColumnOrName, position = 1): Column =>
  call("locate", literalText(text), columnText(column), String(position));
export const position = (text: ColumnOrName, column: ColumnOrName, start?: ColumnOrNumber): Column =>
  call("position", columnText(text), columnText(column), start === undefined ? undefined : nameOrValue(start));
export const lpad = (column: ColumnOrName, length: Column | number, pad: Column | string): Column =>
  call("lpad", columnText(column), operandText(length), operandText(pad));
export const rpad = (column: ColumnOrName, length: Column | number, pad: Column | string): Column =>
  call("rpad", columnText(column), operandText(length), operandText(pad));
export const repeat = ofColumnAndNumber("repeat");
/** Text or array from its end. */
export const reverse = ofColumn("reverse");
export const ascii = ofColumn("ascii");
export const char = ofColumn("char");
export const chr = ofColumn("chr");
export const startswith = ofTwo("startswith");
export const endswith = ofTwo("endswith");
export const contains = ofTwo("contains");
/** Java's format. @example format_string("%s has %d", "name", "n") */
export const format_string = (format: string, ...columns: ColumnOrName[]): Column =>
  call("format_string", literalText(format), ...columns.map(columnText));
/** As {@link format_string}, the format a column. */
export const printf = ofColumns("printf");
export const soundex = ofColumn("soundex");
/** Edit distance; -1 where it is above the threshold. */
export const levenshtein = (one: ColumnOrName, other: ColumnOrName, threshold?: number): Column =>
  call("levenshtein", columnText(one), columnText(other), threshold === undefined ? undefined : String(threshold));
/** The column of that number, from 1. */
export const elt = ofColumns("elt");
export const find_in_set = ofTwo("find_in_set");
/** Letters as X and x, digits as n. */
export const mask = (
  column: ColumnOrName,
  upperChar?: ColumnOrName,
  lowerChar?: ColumnOrName,
  digitChar?: ColumnOrName,
  otherChar?: ColumnOrName,
): Column => call("mask", ...[column, upperChar, lowerChar, digitChar, otherChar].map(optionalName));

export const base64 = ofColumn("base64");
export const unbase64 = ofColumn("unbase64");
export const hex = ofColumn("hex");
export const unhex = ofColumn("unhex");
/** Text as bytes of a charset. @example encode("name", "UTF-8") */
export const encode = (column: ColumnOrName, charset: string): Column =>
  call("encode", columnText(column), literalText(charset));
/** Bytes of a charset as text. */
export const decode = (column: ColumnOrName, charset: string): Column =>
  call("decode", columnText(column), literalText(charset));
export const to_binary = (column: ColumnOrName, format?: ColumnOrName): Column =>
  call("to_binary", columnText(column), optionalName(format));
export const try_to_binary = (column: ColumnOrName, format?: ColumnOrName): Column =>
  call("try_to_binary", columnText(column), optionalName(format));
export const md5 = ofColumn("md5");
export const sha = ofColumn("sha");
export const sha1 = ofColumn("sha1");
/** `bits`: 224, 256, 384, 512, or 0 for 256. */
export const sha2 = (column: ColumnOrName, bits: number): Column => call("sha2", columnText(column), String(bits));
export const crc32 = ofColumn("crc32");
export const xxhash64 = ofColumns("xxhash64");
export const hash = ofColumns("hash");
export const url_encode = ofColumn("url_encode");
export const url_decode = ofColumn("url_decode");
export const try_url_decode = ofColumn("try_url_decode");
/** @example parse_url("link", lit("HOST")) */
export const parse_url = (url: ColumnOrName, part: ColumnOrName, key?: ColumnOrName): Column =>
  call("parse_url", columnText(url), columnText(part), optionalName(key));
export const try_parse_url = (url: ColumnOrName, part: ColumnOrName, key?: ColumnOrName): Column =>
  call("try_parse_url", columnText(url), columnText(part), optionalName(key));
export const is_valid_utf8 = ofColumn("is_valid_utf8");
export const make_valid_utf8 = ofColumn("make_valid_utf8");
export const validate_utf8 = ofColumn("validate_utf8");
export const try_validate_utf8 = ofColumn("try_validate_utf8");
export const collate = (column: ColumnOrName, collation: string): Column =>
  call("collate", columnText(column), literalText(collation));

/** With letters of its own Spark names the column after SQL's `TRIM(BOTH letters FROM text)`. */
function trimmed(side: string, name: string, column: ColumnOrName, letters: ColumnOrName | undefined): Column {
  if (letters === undefined) return call(name, columnText(column));
  return call("trim", `${side} ${columnText(letters)} FROM ${columnText(column)}`);
}
/** A number or a time as text by a format, which is a column: `to_char("amount", lit("999.99"))`. */
export const to_char = ofTwo("to_char");
export const to_varchar = ofTwo("to_varchar");
/** Text as a DECIMAL by a format, which is a column. */
export const to_number = ofTwo("to_number");
/** As {@link to_number}, null where the text is none of that format. */
export const try_to_number = ofTwo("try_to_number");
/** The name of the text's collation. */
export const collation = ofColumn("collation");
/** Sentences as arrays of words. */
export const sentences = (text: ColumnOrName, language?: ColumnOrName, country?: ColumnOrName): Column =>
  call("sentences", columnText(text), optionalName(language), optionalName(country));
