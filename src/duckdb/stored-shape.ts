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

/** The type with each timestamp without a zone in it as an instant. */
export function withZone(type: DataType): DataType {
  return mapTypes(type, (one) => (one.kind === "timestamp_ntz" ? { kind: "timestamp" } : one));
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

/** What becomes of values that are no struct, array or map. */
export interface LeafConversion {
  isNeeded(from: DataType, to: DataType): boolean;
  /** Engine SQL. */
  sql(value: string, to: DataType): string;
}

/** Timestamps without a zone are the instants that they are in UTC; variants may come as the bytes of their encoding. */
export const FROM_FILES: LeafConversion = {
  isNeeded: (from, to) => from.kind !== to.kind || to.kind === "variant",
  sql: (value, to) => (to.kind === "variant" ? decodedVariant(value) : `(${value} AT TIME ZONE 'UTC')`),
};

export const AS_THEY_ARE: LeafConversion = { isNeeded: () => false, sql: (value) => value };

/**
 * The text of a variant (see schema/variant-text.ts). A group that is not annotated as one, as Spark writes them, is taken by the engine for
 * an object of two binary fields. Shredded ones it only reads where they are annotated.
 */
function decodedVariant(value: string): string {
  const binary = (field: string): string => `variant_typeof(variant_extract(${value}, '${field}')) = 'BLOB'`;
  const bytes = (field: string): string => `CAST(variant_extract(${value}, '${field}') AS BLOB)`;
  const encoded = (field: string): string =>
    `struct_extract(CAST(variant_to_parquet_variant(${value}) AS STRUCT(metadata BLOB, "value" BLOB)), '${field}')`;
  const shredded = `[lakelet:DELTA_UNSUPPORTED_FEATURES_FOR_READ|56038] A file holds shredded variants without their annotation: lakelet does not support its table feature variantShredding in that form.`;
  return `CASE WHEN ${value} IS NULL THEN NULL
    WHEN variant_typeof(${value}) IN ('OBJECT(value, metadata)', 'OBJECT(metadata, value)') AND ${binary("metadata")} AND ${binary("value")}
    THEN lakelet_variant_text(${bytes("metadata")}, ${bytes("value")})
    WHEN variant_typeof(${value}) LIKE 'OBJECT(%typed_value%' AND ${binary("metadata")} THEN CAST(error('${shredded}') AS VARCHAR)
    ELSE lakelet_variant_text(${encoded("metadata")}, ${encoded("value")}) END`;
}

/**
 * Engine SQL of a value of type `from` as one of type `to`. The types are alike but for names of fields, which go by their places, and for
 * what `leaf` converts. `depth` keeps the names of nested lambdas apart.
 */
export function reshaped(value: string, from: DataType, to: DataType, leaf: LeafConversion, depth = 0): string {
  if (isAlike(from, to, leaf)) return value;
  const item = `x${depth}`;
  const within = (part: string, partFrom: DataType, partTo: DataType, below = depth + 1): string =>
    reshaped(part, partFrom, partTo, leaf, below);
  if (from.kind === "array" && to.kind === "array") {
    return `list_transform(${value}, lambda ${item}: ${within(item, from.elementType, to.elementType)})`;
  }
  if (from.kind === "map" && to.kind === "map") {
    const key = within(`${item}.key`, from.keyType, to.keyType);
    const mapped = within(`${item}.value`, from.valueType, to.valueType);
    const entries = `list_transform(map_entries(${value}), lambda ${item}: {'key': ${key}, 'value': ${mapped}})`;
    return `CASE WHEN ${value} IS NOT NULL THEN map_from_entries(${entries}) END`;
  }
  if (from.kind === "struct" && to.kind === "struct") {
    const fields = from.fields.map((one, i) => {
      const target = to.fields[i] ?? one;
      const field = within(`(${value}).${engineName(one.name)}`, one.dataType, target.dataType, depth);
      return `${engineName(target.name)} := ${field}`;
    });
    return `CASE WHEN ${value} IS NOT NULL THEN struct_pack(${fields.join(", ")}) END`;
  }
  return leaf.sql(value, to);
}

function isAlike(from: DataType, to: DataType, leaf: LeafConversion): boolean {
  if (from.kind === "array" && to.kind === "array") return isAlike(from.elementType, to.elementType, leaf);
  if (from.kind === "map" && to.kind === "map") {
    return isAlike(from.keyType, to.keyType, leaf) && isAlike(from.valueType, to.valueType, leaf);
  }
  if (from.kind === "struct" && to.kind === "struct") {
    return from.fields.every((one, i) => {
      const other = to.fields[i];
      return other !== undefined && one.name === other.name && isAlike(one.dataType, other.dataType, leaf);
    });
  }
  return !leaf.isNeeded(from, to);
}
