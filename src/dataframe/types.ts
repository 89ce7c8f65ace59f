/** The types of `pyspark.sql.types`, called as in Python, without `new`: `StructType([StructField("id", LongType(), false)])`. */
import {
  array,
  BINARY,
  BOOLEAN,
  BYTE,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  type StructField as Field,
  FLOAT,
  field,
  INTEGER,
  LONG,
  map,
  SHORT,
  STRING,
  type StructType as Struct,
  struct,
  TIMESTAMP,
  TIMESTAMP_NTZ,
} from "../schema/data-type.js";

export type StructType = Struct;
export type StructField = Field;

/** @example StructType([StructField("id", LongType(), false), StructField("tags", ArrayType(StringType()))]) */
export const StructType = (fields: readonly StructField[]): StructType => struct(fields);
export const StructField = (name: string, dataType: DataType, nullable = true): StructField =>
  field(name, dataType, nullable);
export const ArrayType = (elementType: DataType, containsNull = true): DataType => array(elementType, containsNull);
export const MapType = (keyType: DataType, valueType: DataType, valueContainsNull = true): DataType =>
  map(keyType, valueType, valueContainsNull);
/** `precision` digits, `scale` of them behind the point. */
export const DecimalType = (precision = 10, scale = 0): DataType => decimal(precision, scale);
export const StringType = (): DataType => STRING;
export const BooleanType = (): DataType => BOOLEAN;
export const ByteType = (): DataType => BYTE;
export const ShortType = (): DataType => SHORT;
export const IntegerType = (): DataType => INTEGER;
export const LongType = (): DataType => LONG;
export const FloatType = (): DataType => FLOAT;
export const DoubleType = (): DataType => DOUBLE;
export const DateType = (): DataType => DATE;
export const TimestampType = (): DataType => TIMESTAMP;
export const TimestampNTZType = (): DataType => TIMESTAMP_NTZ;
export const BinaryType = (): DataType => BINARY;
