/** Column mapping: the names and ids by which files and the log know a table's columns (Delta protocol, "Column Mapping"). Pure. */
import type { DataType, StructField, StructType } from "./data-type.js";

/** `none` is the absence of a mode. */
export type ColumnMappingMode = "name" | "id";

export const PHYSICAL_NAME = "delta.columnMapping.physicalName";
export const FIELD_ID = "delta.columnMapping.id";

/** The mode that a table's configuration names, or undefined where its columns are known by their names. */
export function columnMappingMode(configuration: Readonly<Record<string, string>>): ColumnMappingMode | undefined {
  const mode = configuration["delta.columnMapping.mode"]?.toLowerCase();
  return mode === "name" || mode === "id" ? mode : undefined;
}

/** The name of a column in data files, statistics and partition values; its own where it is not mapped. */
export function physicalName(field: StructField): string {
  const name = field.metadata[PHYSICAL_NAME];
  return typeof name === "string" ? name : field.name;
}

export function fieldId(field: StructField): number | undefined {
  const id = field.metadata[FIELD_ID];
  return typeof id === "number" ? id : undefined;
}

/** The property that holds the greatest id that a column of the table ever had: ids are never given twice. */
export const MAX_COLUMN_ID = "delta.columnMapping.maxColumnId";

/**
 * The schema with an id and a physical name for each field, at every depth, that has none yet.
 * @param names `fresh`: names that no file knows, for new columns. `own`: their logical names, for files that are there already.
 */
export function withColumnMapping(schema: StructType, maxColumnId: number, names: "fresh" | "own"): StructType {
  let last = Math.max(maxColumnId, greatestColumnId(schema));
  return mapFields(schema, (field) => {
    const id = fieldId(field) ?? ++last;
    const known = field.metadata[PHYSICAL_NAME];
    const physical = typeof known === "string" ? known : names === "own" ? field.name : `col-${crypto.randomUUID()}`;
    return { ...field, metadata: { ...field.metadata, [FIELD_ID]: id, [PHYSICAL_NAME]: physical } };
  });
}

/** The schema without ids and physical names. */
export function withoutColumnMapping(schema: StructType): StructType {
  return mapFields(schema, (field) => {
    const { [FIELD_ID]: _id, [PHYSICAL_NAME]: _name, ...metadata } = field.metadata;
    return { ...field, metadata };
  });
}

/** The greatest id of a field, at any depth; 0 where no field has one. */
export function greatestColumnId(schema: StructType): number {
  let greatest = 0;
  mapFields(schema, (field) => {
    greatest = Math.max(greatest, fieldId(field) ?? 0);
    return field;
  });
  return greatest;
}

/** Changes every field of a type: those of structs, in arrays and maps too, outer ones first. */
export function mapFields(type: StructType, change: (field: StructField) => StructField): StructType;
export function mapFields(type: DataType, change: (field: StructField) => StructField): DataType;
export function mapFields(type: DataType, change: (field: StructField) => StructField): DataType {
  switch (type.kind) {
    case "struct":
      return {
        ...type,
        fields: type.fields.map((one) => {
          const changed = change(one);
          return { ...changed, dataType: mapFields(changed.dataType, change) };
        }),
      };
    case "array":
      return { ...type, elementType: mapFields(type.elementType, change) };
    case "map":
      return { ...type, keyType: mapFields(type.keyType, change), valueType: mapFields(type.valueType, change) };
    default:
      return type;
  }
}
