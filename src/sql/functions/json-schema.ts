/** schema_of_json: the DDL of the schema that Spark infers from one JSON text. */
import {
  array,
  BOOLEAN,
  type DataType,
  DOUBLE,
  decimal,
  field,
  LONG,
  STRING,
  struct,
  VOID,
} from "../../schema/data-type.js";
import { type JsonNode, readJson } from "../../schema/json-text.js";
import { quoteIfNeeded, typeText } from "../../schema/type-text.js";

/** `STRUCT<a: BIGINT>`; undefined where the text is no JSON. */
export function schemaOfJson(text: string): string | undefined {
  const node = readJson(text);
  return node && ddl(withoutVoid(inferred(node)));
}

function inferred(node: JsonNode): DataType {
  switch (node.kind) {
    case "object": {
      const fields = [...new Map(node.entries)].sort(([one], [other]) => (one < other ? -1 : 1));
      return struct(fields.map(([name, value]) => field(name, inferred(value))));
    }
    case "array":
      return array(node.items.map(inferred).reduce(merged, VOID));
    case "string":
      return STRING;
    case "number":
      return numberType(node.text);
    case "boolean":
      return BOOLEAN;
    case "null":
      return VOID;
  }
}

function numberType(text: string): DataType {
  if (!/^-?\d+$/.test(text)) return DOUBLE;
  const value = BigInt(text);
  if (value >= -(2n ** 63n) && value < 2n ** 63n) return LONG;
  const digits = text.replace("-", "").length;
  return digits <= 38 ? decimal(digits, 0) : DOUBLE;
}

const NUMBERS: readonly string[] = ["long", "decimal", "double"];

/** The type of elements of both types: numbers widen, structs take the fields of both, all else is text. */
function merged(left: DataType, right: DataType): DataType {
  if (left.kind === "void") return right;
  if (right.kind === "void") return left;
  if (left.kind === "struct" && right.kind === "struct") {
    const fields = new Map(left.fields.map((one) => [one.name, one.dataType]));
    for (const one of right.fields) {
      const before = fields.get(one.name);
      fields.set(one.name, before ? merged(before, one.dataType) : one.dataType);
    }
    const sorted = [...fields].sort(([one], [other]) => (one < other ? -1 : 1));
    return struct(sorted.map(([name, type]) => field(name, type)));
  }
  if (left.kind === "array" && right.kind === "array") return array(merged(left.elementType, right.elementType));
  if (NUMBERS.includes(left.kind) && NUMBERS.includes(right.kind)) return wider(left, right);
  return left.kind === right.kind ? left : STRING;
}

function wider(left: DataType, right: DataType): DataType {
  if (left.kind === "double" || right.kind === "double") return DOUBLE;
  const digits = [left, right].map((one) => (one.kind === "decimal" ? one.precision : one.kind === "long" ? 20 : 0));
  return left.kind === right.kind && left.kind === "long" ? LONG : decimal(Math.max(...digits), 0);
}

function withoutVoid(type: DataType): DataType {
  if (type.kind === "void") return STRING;
  if (type.kind === "array") return array(withoutVoid(type.elementType));
  if (type.kind === "struct") return struct(type.fields.map((one) => field(one.name, withoutVoid(one.dataType))));
  return type;
}

function ddl(type: DataType): string {
  if (type.kind === "array") return `ARRAY<${ddl(type.elementType)}>`;
  if (type.kind === "struct") {
    return `STRUCT<${type.fields.map((one) => `${quoteIfNeeded(one.name)}: ${ddl(one.dataType)}`).join(", ")}>`;
  }
  return typeText(type).toUpperCase();
}
