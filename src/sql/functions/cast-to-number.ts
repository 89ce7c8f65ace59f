/** Casts to numbers and booleans. */

import { engineType } from "../../schema/engine-type.js";
import { typeText } from "../../schema/type-text.js";
import { isIntegral } from "../coercion/coercion.js";
import type { CastRequest } from "./cast-request.js";
import { once } from "./once.js";

const SIZES: Readonly<Record<string, number>> = { byte: 1, short: 2, integer: 4, long: 8 };

/** Engine SQL of a cast to an integral, floating or decimal type. */
export function castToNumber(request: CastRequest): string {
  switch (request.from.kind) {
    case "string":
      return numberFromString(request);
    case "timestamp":
      return numberFromTimestamp(request);
    case "boolean":
      return `CAST(CAST(${request.value.sql} AS TINYINT) AS ${engineType(request.to)})`;
    case "float":
    case "double":
      return numberFromFloating(request);
    case "decimal":
      return plain(request, isIntegral(request.to) ? `trunc(${request.value.sql})` : request.value.sql);
    default:
      return plain(request, request.value.sql);
  }
}

/** The engine's own cast; a wider integral cannot fail. */
function plain({ from, to, mode }: CastRequest, sql: string): string {
  const widens = (SIZES[from.kind] ?? 9) <= (SIZES[to.kind] ?? 0);
  return `${mode === "try" && !widens ? "TRY_CAST" : "CAST"}(${sql} AS ${engineType(to)})`;
}

function numberFromFloating(request: CastRequest): string {
  const { from, to, value } = request;
  if (to.kind === "long") return `spark_${request.mode}_floating_to_long(${value.sql})`;
  if (isIntegral(to)) return plain(request, `trunc(${value.sql})`);
  if (to.kind === "decimal")
    return once(value, (x) => decimalFromFloating({ ...request, value: { ...value, sql: x } }));
  // Narrowing to FLOAT overflows to infinity in Spark, and is an error in the engine.
  if (to.kind === "float") return `spark_double_to_float(${value.sql})`;
  return `CAST(${value.sql} AS ${from.kind === "float" ? "DOUBLE" : engineType(to)})`;
}

/** By the decimal digits of the double's text, as Spark does; NaN and infinities give NULL in both modes. */
function decimalFromFloating({ to, mode, value }: CastRequest): string {
  const cast = mode === "try" ? "TRY_CAST" : "CAST";
  const digits = `spark_plain_number(CAST(CAST(${value.sql} AS DOUBLE) AS VARCHAR), ${to.kind === "decimal" ? to.scale : 0})`;
  if (mode === "try") return `CASE WHEN isfinite(${value.sql}) THEN ${cast}(${digits} AS ${engineType(to)}) END`;
  const type = typeText(to).toUpperCase();
  return `CASE WHEN isfinite(${value.sql}) THEN coalesce(TRY_CAST(${digits} AS ${engineType(to)}), spark_out_of_range(${digits}, '${type}')) END`;
}

function numberFromString({ value, to, mode }: CastRequest): string {
  const type = engineType(to);
  const spark = typeText(to).toUpperCase();
  return once(value, (x) => {
    if (to.kind === "decimal") {
      const tried = `CASE WHEN spark_is_number_text(${x}) THEN TRY_CAST(spark_plain_number(${x}, ${to.scale}) AS ${type}) END`;
      return mode === "try" ? tried : `coalesce(${tried}, spark_number_cast_failure(${x}, '${spark}'))`;
    }
    const tried = isIntegral(to)
      ? `CASE WHEN spark_is_integer_text(${x}) THEN TRY_CAST(${x} AS ${type}) END`
      : `CASE WHEN spark_is_number_text(${x}) THEN TRY_CAST(${x} AS ${type}) ELSE CAST(spark_read_double(${x}) AS ${type}) END`;
    return mode === "try" ? tried : `coalesce(${tried}, spark_cast_failure(${x}, '${spark}'))`;
  });
}

function numberFromTimestamp(request: CastRequest): string {
  const { value, to, mode } = request;
  if (to.kind === "decimal") {
    const seconds = `(CAST(epoch_us(${value.sql}) AS DECIMAL(20,0)) * CAST(0.000001 AS DECIMAL(7,6)))`;
    return plain(request, seconds);
  }
  if (to.kind === "double" || to.kind === "float") return `CAST(epoch_us(${value.sql}) / 1000000 AS ${engineType(to)})`;
  const seconds = `spark_floor_seconds(epoch_us(${value.sql}))`;
  return to.kind === "long" ? seconds : `${mode === "try" ? "TRY_CAST" : "CAST"}(${seconds} AS ${engineType(to)})`;
}

/** Engine SQL of a cast to boolean. */
export function castToBoolean({ from, value, mode }: CastRequest): string {
  if (from.kind !== "string") return `(${value.sql} <> 0)`;
  return once(value, (x) => {
    const tried = `spark_read_boolean(${x})`;
    return mode === "try" ? tried : `coalesce(${tried}, spark_cast_failure(${x}, 'BOOLEAN'))`;
  });
}
