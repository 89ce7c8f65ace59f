/** Spark's ANSI type coercion as pure functions over types: common types, and which casts happen by themselves. */
import {
  type ArrayType,
  array,
  type DataType,
  DOUBLE,
  FLOAT,
  field,
  isSameFamily,
  LONG,
  type MapType,
  map,
  type StructType,
  sameType,
  spanningInterval,
  struct,
  TIMESTAMP,
  TIMESTAMP_NTZ,
} from "../../schema/data-type.js";
import type { Typed } from "../typed.js";
import { decimalOfIntegral, decimalOfOperand, widerDecimal } from "./decimal-precision.js";

const INTEGRAL_ORDER = ["byte", "short", "integer", "long"] as const;
const DATETIMES: ReadonlySet<string> = new Set(["date", "timestamp", "timestamp_ntz"]);
const NOT_ATOMIC: ReadonlySet<string> = new Set(["array", "map", "struct", "void", "variant"]);

export function isIntegral(type: DataType): boolean {
  return (INTEGRAL_ORDER as readonly string[]).includes(type.kind);
}
export function isFractional(type: DataType): boolean {
  return type.kind === "float" || type.kind === "double" || type.kind === "decimal";
}
export function isNumeric(type: DataType): boolean {
  return isIntegral(type) || isFractional(type);
}
export function isDatetime(type: DataType): boolean {
  return DATETIMES.has(type.kind);
}
/** Neither nested nor void nor variant. */
export function isAtomic(type: DataType): boolean {
  return !NOT_ATOMIC.has(type.kind);
}

type Widen = (left: DataType, right: DataType) => DataType | undefined;

/** The wider of two types where no digit can be lost and no string is promoted (Spark's findTightestCommonType). */
export function tightestCommonType(left: DataType, right: DataType): DataType | undefined {
  if (left.kind === "void") return right;
  if (right.kind === "void") return left;
  if (sameType(left, right)) return nested(left, right, tightestCommonType) ?? left;
  if (isDatetime(left) && isDatetime(right)) return widerDatetime(left, right);
  if (left.kind === "interval" && right.kind === "interval") {
    return isSameFamily(left, right) ? spanningInterval(left, right) : undefined;
  }
  if (isNumeric(left) && isNumeric(right) && left.kind !== "decimal" && right.kind !== "decimal") {
    return widerNumber(left, right);
  }
  return decimalThatHolds(left, right) ?? decimalThatHolds(right, left) ?? nested(left, right, tightestCommonType);
}

/** The decimal where every value of the integral type fits into it. */
function decimalThatHolds(type: DataType, integral: DataType): DataType | undefined {
  const digits = type.kind === "decimal" ? decimalOfIntegral(integral) : undefined;
  return type.kind === "decimal" && digits && type.precision - type.scale >= digits.precision ? type : undefined;
}

function widerNumber(left: DataType, right: DataType): DataType {
  if (left.kind === "double" || right.kind === "double") return DOUBLE;
  // An integral beside a float becomes double, as its digits would not fit a float.
  if (left.kind === "float" || right.kind === "float") return left.kind === right.kind ? FLOAT : DOUBLE;
  const order = INTEGRAL_ORDER as readonly string[];
  return order.indexOf(left.kind) >= order.indexOf(right.kind) ? left : right;
}

function widerDatetime(left: DataType, right: DataType): DataType {
  return left.kind === "timestamp" || right.kind === "timestamp" ? TIMESTAMP : TIMESTAMP_NTZ;
}

/** The type to which a string and another type are promoted together; undefined where Spark refuses. */
export function stringPromotion(left: DataType, right: DataType): DataType | undefined {
  const other = left.kind === "string" ? right : right.kind === "string" ? left : undefined;
  if (other === undefined) return undefined;
  if (isIntegral(other)) return LONG;
  if (isFractional(other)) return DOUBLE;
  if (other.kind === "interval" || !isAtomic(other)) return undefined;
  return other;
}

/** The least common type of two: of the branches of CASE, of coalesce, IN, UNION (Spark's findWiderTypeForTwo under ANSI). */
export function widerType(left: DataType, right: DataType): DataType | undefined {
  return (
    tightestCommonType(left, right) ??
    widerWithDecimal(left, right) ??
    stringPromotion(left, right) ??
    nested(left, right, widerType)
  );
}

/** As {@link widerType} without strings becoming anything else (UNPIVOT's value column). */
export function widerTypeWithoutStrings(left: DataType, right: DataType): DataType | undefined {
  return (
    tightestCommonType(left, right) ?? widerWithDecimal(left, right) ?? nested(left, right, widerTypeWithoutStrings)
  );
}

function widerWithDecimal(left: DataType, right: DataType): DataType | undefined {
  if (left.kind !== "decimal" && right.kind !== "decimal") return undefined;
  if (!isNumeric(left) || !isNumeric(right)) return undefined;
  const one = left.kind === "decimal" ? left : decimalOfIntegral(left);
  const other = right.kind === "decimal" ? right : decimalOfIntegral(right);
  return one === undefined || other === undefined ? DOUBLE : widerDecimal(one, other);
}

function nested(left: DataType, right: DataType, widen: Widen): DataType | undefined {
  if (left.kind === "array" && right.kind === "array") return widerArray(left, right, widen);
  if (left.kind === "map" && right.kind === "map") return widerMap(left, right, widen);
  if (left.kind === "struct" && right.kind === "struct") return widerStruct(left, right, widen);
  return undefined;
}

function widerArray(left: ArrayType, right: ArrayType, widen: Widen): DataType | undefined {
  const element = widen(left.elementType, right.elementType);
  return element && array(element, left.containsNull || right.containsNull);
}

function widerMap(left: MapType, right: MapType, widen: Widen): DataType | undefined {
  const key = widen(left.keyType, right.keyType);
  const value = widen(left.valueType, right.valueType);
  if (key && [left.keyType, right.keyType].some((one) => mayBecomeNull(one, key))) return undefined;
  return key && value && map(key, value, left.valueContainsNull || right.valueContainsNull);
}

/** A key whose cast may give NULL outside ANSI mode is none. */
function mayBecomeNull(from: DataType, to: DataType): boolean {
  return (from.kind === "string" && to.kind !== "string") || (from.kind === "date" && to.kind === "timestamp_ntz");
}

function widerStruct(left: StructType, right: StructType, widen: Widen): DataType | undefined {
  if (left.fields.length !== right.fields.length) return undefined;
  const fields = [];
  for (const [i, one] of left.fields.entries()) {
    const other = right.fields[i];
    if (other === undefined || other.name.toLowerCase() !== one.name.toLowerCase()) return undefined;
    const dataType = widen(one.dataType, other.dataType);
    if (dataType === undefined) return undefined;
    fields.push(field(one.name, dataType, one.nullable || other.nullable));
  }
  return struct(fields);
}

/**
 * The least common type of all, or undefined where there is none.
 * Strings come first: beside any, the rest is widened together and then with string, so that the order of operands does not matter.
 * @example commonType([INTEGER, decimal(5, 2)]) // decimal(12,2)
 */
export function commonType(types: readonly DataType[]): DataType | undefined {
  const [first, ...rest] = [...types.filter(holdsString), ...types.filter((one) => !holdsString(one))];
  if (first === undefined) return undefined;
  return rest.reduce<DataType | undefined>((so, one) => so && widerType(so, one), first);
}

function holdsString(type: DataType): boolean {
  return type.kind === "string" || (type.kind === "array" && holdsString(type.elementType));
}

/** The type in which two operands are compared; integer literals beside decimals count with their own digits. */
export function comparisonType(left: Typed, right: Typed): DataType | undefined {
  if (left.dataType.kind === "decimal" || right.dataType.kind === "decimal") {
    const one = decimalOfOperand(left);
    const other = decimalOfOperand(right);
    if (one !== undefined && other !== undefined) return widerDecimal(one, other);
  }
  // Elements and fields are compared as they are: no string among them becomes anything else, no decimal grows.
  if (left.dataType.kind === right.dataType.kind && /^(array|struct)$/.test(left.dataType.kind)) {
    return sameStructure(left.dataType, right.dataType)
      ? left.dataType
      : tightestCommonType(left.dataType, right.dataType);
  }
  return alikeType([left.dataType, right.dataType]);
}

/** As {@link commonType}; structs that differ in the names of their fields alone compare field by field, as the first names them. */
export function alikeType(types: readonly DataType[]): DataType | undefined {
  const [first, ...rest] = types;
  if (first?.kind === "struct" && rest.every((one) => sameStructure(first, one))) return first;
  return commonType(types);
}

function sameStructure(left: DataType, right: DataType): boolean {
  if (left.kind === "array" && right.kind === "array") return sameStructure(left.elementType, right.elementType);
  if (left.kind === "map" && right.kind === "map") {
    return sameStructure(left.keyType, right.keyType) && sameStructure(left.valueType, right.valueType);
  }
  if (left.kind !== "struct" || right.kind !== "struct") return sameType(left, right);
  return (
    left.fields.length === right.fields.length &&
    left.fields.every((one, i) => {
      const other = right.fields[i];
      return other !== undefined && sameStructure(one.dataType, other.dataType);
    })
  );
}

/**
 * True where Spark casts an argument of type `from` to a parameter of type `to` by itself: by ANSI store assignment, and strings
 * to any atomic type.
 */
export function canImplicitlyCast(from: DataType, to: DataType): boolean {
  if (from.kind === "string" && isAtomic(to) && to.kind !== "interval") return true;
  if (from.kind === "array" && to.kind === "array") return canImplicitlyCast(from.elementType, to.elementType);
  if (from.kind === "map" && to.kind === "map") {
    return canImplicitlyCast(from.keyType, to.keyType) && canImplicitlyCast(from.valueType, to.valueType);
  }
  return canStoreAssign(from, to);
}

/** Spark's Cast.canANSIStoreAssign, nullability aside; fields of structs by position. */
export function canStoreAssign(from: DataType, to: DataType): boolean {
  if (from.kind === "void" || sameType(from, to)) return true;
  if (isNumeric(from) && isNumeric(to)) return true;
  if (from.kind === "interval" && to.kind === "interval") return isSameFamily(from, to);
  if ((isAtomic(from) || from.kind === "variant") && to.kind === "string") return true;
  if (isDatetime(from) && isDatetime(to)) return true;
  if (from.kind === "array" && to.kind === "array") return canStoreAssign(from.elementType, to.elementType);
  if (from.kind === "map" && to.kind === "map") {
    return canStoreAssign(from.keyType, to.keyType) && canStoreAssign(from.valueType, to.valueType);
  }
  if (from.kind === "struct" && to.kind === "struct" && from.fields.length === to.fields.length) {
    return from.fields.every((one, i) => {
      const other = to.fields[i];
      return other !== undefined && canStoreAssign(one.dataType, other.dataType);
    });
  }
  return false;
}
