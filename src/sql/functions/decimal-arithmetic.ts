/** Arithmetic of decimals, exact to the last digit: natively where 128 bits suffice, else on BigInt. */
import type { ScriptFunction } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { type DecimalType, decimal, LONG } from "../../schema/data-type.js";
import { engineType } from "../../schema/engine-type.js";
import { decimalArithmeticType } from "../coercion/decimal-precision.js";
import type { Typed } from "../typed.js";
import { typedFrom } from "./argument.js";
import { guarded } from "./arithmetic-guard.js";
import type { CastMode } from "./cast-request.js";
import { once } from "./once.js";

type Operator = "+" | "-" | "*" | "/" | "%";
const isQuotient = (operator: Operator): operator is "/" | "%" => operator === "/" || operator === "%";
type DecimalOperand = Typed & { readonly dataType: DecimalType };

const power = (exponent: number): bigint => 10n ** BigInt(exponent);

/** `left operator right` of two decimals; "try" gives NULL for an overflow or a divisor of zero. */
export function decimalArithmetic(operator: Operator, left: Typed, right: Typed, mode: CastMode): Typed {
  const [a, b] = [left as DecimalOperand, right as DecimalOperand];
  const result = decimalArithmeticType(operator, a.dataType, b.dataType);
  const nullable = a.nullable || b.nullable || mode === "try";
  const compile = (n: string, d: string): string => {
    const [x, y] = [
      { ...a, sql: n },
      { ...b, sql: d },
    ];
    if (isQuotient(operator)) return divisionSql(operator, x, y, result, mode);
    return operator === "*" ? productSql(x, y, result, mode) : sumSql(operator, x, y, result, mode);
  };
  if (isExact(operator, a, b, result)) return typedFrom([a, b], compile(a.sql, b.sql), result, nullable);
  // Beyond what is plainly exact the operands are named several times.
  const bound = (n: string, d: string) => once({ ...a, sql: n }, (x) => once({ ...b, sql: d }, (y) => compile(x, y)));
  const guard = isQuotient(operator) && mode === "ansi";
  const divisor = isQuotient(operator) && mode === "try" ? `nullif(${b.sql}, 0)` : b.sql;
  return typedFrom([a, b], guard ? guarded(a, b, bound) : bound(a.sql, divisor), result, nullable);
}

/** True where the engine's own operator gives every digit of the result without a check of the operands. */
function isExact(operator: Operator, a: DecimalOperand, b: DecimalOperand, result: DecimalType): boolean {
  if (isQuotient(operator)) return false;
  if (operator === "*") return a.dataType.precision + b.dataType.precision <= 38;
  const scale = Math.max(a.dataType.scale, b.dataType.scale);
  return result.scale === scale && Math.max(digitsOf(a), digitsOf(b)) + scale + 1 <= 38;
}

const castTo = (sql: string, type: DecimalType, mode: CastMode): string =>
  `${mode === "try" ? "TRY_CAST" : "CAST"}(${sql} AS ${engineType(type)})`;

/** The operation on texts in JavaScript: any precision, rounded half up to the result's scale. */
function scripted(operator: Operator | "div", a: Typed, b: Typed, result: DecimalType, mode: CastMode): string {
  const call = `spark_decimal_${mode}('${operator}', CAST(${a.sql} AS VARCHAR), CAST(${b.sql} AS VARCHAR), ${result.precision}, ${result.scale})`;
  return `CAST(${call} AS ${engineType(result)})`;
}

/** `|x| < 10^digits` in the operand's own type, or TRUE where the type says so already. */
function below(x: DecimalOperand, digits: number): string {
  if (x.dataType.precision - x.dataType.scale <= digits) return "TRUE";
  if (digits < 1) return "FALSE";
  return `abs(${x.sql}) < CAST('${power(digits)}' AS ${engineType(x.dataType)})`;
}

/** Native where the bounds hold; a row beyond them, or any row where they never do, goes to JavaScript. */
function bounded(conditions: readonly string[], native: string, script: string): string {
  const open = conditions.filter((one) => one !== "TRUE");
  if (open.includes("FALSE")) return script;
  return open.length === 0 ? native : `CASE WHEN ${open.join(" AND ")} THEN ${native} ELSE ${script} END`;
}

function sumSql(
  operator: "+" | "-",
  a: DecimalOperand,
  b: DecimalOperand,
  result: DecimalType,
  mode: CastMode,
): string {
  const scale = Math.max(a.dataType.scale, b.dataType.scale);
  const limit = 37 - scale;
  const wide = decimal(38, scale);
  if (isExact(operator, a, b, result)) return castTo(`(${wide64(a, b, result)} ${operator} ${b.sql})`, result, mode);
  const native = castTo(`(${castTo(a.sql, wide, "ansi")} ${operator} ${castTo(b.sql, wide, "ansi")})`, result, mode);
  return bounded([below(a, limit), below(b, limit)], native, scripted(operator, a, b, result, mode));
}

/** The engine keeps results of two 64-bit decimals in 64 bits, and overflows; one operand of 128 bits makes it use 128. */
function wide64(a: DecimalOperand, b: DecimalOperand, result: DecimalType): string {
  const narrow = a.dataType.precision <= 18 && b.dataType.precision <= 18 && result.precision > 18;
  return narrow ? castTo(a.sql, decimal(19, a.dataType.scale), "ansi") : a.sql;
}

const digitsOf = (x: DecimalOperand): number => x.dataType.precision - x.dataType.scale;

function productSql(a: DecimalOperand, b: DecimalOperand, result: DecimalType, mode: CastMode): string {
  const scale = a.dataType.scale + b.dataType.scale;
  if (isExact("*", a, b, result)) return castTo(`(${wide64(a, b, result)} * ${b.sql})`, result, mode);
  const room = 38 - scale;
  const forB = Math.min(digitsOf(b), Math.floor(room / 2));
  const forA = Math.min(digitsOf(a), room - forB);
  const script = scripted("*", a, b, result, mode);
  if (forA < 1 || forB < 1) return script;
  const [widthA, widthB] = [forA + a.dataType.scale, forB + b.dataType.scale];
  const narrowed = [
    castTo(a.sql, decimal(widthB <= 18 ? Math.max(19, widthA) : widthA, a.dataType.scale), "ansi"),
    castTo(b.sql, decimal(widthB, b.dataType.scale), "ansi"),
  ];
  return bounded([below(a, forA), below(b, forB)], castTo(`(${narrowed.join(" * ")})`, result, mode), script);
}

/** The unscaled value as HUGEINT. */
function unscaled(x: DecimalOperand): string {
  const { precision, scale } = x.dataType;
  if (scale === 0) return `CAST(${x.sql} AS HUGEINT)`;
  const factor = `CAST(${power(scale)} AS DECIMAL(${Math.max(19, scale + 1)},0))`;
  if (precision + Math.max(19, scale + 1) <= 38) return `CAST(${x.sql} * ${factor} AS HUGEINT)`;
  // The whole digits and the fraction apart, since their product with 10^scale would not fit together.
  if (scale + 1 + Math.max(19, scale + 1) > 38) return `CAST(replace(CAST(${x.sql} AS VARCHAR), '.', '') AS HUGEINT)`;
  const fraction = `CAST(${x.sql} - trunc(${x.sql}) AS DECIMAL(${scale + 1},${scale}))`;
  return `(CAST(trunc(${x.sql}) AS HUGEINT) * ${power(scale)} + CAST(${fraction} * ${factor} AS HUGEINT))`;
}

/** A HUGEINT as the unscaled value of a decimal. */
function scaled(sql: string, type: DecimalType, mode: CastMode): string {
  const whole = castTo(sql, decimal(type.precision, 0), mode);
  if (type.scale === 0) return whole;
  const unit = `CAST('0.${"1".padStart(type.scale, "0")}' AS DECIMAL(${Math.min(38, type.scale + 1)},${type.scale}))`;
  // With both factors of 64 bits the product has 64 bits too, and the result is said to fit them.
  const factor = type.precision <= 18 ? whole : `CAST(${whole} AS DECIMAL(38,0))`;
  return `CAST((${factor} * ${unit}) AS ${engineType(type)})`;
}

function divisionSql(
  operator: "/" | "%",
  a: DecimalOperand,
  b: DecimalOperand,
  result: DecimalType,
  mode: CastMode,
): string {
  const script = scripted(operator, a, b, result, mode);
  if (operator === "%") {
    const scale = Math.max(a.dataType.scale, b.dataType.scale);
    const fits = Math.max(digitsOf(a), digitsOf(b)) + scale <= 38;
    return fits ? castTo(`(${a.sql} % ${b.sql})`, result, mode) : script;
  }
  return quotientSql(a, b, result, mode, script);
}

/** Longest dividend and divisor whose product with their own scale fits 64 bits; the divisor shorter, to leave room for its remainders. */
const DIVIDEND_DIGITS = 17;
const DIVISOR_DIGITS = 12;
const MOST_STEPS = 6;

/**
 * Long division on BIGINT, some digits of the quotient a step, for the engine divides 128 bits thirty times slower; rounded half up by
 * the last remainder. Values too long for that, and scales too deep, go to JavaScript.
 */
function quotientSql(
  a: DecimalOperand,
  b: DecimalOperand,
  result: DecimalType,
  mode: CastMode,
  script: string,
): string {
  const shift = result.scale - a.dataType.scale + b.dataType.scale;
  const lengthA = Math.min(a.dataType.precision, DIVIDEND_DIGITS - a.dataType.scale, 38 - shift);
  const lengthB = Math.min(b.dataType.precision, DIVISOR_DIGITS, DIVIDEND_DIGITS - b.dataType.scale);
  const stepDigits = Math.min(9, 18 - lengthB);
  const steps = Math.ceil(shift / stepDigits);
  if (shift < 0 || steps > MOST_STEPS || isTooShort(a, lengthA) || isTooShort(b, lengthB)) return script;
  let [quotient, rest, left] = [
    "(spark_division.n // spark_division.d)",
    "(spark_division.n % spark_division.d)",
    shift,
  ];
  const place = lengthA + shift <= 17 ? "BIGINT" : "HUGEINT";
  let total = `CAST(${quotient} AS ${place}) * ${power(shift)}`;
  for (; left > 0; left -= stepDigits) {
    const digits = Math.min(stepDigits, left);
    quotient = `((${rest} * ${power(digits)}) // spark_division.d)`;
    rest = `((${rest} * ${power(digits)}) % spark_division.d)`;
    total += ` + CAST(${quotient} AS ${place}) * ${power(left - digits)}`;
  }
  const rounding = `CASE WHEN 2 * abs(${rest}) >= abs(spark_division.d) THEN CASE WHEN (${rest} < 0) = (spark_division.d < 0) THEN 1 ELSE -1 END ELSE 0 END`;
  const operands = `{'n': ${whole64(a, lengthA)}, 'd': ${whole64(b, lengthB)}}`;
  const native = `list_extract(list_transform([${operands}], lambda spark_division: ${scaled(`(${total} + ${rounding})`, result, mode)}), 1)`;
  return bounded([below(a, lengthA - a.dataType.scale), below(b, lengthB - b.dataType.scale)], native, script);
}

/** True where the operand in so many digits would have none before the point. */
function isTooShort({ dataType }: DecimalOperand, length: number): boolean {
  return length < Math.min(dataType.precision, dataType.scale + 1);
}

/** The unscaled value as BIGINT, of an operand of at most so many digits. */
function whole64({ sql, dataType: { scale } }: DecimalOperand, length: number): string {
  if (scale === 0) return `CAST(${sql} AS BIGINT)`;
  return `CAST(${castTo(sql, decimal(length, scale), "ansi")} * CAST(${power(scale)} AS DECIMAL(${scale + 1},0)) AS BIGINT)`;
}

/** `left div right` of two decimals: the whole part of the quotient as BIGINT, whose lower 64 bits Java keeps of a longer one. */
export function decimalQuotientWhole(left: Typed, right: Typed): Typed {
  const [a, b] = [left as DecimalOperand, right as DecimalOperand];
  const scale = Math.max(a.dataType.scale, b.dataType.scale);
  const fits = Math.max(digitsOf(a), digitsOf(b)) + scale <= 38;
  const sql = guarded(a, b, (n, d) => {
    const [x, y] = [
      { ...a, sql: n },
      { ...b, sql: d },
    ];
    if (!fits) return `spark_wrapped_long(CAST(${scripted("div", x, y, decimal(38, 0), "ansi")} AS HUGEINT))`;
    const up = (one: DecimalOperand) =>
      unscaled({
        ...one,
        sql: castTo(one.sql, decimal(digitsOf(one) + scale, scale), "ansi"),
        dataType: decimal(digitsOf(one) + scale, scale),
      });
    return `spark_wrapped_long(${up(x)} // ${up(y)})`;
  });
  return typedFrom([a, b], sql, LONG);
}

/** Digits that Java's BigDecimal keeps of a negated value. */
const NEGATED_DIGITS = 34;

/** `-x` of a decimal: beyond 34 digits rounded to so many, as Spark has it. */
export function negatedDecimal(value: Typed): string {
  const { precision, scale } = (value as DecimalOperand).dataType;
  if (precision <= NEGATED_DIGITS) return `(-${value.sql})`;
  const type = engineType(value.dataType);
  const unscaledLimit = `1${"0".repeat(NEGATED_DIGITS)}`.padStart(scale + 1, "0");
  const limit = scale === 0 ? unscaledLimit : `${unscaledLimit.slice(0, -scale)}.${unscaledLimit.slice(-scale)}`;
  return once(value, (x) => {
    const script = `CAST(spark_decimal_negated(CAST(${x} AS VARCHAR), ${precision}) AS ${type})`;
    return `(CASE WHEN abs(${x}) < CAST('${limit}' AS ${type}) THEN -${x} ELSE ${script} END)`;
  });
}

interface Exact {
  readonly value: bigint;
  readonly scale: number;
}

function exactOf(text: string): Exact {
  const [whole = "", fraction = ""] = text.split(".");
  return { value: BigInt(`${whole}${fraction}`), scale: fraction.length };
}

const absolute = (value: bigint): bigint => (value < 0n ? -value : value);

/** n / d rounded half up, away from zero. */
function quotientHalfUp(n: bigint, d: bigint): bigint {
  const quotient = n / d;
  if (2n * absolute(n % d) < absolute(d)) return quotient;
  return n < 0n === d < 0n ? quotient + 1n : quotient - 1n;
}

/** The result's unscaled value at a scale. */
function exactResult(operator: string, a: Exact, b: Exact, scale: number): bigint {
  const common = Math.max(a.scale, b.scale);
  const [x, y] = [a.value * power(common - a.scale), b.value * power(common - b.scale)];
  const at = (value: bigint, from: number): bigint =>
    from <= scale ? value * power(scale - from) : quotientHalfUp(value, power(from - scale));
  switch (operator) {
    case "+":
      return at(x + y, common);
    case "-":
      return at(x - y, common);
    case "*":
      return at(a.value * b.value, a.scale + b.scale);
    case "%":
      return at(x % y, common);
    case "div":
      return x / y;
    default:
      return quotientHalfUp(x * power(scale), y);
  }
}

function decimalText(value: bigint, scale: number): string {
  const digits = String(absolute(value)).padStart(scale + 1, "0");
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return value < 0n ? `-${text}` : text;
}

function script(mode: CastMode): ScriptFunction {
  return {
    name: `spark_decimal_${mode}`,
    parameters: ["VARCHAR", "VARCHAR", "VARCHAR", "INTEGER", "INTEGER"],
    returns: "VARCHAR",
    call(operator, left, right, precision, scale) {
      const result = exactResult(String(operator), exactOf(String(left)), exactOf(String(right)), Number(scale));
      if (absolute(result) < power(Number(precision))) return decimalText(result, Number(scale));
      if (mode === "try") return null;
      throw new LakeletError({
        condition: "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
        sqlState: "22003",
        problem: `${decimalText(result, Number(scale))} cannot be represented as DECIMAL(${precision}, ${scale}).`,
        cure: "Use the `try_` form of the function to tolerate overflow and return NULL instead.",
      });
    },
  };
}

/** Rounds half to even, to 34 digits. */
function negatedText(text: string, precision: number): string {
  const { value, scale } = exactOf(text);
  const surplus = String(absolute(value)).length - NEGATED_DIGITS;
  if (surplus <= 0) return decimalText(-value, scale);
  const unit = power(surplus);
  const [whole, rest] = [absolute(value) / unit, absolute(value) % unit];
  const up = 2n * rest > unit || (2n * rest === unit && whole % 2n === 1n);
  const rounded = (up ? whole + 1n : whole) * unit;
  if (rounded < power(precision)) return decimalText(value < 0n ? rounded : -rounded, scale);
  throw new LakeletError({
    condition: "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION",
    sqlState: "22003",
    problem: `The negated ${text}, rounded to ${NEGATED_DIGITS} digits, cannot be represented as DECIMAL(${precision}, ${scale}).`,
  });
}

export const decimalScripts: readonly ScriptFunction[] = [
  script("ansi"),
  script("try"),
  {
    name: "spark_decimal_negated",
    parameters: ["VARCHAR", "INTEGER"],
    returns: "VARCHAR",
    call: (text, precision) => negatedText(String(text), Number(precision)),
  },
];

export const decimalMacros: Readonly<Record<string, string>> = {
  spark_wrapped_long:
    "CREATE OR REPLACE MACRO spark_wrapped_long(x) AS CAST(((x + 9223372036854775808::HUGEINT) % 18446744073709551616::HUGEINT " +
    "+ 18446744073709551616::HUGEINT) % 18446744073709551616::HUGEINT - 9223372036854775808::HUGEINT AS BIGINT)",
};
