/** Values of rows as constant expressions of Spark SQL: what a session's variable or a statement's argument is to analysis. */
import type { Value } from "../engine/engine.js";
import { type DataType, STRING, VOID } from "../schema/data-type.js";
import type { Expression, LiteralExpression } from "./ast.js";
import { parseExpression } from "./parse/parse.js";

/**
 * The constant expression of a value in the engine's result form. Intervals and variants must come as the text that
 * {@link transportType} asks for.
 * @example valueExpression(5, INTEGER) // the literal 5
 */
export function valueExpression(value: Value, type: DataType): Expression {
  if (value === null || value === undefined) return nullOf(type);
  switch (type.kind) {
    case "void":
      return nullOf(type);
    case "array":
      return cast(call("array", elements(value, type.elementType)), type);
    case "map": {
      const entries = [...(value as ReadonlyMap<Value, Value>)];
      const args = entries.flatMap(([key, one]) => [
        valueExpression(key, type.keyType),
        valueExpression(one, type.valueType),
      ]);
      return cast(call("map", args), type);
    }
    case "struct": {
      const fields = value as { readonly [field: string]: Value };
      const args = type.fields.flatMap((one) => [
        text(one.name),
        valueExpression(fields[one.name] ?? null, one.dataType),
      ]);
      return cast(call("named_struct", args), type);
    }
    case "interval":
      // The text of an interval is a literal of Spark.
      return cast(parseExpression(String(value)), type);
    case "variant":
      return call("parse_json", [text(String(value))]);
    case "float":
    case "double":
      return cast(text(String(value)), type);
    case "decimal":
      // A literal's own precision is that of its digits.
      return cast(literal(String(value), type), type);
    default:
      return literal(primitiveText(value), type);
  }
}

/** As what a value of the type has to be read for {@link valueExpression}: itself, or its text. */
export function transported(value: Expression, type: DataType): Expression {
  if (type.kind === "interval") return cast(value, STRING);
  return type.kind === "variant" ? call("to_json", [value]) : value;
}

function elements(value: Value, type: DataType): readonly Expression[] {
  return (value as readonly Value[]).map((one) => valueExpression(one, type));
}

function primitiveText(value: Value): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : String(value);
}

function nullOf(type: DataType): Expression {
  const bare = literal(null, VOID);
  return type.kind === "void" ? bare : cast(bare, type);
}

function literal(value: string | null, dataType: DataType): LiteralExpression {
  return { kind: "literal", dataType, value };
}

function text(value: string): LiteralExpression {
  return literal(value, STRING);
}

function cast(operand: Expression, to: DataType): Expression {
  return { kind: "cast", operand, to, try: false };
}

function call(name: string, args: readonly Expression[]): Expression {
  return { kind: "call", name, args };
}
