/** JavaScript values to the engine's: what rows that are registered and results of script functions may hold. */
import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from "@duckdb/node-api";
import type { Value } from "../engine/engine.js";
import { LakeletError } from "../errors/lakelet-error.js";
import { typeText } from "../schema/type-text.js";
import { dataTypeOf } from "./result-schema.js";
import { parseDate, parseTimestamp } from "./temporal-text.js";

type ValueWriter = (value: Value) => DuckDBValue;

const MILLIS_PER_DAY = 86_400_000;

/** How values are written into a vector of that type. The writer throws CANNOT_ACCEPT_OBJECT_IN_TYPE for a value that does not fit. */
export function engineValueWriter(type: DuckDBType): ValueWriter {
  const write = notNullWriter(type);
  return (value) => {
    if (value === null || value === undefined) return null;
    const written = write(value);
    if (written === undefined) throw unacceptable(value, type);
    return written;
  };
}

/** Gives undefined for a value that does not fit. */
function notNullWriter(type: DuckDBType): (value: NonNullable<Value>) => DuckDBValue | undefined {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return (value) => (typeof value === "boolean" ? value : undefined);
    case DuckDBTypeId.TINYINT:
      return integerWriter(-128, 127);
    case DuckDBTypeId.SMALLINT:
      return integerWriter(-32_768, 32_767);
    case DuckDBTypeId.INTEGER:
      return integerWriter(-2_147_483_648, 2_147_483_647);
    case DuckDBTypeId.BIGINT:
      return bigintOf;
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
      return (value) => (typeof value === "number" ? value : typeof value === "bigint" ? Number(value) : undefined);
    case DuckDBTypeId.VARCHAR:
      return (value) => (typeof value === "string" ? value : undefined);
    case DuckDBTypeId.BLOB:
      return (value) => (value instanceof Uint8Array ? new DuckDBBlobValue(value) : undefined);
    case DuckDBTypeId.DECIMAL:
      return (value) => {
        const scaled = scaledOf(value, type.width, type.scale);
        return scaled === undefined ? undefined : new DuckDBDecimalValue(scaled, type.width, type.scale);
      };
    case DuckDBTypeId.DATE:
      return (value) => {
        const days = daysOf(value);
        return days === undefined ? undefined : new DuckDBDateValue(days);
      };
    case DuckDBTypeId.TIMESTAMP:
      return (value) => {
        const micros = microsOf(value);
        return micros === undefined ? undefined : new DuckDBTimestampValue(micros);
      };
    case DuckDBTypeId.TIMESTAMP_TZ:
      return (value) => {
        const micros = microsOf(value);
        return micros === undefined ? undefined : new DuckDBTimestampTZValue(micros);
      };
    case DuckDBTypeId.LIST:
      return listWriter(engineValueWriter(type.valueType));
    case DuckDBTypeId.STRUCT:
      return structWriter(type.entryNames, type.entryTypes.map(engineValueWriter));
    case DuckDBTypeId.MAP:
      return mapWriter(engineValueWriter(type.keyType), engineValueWriter(type.valueType));
    default:
      return (value) => (typeof value === "string" ? value : undefined);
  }
}

function integerWriter(min: number, max: number): (value: NonNullable<Value>) => number | undefined {
  return (value) => {
    const number = typeof value === "bigint" ? Number(value) : value;
    return typeof number === "number" && Number.isInteger(number) && number >= min && number <= max
      ? number
      : undefined;
  };
}

function bigintOf(value: NonNullable<Value>): bigint | undefined {
  if (typeof value === "bigint") return BigInt.asIntN(64, value) === value ? value : undefined;
  return typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : undefined;
}

/** The value scaled to a whole number, rounded half up as Spark does; undefined where it has too many digits. */
function scaledOf(value: NonNullable<Value>, precision: number, scale: number): bigint | undefined {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "bigint") return undefined;
  const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?\s*$/.exec(String(value));
  if (!match || !(match[2] || match[3])) return undefined;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const shift = scale - fraction.length + Number(exponent);
  if (Math.abs(shift) > 400) return undefined;
  let scaled = BigInt(whole + fraction);
  if (shift >= 0) scaled *= 10n ** BigInt(shift);
  else {
    const divisor = 10n ** BigInt(-shift);
    scaled = (scaled + divisor / 2n) / divisor;
  }
  if (scaled >= 10n ** BigInt(precision)) return undefined;
  return sign === "-" ? -scaled : scaled;
}

function daysOf(value: NonNullable<Value>): number | undefined {
  if (value instanceof Date) return Math.floor(value.getTime() / MILLIS_PER_DAY);
  return typeof value === "string" ? parseDate(value) : undefined;
}

/** A text without a zone is taken as UTC: registered values are instants in the form of {@link Engine}'s results. */
function microsOf(value: NonNullable<Value>): bigint | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : BigInt(value.getTime()) * 1000n;
  return typeof value === "string" ? parseTimestamp(value)?.micros : undefined;
}

function listWriter(element: ValueWriter): (value: NonNullable<Value>) => DuckDBValue | undefined {
  return (value) => (Array.isArray(value) ? new DuckDBListValue(value.map(element)) : undefined);
}

function structWriter(
  names: readonly string[],
  writers: readonly ValueWriter[],
): (value: NonNullable<Value>) => DuckDBValue | undefined {
  return (value) => {
    if (!isStruct(value)) return undefined;
    const entries: Record<string, DuckDBValue> = {};
    names.forEach((name, i) => {
      entries[name] = writers[i]?.(value[name] ?? null) ?? null;
    });
    return new DuckDBStructValue(entries);
  };
}

function mapWriter(key: ValueWriter, mapped: ValueWriter): (value: NonNullable<Value>) => DuckDBValue | undefined {
  return (value) => {
    if (!(value instanceof Map)) return undefined;
    return new DuckDBMapValue([...value].map(([k, v]) => ({ key: key(k as Value), value: mapped(v as Value) })));
  };
}

function isStruct(value: NonNullable<Value>): value is { readonly [field: string]: Value } {
  return (
    typeof value === "object" &&
    !Array.isArray(value) &&
    !(value instanceof Map) &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array)
  );
}

function unacceptable(value: Value, type: DuckDBType): LakeletError {
  const text = typeof value === "object" ? (value?.constructor?.name ?? "object") : `${typeof value} ${String(value)}`;
  const name = typeText(dataTypeOf(type));
  return new LakeletError({
    condition: "CANNOT_ACCEPT_OBJECT_IN_TYPE",
    sqlState: "42K09",
    problem: `The type ${name} cannot accept the value ${text}.`,
    cure: "Give a value of that type, or name another type in the schema.",
    parameters: { dataType: name, obj: text },
  });
}
