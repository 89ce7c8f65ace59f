/** How a value of a table differs from what its files hold: names of struct fields, and instants without a zone. */
import type { DataType, StructField } from "../schema/data-type.js";
import { engineName } from "../schema/engine-type.js";

/** The name by which files know a field. */
export type FileNames = (field: StructField) => string;

/** The type with the names that its fields have in files. */
export function storedType(type: DataType, nameOf: FileNames): DataType {
  return mapTypes(type, (one) =>
    one.kind === "struct" ? { ...one, fields: one.fields.map((field) => ({ ...field, name: nameOf(field) })) } : one,
  );
}

/** The type with each instant in it as a timestamp without a zone. */
export function withoutZone(type: DataType): DataType {
  return mapTypes(type, (one) => (one.kind === "timestamp" ? { kind: "timestamp_ntz" } : one));
}

export function holdsTimestamp(type: DataType): boolean {
  return holds(type, (one) => one.kind === "timestamp");
}

/** True if the type, or any within it, satisfies the test. */
export function holds(type: DataType, test: (type: DataType) => boolean): boolean {
  if (test(type)) return true;
  switch (type.kind) {
    case "array":
      return holds(type.elementType, test);
    case "map":
      return holds(type.keyType, test) || holds(type.valueType, test);
    case "struct":
      return type.fields.some((one) => holds(one.dataType, test));
    default:
      return false;
  }
}

function mapTypes(type: DataType, change: (type: DataType) => DataType): DataType {
  switch (type.kind) {
    case "array":
      return change({ ...type, elementType: mapTypes(type.elementType, change) });
    case "map":
      return change({
        ...type,
        keyType: mapTypes(type.keyType, change),
        valueType: mapTypes(type.valueType, change),
      });
    case "struct":
      return change({
        ...type,
        fields: type.fields.map((one) => ({ ...one, dataType: mapTypes(one.dataType, change) })),
      });
    default:
      return change(type);
  }
}

/**
 * Engine SQL of a value of type `from` as one of type `to`. The types are alike but for names of fields, which go by their places, and for
 * timestamps without a zone, which become the instants that they are in UTC. `depth` keeps the names of nested lambdas apart.
 */
export function reshaped(value: string, from: DataType, to: DataType, depth = 0): string {
  if (isAlike(from, to)) return value;
  const item = `x${depth}`;
  if (from.kind === "array" && to.kind === "array") {
    return `list_transform(${value}, lambda ${item}: ${reshaped(item, from.elementType, to.elementType, depth + 1)})`;
  }
  if (from.kind === "map" && to.kind === "map") {
    const key = reshaped(`${item}.key`, from.keyType, to.keyType, depth + 1);
    const mapped = reshaped(`${item}.value`, from.valueType, to.valueType, depth + 1);
    const entries = `list_transform(map_entries(${value}), lambda ${item}: {'key': ${key}, 'value': ${mapped}})`;
    return `CASE WHEN ${value} IS NOT NULL THEN map_from_entries(${entries}) END`;
  }
  if (from.kind === "struct" && to.kind === "struct") {
    const fields = from.fields.map((one, i) => {
      const target = to.fields[i] ?? one;
      const field = reshaped(`(${value}).${engineName(one.name)}`, one.dataType, target.dataType, depth);
      return `${engineName(target.name)} := ${field}`;
    });
    return `CASE WHEN ${value} IS NOT NULL THEN struct_pack(${fields.join(", ")}) END`;
  }
  return `(${value} AT TIME ZONE 'UTC')`;
}

function isAlike(from: DataType, to: DataType): boolean {
  if (from.kind === "array" && to.kind === "array") return isAlike(from.elementType, to.elementType);
  if (from.kind === "map" && to.kind === "map") {
    return isAlike(from.keyType, to.keyType) && isAlike(from.valueType, to.valueType);
  }
  if (from.kind === "struct" && to.kind === "struct") {
    return from.fields.every((one, i) => {
      const other = to.fields[i];
      return other !== undefined && one.name === other.name && isAlike(one.dataType, other.dataType);
    });
  }
  return from.kind === to.kind;
}
