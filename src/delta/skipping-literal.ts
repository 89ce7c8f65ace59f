/** Constants and statistics of skipping predicates as engine SQL that compares them as `src/expression/comparable.ts` does, or is less sure. */
import { type Comparable, comparable, compare } from "../expression/comparable.js";
import type { SkippingLiteral } from "../expression/skipping-predicate.js";
import type { DataType } from "../schema/data-type.js";
import { engineString } from "../schema/engine-type.js";

/** Engine SQL of numbers, texts or booleans between which the constant lies. */
export interface LiteralBounds {
  readonly lowest: string;
  readonly highest: string;
}

/** Numbers are compared as doubles: by so much two that are different may look equal. Floats are rounded on their way to the log. */
const RELATIVE_ERROR = 1e-12;
const FLOAT_ERROR = 1e-6;
/** Below it doubles and floats lose digits. */
const ABSOLUTE_ERROR = 1e-37;

/** The least and the greatest of some constants; undefined where one of them cannot be compared. */
export function literalBounds(type: DataType, values: readonly SkippingLiteral[]): LiteralBounds | undefined {
  const known = values.map((value) => comparable(type, value));
  if (known.length === 0 || known.some((value) => value === undefined)) return undefined;
  const sorted = (known as Comparable[]).sort(compare);
  const [lowest, highest] = [sorted[0], sorted.at(-1)];
  const bounds = { lowest: literalSql(type, lowest, -1), highest: literalSql(type, highest, 1) };
  return bounds.lowest === undefined || bounds.highest === undefined ? undefined : (bounds as LiteralBounds);
}

function literalSql(type: DataType, value: Comparable | undefined, sign: 1 | -1): string | undefined {
  switch (type.kind) {
    case "string":
      return typeof value === "string" ? comparableSql("string", value) : undefined;
    case "boolean":
      return typeof value === "boolean" ? (value ? "1" : "0") : undefined;
    case "date":
    case "timestamp":
    case "timestamp_ntz":
      return typeof value === "bigint" ? String(value) : undefined;
    default:
      return numberSql(type, value, sign);
  }
}

function numberSql(type: DataType, value: Comparable | undefined, sign: 1 | -1): string | undefined {
  const number =
    typeof value === "object" ? Number(`${value.unscaled}e-${value.scale}`) : typeof value === "number" ? value : NaN;
  if (!Number.isFinite(number)) return undefined;
  const error = Math.abs(number) * (type.kind === "float" ? FLOAT_ERROR : RELATIVE_ERROR) + ABSOLUTE_ERROR;
  const moved = number + sign * error;
  return Number.isFinite(moved) ? `(${moved.toExponential()})::DOUBLE` : undefined;
}

/**
 * A text of the log (or a constant text) as a value that compares: NULL where it cannot be understood. Undefined for types that do not compare.
 */
export function comparableSql(kind: DataType["kind"], text: string | { readonly sql: string }): string | undefined {
  const sql = typeof text === "string" ? textSql(text) : text.sql;
  if (sql === undefined) return undefined;
  switch (kind) {
    case "string":
      return sql;
    case "boolean":
      return `(CASE lower(${sql}) WHEN 'true' THEN 1 WHEN 'false' THEN 0 END)`;
    case "date":
      return `(CASE WHEN length(${sql}) = 10 AND ${sql} LIKE '____-__-__' THEN epoch_us(TRY_CAST(${sql} AS DATE)) END)`;
    case "timestamp":
    case "timestamp_ntz":
      // Other forms have zones; they are left to the exact comparison.
      return `(CASE WHEN ${sql} LIKE '____-__-__T__:__:__.___Z' OR ${sql} LIKE '____-__-__T__:__:__.___' OR regexp_full_match(${sql}, '\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,6})?Z?') THEN epoch_us(TRY_CAST(rtrim(${sql}, 'Z') AS TIMESTAMP)) END)`;
    case "byte":
    case "short":
    case "integer":
    case "long":
    case "decimal":
      return `TRY_CAST(${sql} AS DOUBLE)`;
    case "float":
    case "double":
      // The engine orders NaN above all others, where for the exact comparison it says nothing.
      return `nullif(TRY_CAST(${sql} AS DOUBLE), 'NaN'::DOUBLE)`;
    default:
      return undefined;
  }
}

/** Undefined where the engine cannot hold the text. */
function textSql(text: string): string | undefined {
  return text.includes("\0") || !isWellFormed(text) ? undefined : engineString(text);
}

function isWellFormed(text: string): boolean {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text)) === text;
}
