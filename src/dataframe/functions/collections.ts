/** Functions of arrays, maps, structs, JSON and CSV. */
import { Column, type ColumnOrName, columnText, type Operand, operandText } from "../column.js";
import { literalText } from "../literal.js";
import { call, ofColumn, ofColumnAndValues, ofColumns } from "./call.js";

export const array = (...columns: (ColumnOrName | readonly ColumnOrName[])[]): Column =>
  call("array", ...(columns.flat() as ColumnOrName[]).map(columnText));
export const size = ofColumn("size");
export const cardinality = ofColumn("cardinality");
export const element_at = ofColumnAndValues("element_at");
export const try_element_at = ofColumnAndValues("try_element_at");
export const get = ofColumnAndValues("get");
export const array_contains = ofColumnAndValues("array_contains");
export const array_distinct = ofColumn("array_distinct");
export const array_join = ofColumnAndValues("array_join");
export const sort_array = ofColumnAndValues("sort_array");
export const array_max = ofColumn("array_max");
export const array_min = ofColumn("array_min");
export const array_position = ofColumnAndValues("array_position");
export const array_remove = ofColumnAndValues("array_remove");
export const array_union = ofColumns("array_union");
export const array_intersect = ofColumns("array_intersect");
export const array_except = ofColumns("array_except");
export const arrays_overlap = ofColumns("arrays_overlap");
export const arrays_zip = ofColumns("arrays_zip");
export const array_append = ofColumnAndValues("array_append");
export const array_prepend = ofColumnAndValues("array_prepend");
export const array_insert = ofColumnAndValues("array_insert");
export const array_compact = ofColumn("array_compact");
export const array_repeat = ofColumnAndValues("array_repeat");
export const flatten = ofColumn("flatten");
export const slice = ofColumnAndValues("slice");
export const sequence = ofColumns("sequence");
export const explode = ofColumn("explode");
export const explode_outer = ofColumn("explode_outer");
export const posexplode = ofColumn("posexplode");
export const posexplode_outer = ofColumn("posexplode_outer");
export const inline = ofColumn("inline");
export const inline_outer = ofColumn("inline_outer");
export const stack = (rows: number, ...columns: ColumnOrName[]): Column =>
  call("stack", String(rows), ...columns.map(columnText));

/** A function of one or more elements, e.g. `(x, i) => x.plus(i)`. */
type Lambda = (...parameters: Column[]) => Operand;

export const transform = (column: ColumnOrName, f: Lambda): Column => call("transform", columnText(column), lambda(f));
export const filter = (column: ColumnOrName, f: Lambda): Column => call("filter", columnText(column), lambda(f));
export const exists = (column: ColumnOrName, f: Lambda): Column => call("exists", columnText(column), lambda(f));
export const forall = (column: ColumnOrName, f: Lambda): Column => call("forall", columnText(column), lambda(f));
export const aggregate = (column: ColumnOrName, start: Operand, merge: Lambda, finish?: Lambda): Column =>
  call("aggregate", columnText(column), operandText(start), lambda(merge), ...(finish ? [lambda(finish)] : []));
export const reduce = aggregate;
export const zip_with = (left: ColumnOrName, right: ColumnOrName, f: Lambda): Column =>
  call("zip_with", columnText(left), columnText(right), lambda(f));
export const array_sort = (column: ColumnOrName, comparator?: Lambda): Column =>
  call("array_sort", columnText(column), ...(comparator ? [lambda(comparator)] : []));
export const map_filter = (column: ColumnOrName, f: Lambda): Column =>
  call("map_filter", columnText(column), lambda(f));
export const transform_keys = (column: ColumnOrName, f: Lambda): Column =>
  call("transform_keys", columnText(column), lambda(f));
export const transform_values = (column: ColumnOrName, f: Lambda): Column =>
  call("transform_values", columnText(column), lambda(f));

/** Key, value, key, value ... */
export const create_map = (...columns: ColumnOrName[]): Column => call("map", ...columns.map(columnText));
export const map_from_arrays = ofColumns("map_from_arrays");
export const map_from_entries = ofColumn("map_from_entries");
export const map_keys = ofColumn("map_keys");
export const map_values = ofColumn("map_values");
export const map_entries = ofColumn("map_entries");
export const map_concat = ofColumns("map_concat");
export const map_contains_key = ofColumnAndValues("map_contains_key");
export const str_to_map = ofColumnAndValues("str_to_map");

/** Fields keep the names of their columns. */
export const struct = (...columns: (ColumnOrName | readonly ColumnOrName[])[]): Column => {
  const list = columns.flat() as ColumnOrName[];
  return call("struct", ...list.map((one) => (one instanceof Column ? one.projection : columnText(one))));
};
export const named_struct = (...columns: ColumnOrName[]): Column => call("named_struct", ...columns.map(columnText));

export const get_json_object = ofColumnAndValues("get_json_object");
export const json_tuple = ofColumnAndValues("json_tuple");
/** The schema as Spark DDL. */
export const from_json = (column: ColumnOrName, schema: string, options?: Readonly<Record<string, string>>): Column =>
  call("from_json", columnText(column), literalText(schema), ...optionsText(options));
export const to_json = (column: ColumnOrName, options?: Readonly<Record<string, string>>): Column =>
  call("to_json", columnText(column), ...optionsText(options));
export const schema_of_json = (json: string): Column => call("schema_of_json", literalText(json));
export const from_csv = (column: ColumnOrName, schema: string, options?: Readonly<Record<string, string>>): Column =>
  call("from_csv", columnText(column), literalText(schema), ...optionsText(options));
export const to_csv = (column: ColumnOrName, options?: Readonly<Record<string, string>>): Column =>
  call("to_csv", columnText(column), ...optionsText(options));

function optionsText(options: Readonly<Record<string, string>> | undefined): string[] {
  if (!options) return [];
  return [
    `map(${Object.entries(options)
      .flatMap(([key, value]) => [literalText(key), literalText(value)])
      .join(", ")})`,
  ];
}

/** The TypeScript function is called once, with columns that stand for the parameters. */
function lambda(f: Lambda): string {
  const names = ["x", "y", "z"].slice(0, Math.max(1, f.length)).map((name) => `${name}_${depth}`);
  depth += 1;
  try {
    const body = operandText(f(...names.map((name) => new Column(name))));
    return names.length === 1 ? `${names[0]} -> ${body}` : `(${names.join(", ")}) -> ${body}`;
  } finally {
    depth -= 1;
  }
}
/** Nested lambdas take other names for their parameters. */
let depth = 0;
