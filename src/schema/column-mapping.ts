/** Column mapping: the names and ids by which files and the log know a table's columns (Delta protocol, "Column Mapping"). Pure. */
import type { StructField } from "./data-type.js";

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
