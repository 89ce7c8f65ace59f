/** Spark's number literals: the type that their text alone decides. */
import {
  BYTE,
  type DataType,
  DOUBLE,
  decimal,
  FLOAT,
  INTEGER,
  LONG,
  MAX_DECIMAL_PRECISION,
  SHORT,
} from "../../schema/data-type.js";
import type { LiteralExpression } from "../ast.js";
import { invalidLiteral } from "./syntax-error.js";

const SUFFIXES: Readonly<Record<string, { readonly type: DataType; readonly bits?: bigint }>> = {
  L: { type: LONG, bits: 64n },
  S: { type: SHORT, bits: 16n },
  Y: { type: BYTE, bits: 8n },
  D: { type: DOUBLE },
  F: { type: FLOAT },
};

/**
 * The literal of a number's text, sign included: `1` integer, beyond int bigint, beyond bigint decimal; `1.5` decimal(2,1);
 * `1e3` double; suffixes L S Y D F BD. Throws INVALID_TYPED_LITERAL where the value does not fit its suffix.
 */
export function numberLiteral(text: string): LiteralExpression {
  const [, digits = text, suffix = ""] = /^(.*?)(BD|[LSYDF])?$/i.exec(text) ?? [];
  if (suffix.toUpperCase() === "BD")
    return { kind: "literal", dataType: decimalType(digits), value: withoutExponent(digits) };
  const known = SUFFIXES[suffix.toUpperCase()];
  if (known === undefined) return { kind: "literal", dataType: typeOfDigits(digits), value: digits };
  if (known.bits !== undefined && !fits(digits, known.bits)) throw outOfRange(text);
  return { kind: "literal", dataType: known.type, value: digits };
}

function typeOfDigits(digits: string): DataType {
  if (/e/i.test(digits)) return DOUBLE;
  if (digits.includes(".")) return decimalType(digits);
  if (fits(digits, 32n)) return INTEGER;
  return fits(digits, 64n) ? LONG : decimalType(digits);
}

function fits(digits: string, bits: bigint): boolean {
  if (!/^-?\d+$/.test(digits)) return false;
  const value = BigInt(digits);
  const bound = 1n << (bits - 1n);
  return value >= -bound && value < bound;
}

/** java.math.BigDecimal's precision and scale, with a scale that is never negative nor beyond the precision. */
function decimalType(digits: string): DataType {
  const [, whole = "", fraction = "", exponent = "0"] = /^-?(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(digits) ?? [];
  const significant = (whole + fraction).replace(/^0+(?=\d)/, "");
  const scale = fraction.length - Number(exponent);
  const precision = scale < 0 ? significant.length - scale : Math.max(significant.length, scale);
  if (precision > MAX_DECIMAL_PRECISION) throw outOfRange(digits);
  return decimal(precision, Math.max(scale, 0));
}

/** `-1.5e-3` as `-0.0015`: the engine's decimals do not take exponents so small that nothing is left of their type. */
function withoutExponent(digits: string): string {
  const [, sign = "", whole = "", fraction = "", exponent] =
    /^(-?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(digits) ?? [];
  if (exponent === undefined) return digits;
  const point = whole.length + Number(exponent);
  const all = (whole + fraction).padEnd(point, "0").padStart(whole.length + fraction.length - Math.min(point, 0), "0");
  const at = Math.max(point, 0);
  return `${sign}${all.slice(0, at) || "0"}${all.length > at ? `.${all.slice(at)}` : ""}`;
}

function outOfRange(text: string): Error {
  return invalidLiteral("NUMBER", text, "Give a value in the type's range, or a double such as 1e40.");
}
