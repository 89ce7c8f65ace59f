/** CAST and TRY_CAST between Spark's types: which casts there are; the files cast-to-*.ts give their engine SQL. */

import { type DataType, sameType } from "../../schema/data-type.js";
import { engineType } from "../../schema/engine-type.js";
import { isDatetime, isNumeric } from "../coercion/coercion.js";
import type { FunctionContext, Typed } from "../typed.js";
import { typedNull } from "../typed-null.js";
import { castLiteral } from "./cast-literal.js";
import { castNested } from "./cast-nested.js";
import type { CastMode, CastRequest } from "./cast-request.js";
import { castToBoolean, castToNumber } from "./cast-to-number.js";
import { castToBinary, castToString } from "./cast-to-string.js";
import { castToDate, castToTimestamp, castToTimestampNtz } from "./cast-to-temporal.js";
import { impossibleCast } from "./function-errors.js";
import { castInterval, isIntervalCast } from "./interval-cast.js";
import { once } from "./once.js";
import { variantHolds, variantPart } from "./variant-cast.js";
import { isVariantElement, variantSql } from "./variant-value.js";

/**
 * The value as the other type with Spark 4's ANSI semantics; in "try" mode a value that cannot be cast gives NULL.
 * Throws DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION (or with one) where Spark has no such cast. The engine SQL raises
 * CAST_INVALID_INPUT, CAST_OVERFLOW and NUMERIC_VALUE_OUT_OF_RANGE.
 */
export function compileCast(value: Typed, to: DataType, mode: CastMode, context: FunctionContext): Typed {
  const from = value.dataType;
  if (sameType(from, to)) {
    if (from.kind === "struct" || from.kind === "array" || from.kind === "map") return renamed(value, to);
    return value;
  }
  const { literal, bytes, ...rest } = value;
  const nullable = value.nullable || mode === "try";
  if (literal?.value === null) return typedNull(value, to);
  if (from.kind === "void") return typedNull(rest, to);
  if (!isCastable(from, to)) throw impossibleCast(from, to);
  const folded = literal && castLiteral(literal.value, from, to, context);
  if (folded) return { ...rest, ...folded, dataType: to, nullable };
  if (from.kind === "variant")
    return { ...rest, sql: castVariantPart(value, "$", to, mode, context), dataType: to, nullable: true };
  if (to.kind === "variant") return { ...rest, sql: once(value, (x) => variantSql(x, from, context)), dataType: to };
  const request: CastRequest = { value, from, to, mode, context };
  const nullFromValue = isNumeric(from) && from.kind !== "decimal" && to.kind === "decimal";
  if (bytes?.text === value.sql && to.kind === "binary") return { ...rest, sql: bytes.sql, dataType: to };
  const sql = castSql(request);
  const ofBytes = from.kind === "binary" && to.kind === "string" ? { bytes: { sql: value.sql, text: sql } } : {};
  return { ...rest, ...ofBytes, sql, dataType: to, nullable: nullable || nullFromValue };
}

/** The part of a variant at the engine's path, as that type. */
export function castVariantPart(
  value: Typed,
  path: string,
  to: DataType,
  mode: CastMode,
  context: FunctionContext,
): string {
  return once(value, (v) => variantPart(v, path, to, { mode, context, cast: compileCast, isCastable }));
}

/** Nested types that differ in the case of field names only are renamed by the engine's own cast. */
function renamed(value: Typed, to: DataType): Typed {
  const same = engineType(value.dataType) === engineType(to);
  return { ...value, dataType: to, sql: same ? value.sql : `CAST(${value.sql} AS ${engineType(to)})` };
}

function castSql(request: CastRequest): string {
  if (request.to.kind === "interval" || (request.from.kind === "interval" && request.to.kind !== "string"))
    return castInterval(request);
  switch (request.to.kind) {
    case "string":
      return castToString(request.value, request.context);
    case "binary":
      return castToBinary(request.value);
    case "boolean":
      return castToBoolean(request);
    case "date":
      return castToDate(request);
    case "timestamp":
      return castToTimestamp(request);
    case "timestamp_ntz":
      return castToTimestampNtz(request);
    case "array":
    case "map":
    case "struct":
      return castNested(request, compileCast);
    default:
      return castToNumber(request);
  }
}

/** Spark's Cast.canAnsiCast (and canTryCast, which allows the same among these types). */
function isCastable(from: DataType, to: DataType): boolean {
  if (sameType(from, to) || from.kind === "void") return true;
  if (from.kind === "variant") return variantHolds(to);
  if (to.kind === "variant") return isVariantElement(from);
  if (from.kind === "array" && to.kind === "array") return isCastable(from.elementType, to.elementType);
  if (from.kind === "map" && to.kind === "map") {
    return isCastable(from.keyType, to.keyType) && isCastable(from.valueType, to.valueType);
  }
  if (from.kind === "struct" && to.kind === "struct") {
    return (
      from.fields.length === to.fields.length &&
      from.fields.every((one, i) => isCastable(one.dataType, to.fields[i]?.dataType ?? to))
    );
  }
  return isPrimitiveCast(from, to);
}

function isPrimitiveCast(from: DataType, to: DataType): boolean {
  if (to.kind === "string") return true;
  if (from.kind === "interval" || to.kind === "interval") return isIntervalCast(from, to);
  if (from.kind === "string") return isNumeric(to) || isDatetime(to) || to.kind === "boolean" || to.kind === "binary";
  if (isNumeric(from)) return isNumeric(to) || to.kind === "boolean" || to.kind === "timestamp";
  if (from.kind === "boolean") return isNumeric(to);
  if (from.kind === "timestamp") return isNumeric(to) || isDatetime(to);
  return isDatetime(from) && isDatetime(to);
}
