/** Functions of maps, structs, JSON and CSV. */

import type { DataType } from "../../schema/data-type.js";
import { typeText } from "../../schema/type-text.js";
import {
  Column,
  type ColumnOrName,
  call,
  columnText,
  listed,
  literalText,
  ofColumn,
  ofColumnAndValue,
  ofTwo,
  optionalName,
} from "./call.js";

/** Reader options by Spark's names. */
export type TextOptions = Readonly<Record<string, string | number | boolean>>;

/** Key, value, key, value ... @example create_map(lit("id"), col("id")) */
export const create_map = (...columns: (ColumnOrName | readonly ColumnOrName[])[]): Column =>
  call("map", ...listed(columns).map(columnText));
export const map_from_arrays = ofTwo("map_from_arrays");
export const map_from_entries = ofColumn("map_from_entries");
export const map_keys = ofColumn("map_keys");
export const map_values = ofColumn("map_values");
export const map_entries = ofColumn("map_entries");
export const map_concat = (...columns: (ColumnOrName | readonly ColumnOrName[])[]): Column =>
  call("map_concat", ...listed(columns).map(columnText));
export const map_contains_key = ofColumnAndValue("map_contains_key");
/** Delimiters are columns: `str_to_map("s", lit(","), lit(":"))`. */
export const str_to_map = (column: ColumnOrName, pairs?: ColumnOrName, keyValue?: ColumnOrName): Column =>
  call("str_to_map", columnText(column), optionalName(pairs), optionalName(keyValue));

/** Fields keep the names of their columns. @example struct("id", col("amount").alias("price")) */
export const struct = (...columns: (ColumnOrName | readonly ColumnOrName[])[]): Column =>
  call("struct", ...listed(columns).map((one) => (one instanceof Column ? one.projection : columnText(one))));
/** Name, value, name, value ...; names are literals. @example named_struct(lit("k"), col("id")) */
export const named_struct = (...columns: ColumnOrName[]): Column => call("named_struct", ...columns.map(columnText));

/** @example get_json_object("body", "$.customer.city") */
export const get_json_object = (column: ColumnOrName, path: string): Column =>
  call("get_json_object", columnText(column), literalText(path));
/** A column a field. */
export const json_tuple = (column: ColumnOrName, ...fields: string[]): Column =>
  call("json_tuple", columnText(column), ...fields.map(literalText));
/** The schema as Spark DDL, or a type. @example from_json("body", "id BIGINT, tags ARRAY<STRING>") */
export const from_json = (column: ColumnOrName, schema: string | DataType | Column, options?: TextOptions): Column =>
  call("from_json", columnText(column), schemaArgument(schema), optionsText(options));
export const to_json = (column: ColumnOrName, options?: TextOptions): Column =>
  call("to_json", columnText(column), optionsText(options));
/** DDL of the schema of a sample. */
export const schema_of_json = (json: string | Column, options?: TextOptions): Column =>
  call("schema_of_json", typeof json === "string" ? literalText(json) : json.text, optionsText(options));
export const json_array_length = ofColumn("json_array_length");
export const json_object_keys = ofColumn("json_object_keys");
export const from_csv = (column: ColumnOrName, schema: string | DataType | Column, options?: TextOptions): Column =>
  call("from_csv", columnText(column), schemaArgument(schema), optionsText(options));
/** DDL of the schema of a sample. */
export const schema_of_csv = (csv: string | Column, options?: TextOptions): Column =>
  call("schema_of_csv", csv instanceof Column ? csv.text : literalText(csv), optionsText(options));
export const to_csv = (column: ColumnOrName, options?: TextOptions): Column =>
  call("to_csv", columnText(column), optionsText(options));

export function schemaArgument(schema: string | DataType | Column): string {
  if (schema instanceof Column) return schema.text;
  return literalText(typeof schema === "string" ? schema : typeText(schema));
}

export function optionsText(options: TextOptions | undefined): string | undefined {
  if (!options) return undefined;
  const entries = Object.entries(options).flatMap(([key, value]) => [literalText(key), literalText(String(value))]);
  return `map(${entries.join(", ")})`;
}
