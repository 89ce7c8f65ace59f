/** Casts of literals decided while compiling, so that the engine sees constants (and can prune files by them). */

import type { DataType, DecimalType } from "../../schema/data-type.js";
import { engineType } from "../../schema/engine-type.js";
import { isIntegral } from "../coercion/coercion.js";
import type { FunctionContext, Typed } from "../typed.js";
import { dateText, parseDate, parseInstant, parseTimestamp, timestampText, trimmed } from "./temporal-text.js";

type Folded = Pick<Typed, "sql" | "literal">;

const INTEGRAL_BITS: Readonly<Record<string, bigint>> = { byte: 8n, short: 16n, integer: 32n, long: 64n };

/** The constant as the other type; undefined where it is not decided here (the general cast then decides, or raises). */
export function castLiteral(text: string, from: DataType, to: DataType, context: FunctionContext): Folded | undefined {
  if (isIntegral(from) && isIntegral(to)) return withoutLiteral(integral(text, to));
  if (isIntegral(from) && to.kind === "decimal") return withoutLiteral(decimalLiteral(text, to));
  if (from.kind === "decimal" && to.kind === "decimal") return withoutLiteral(decimalLiteral(text, to));
  if (isIntegral(from) && to.kind === "string") return stringLiteral(text);
  if (from.kind !== "string") return undefined;
  if (isIntegral(to)) return integral(trimmed(text), to);
  switch (to.kind) {
    case "decimal":
      return decimalLiteral(trimmed(text), to);
    case "double":
      return doubleLiteral(trimmed(text));
    case "boolean":
      return booleanLiteral(trimmed(text).toLowerCase());
    case "date":
      return constant(dateOf(text), "DATE");
    case "timestamp":
      return constant(instantText(text, context.timeZone), "TIMESTAMPTZ");
    case "timestamp_ntz":
      return constant(localText(text), "TIMESTAMP");
    default:
      return undefined;
  }
}

/** A number that was cast is no literal any more: beside decimals its whole type counts, not its digits. */
function withoutLiteral(folded: Folded | undefined): Folded | undefined {
  return folded && { sql: folded.sql };
}

function integral(text: string, to: DataType): Folded | undefined {
  const bits = INTEGRAL_BITS[to.kind];
  if (bits === undefined || !/^[+-]?[0-9]+$/.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/, ""));
  if (BigInt.asIntN(Number(bits), value) !== value) return undefined;
  return { sql: `CAST(${value} AS ${engineType(to)})`, literal: { value: String(value) } };
}

/** Only where no digit is dropped and none is too many. */
function decimalLiteral(text: string, to: DecimalType): Folded | undefined {
  const match = /^([+-]?)0*(\d*)(?:\.(\d*))?$/.exec(text);
  if (!match || text === "." || !/\d/.test(text)) return undefined;
  const [, sign = "", whole = "", written = ""] = match;
  const fraction = written.replace(/0+$/, "");
  if (whole.length > to.precision - to.scale || fraction.length > to.scale) return undefined;
  const digits = `${whole || "0"}${to.scale > 0 ? `.${fraction.padEnd(to.scale, "0")}` : ""}`;
  const value = `${sign === "-" && /[1-9]/.test(digits) ? "-" : ""}${digits}`;
  return { sql: `CAST('${value}' AS ${engineType(to)})`, literal: { value } };
}

function doubleLiteral(text: string): Folded | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return undefined;
  return { sql: `CAST('${text}' AS DOUBLE)`, literal: { value: text } };
}

function booleanLiteral(text: string): Folded | undefined {
  if (["t", "true", "y", "yes", "1"].includes(text)) return { sql: "TRUE", literal: { value: "true" } };
  if (["f", "false", "n", "no", "0"].includes(text)) return { sql: "FALSE", literal: { value: "false" } };
  return undefined;
}

function stringLiteral(text: string): Folded {
  return { sql: `'${text}'`, literal: { value: text } };
}

function constant(text: string | undefined, type: string): Folded | undefined {
  return text === undefined ? undefined : { sql: `CAST('${text}' AS ${type})`, literal: { value: text } };
}

function dateOf(text: string): string | undefined {
  const days = parseDate(text);
  return days === undefined ? undefined : dateText(days);
}

function instantText(text: string, timeZone: string): string | undefined {
  const micros = parseInstant(text, timeZone);
  const utc = micros === undefined ? undefined : timestampText(micros);
  return utc && `${utc}Z`;
}

function localText(text: string): string | undefined {
  const parsed = parseTimestamp(text);
  return parsed && timestampText(parsed.micros);
}
