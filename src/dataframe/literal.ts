/** JavaScript values as Spark SQL literal text: the one place where data becomes text. */
import { LakeletError } from "../errors/lakelet-error.js";

export type LiteralValue =
  | string
  | number
  | bigint
  | boolean
  | Date
  | Uint8Array
  | null
  | undefined
  | readonly LiteralValue[];

/**
 * A whole number is INT or BIGINT by its size, another number DOUBLE, a bigint BIGINT, a Date TIMESTAMP.
 * @example literalText("it's") // "'it\\'s'"
 */
export function literalText(value: LiteralValue): string {
  if (value === null || value === undefined) return "NULL";
  switch (typeof value) {
    case "string":
      return stringLiteral(value);
    case "number":
      return numberLiteral(value);
    case "bigint":
      return value < 0n ? `(${value}L)` : `${value}L`;
    case "boolean":
      return value ? "TRUE" : "FALSE";
    default:
      if (value instanceof Date) return dateLiteral(value);
      if (value instanceof Uint8Array) return `X'${Buffer.from(value).toString("hex").toUpperCase()}'`;
      if (Array.isArray(value)) return `array(${value.map((item: LiteralValue) => literalText(item)).join(", ")})`;
      throw unsupported(typeof value);
  }
}

/** Text in single quotes with Spark's escapes. */
export function stringLiteral(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\0", "\\0")}'`;
}

function numberLiteral(value: number): string {
  if (Number.isNaN(value)) return "CAST('NaN' AS DOUBLE)";
  if (!Number.isFinite(value)) return `CAST('${value > 0 ? "Infinity" : "-Infinity"}' AS DOUBLE)`;
  if (Object.is(value, -0)) return "(-0.0D)";
  const isInteger = Number.isSafeInteger(value);
  const text = isInteger ? (Math.abs(value) > 2147483647 ? `${value}L` : String(value)) : `${value}D`;
  return value < 0 ? `(${text})` : text;
}

function dateLiteral(value: Date): string {
  if (Number.isNaN(value.getTime())) throw unsupported("invalid Date");
  return `TIMESTAMP '${value.toISOString().replace("T", " ")}'`;
}

function unsupported(what: string): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_FEATURE.LITERAL_TYPE",
    sqlState: "0A000",
    problem: `A value of the type ${what} cannot be a literal.`,
    cure: "Use a string, number, bigint, boolean, Date, Uint8Array, an array of these, or null.",
  });
}
