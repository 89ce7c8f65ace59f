/** Precision and scale of decimals by Spark's rules: of wider types, of arithmetic and of integers among decimals. */
import { type DataType, type DecimalType, decimal, MAX_DECIMAL_PRECISION } from "../../schema/data-type.js";
import type { Typed } from "../typed.js";

const MINIMUM_ADJUSTED_SCALE = 6;

/** The decimal that holds every value of an integral type, or undefined for another type. */
export function decimalOfIntegral(type: DataType): DecimalType | undefined {
  switch (type.kind) {
    case "byte":
      return decimal(3, 0);
    case "short":
      return decimal(5, 0);
    case "integer":
      return decimal(10, 0);
    case "long":
      return decimal(20, 0);
    default:
      return undefined;
  }
}

/**
 * The decimal as which an operand takes part in arithmetic and comparisons with decimals: itself, or for an integral type the decimal
 * that holds it, for an integer literal just its digits. Undefined for other types.
 */
export function decimalOfOperand(operand: Typed): DecimalType | undefined {
  if (operand.dataType.kind === "decimal") return operand.dataType;
  const whole = decimalOfIntegral(operand.dataType);
  // TINYINT literals count as their type: Spark looks at the digits of the other integer types only.
  const text = operand.dataType.kind === "byte" ? undefined : operand.literal?.value;
  if (whole === undefined || text === undefined || text === null) return whole;
  const digits = text.replace(/^[-+]?0*/, "").replace(/[^0-9].*$/, "");
  return decimal(Math.max(1, digits.length), 0);
}

/** The decimal that holds both; beyond 38 digits the fraction gives way first. */
export function widerDecimal(left: DecimalType, right: DecimalType): DecimalType {
  const scale = Math.max(left.scale, right.scale);
  const whole = Math.max(left.precision - left.scale, right.precision - right.scale);
  const excess = Math.max(0, whole + scale - MAX_DECIMAL_PRECISION);
  return decimal(Math.min(whole + scale, MAX_DECIMAL_PRECISION), Math.max(0, scale - excess));
}

/** Type of `left operator right` for decimals (spark.sql.decimalOperations.allowPrecisionLoss = true). */
export function decimalArithmeticType(
  operator: "+" | "-" | "*" | "/" | "%",
  left: DecimalType,
  right: DecimalType,
): DecimalType {
  const { precision: p1, scale: s1 } = left;
  const { precision: p2, scale: s2 } = right;
  switch (operator) {
    case "+":
    case "-": {
      const scale = Math.max(s1, s2);
      return adjusted(Math.max(p1 - s1, p2 - s2) + scale + 1, scale);
    }
    case "*":
      return adjusted(p1 + p2 + 1, s1 + s2);
    case "/": {
      const scale = Math.max(MINIMUM_ADJUSTED_SCALE, s1 + p2 + 1);
      return adjusted(p1 - s1 + s2 + scale, scale);
    }
    case "%": {
      const scale = Math.max(s1, s2);
      return adjusted(Math.min(p1 - s1, p2 - s2) + scale, scale);
    }
  }
}

function adjusted(precision: number, scale: number): DecimalType {
  if (precision <= MAX_DECIMAL_PRECISION) return decimal(precision, scale);
  const whole = precision - scale;
  const kept = Math.max(MAX_DECIMAL_PRECISION - whole, Math.min(scale, MINIMUM_ADJUSTED_SCALE));
  return decimal(MAX_DECIMAL_PRECISION, kept);
}
