/** Casts to dates and timestamps, and the step between an instant and the local clock. */

import type { DecimalType } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import { isIntegral } from "../coercion/coercion.js";
import type { FunctionContext, Typed } from "../typed.js";
import type { CastRequest } from "./cast-request.js";
import { once } from "./once.js";
import { toInstant, toLocal } from "./time-zone.js";

/** The instant as the local clock's TIMESTAMP; a timestamp_ntz as it is. */
export function localTimestamp(value: Typed, context: FunctionContext): string {
  return value.dataType.kind === "timestamp" ? toLocal(value.sql, context.timeZone) : value.sql;
}

export function castToDate({ from, value, mode, context }: CastRequest): string {
  if (from.kind !== "string") return `CAST(${localTimestamp(value, context)} AS DATE)`;
  return once(value, (x) => {
    const tried = `spark_try_date(${x})`;
    return mode === "try" ? tried : `coalesce(${tried}, spark_cast_failure(${x}, 'DATE'))`;
  });
}

export function castToTimestamp(request: CastRequest): string {
  const { from, value, mode, context } = request;
  switch (from.kind) {
    case "string":
      return once(value, (x) => {
        const tried = timestampFromString(x, context);
        return mode === "try" ? tried : `coalesce(${tried}, spark_cast_failure(${x}, 'TIMESTAMP'))`;
      });
    case "date":
      return toInstant(`CAST(${value.sql} AS TIMESTAMP)`, context.timeZone);
    case "timestamp_ntz":
      return toInstant(value.sql, context.timeZone);
    case "decimal":
      return once(value, (x) => decimalToTimestamp(x, from));
    default:
      if (isIntegral(from)) return `make_timestamptz(CAST(${value.sql} AS BIGINT) * 1000000)`;
      return once(value, (x) => `spark_${mode}_double_to_timestamp(CAST(${x} AS DOUBLE))`);
  }
}

/** Seconds to the microsecond; of more than a bigint holds, Java keeps the lower 64 bits. */
function decimalToTimestamp(x: string, { precision, scale }: DecimalType): string {
  const plain = `make_timestamptz(CAST(trunc(${x} * CAST(1000000 AS DECIMAL(7,0))) AS BIGINT))`;
  if (precision - scale <= 12 && precision <= 31) return plain;
  // 2^64 microseconds are 2^58 times 5^6 / 10^6 seconds: whole ones can be taken modulo 2^64 before they are multiplied.
  const whole = `CAST(trunc(${x}) AS HUGEINT) % 18446744073709551616::HUGEINT * 1000000`;
  const fraction = `CAST(trunc(CAST(${x} - trunc(${x}) AS DECIMAL(${scale + 1},${scale})) * CAST(1000000 AS DECIMAL(7,0))) AS HUGEINT)`;
  const exact = scale === 0 ? whole : scale > 30 ? plain : `${whole} + ${fraction}`;
  return exact === plain ? plain : `make_timestamptz(spark_wrapped_long(${exact}))`;
}

function timestampFromString(x: string, context: FunctionContext): string {
  const fast = toInstant(`TRY_CAST(${x} AS TIMESTAMP)`, context.timeZone);
  return `CASE WHEN spark_is_timestamp_text(${x}) THEN ${fast} ELSE make_timestamptz(spark_read_timestamp(${x}, ${engineString(context.timeZone)}, CAST(${context.now} AS BIGINT))) END`;
}

export function castToTimestampNtz({ from, value, mode, context }: CastRequest): string {
  switch (from.kind) {
    case "string":
      return once(value, (x) => {
        const tried = `CASE WHEN spark_is_timestamp_text(${x}) THEN TRY_CAST(${x} AS TIMESTAMP) ELSE make_timestamp(spark_read_timestamp_ntz(${x})) END`;
        return mode === "try" ? tried : `coalesce(${tried}, spark_cast_failure(${x}, 'TIMESTAMP_NTZ'))`;
      });
    case "date":
      return `CAST(${value.sql} AS TIMESTAMP)`;
    default:
      return localTimestamp(value, context);
  }
}
