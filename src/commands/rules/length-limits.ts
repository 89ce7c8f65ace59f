/** CHAR and VARCHAR columns: values are filled up with spaces (CHAR), and none may be longer than the declared length, at any depth. */
import { type LengthLimit, lengthLimit } from "../../schema/char-varchar.js";
import type { StructField, StructType } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import type { RowCheck } from "../row-query.js";
import { fieldOf } from "../stored-value.js";
import { raiseWith } from "./rule-errors.js";

/** Engine SQL of the value with every CHAR in it filled up with spaces; `sql` is evaluated more than once. */
export function paddedValue(sql: string, column: StructField): string {
  const limit = lengthLimit(column);
  return limit === undefined || !holdsChar(limit) ? sql : padded(sql, column.dataType, limit, 0);
}

/** DELTA_EXCEED_CHAR_VARCHAR_LIMIT for each column of limited length. */
export function lengthChecks(schema: StructType): readonly (RowCheck & { readonly columns: readonly string[] })[] {
  return schema.fields.flatMap((column) => {
    const limit = lengthLimit(column);
    if (limit === undefined) return [];
    const value = `"row".${engineName(column.name)}`;
    const violation = exceeds(value, column.dataType, limit, 0);
    return [{ violation, raise: tooLong(column, value, limit), columns: [column.name] }];
  });
}

function tooLong(column: StructField, value: string, limit: LengthLimit): string {
  const declared = "length" in limit ? ` (length(${column.name}) <= ${limit.length})` : ` of ${column.name}`;
  return raiseWith(
    "DELTA_EXCEED_CHAR_VARCHAR_LIMIT",
    "22001",
    `Value "`,
    [value],
    `" exceeds char/varchar type length limitation. Failed check:${declared}. The table is unchanged.`,
  );
}

function holdsChar(limit: LengthLimit): boolean {
  switch (limit.kind) {
    case "array":
      return holdsChar(limit.element);
    case "map":
      return [limit.key, limit.value].some((one) => one !== undefined && holdsChar(one));
    case "struct":
      return [...limit.fields.values()].some(holdsChar);
    default:
      return limit.kind === "char";
  }
}

function padded(sql: string, type: StructField["dataType"], limit: LengthLimit, depth: number): string {
  const item = `c${depth}`;
  if (limit.kind === "char") {
    return `CASE WHEN length(${sql}) < ${limit.length} THEN rpad(${sql}, ${limit.length}, ' ') ELSE ${sql} END`;
  }
  if (limit.kind === "array" && type.kind === "array") {
    return `list_transform(${sql}, lambda ${item}: ${padded(item, type.elementType, limit.element, depth + 1)})`;
  }
  if (limit.kind === "map" && type.kind === "map") {
    const key = limit.key ? padded(`${item}.key`, type.keyType, limit.key, depth + 1) : `${item}.key`;
    const value = limit.value ? padded(`${item}.value`, type.valueType, limit.value, depth + 1) : `${item}.value`;
    const entries = `list_transform(map_entries(${sql}), lambda ${item}: struct_pack("key" := ${key}, "value" := ${value}))`;
    return `CASE WHEN ${sql} IS NULL THEN NULL ELSE map_from_entries(${entries}) END`;
  }
  if (limit.kind === "struct" && type.kind === "struct") {
    const fields = type.fields.map((one) => {
      const own = limit.fields.get(one.name.toLowerCase());
      const value = fieldOf(sql, one.name);
      return `${engineName(one.name)} := ${own ? padded(value, one.dataType, own, depth) : value}`;
    });
    return `CASE WHEN ${sql} IS NULL THEN NULL ELSE struct_pack(${fields.join(", ")}) END`;
  }
  return sql;
}

/** Engine SQL: TRUE where a text within is too long; NULL or FALSE otherwise. */
function exceeds(sql: string, type: StructField["dataType"], limit: LengthLimit, depth: number): string {
  const item = `c${depth}`;
  const anyOf = (list: string, test: string): string =>
    `list_bool_or(list_transform(${list}, lambda ${item}: coalesce(${test}, FALSE)))`;
  if (limit.kind === "char" || limit.kind === "varchar") return `length(${sql}) > ${limit.length}`;
  if (limit.kind === "array" && type.kind === "array") {
    return anyOf(sql, exceeds(item, type.elementType, limit.element, depth + 1));
  }
  if (limit.kind === "map" && type.kind === "map") {
    const keys = limit.key && anyOf(`map_keys(${sql})`, exceeds(item, type.keyType, limit.key, depth + 1));
    const values = limit.value && anyOf(`map_values(${sql})`, exceeds(item, type.valueType, limit.value, depth + 1));
    return [keys, values].flatMap((one) => (one === undefined ? [] : [`coalesce(${one}, FALSE)`])).join(" OR ");
  }
  if (limit.kind === "struct" && type.kind === "struct") {
    const tests = type.fields.flatMap((one) => {
      const own = limit.fields.get(one.name.toLowerCase());
      return own ? [`coalesce(${exceeds(fieldOf(sql, one.name), one.dataType, own, depth)}, FALSE)`] : [];
    });
    return tests.length === 0 ? "FALSE" : tests.join(" OR ");
  }
  return "FALSE";
}
