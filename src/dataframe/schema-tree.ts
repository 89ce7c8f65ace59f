/** The tree that `printSchema()` prints. */
import type { DataType, StructType } from "../schema/data-type.js";
import { typeText } from "../schema/type-text.js";

/**
 * `level`: how deep nested types are shown; all of them without it.
 * @example schemaTree(struct([field("id", LONG, false)])) // "root\n |-- id: long (nullable = false)\n"
 */
export function schemaTree(schema: StructType, level = Number.POSITIVE_INFINITY): string {
  const lines = fieldLines(schema, " |").filter((line) => depthOf(line) <= level);
  return ["root", ...lines, ""].join("\n");
}

/** A level is an indentation of five. */
function depthOf(line: string): number {
  return (line.indexOf("|--") - 1 + 5) / 5;
}

function fieldLines(schema: StructType, indent: string): readonly string[] {
  return schema.fields.flatMap((field) => [
    `${indent}-- ${field.name}: ${treeName(field.dataType)} (nullable = ${field.nullable})`,
    ...nestedLines(field.dataType, `${indent}    |`),
  ]);
}

function nestedLines(type: DataType, indent: string): readonly string[] {
  switch (type.kind) {
    case "struct":
      return fieldLines(type, indent);
    case "array":
      return [
        `${indent}-- element: ${treeName(type.elementType)} (containsNull = ${type.containsNull})`,
        ...nestedLines(type.elementType, `${indent}    |`),
      ];
    case "map":
      return [
        `${indent}-- key: ${treeName(type.keyType)}`,
        ...nestedLines(type.keyType, `${indent}    |`),
        `${indent}-- value: ${treeName(type.valueType)} (valueContainsNull = ${type.valueContainsNull})`,
        ...nestedLines(type.valueType, `${indent}    |`),
      ];
    default:
      return [];
  }
}

/** Spark's tree uses the long names: `integer`, `long`, and only the kind of nested types. */
function treeName(type: DataType): string {
  if (type.kind === "struct" || type.kind === "array" || type.kind === "map") return type.kind;
  return type.kind === "decimal" || type.kind === "interval" ? typeText(type) : type.kind;
}
