/** Engine SQL that stores a value in a column of another type: structs by field name at every depth, leaves by store assignment. */
import type { ExpressionCompiler } from "../engine/expression-compiler.js";
import type { DataType, StructType } from "../schema/data-type.js";
import { findField } from "../schema/data-type.js";
import { engineName, engineString, engineType } from "../schema/engine-type.js";

export interface TypedValue {
  /** Engine SQL; evaluated more than once, so a column or a cheap expression. */
  readonly sql: string;
  readonly dataType: DataType;
  /** How the fields of its structs meet those of the column's; by name where absent. */
  readonly fields?: "by-name" | "by-position";
}

/**
 * The value as the column's type. A field that the value's struct lacks becomes NULL, one that the column's struct lacks is left out:
 * whether that is allowed is decided before.
 */
export function storedValue(compiler: ExpressionCompiler, value: TypedValue, to: DataType, column: string): string {
  return converted(compiler, value, to, column, 0);
}

function converted(
  compiler: ExpressionCompiler,
  value: TypedValue,
  to: DataType,
  column: string,
  depth: number,
): string {
  const from = value.dataType;
  if (sameLayout(from, to)) return `CAST(${value.sql} AS ${engineType(to)})`;
  if (from.kind === "struct" && to.kind === "struct")
    return convertedStruct(compiler, { ...value, dataType: from }, to, column, depth);
  if (from.kind === "array" && to.kind === "array" && holdsStruct(to.elementType)) {
    const item = `x${depth}`;
    const element = { ...value, sql: item, dataType: from.elementType };
    const body = converted(compiler, element, to.elementType, column, depth + 1);
    return `list_transform(${value.sql}, lambda ${item}: ${body})`;
  }
  if (from.kind === "map" && to.kind === "map" && (holdsStruct(to.keyType) || holdsStruct(to.valueType))) {
    const item = `x${depth}`;
    const part = (name: "key" | "value", dataType: DataType, target: DataType) =>
      converted(compiler, { ...value, sql: `${item}.${name}`, dataType }, target, column, depth + 1);
    const key = part("key", from.keyType, to.keyType);
    const of = part("value", from.valueType, to.valueType);
    const entries = `list_transform(map_entries(${value.sql}), lambda ${item}: struct_pack("key" := ${key}, "value" := ${of}))`;
    return `CASE WHEN ${value.sql} IS NULL THEN NULL ELSE map_from_entries(${entries}) END`;
  }
  return `CAST(${compiler.storeAssignment(value, to, column)} AS ${engineType(to)})`;
}

function convertedStruct(
  compiler: ExpressionCompiler,
  struct: TypedValue & { readonly dataType: StructType },
  to: StructType,
  column: string,
  depth: number,
): string {
  const { sql, dataType: from } = struct;
  const fields = to.fields.map((one, i) => {
    const given = struct.fields === "by-position" ? from.fields[i] : findField(from, one.name);
    const value =
      given === undefined
        ? nullOf(one.dataType)
        : converted(
            compiler,
            { ...struct, sql: fieldOf(sql, given.name), dataType: given.dataType },
            one.dataType,
            `${column}.${one.name}`,
            depth,
          );
    return `${engineName(one.name)} := ${value}`;
  });
  return `CASE WHEN ${sql} IS NULL THEN NULL ELSE struct_pack(${fields.join(", ")}) END`;
}

/** Engine SQL of a struct's field. */
export function fieldOf(struct: string, name: string): string {
  return `struct_extract(${struct}, ${engineString(name)})`;
}

export function nullOf(type: DataType): string {
  return `CAST(NULL AS ${engineType(type)})`;
}

function holdsStruct(type: DataType): boolean {
  switch (type.kind) {
    case "struct":
      return true;
    case "array":
      return holdsStruct(type.elementType);
    case "map":
      return holdsStruct(type.keyType) || holdsStruct(type.valueType);
    default:
      return false;
  }
}

/** Same types with the same fields in the same order and spelling, so that a cast changes nothing. */
function sameLayout(from: DataType, to: DataType): boolean {
  if (from.kind === "void") return true;
  return engineType(from) === engineType(to) && from.kind === to.kind;
}
