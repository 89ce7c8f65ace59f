/** Paths to columns and to fields inside them: `address.city`; `element`, `key` and `value` step into arrays and maps. Pure. */
import type { DataType, StructField, StructType } from "./data-type.js";
import { findField } from "./data-type.js";

export type FieldPath = readonly string[];

/** What a path leads to, with the path in the schema's spelling. `field` is the struct field, or where the path ends in an array or map the innermost one around it. */
export interface FoundField {
  readonly path: FieldPath;
  readonly field: StructField;
  readonly dataType: DataType;
  /** True where the last step is `element`, `key` or `value` of an array or map. */
  readonly isItem: boolean;
}

/** The field at a path, letter case aside; undefined where there is none. */
export function fieldAt(schema: StructType, path: FieldPath): FoundField | undefined {
  let found: FoundField | undefined;
  let type: DataType = schema;
  for (const step of path) {
    const next: FoundField | undefined = oneStep(type, step, found);
    if (next === undefined) return undefined;
    found = next;
    type = next.dataType;
  }
  return found;
}

function oneStep(type: DataType, step: string, outer: FoundField | undefined): FoundField | undefined {
  const before = outer?.path ?? [];
  if (type.kind === "struct") {
    const field = findField(type, step);
    return field && { path: [...before, field.name], field, dataType: field.dataType, isItem: false };
  }
  const item = itemType(type, step.toLowerCase());
  if (item === undefined || outer === undefined) return undefined;
  return { path: [...before, step.toLowerCase()], field: outer.field, dataType: item, isItem: true };
}

function itemType(type: DataType, step: string): DataType | undefined {
  if (type.kind === "array" && step === "element") return type.elementType;
  if (type.kind === "map" && step === "key") return type.keyType;
  if (type.kind === "map" && step === "value") return type.valueType;
  return undefined;
}

/** The type at a path (in the schema's spelling) changed; the path leads to a struct, array, map or leaf, the empty one to the schema. */
export function changeTypeAt(type: StructType, path: FieldPath, change: (type: DataType) => DataType): StructType;
export function changeTypeAt(type: DataType, path: FieldPath, change: (type: DataType) => DataType): DataType;
export function changeTypeAt(type: DataType, path: FieldPath, change: (type: DataType) => DataType): DataType {
  const [step, ...rest] = path;
  if (step === undefined) return change(type);
  switch (type.kind) {
    case "struct":
      return {
        ...type,
        fields: type.fields.map((one) =>
          one.name === step ? { ...one, dataType: changeTypeAt(one.dataType, rest, change) } : one,
        ),
      };
    case "array":
      return { ...type, elementType: changeTypeAt(type.elementType, rest, change) };
    case "map":
      return step === "key"
        ? { ...type, keyType: changeTypeAt(type.keyType, rest, change) }
        : { ...type, valueType: changeTypeAt(type.valueType, rest, change) };
    default:
      return type;
  }
}

/** The fields of the struct at a path changed. */
export function changeFieldsAt(
  schema: StructType,
  path: FieldPath,
  change: (fields: readonly StructField[]) => readonly StructField[],
): StructType {
  return changeTypeAt(schema, path, (type) =>
    type.kind === "struct" ? { ...type, fields: change(type.fields) } : type,
  );
}

/** One struct field changed; undefined takes it away. */
export function changeFieldAt(
  schema: StructType,
  path: FieldPath,
  change: (field: StructField) => StructField | undefined,
): StructType {
  const name = path.at(-1);
  return changeFieldsAt(schema, path.slice(0, -1), (fields) =>
    fields.flatMap((one) => (one.name === name ? (change(one) ?? []) : one)),
  );
}
