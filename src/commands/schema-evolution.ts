/** How a table's schema takes up the fields of data that are written to it (mergeSchema, overwriteSchema). */
import type { DataType, StructField, StructType } from "../schema/data-type.js";
import { array, field, findField, map, sameType, struct } from "../schema/data-type.js";
import { isAutomaticWidening, withTypeChanges } from "../schema/type-widening.js";
import { duplicateColumns, failedToMergeFields, invalidColumnName, unsupportedColumnType } from "./command-errors.js";

/** The same type with NULL allowed at every depth: what Delta makes of the schema of data. */
export function asNullable(type: StructType): StructType;
export function asNullable(type: DataType): DataType;
export function asNullable(type: DataType): DataType {
  switch (type.kind) {
    case "struct":
      return struct(type.fields.map((one) => field(one.name, asNullable(one.dataType), true, one.metadata)));
    case "array":
      return array(asNullable(type.elementType));
    case "map":
      return map(asNullable(type.keyType), asNullable(type.valueType));
    default:
      return type;
  }
}

/** Field metadata that a query's column hands on to the table that is made of it: what describes it, not what rules it. */
const DESCRIPTION = "comment";

/** The schema of a table that is made of data. */
export function schemaOfData(schema: StructType): StructType {
  return withoutRules(asNullable(schema));
}

/** The schema of data without what the tables that they come from demand of their columns. */
function withoutRules(type: StructType): StructType;
function withoutRules(type: DataType): DataType;
function withoutRules(type: DataType): DataType {
  switch (type.kind) {
    case "struct":
      return struct(
        type.fields.map((one) => ({ ...one, dataType: withoutRules(one.dataType), metadata: described(one) })),
      );
    case "array":
      return { ...type, elementType: withoutRules(type.elementType) };
    case "map":
      return { ...type, keyType: withoutRules(type.keyType), valueType: withoutRules(type.valueType) };
    default:
      return type;
  }
}

function described({ metadata }: StructField): StructField["metadata"] {
  return Object.hasOwn(metadata, DESCRIPTION) ? { [DESCRIPTION]: metadata[DESCRIPTION] } : {};
}

/**
 * A schema fit for a new table. `anyNames`: columns are mapped, so that their names may hold any character. Throws DELTA_DUPLICATE_COLUMNS_FOUND, DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES,
 * DELTA_UNSUPPORTED_DATA_TYPES.
 */
export function checkStorable(schema: StructType, anyNames = false): StructType {
  checkNoDuplicates(
    schema.fields.map((one) => one.name),
    "in the table's schema",
  );
  for (const column of schema.fields) checkField(column, column, anyNames);
  return schema;
}

/** Throws DELTA_DUPLICATE_COLUMNS_FOUND where two names differ by letter case at most. */
export function checkNoDuplicates(names: readonly string[], where: string): void {
  const seen = new Set<string>();
  const twice = names.filter((name) => {
    const key = name.toLowerCase();
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  });
  if (twice.length > 0) throw duplicateColumns([...new Set(twice)], where);
}

function checkField(column: StructField, one: StructField, anyName: boolean): void {
  if (!anyName && /[ ,;{}()\n\t=]/.test(one.name)) throw invalidColumnName(one.name);
  checkType(column, one.dataType, anyName);
}

function checkType(column: StructField, type: DataType, anyName: boolean): void {
  switch (type.kind) {
    case "interval":
    case "void":
      throw unsupportedColumnType(column);
    case "array":
      checkType(column, type.elementType, anyName);
      return;
    case "map":
      checkType(column, type.keyType, anyName);
      checkType(column, type.valueType, anyName);
      return;
    case "struct":
      checkNoDuplicates(
        type.fields.map((one) => one.name),
        `in the struct ${column.name}`,
      );
      for (const one of type.fields) checkField(column, one, anyName);
      return;
    default:
  }
}

/** What becomes of two types at one place. */
export type TypeConflict = "refuse" | "keep-table";

/**
 * The table's schema with the data's new fields appended, at every depth; integers of four bytes and less take the wider type.
 * Where the types differ otherwise: `refuse` throws DELTA_FAILED_TO_MERGE_FIELDS, `keep-table` keeps the table's type (the write casts).
 * @param widens The table allows type widening: its columns take a wider type of the data, and remember it.
 */
export function mergeSchemas(table: StructType, data: StructType, conflict: TypeConflict, widens = false): StructType {
  const merged = mergeStructs(table, data, { conflict, widens }, []);
  return widens ? withTypeChanges(table, merged) : merged;
}

interface MergeRules {
  readonly conflict: TypeConflict;
  readonly widens: boolean;
}

function mergeStructs(table: StructType, data: StructType, rules: MergeRules, path: readonly string[]): StructType {
  const kept = table.fields.map((one) => {
    const other = findField(data, one.name);
    if (other === undefined) return one;
    return { ...one, dataType: mergeTypes(one.dataType, other.dataType, rules, [...path, one.name]) };
  });
  const added = data.fields
    .filter((one) => findField(table, one.name) === undefined)
    .map((one) => field(one.name, withoutRules(asNullable(one.dataType)), true, described(one)));
  return struct([...kept, ...added]);
}

function mergeTypes(table: DataType, data: DataType, rules: MergeRules, path: readonly string[]): DataType {
  if (data.kind === "void") return table;
  if (table.kind === "struct" && data.kind === "struct") return mergeStructs(table, data, rules, path);
  if (table.kind === "array" && data.kind === "array") {
    return { ...table, elementType: mergeTypes(table.elementType, data.elementType, rules, [...path, "element"]) };
  }
  if (table.kind === "map" && data.kind === "map") {
    return {
      ...table,
      keyType: mergeTypes(table.keyType, data.keyType, rules, [...path, "key"]),
      valueType: mergeTypes(table.valueType, data.valueType, rules, [...path, "value"]),
    };
  }
  if (sameType(table, data)) return table;
  if (rules.widens && isAutomaticWidening(table, data)) return data;
  if (rules.conflict === "keep-table" || isUpcast(data, table)) return table;
  const widened = widerStoredInteger(table, data);
  if (widened !== undefined) return widened;
  throw failedToMergeFields(path.join("."), table, data);
}

/** byte, short and integer are one Parquet type, so that files of the narrower one read as the wider. */
const STORED_AS_INT32 = ["byte", "short", "integer"];

function widerStoredInteger(table: DataType, data: DataType): DataType | undefined {
  const before = STORED_AS_INT32.indexOf(table.kind);
  const after = STORED_AS_INT32.indexOf(data.kind);
  return before >= 0 && after > before ? data : undefined;
}

const INTEGER_DIGITS: Readonly<Record<string, number>> = { byte: 3, short: 5, integer: 10, long: 19 };

/** True where each value of the one type is a value of the other. */
export function isUpcast(from: DataType, to: DataType): boolean {
  if (from.kind === "void" || sameType(from, to)) return true;
  const digits = INTEGER_DIGITS[from.kind];
  if (digits !== undefined) {
    const room = INTEGER_DIGITS[to.kind];
    if (room !== undefined) return room >= digits;
    if (to.kind === "decimal") return to.precision - to.scale >= digits;
    return to.kind === "double" && from.kind !== "long";
  }
  if (from.kind === "float") return to.kind === "double";
  if (from.kind === "decimal" && to.kind === "decimal") {
    return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale;
  }
  return false;
}

/** Fields of the data, at every depth, that the table lacks: dotted path and type. */
export function fieldsMissingInTable(
  table: DataType,
  data: DataType,
  path: readonly string[] = [],
): readonly (readonly [string, DataType])[] {
  if (table.kind === "struct" && data.kind === "struct") {
    return data.fields.flatMap((one) => {
      const known = findField(table, one.name);
      const here = [...path, one.name];
      return known === undefined
        ? [[here.join("."), one.dataType] as const]
        : fieldsMissingInTable(known.dataType, one.dataType, here);
    });
  }
  if (table.kind === "array" && data.kind === "array") {
    return fieldsMissingInTable(table.elementType, data.elementType, [...path, "element"]);
  }
  if (table.kind === "map" && data.kind === "map") {
    return [
      ...fieldsMissingInTable(table.keyType, data.keyType, [...path, "key"]),
      ...fieldsMissingInTable(table.valueType, data.valueType, [...path, "value"]),
    ];
  }
  return [];
}

/** Throws DELTA_FAILED_TO_MERGE_FIELDS where a value of the data might not be one of the table's type. */
export function checkUpcasts(table: StructType, data: StructType, path: readonly string[] = []): void {
  for (const one of data.fields) {
    const known = findField(table, one.name);
    if (known !== undefined) checkUpcast(known.dataType, one.dataType, [...path, one.name]);
  }
}

function checkUpcast(table: DataType, data: DataType, path: readonly string[]): void {
  if (table.kind === "struct" && data.kind === "struct") {
    checkUpcasts(table, data, path);
  } else if (table.kind === "array" && data.kind === "array") {
    checkUpcast(table.elementType, data.elementType, [...path, "element"]);
  } else if (table.kind === "map" && data.kind === "map") {
    checkUpcast(table.keyType, data.keyType, [...path, "key"]);
    checkUpcast(table.valueType, data.valueType, [...path, "value"]);
  } else if (!isUpcast(data, table)) {
    throw failedToMergeFields(path.join("."), table, data);
  }
}
