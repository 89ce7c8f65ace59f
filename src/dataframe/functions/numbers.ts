/** Functions of numbers and bits. */
import {
  Column,
  type ColumnOrName,
  type ColumnOrNumber,
  call,
  columnText,
  constant,
  nameOrValue,
  ofColumn,
  ofColumnAndValue,
  ofTwo,
  operandText,
} from "./call.js";

export const abs = ofColumn("abs");
/** Half up; `scale` places behind the point, before it where negative. */
export const round = scaled("round");
/** Half to even. */
export const bround = scaled("bround");
export const ceil = scaled("ceil");
export const ceiling = scaled("ceiling");
export const floor = scaled("floor");
export const rint = ofColumn("rint");
export const sign = ofColumn("sign");
export const signum = ofColumn("signum");
export const negative = ofColumn("negative");
export const negate = negative;
export const positive = ofColumn("positive");
export const sqrt = ofColumn("sqrt");
export const cbrt = ofColumn("cbrt");
export const pow = (base: ColumnOrNumber, exponent: ColumnOrNumber): Column =>
  call("power", nameOrValue(base), nameOrValue(exponent));
export const power = pow;
export const exp = ofColumn("exp");
export const expm1 = ofColumn("expm1");
export const factorial = ofColumn("factorial");
export const ln = ofColumn("ln");
/** Natural logarithm, or that of a base: `log(2, "x")`. */
export const log = (first: ColumnOrNumber, second?: ColumnOrName): Column =>
  second === undefined ? call("ln", nameOrDouble(first)) : call("log", nameOrDouble(first), columnText(second));
export const log10 = ofColumn("log10");
export const log2 = ofColumn("log2");
export const log1p = ofColumn("log1p");
export const hypot = (one: ColumnOrNumber, other: ColumnOrNumber): Column =>
  call("hypot", nameOrDouble(one), nameOrDouble(other));
export const sin = ofColumn("sin");
export const cos = ofColumn("cos");
export const tan = ofColumn("tan");
export const cot = ofColumn("cot");
export const sec = ofColumn("sec");
export const csc = ofColumn("csc");
export const asin = ofColumn("asin");
export const acos = ofColumn("acos");
export const atan = ofColumn("atan");
export const atan2 = (y: ColumnOrNumber, x: ColumnOrNumber): Column => call("atan2", nameOrDouble(y), nameOrDouble(x));
export const sinh = ofColumn("sinh");
export const cosh = ofColumn("cosh");
export const tanh = ofColumn("tanh");
export const asinh = ofColumn("asinh");
export const acosh = ofColumn("acosh");
export const atanh = ofColumn("atanh");
export const degrees = ofColumn("degrees");
export const toDegrees = degrees;
export const radians = ofColumn("radians");
export const toRadians = radians;
export const pi = constant("pi");
export const e = constant("e");
/** The remainder, never negative. */
export const pmod = (dividend: ColumnOrNumber, divisor: ColumnOrNumber): Column =>
  call("pmod", nameOrValue(dividend), nameOrValue(divisor));
/** As `%`. */
export const mod = (dividend: ColumnOrNumber, divisor: ColumnOrNumber): Column =>
  call("mod", nameOrValue(dividend), nameOrValue(divisor));
/** The whole part of a division, a BIGINT. */
export const div = (dividend: ColumnOrNumber, divisor: ColumnOrNumber): Column =>
  new Column(`(${nameOrValue(dividend)} DIV ${nameOrValue(divisor)})`);
export const try_mod = ofTwo("try_mod");
/** Null where the result overflows. */
export const try_add = ofTwo("try_add");
export const try_subtract = ofTwo("try_subtract");
export const try_multiply = ofTwo("try_multiply");
/** Null where the divisor is 0. */
export const try_divide = ofTwo("try_divide");

export const shiftleft = ofColumnAndValue("shiftleft");
export const shiftright = ofColumnAndValue("shiftright");
export const shiftrightunsigned = ofColumnAndValue("shiftrightunsigned");
export const shiftLeft = shiftleft;
export const shiftRight = shiftright;
export const shiftRightUnsigned = shiftrightunsigned;
export const bitwise_not = (column: ColumnOrName): Column => new Column(`(~ ${columnText(column)})`);
export const bitwiseNOT = bitwise_not;
export const bit_count = ofColumn("bit_count");
export const bit_get = ofTwo("bit_get");
export const getbit = ofTwo("getbit");
export const bin = ofColumn("bin");
/** A number's text from one base to another. @example conv("code", 16, 10) */
export const conv = (column: ColumnOrName, fromBase: number, toBase: number): Column =>
  call("conv", columnText(column), String(fromBase), String(toBase));
/** The number of the bucket of equal width into which the value falls, from 1. */
export const width_bucket = (
  value: ColumnOrName,
  min: ColumnOrName,
  max: ColumnOrName,
  buckets: ColumnOrNumber,
): Column => call("width_bucket", columnText(value), columnText(min), columnText(max), nameOrValue(buckets));
/** With thousands' separators and so many decimals. */
export const format_number = (column: ColumnOrName, decimals: number): Column =>
  call("format_number", columnText(column), String(decimals));

/** A rounding function: places behind the point are optional. */
function scaled(name: string): (column: ColumnOrName, scale?: Column | number) => Column {
  return (column, scale) => call(name, columnText(column), scale === undefined ? undefined : operandText(scale));
}
/** PySpark makes a number here a double. */
function nameOrDouble(operand: ColumnOrNumber): string {
  if (typeof operand !== "number") return columnText(operand);
  return operand < 0 ? `(${operand}D)` : `${operand}D`;
}
