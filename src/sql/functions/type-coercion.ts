/** Spark's ANSI type coercion: which types meet in which common type, and which implicit casts an argument may take. */
import {
  type ArrayType,
  DAY_TIME_INTERVAL,
  type DataType,
  type DecimalType,
  DOUBLE,
  decimal,
  LONG,
  MAX_DECIMAL_PRECISION,
  type MapType,
  type StructType,
  sameType,
  TIMESTAMP,
} from "../../schema/data-type.js";

const INTEGRAL_DIGITS: Readonly<Record<string, number>> = { byte: 3, short: 5, integer: 10, long: 20 };
const NUMERIC_ORDER = ["byte", "short", "integer", "long", "float", "double"];

export function isIntegral(type: DataType): boolean {
  return type.kind in INTEGRAL_DIGITS;
}
export function isNumeric(type: DataType): boolean {
  return type.kind === "decimal" || NUMERIC_ORDER.includes(type.kind);
}
export function isFloating(type: DataType): boolean {
  return type.kind === "float" || type.kind === "double";
}
/** Everything but arrays, maps, structs and void. */
export function isAtomic(type: DataType): boolean {
  return !["array", "map", "struct", "void"].includes(type.kind);
}
export function isDatetime(type: DataType): boolean {
  return type.kind === "date" || type.kind === "timestamp" || type.kind === "timestamp_ntz";
}

/** The decimal that holds every value of an integral type; floats and doubles as Spark's `DecimalType.forType`. */
export function decimalOf(type: DataType): DecimalType {
  if (type.kind === "decimal") return type;
  if (type.kind === "float") return decimal(14, 7);
  if (type.kind === "double") return decimal(30, 15);
  return decimal(INTEGRAL_DIGITS[type.kind] ?? 38, 0);
}

/** Least decimal for `intDigits` before and `scale` after the point, the scale cut to what 38 digits leave (never below 6). */
export function adjustedDecimal(precision: number, scale: number): DecimalType {
  if (precision <= MAX_DECIMAL_PRECISION) return decimal(precision, scale);
  const least = Math.min(scale, 6);
  return decimal(MAX_DECIMAL_PRECISION, Math.max(MAX_DECIMAL_PRECISION - (precision - scale), least));
}

/** The decimal that both sides widen to without loss where 38 digits suffice. */
export function widerDecimal(left: DecimalType, right: DecimalType): DecimalType {
  const scale = Math.max(left.scale, right.scale);
  const digits = Math.max(left.precision - left.scale, right.precision - right.scale);
  return boundedDecimal(digits + scale, scale);
}

/** Spark's `DecimalType.bounded`... with the integral digits kept. */
function boundedDecimal(precision: number, scale: number): DecimalType {
  return decimal(Math.min(precision, MAX_DECIMAL_PRECISION), Math.min(scale, MAX_DECIMAL_PRECISION));
}

/** Common type of two types without strings turning into anything else: CASE, UNION, IN and the like try this first. */
export function tightestCommonType(left: DataType, right: DataType): DataType | undefined {
  if (sameType(left, right)) return mergeNullability(left, right);
  if (left.kind === "void") return right;
  if (right.kind === "void") return left;
  if (isNumeric(left) && isNumeric(right)) return commonNumeric(left, right);
  if (isDatetime(left) && isDatetime(right)) {
    if (left.kind === "timestamp" || right.kind === "timestamp") return TIMESTAMP;
    return { kind: "timestamp_ntz" };
  }
  return undefined;
}

function commonNumeric(left: DataType, right: DataType): DataType {
  if (left.kind === "decimal" || right.kind === "decimal") {
    if (isFloating(left) || isFloating(right)) return DOUBLE;
    return widerDecimal(decimalOf(left), decimalOf(right));
  }
  const wider = NUMERIC_ORDER[Math.max(NUMERIC_ORDER.indexOf(left.kind), NUMERIC_ORDER.indexOf(right.kind))];
  return wider === "float" ? DOUBLE : ({ kind: wider } as DataType);
}

/** What a string becomes beside a value of the other type; undefined where Spark has no promotion. */
function promotedString(other: DataType): DataType | undefined {
  if (isIntegral(other)) return LONG;
  if (isNumeric(other)) return DOUBLE;
  if (other.kind === "interval" || !isAtomic(other)) return undefined;
  return other;
}

/** Common type of two types, strings promoted as ANSI mode does (to the other side's type); undefined where there is none. */
export function commonType(left: DataType, right: DataType): DataType | undefined {
  const tight = tightestCommonType(left, right);
  if (tight) return tight;
  if (left.kind === "string") return promotedString(right);
  if (right.kind === "string") return promotedString(left);
  if (left.kind === "array" && right.kind === "array") return commonArray(left, right);
  if (left.kind === "map" && right.kind === "map") return commonMap(left, right);
  if (left.kind === "struct" && right.kind === "struct") return commonStruct(left, right);
  if (left.kind === "interval" && right.kind === "interval") {
    return left.family === right.family ? left : DAY_TIME_INTERVAL;
  }
  return undefined;
}

/** Common type of many; strings come first so that the order of the arguments does not matter. Undefined where there is none. */
export function commonTypeOf(types: readonly DataType[]): DataType | undefined {
  const ordered = [...types.filter((t) => t.kind === "string"), ...types.filter((t) => t.kind !== "string")];
  const [first, ...rest] = ordered;
  return rest.reduce<DataType | undefined>((common, next) => common && commonType(common, next), first);
}

function commonArray(left: ArrayType, right: ArrayType): DataType | undefined {
  const elementType = commonType(left.elementType, right.elementType);
  return elementType && { kind: "array", elementType, containsNull: left.containsNull || right.containsNull };
}

function commonMap(left: MapType, right: MapType): DataType | undefined {
  const keyType = commonType(left.keyType, right.keyType);
  const valueType = commonType(left.valueType, right.valueType);
  if (!keyType || !valueType) return undefined;
  return { kind: "map", keyType, valueType, valueContainsNull: left.valueContainsNull || right.valueContainsNull };
}

function commonStruct(left: StructType, right: StructType): DataType | undefined {
  if (left.fields.length !== right.fields.length) return undefined;
  const fields = [];
  for (const [i, one] of left.fields.entries()) {
    const other = right.fields[i];
    const dataType = other && commonType(one.dataType, other.dataType);
    if (!other || !dataType || one.name.toLowerCase() !== other.name.toLowerCase()) return undefined;
    fields.push({ ...one, dataType, nullable: one.nullable || other.nullable });
  }
  return { kind: "struct", fields };
}

function mergeNullability(left: DataType, right: DataType): DataType {
  if (left.kind === "array" && right.kind === "array") return commonArray(left, right) ?? left;
  if (left.kind === "map" && right.kind === "map") return commonMap(left, right) ?? left;
  if (left.kind === "struct" && right.kind === "struct") return commonStruct(left, right) ?? left;
  return left;
}

/** True where ANSI mode casts an argument of one type implicitly to the other (Spark's `canANSIStoreAssign`, and strings to anything atomic). */
export function castsImplicitly(from: DataType, to: DataType): boolean {
  if (sameType(from, to) || from.kind === "void") return true;
  if (isNumeric(from) && isNumeric(to)) return true;
  if (isAtomic(from) && to.kind === "string") return true;
  if (from.kind === "string" && isAtomic(to)) return true;
  if (isDatetime(from) && isDatetime(to)) return true;
  if (from.kind === "array" && to.kind === "array") return castsImplicitly(from.elementType, to.elementType);
  if (from.kind === "map" && to.kind === "map") {
    return castsImplicitly(from.keyType, to.keyType) && castsImplicitly(from.valueType, to.valueType);
  }
  return false;
}
