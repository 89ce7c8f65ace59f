/** The tree that `printSchema()` prints. */
import type { DataType, StructType } from "../schema/data-type.js";
import { typeText } from "../schema/type-text.js";

/** @example schemaTree(struct([field("id", LONG, false)])) // "root\n |-- id: long (nullable = false)" */
export function schemaTree(schema: StructType): string {
  return ["root", ...fieldLines(schema, " |")].join("\n");
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
