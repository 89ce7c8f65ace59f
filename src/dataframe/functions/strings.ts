/** Functions of text, numbers and bits. */
import { type Column, type ColumnOrName, columnText, type Operand, operandText } from "../column.js";
import { literalText } from "../literal.js";
import { call, constant, ofColumn, ofColumnAndValues, ofColumns } from "./call.js";

export const concat = ofColumns("concat");
export const concat_ws = (separator: string, ...columns: ColumnOrName[]): Column =>
  call("concat_ws", literalText(separator), ...columns.map(columnText));
export const upper = ofColumn("upper");
export const ucase = ofColumn("ucase");
export const lower = ofColumn("lower");
export const lcase = ofColumn("lcase");
export const initcap = ofColumn("initcap");
export const trim = ofColumn("trim");
export const ltrim = ofColumn("ltrim");
export const rtrim = ofColumn("rtrim");
export const btrim = ofColumnAndValues("btrim");
export const length = ofColumn("length");
export const char_length = ofColumn("char_length");
export const substring = ofColumnAndValues("substring");
export const substr = ofColumnAndValues("substr");
export const left = ofColumnAndValues("left");
export const right = ofColumnAndValues("right");
export const split = ofColumnAndValues("split");
export const split_part = ofColumnAndValues("split_part");
export const substring_index = ofColumnAndValues("substring_index");
export const replace = ofColumnAndValues("replace");
export const translate = ofColumnAndValues("translate");
export const overlay = ofColumnAndValues("overlay");
export const regexp_replace = ofColumnAndValues("regexp_replace");
export const regexp_extract = ofColumnAndValues("regexp_extract");
export const regexp_extract_all = ofColumnAndValues("regexp_extract_all");
export const regexp_like = ofColumnAndValues("regexp_like");
export const regexp_count = ofColumnAndValues("regexp_count");
export const rlike = ofColumnAndValues("rlike");
export const like = ofColumnAndValues("like");
export const ilike = ofColumnAndValues("ilike");
export const instr = ofColumnAndValues("instr");
export const locate = (text: string, column: ColumnOrName, position = 1): Column =>
  call("locate", literalText(text), columnText(column), String(position));
export const lpad = ofColumnAndValues("lpad");
export const rpad = ofColumnAndValues("rpad");
export const repeat = ofColumnAndValues("repeat");
export const reverse = ofColumn("reverse");
export const ascii = ofColumn("ascii");
export const char = ofColumn("char");
export const startswith = ofColumns("startswith");
export const endswith = ofColumns("endswith");
export const contains = ofColumns("contains");
export const format_string = (format: string, ...columns: ColumnOrName[]): Column =>
  call("format_string", literalText(format), ...columns.map(columnText));
export const printf = format_string;
export const format_number = ofColumnAndValues("format_number");
export const soundex = ofColumn("soundex");
export const levenshtein = ofColumns("levenshtein");
export const base64 = ofColumn("base64");
export const unbase64 = ofColumn("unbase64");
export const hex = ofColumn("hex");
export const unhex = ofColumn("unhex");
export const encode = ofColumnAndValues("encode");
export const decode = ofColumnAndValues("decode");
export const md5 = ofColumn("md5");
export const sha1 = ofColumn("sha1");
export const sha2 = ofColumnAndValues("sha2");
export const crc32 = ofColumn("crc32");
export const xxhash64 = ofColumns("xxhash64");
export const hash = ofColumns("hash");

export const abs = ofColumn("abs");
export const round = ofColumnAndValues("round");
export const bround = ofColumnAndValues("bround");
export const ceil = ofColumnAndValues("ceil");
export const floor = ofColumnAndValues("floor");
export const sign = ofColumn("sign");
export const signum = ofColumn("signum");
export const sqrt = ofColumn("sqrt");
export const cbrt = ofColumn("cbrt");
export const pow = (base: Operand, exponent: Operand): Column => call("pow", nameOrValue(base), nameOrValue(exponent));
export const power = pow;
export const exp = ofColumn("exp");
export const ln = ofColumn("ln");
/** Natural logarithm, or that of a base: `log(2, "x")`. */
export const log = (first: number | ColumnOrName, second?: ColumnOrName): Column =>
  second === undefined ? call("ln", nameOrValue(first)) : call("log", nameOrValue(first), columnText(second));
export const log10 = ofColumn("log10");
export const log2 = ofColumn("log2");
export const log1p = ofColumn("log1p");
export const sin = ofColumn("sin");
export const cos = ofColumn("cos");
export const tan = ofColumn("tan");
export const asin = ofColumn("asin");
export const acos = ofColumn("acos");
export const atan = ofColumn("atan");
export const atan2 = ofColumns("atan2");
export const degrees = ofColumn("degrees");
export const radians = ofColumn("radians");
export const pi = constant("pi");
export const e = constant("e");
export const pmod = (dividend: Operand, divisor: Operand): Column =>
  call("pmod", nameOrValue(dividend), nameOrValue(divisor));
export const shiftleft = ofColumnAndValues("shiftleft");
export const shiftright = ofColumnAndValues("shiftright");
export const conv = ofColumnAndValues("conv");
export const bin = ofColumn("bin");
export const width_bucket = ofColumns("width_bucket");
export const try_add = ofColumns("try_add");
export const try_subtract = ofColumns("try_subtract");
export const try_multiply = ofColumns("try_multiply");
export const try_divide = ofColumns("try_divide");

function nameOrValue(operand: Operand): string {
  return typeof operand === "string" ? columnText(operand) : operandText(operand);
}
