/** Type widening: which changes of a column's type leave its old files readable, and how a schema remembers them (Delta protocol, "Type Widening"). Pure. */
import { mapFields } from "./column-mapping.js";
import { type DataType, findField, type StructField, type StructType, sameType } from "./data-type.js";
import type { FieldPath } from "./field-path.js";
import { fieldAt } from "./field-path.js";

export const TYPE_CHANGES = "delta.typeChanges";
const ENABLED = "delta.enableTypeWidening";

export function isTypeWideningEnabled(properties: Readonly<Record<string, string>>): boolean {
  return properties[ENABLED]?.toLowerCase() === "true";
}

const WIDER: Readonly<Record<string, readonly string[]>> = {
  byte: ["short", "integer", "long", "double"],
  short: ["integer", "long", "double"],
  integer: ["long", "double"],
  float: ["double"],
  date: ["timestamp_ntz"],
};

/** Digits that a decimal needs before its point to hold an integer type, by the protocol. */
const DIGITS: Readonly<Record<string, number>> = { byte: 10, short: 10, integer: 10, long: 20 };

/** True where a table may change a column from the one type to the other, its files staying as they are. */
export function isWidening(from: DataType, to: DataType): boolean {
  if (WIDER[from.kind]?.includes(to.kind)) return true;
  if (to.kind !== "decimal") return false;
  if (from.kind === "decimal") {
    const [more, scale] = [to.precision - from.precision, to.scale - from.scale];
    return scale >= 0 && more >= scale && more > 0;
  }
  const digits = DIGITS[from.kind];
  return digits !== undefined && to.precision - to.scale >= digits;
}

/** Widenings that a write does by itself where schema evolution is on: those that no reader takes for another kind of number. */
export function isAutomaticWidening(from: DataType, to: DataType): boolean {
  const toOtherKind = to.kind === "decimal" ? from.kind !== "decimal" : to.kind === "double" && from.kind !== "float";
  return isWidening(from, to) && !toOtherKind;
}

/** The schema with the change of one leaf's type remembered in the field that holds it; the path is in the schema's spelling. */
export function withTypeChange(schema: StructType, path: FieldPath, from: DataType, to: DataType): StructType {
  const holder = fieldAt(schema, path)?.field;
  const inside = holder === undefined ? 0 : lastIndexOfField(schema, path);
  const fieldPath = path.slice(inside + 1).join(".");
  const change = {
    toType: typeName(to),
    fromType: typeName(from),
    ...(fieldPath === "" ? {} : { fieldPath }),
  };
  return mapFields(schema, (field) => (field === holder ? remembering(field, change) : field));
}

/** Position in the path of the innermost struct field. */
function lastIndexOfField(schema: StructType, path: FieldPath): number {
  for (let i = path.length - 1; i > 0; i--) {
    if (fieldAt(schema, path.slice(0, i + 1))?.isItem === false) return i;
  }
  return 0;
}

/** The schema with each change of a leaf's type since `before` remembered; fields are matched by name. */
export function withTypeChanges(before: StructType, after: StructType): StructType {
  return changedLeaves(before, after, []).reduce(
    (schema, { path, from, to }) => withTypeChange(schema, path, from, to),
    after,
  );
}

interface ChangedLeaf {
  readonly path: FieldPath;
  readonly from: DataType;
  readonly to: DataType;
}

function changedLeaves(from: DataType, to: DataType, path: FieldPath): readonly ChangedLeaf[] {
  if (from.kind === "struct" && to.kind === "struct") {
    return to.fields.flatMap((one) => {
      const known = findField(from, one.name);
      return known === undefined ? [] : changedLeaves(known.dataType, one.dataType, [...path, one.name]);
    });
  }
  if (from.kind === "array" && to.kind === "array") {
    return changedLeaves(from.elementType, to.elementType, [...path, "element"]);
  }
  if (from.kind === "map" && to.kind === "map") {
    return [
      ...changedLeaves(from.keyType, to.keyType, [...path, "key"]),
      ...changedLeaves(from.valueType, to.valueType, [...path, "value"]),
    ];
  }
  return sameType(from, to) ? [] : [{ path, from, to }];
}

function remembering(field: StructField, change: object): StructField {
  const before = field.metadata[TYPE_CHANGES];
  const changes: readonly unknown[] = Array.isArray(before) ? before : [];
  return { ...field, metadata: { ...field.metadata, [TYPE_CHANGES]: [...changes, change] } };
}

function typeName(type: DataType): string {
  return type.kind === "decimal" ? `decimal(${type.precision},${type.scale})` : type.kind;
}
