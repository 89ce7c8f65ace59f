/** What of a feature is left in a schema. Pure. */
import { mapFields, physicalName } from "../../schema/column-mapping.js";
import type { StructField, StructType } from "../../schema/data-type.js";
import { TYPE_CHANGES } from "../../schema/type-widening.js";

/** True where each mapped column has its own name as physical name, so that files can be read without the mapping. */
export function columnNamesAreOwn(schema: StructType): boolean {
  return everyField(schema, (field) => physicalName(field) === field.name);
}

export function hasTypeChanges(schema: StructType): boolean {
  return !everyField(schema, ({ metadata }) => !Object.hasOwn(metadata, TYPE_CHANGES));
}

function everyField(schema: StructType, test: (field: StructField) => boolean): boolean {
  let holds = true;
  mapFields(schema, (field) => {
    holds = holds && test(field);
    return field;
  });
  return holds;
}
