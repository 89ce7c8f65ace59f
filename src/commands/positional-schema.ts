/** The columns of data that are written by position, under the table's names: fields of structs are taken by position, too. */
import { type DataType, findField, type StructField, type StructType } from "../schema/data-type.js";
import { insertArityMismatch } from "./command-errors.js";

/**
 * `names[i]` is the table's column that the i-th column of the data goes to; a column beyond them keeps its own name.
 *
 * @throws INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS for a struct with fewer fields than the table's.
 */
export function positionalSchema(
  table: { readonly name: string; readonly schema: StructType },
  data: StructType,
  names: readonly string[],
): StructType {
  const fields = data.fields.map((one, i): StructField => {
    const name = names[i] ?? one.name;
    const target = findField(table.schema, name)?.dataType;
    return { ...one, name, dataType: byPosition(one.dataType, target, `${table.name}.${name}`) };
  });
  return { kind: "struct", fields };
}

function byPosition(data: DataType, table: DataType | undefined, place: string): DataType {
  if (data.kind === "array" && table?.kind === "array") {
    return { ...data, elementType: byPosition(data.elementType, table.elementType, place) };
  }
  if (data.kind === "map" && table?.kind === "map") {
    const keyType = byPosition(data.keyType, table.keyType, place);
    return { ...data, keyType, valueType: byPosition(data.valueType, table.valueType, place) };
  }
  if (data.kind !== "struct" || table?.kind !== "struct") return data;
  const own = table.fields.map((one) => one.name);
  const given = data.fields.map((one) => one.name);
  if (given.length < own.length) throw insertArityMismatch(place, own, given);
  return positionalSchema({ name: place, schema: table }, data, own);
}
