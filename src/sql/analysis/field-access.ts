/** `value.field`: struct fields by name, fields of arrays of structs, values of maps. */
import { array, type DataType, STRING, type StructField, type StructType } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import type { Typed } from "../typed.js";
import { ambiguousField, cannotExtract, fieldNotFound } from "./analysis-errors.js";

/** Throws FIELD_NOT_FOUND, AMBIGUOUS_REFERENCE_TO_FIELDS, INVALID_EXTRACT_BASE_FIELD_TYPE; `shown` names the value in messages. */
export function extractField(value: Typed, name: string, shown: string): Typed {
  const type = value.dataType;
  if (type.kind === "struct") {
    const field = fieldOf(type, name);
    return derived(value, structField(value.sql, field), field.dataType, value.nullable || field.nullable);
  }
  if (type.kind === "array" && type.elementType.kind === "struct") {
    const field = fieldOf(type.elementType, name);
    const sql = `list_transform(${value.sql}, lambda _element: ${structField("_element", field)})`;
    return derived(value, sql, array(field.dataType, type.containsNull || field.nullable), value.nullable);
  }
  if (type.kind === "map" && type.keyType.kind === STRING.kind) {
    return derived(value, `map_extract_value(${value.sql}, ${engineString(name)})`, type.valueType, true);
  }
  throw cannotExtract(shown, type);
}

/** Engine SQL of a field of a struct value. */
export function structField(sql: string, field: Pick<StructField, "name">): string {
  return `struct_extract(${sql}, ${engineString(field.name)})`;
}

function fieldOf(type: StructType, name: string): StructField {
  const wanted = name.toLowerCase();
  const found = type.fields.filter((one) => one.name.toLowerCase() === wanted);
  const [field] = found;
  if (field === undefined) {
    throw fieldNotFound(
      name,
      type.fields.map((one) => one.name),
    );
  }
  if (found.length > 1) throw ambiguousField(name, found.length);
  return field;
}

function derived(from: Typed, sql: string, dataType: DataType, nullable: boolean): Typed {
  return {
    sql,
    dataType,
    nullable,
    ...(from.aggregate ? { aggregate: true } : {}),
    ...(from.deterministic === false ? { deterministic: false } : {}),
  };
}
