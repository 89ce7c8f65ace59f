/** Spark's order of nested values (NULLs inside them come first) as engine SQL, whose own order puts them last. */
import type { DataType } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";

/** True where Spark can order values of the type. */
export function isOrderable(type: DataType): boolean {
  switch (type.kind) {
    case "map":
    case "variant":
      return false;
    case "interval":
      return type.family !== "calendar";
    case "array":
      return isOrderable(type.elementType);
    case "struct":
      return type.fields.every((one) => isOrderable(one.dataType));
    default:
      return true;
  }
}

/** True where the engine's order of two values that are not NULL may differ from Spark's. */
export function needsOrderKey(type: DataType): boolean {
  if (type.kind === "array") return type.containsNull || needsOrderKey(type.elementType);
  if (type.kind === "struct") return type.fields.some((one) => one.nullable || needsOrderKey(one.dataType));
  return false;
}

/** Engine SQL whose order, for values that are not NULL, is Spark's order of `sql`. Repeats `sql` for structs. */
export function orderKey(sql: string, type: DataType, depth = 0): string {
  if (!needsOrderKey(type)) return sql;
  if (type.kind === "array") {
    const item = `key_${depth}`;
    return `list_transform(${sql}, lambda ${item}: ${nullFirstKey(item, type.elementType, depth + 1)})`;
  }
  if (type.kind === "struct") {
    const keys = type.fields.map((one) => nullFirstKey(`${sql}.${engineName(one.name)}`, one.dataType, depth));
    return `row(${keys.join(", ")})`;
  }
  return sql;
}

function nullFirstKey(sql: string, type: DataType, depth: number): string {
  return `row(${sql} IS NOT NULL, ${orderKey(sql, type, depth)})`;
}
