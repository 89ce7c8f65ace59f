/** The engine's logical types as Spark's data types. */
import { type DuckDBType, DuckDBTypeId } from "@duckdb/node-api";
import {
  array,
  BINARY,
  BOOLEAN,
  BYTE,
  DATE,
  DAY_TIME_INTERVAL,
  type DataType,
  DOUBLE,
  decimal,
  FLOAT,
  field,
  INTEGER,
  LONG,
  map,
  SHORT,
  STRING,
  type StructType,
  struct,
  TIMESTAMP,
  TIMESTAMP_NTZ,
  VARIANT,
  VOID,
} from "../schema/data-type.js";

const SIMPLE: ReadonlyMap<DuckDBTypeId, DataType> = new Map<DuckDBTypeId, DataType>([
  [DuckDBTypeId.BOOLEAN, BOOLEAN],
  [DuckDBTypeId.TINYINT, BYTE],
  [DuckDBTypeId.UTINYINT, SHORT],
  [DuckDBTypeId.SMALLINT, SHORT],
  [DuckDBTypeId.USMALLINT, INTEGER],
  [DuckDBTypeId.INTEGER, INTEGER],
  [DuckDBTypeId.UINTEGER, LONG],
  [DuckDBTypeId.BIGINT, LONG],
  [DuckDBTypeId.UBIGINT, decimal(20, 0)],
  [DuckDBTypeId.HUGEINT, decimal(38, 0)],
  [DuckDBTypeId.UHUGEINT, decimal(38, 0)],
  [DuckDBTypeId.FLOAT, FLOAT],
  [DuckDBTypeId.DOUBLE, DOUBLE],
  [DuckDBTypeId.DATE, DATE],
  [DuckDBTypeId.TIMESTAMP, TIMESTAMP_NTZ],
  [DuckDBTypeId.TIMESTAMP_S, TIMESTAMP_NTZ],
  [DuckDBTypeId.TIMESTAMP_MS, TIMESTAMP_NTZ],
  [DuckDBTypeId.TIMESTAMP_NS, TIMESTAMP_NTZ],
  [DuckDBTypeId.TIMESTAMP_TZ, TIMESTAMP],
  [DuckDBTypeId.BLOB, BINARY],
  [DuckDBTypeId.INTERVAL, DAY_TIME_INTERVAL],
  [DuckDBTypeId.VARIANT, VARIANT],
  [DuckDBTypeId.SQLNULL, VOID],
]);

/** Types without an equal in Spark (TIME, UUID, ENUM, BIT ...) are strings: their values are given as text. */
export function dataTypeOf(type: DuckDBType): DataType {
  switch (type.typeId) {
    case DuckDBTypeId.DECIMAL:
      return decimal(type.width, type.scale);
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
      return array(dataTypeOf(type.valueType));
    case DuckDBTypeId.MAP:
      return map(dataTypeOf(type.keyType), dataTypeOf(type.valueType));
    case DuckDBTypeId.STRUCT:
      return struct(type.entryNames.map((name, i) => field(name, dataTypeOf(type.entryTypes[i] as DuckDBType))));
    default:
      return SIMPLE.get(type.typeId) ?? STRING;
  }
}

/** The schema of columns. */
export function schemaOf(columns: readonly { readonly name: string; readonly type: DuckDBType }[]): StructType {
  return struct(columns.map(({ name, type }) => field(name, dataTypeOf(type))));
}
