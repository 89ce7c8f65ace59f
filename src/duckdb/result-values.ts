/** Values of results: the engine's vectors to the forms that the {@link Engine} contract promises. */
import {
  DuckDBBlobValue,
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
  DuckDBListValue,
  type DuckDBMapValue,
  type DuckDBStructValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
  DuckDBVariantValue,
  type DuckDBVector,
} from "@duckdb/node-api";
import type { Value } from "../engine/engine.js";
import "./byte-order-mark.js";
import { dateText, timestampText, timeText } from "./temporal-text.js";
import { variantText } from "./variant-text.js";

/** The reader of one type's values that are not NULL; made once a column. */
type ValueReader = (value: DuckDBValue) => Value;

/** Runs a statement and gives all its rows. */
export async function allRows(connection: DuckDBConnection, sql: string): Promise<Value[][]> {
  const result = await connection.run(sql);
  return (await result.fetchAllChunks()).flatMap(chunkRows);
}

/** The rows of a chunk. */
export function chunkRows(chunk: DuckDBDataChunk): Value[][] {
  const columnCount = chunk.columnCount;
  const rows: Value[][] = Array.from({ length: chunk.rowCount }, () => new Array<Value>(columnCount));
  for (let c = 0; c < columnCount; c++) {
    const column = vectorValues(chunk.getColumnVector(c));
    for (let i = 0; i < rows.length; i++) (rows[i] as Value[])[c] = column[i] as Value;
  }
  return rows;
}

/** All values of a vector. */
export function vectorValues(vector: DuckDBVector): Value[] {
  const read = valueReader(vector.type);
  if (read === asIs) return vector.toArray() as Value[];
  const values = new Array<Value>(vector.itemCount);
  for (let i = 0; i < values.length; i++) {
    const value = vector.getItem(i);
    values[i] = value === null ? null : read(value);
  }
  return values;
}

/** One value that may be NULL. */
function nullable(read: ValueReader): ValueReader {
  return read === asIs ? read : (value) => (value === null ? null : read(value));
}

const asIs: ValueReader = (value) => value as Value;
const asBigInt: ValueReader = (value) => BigInt(value as number | bigint);
const asText: ValueReader = (value) => String(value);

/** How values of a type are read. */
export function valueReader(type: DuckDBType): ValueReader {
  switch (type.typeId) {
    case DuckDBTypeId.UINTEGER:
      return asBigInt;
    case DuckDBTypeId.DECIMAL:
      return (value) => (value instanceof DuckDBDecimalValue ? decimalText(value.value, value.scale) : String(value));
    case DuckDBTypeId.DATE:
      return (value) => (value instanceof DuckDBDateValue ? dateText(value.days) : String(value));
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
    case DuckDBTypeId.TIMESTAMP_NS:
      return (value) => timestampText(microsOf(value));
    case DuckDBTypeId.TIMESTAMP_TZ:
      return (value) => instantText(microsOf(value));
    case DuckDBTypeId.BLOB:
      return (value) => (value instanceof DuckDBBlobValue ? Uint8Array.from(value.bytes) : String(value));
    case DuckDBTypeId.INTERVAL:
      return (value) => (value instanceof DuckDBIntervalValue ? intervalText(value) : String(value));
    case DuckDBTypeId.VARIANT:
      return (value) => (value instanceof DuckDBVariantValue ? variantText(value.value) : String(value));
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
      return listReader(nullable(valueReader(type.valueType)));
    case DuckDBTypeId.STRUCT:
      return structReader(
        type.entryNames,
        type.entryTypes.map((entry) => nullable(valueReader(entry))),
      );
    case DuckDBTypeId.MAP:
      return mapReader(nullable(valueReader(type.keyType)), nullable(valueReader(type.valueType)));
    case DuckDBTypeId.BOOLEAN:
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
    case DuckDBTypeId.VARCHAR:
    case DuckDBTypeId.SQLNULL:
      return asIs;
    default:
      return asText;
  }
}

function listReader(element: ValueReader): ValueReader {
  return (value) => {
    const items = value instanceof DuckDBListValue ? value.items : (value as unknown as { items: DuckDBValue[] }).items;
    return items.map(element);
  };
}

function structReader(names: readonly string[], readers: readonly ValueReader[]): ValueReader {
  return (value) => {
    const entries = (value as DuckDBStructValue).entries;
    const object: Record<string, Value> = {};
    names.forEach((name, i) => {
      object[name] = (readers[i] ?? asIs)(entries[name] ?? null);
    });
    return object;
  };
}

function mapReader(key: ValueReader, mapped: ValueReader): ValueReader {
  return (value) =>
    new Map((value as DuckDBMapValue).entries.map((entry) => [key(entry.key), mapped(entry.value)] as const));
}

/** Timestamps of each unit, cut to microseconds as Spark has them. */
function microsOf(value: DuckDBValue): bigint {
  const stamp = value as { micros?: bigint; seconds?: bigint; millis?: bigint; nanos?: bigint };
  if (stamp.micros !== undefined) return stamp.micros;
  if (stamp.millis !== undefined) return stamp.millis * 1000n;
  if (stamp.seconds !== undefined) return stamp.seconds * 1_000_000n;
  const nanos = stamp.nanos ?? 0n;
  return nanos >= 0n ? nanos / 1000n : (nanos - 999n) / 1000n;
}

function instantText(micros: bigint): string {
  const text = timestampText(micros);
  return text.endsWith("infinity") ? text : `${text}Z`;
}

/** The exact text of a scaled integer. @example decimalText(-150n, 2) // "-1.50" */
export function decimalText(scaled: bigint, scale: number): string {
  if (scale === 0) return scaled.toString();
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(scale + 1, "0");
  const point = digits.length - scale;
  return `${scaled < 0n ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** Spark's ANSI form of an interval: year to month where it has months, else day to second. */
function intervalText({ months, days, micros }: DuckDBIntervalValue): string {
  if (months !== 0) {
    const count = Math.abs(months);
    return `INTERVAL '${months < 0 ? "-" : ""}${Math.floor(count / 12)}-${count % 12}' YEAR TO MONTH`;
  }
  const total = BigInt(days) * 86_400_000_000n + micros;
  const amount = total < 0n ? -total : total;
  const time = timeText(Number(amount % 86_400_000_000n)).replace(/\.?0+$/, (zeros) =>
    zeros.startsWith(".") ? "" : zeros.replace(/0+$/, ""),
  );
  return `INTERVAL '${total < 0n ? "-" : ""}${amount / 86_400_000_000n} ${time}' DAY TO SECOND`;
}
