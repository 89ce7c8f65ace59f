/** Data types as Spark DDL text: `bigint`, `decimal(10,2)`, `struct<a:int>`; and a schema as a column list. */
import type { DataType, IntervalType, StructField, StructType } from "./data-type.js";

const SIMPLE_NAMES: Readonly<Record<string, string>> = {
  byte: "tinyint",
  short: "smallint",
  integer: "int",
  long: "bigint",
};

/** Spark's `simpleString`/catalog name of a type. @example typeText({ kind: "long" }) // "bigint" */
export function typeText(type: DataType): string {
  switch (type.kind) {
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "interval":
      return intervalText(type);
    case "array":
      return `array<${typeText(type.elementType)}>`;
    case "map":
      return `map<${typeText(type.keyType)},${typeText(type.valueType)}>`;
    case "struct":
      return `struct<${type.fields.map((f) => `${quoteIfNeeded(f.name)}:${typeText(f.dataType)}`).join(",")}>`;
    default:
      return SIMPLE_NAMES[type.kind] ?? type.kind;
  }
}

/** The type as typeof() tells it: field names are never quoted. @example simpleString(struct([field("a b", INTEGER)])) // "struct<a b:int>" */
export function simpleString(type: DataType): string {
  switch (type.kind) {
    case "array":
      return `array<${simpleString(type.elementType)}>`;
    case "map":
      return `map<${simpleString(type.keyType)},${simpleString(type.valueType)}>`;
    case "struct":
      return `struct<${type.fields.map((f) => `${f.name}:${simpleString(f.dataType)}`).join(",")}>`;
    default:
      return typeText(type);
  }
}

function intervalText({ family, fields }: IntervalType): string {
  if (family === "calendar") return "interval";
  const [first, last] = fields ?? (family === "year-month" ? ["year", "month"] : ["day", "second"]);
  return first === last ? `interval ${first}` : `interval ${first} to ${last}`;
}

/** A schema as Spark DDL. @example schemaText(struct([field("id", LONG, false)])) // "id BIGINT NOT NULL" */
export function schemaText(schema: StructType): string {
  return schema.fields.map(columnText).join(", ");
}

function columnText(column: StructField): string {
  const notNull = column.nullable ? "" : " NOT NULL";
  return `${quoteIfNeeded(column.name)} ${upperText(column.dataType)}${notNull}`;
}

/** The type in capitals, the fields of structs as they are called. */
function upperText(type: DataType): string {
  switch (type.kind) {
    case "array":
      return `ARRAY<${upperText(type.elementType)}>`;
    case "map":
      return `MAP<${upperText(type.keyType)},${upperText(type.valueType)}>`;
    case "struct":
      return `STRUCT<${type.fields.map((f) => `${quoteIfNeeded(f.name)}:${upperText(f.dataType)}`).join(",")}>`;
    default:
      return typeText(type).toUpperCase();
  }
}

/** The name as it is, or in backticks where Spark's grammar needs them. */
export function quoteIfNeeded(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : quoteName(name);
}

/** The name in backticks. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}
