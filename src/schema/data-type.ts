/** Spark's data types as plain readonly data; `kind` is the name that Delta's schema JSON uses. */

export type PrimitiveKind =
  | "boolean"
  | "byte"
  | "short"
  | "integer"
  | "long"
  | "float"
  | "double"
  | "string"
  | "binary"
  | "date"
  | "timestamp"
  | "timestamp_ntz"
  | "void"
  | "variant";

export interface PrimitiveType {
  readonly kind: PrimitiveKind;
}
export interface DecimalType {
  readonly kind: "decimal";
  readonly precision: number;
  readonly scale: number;
}
/** The value of an INTERVAL expression; never stored in a table. */
export interface IntervalType {
  readonly kind: "interval";
  /** `calendar`: what make_interval gives, with months, days and microseconds of their own. */
  readonly family: "year-month" | "day-time" | "calendar";
  /** First and last field, e.g. `INTERVAL DAY TO HOUR`; absent: all of the family. */
  readonly fields?: readonly [IntervalField, IntervalField];
}
export type IntervalField = "year" | "month" | "day" | "hour" | "minute" | "second";
export interface ArrayType {
  readonly kind: "array";
  readonly elementType: DataType;
  readonly containsNull: boolean;
}
export interface MapType {
  readonly kind: "map";
  readonly keyType: DataType;
  readonly valueType: DataType;
  readonly valueContainsNull: boolean;
}
export interface StructField {
  readonly name: string;
  readonly dataType: DataType;
  readonly nullable: boolean;
  /** Delta's field metadata (comment, generation expression, column mapping ...); `{}` when there is none. */
  readonly metadata: Readonly<Record<string, unknown>>;
}
export interface StructType {
  readonly kind: "struct";
  readonly fields: readonly StructField[];
}
export type DataType = PrimitiveType | DecimalType | IntervalType | ArrayType | MapType | StructType;

export const BOOLEAN: PrimitiveType = { kind: "boolean" };
export const BYTE: PrimitiveType = { kind: "byte" };
export const SHORT: PrimitiveType = { kind: "short" };
export const INTEGER: PrimitiveType = { kind: "integer" };
export const LONG: PrimitiveType = { kind: "long" };
export const FLOAT: PrimitiveType = { kind: "float" };
export const DOUBLE: PrimitiveType = { kind: "double" };
export const STRING: PrimitiveType = { kind: "string" };
export const BINARY: PrimitiveType = { kind: "binary" };
export const DATE: PrimitiveType = { kind: "date" };
export const TIMESTAMP: PrimitiveType = { kind: "timestamp" };
export const TIMESTAMP_NTZ: PrimitiveType = { kind: "timestamp_ntz" };
export const VOID: PrimitiveType = { kind: "void" };
export const VARIANT: PrimitiveType = { kind: "variant" };
export const YEAR_MONTH_INTERVAL: IntervalType = { kind: "interval", family: "year-month" };
export const DAY_TIME_INTERVAL: IntervalType = { kind: "interval", family: "day-time" };

export const CALENDAR_INTERVAL: IntervalType = { kind: "interval", family: "calendar" };

export const MAX_DECIMAL_PRECISION = 38;

export function decimal(precision: number, scale: number): DecimalType {
  return { kind: "decimal", precision, scale };
}
export function array(elementType: DataType, containsNull = true): ArrayType {
  return { kind: "array", elementType, containsNull };
}
export function map(keyType: DataType, valueType: DataType, valueContainsNull = true): MapType {
  return { kind: "map", keyType, valueType, valueContainsNull };
}
export function struct(fields: readonly StructField[]): StructType {
  return { kind: "struct", fields };
}
export function field(
  name: string,
  dataType: DataType,
  nullable = true,
  metadata: Readonly<Record<string, unknown>> = {},
): StructField {
  return { name, dataType, nullable, metadata };
}

/** Same type, nullability and field metadata left aside; field names compare without case, as Spark resolves them. */
export function sameType(left: DataType, right: DataType): boolean {
  if (left.kind !== right.kind) return false;
  switch (left.kind) {
    case "decimal":
      return right.kind === "decimal" && left.precision === right.precision && left.scale === right.scale;
    case "interval":
      return (
        right.kind === "interval" &&
        isSameFamily(left, right) &&
        String(intervalFields(left)) === String(intervalFields(right))
      );
    case "array":
      return right.kind === "array" && sameType(left.elementType, right.elementType);
    case "map":
      return right.kind === "map" && sameType(left.keyType, right.keyType) && sameType(left.valueType, right.valueType);
    case "struct":
      return (
        right.kind === "struct" &&
        left.fields.length === right.fields.length &&
        left.fields.every((one, i) => {
          const other = right.fields[i];
          return (
            other !== undefined &&
            one.name.toLowerCase() === other.name.toLowerCase() &&
            sameType(one.dataType, other.dataType)
          );
        })
      );
    default:
      return true;
  }
}

/** First and last field of an interval; those of a calendar interval are of no use. */
export function intervalFields({ family, fields }: IntervalType): readonly [IntervalField, IntervalField] {
  return fields ?? (family === "year-month" ? ["year", "month"] : ["day", "second"]);
}

export function isSameFamily(left: IntervalType, right: IntervalType): boolean {
  return left.family === right.family;
}

const INTERVAL_FIELDS: readonly IntervalField[] = ["year", "month", "day", "hour", "minute", "second"];

/** The interval with the fields of both; they are of one family. */
export function spanningInterval(left: IntervalType, right: IntervalType): IntervalType {
  const ranks = [...intervalFields(left), ...intervalFields(right)].map((one) => INTERVAL_FIELDS.indexOf(one));
  const [first, last] = [INTERVAL_FIELDS[Math.min(...ranks)], INTERVAL_FIELDS[Math.max(...ranks)]];
  return { ...left, ...(first && last && left.family !== "calendar" ? { fields: [first, last] as const } : {}) };
}

/** The field of that name, letter case aside, or undefined. */
export function findField(schema: StructType, name: string): StructField | undefined {
  const exact = schema.fields.find((one) => one.name === name);
  return exact ?? schema.fields.find((one) => one.name.toLowerCase() === name.toLowerCase());
}

/** True if the type, or any within it, satisfies the test. */
export function holdsType(type: DataType, test: (type: DataType) => boolean): boolean {
  if (test(type)) return true;
  switch (type.kind) {
    case "array":
      return holdsType(type.elementType, test);
    case "map":
      return holdsType(type.keyType, test) || holdsType(type.valueType, test);
    case "struct":
      return type.fields.some((one) => holdsType(one.dataType, test));
    default:
      return false;
  }
}
