/** Whether the values of `createDataFrame` are those of the schema given, as PySpark verifies them. */
import type { Row, Value } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { DataType, StructType } from "../../schema/data-type.js";
import { typeText } from "../../schema/type-text.js";

const RANGES: Readonly<Record<string, readonly [bigint, bigint]>> = {
  byte: [-128n, 127n],
  short: [-32768n, 32767n],
  integer: [-2147483648n, 2147483647n],
  long: [-9223372036854775808n, 9223372036854775807n],
};

/** Throws FIELD_STRUCT_LENGTH_MISMATCH, FIELD_NOT_NULLABLE_WITH_NAME, FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME, VALUE_OUT_OF_BOUNDS. */
export function verifyRow(row: readonly Value[], schema: StructType): void {
  if (row.length !== schema.fields.length) {
    throw refusal(
      "FIELD_STRUCT_LENGTH_MISMATCH",
      `A row has ${row.length} values, the schema ${schema.fields.length}.`,
    );
  }
  schema.fields.forEach((field, i) => {
    verify(row[i] ?? null, field.dataType, field.nullable, field.name);
  });
}

function verify(value: Value, type: DataType, nullable: boolean, name: string): void {
  if (value === null || value === undefined) {
    if (nullable) return;
    throw refusal("FIELD_NOT_NULLABLE_WITH_NAME", `The field ${name} is not nullable, and a row has null there.`);
  }
  if (!accepts(value, type)) {
    const shown = typeof value === "bigint" ? String(value) : JSON.stringify(value);
    throw refusal(
      "FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME",
      `The field ${name} of the type ${typeText(type)} cannot accept the value ${shown}.`,
    );
  }
  const range = RANGES[type.kind];
  if (range && (BigInt(value as number | bigint) < range[0] || BigInt(value as number | bigint) > range[1])) {
    throw refusal(
      "VALUE_OUT_OF_BOUNDS",
      `The value ${String(value)} of the field ${name} is outside of ${typeText(type)}.`,
    );
  }
  verifyInside(value, type, name);
}

function verifyInside(value: Value, type: DataType, name: string): void {
  if (type.kind === "array") {
    for (const one of value as readonly Value[]) verify(one, type.elementType, type.containsNull, `${name}[]`);
  } else if (type.kind === "struct" && !Array.isArray(value)) {
    for (const field of type.fields) {
      verify((value as Row)[field.name] ?? null, field.dataType, field.nullable, `${name}.${field.name}`);
    }
  } else if (type.kind === "map" && value instanceof Map) {
    for (const [key, one] of value) {
      verify(key, type.keyType, false, `${name} (key)`);
      verify(one, type.valueType, type.valueContainsNull, `${name} (value)`);
    }
  }
}

function accepts(value: Value, type: DataType): boolean {
  switch (type.kind) {
    case "byte":
    case "short":
    case "integer":
    case "long":
      return typeof value === "bigint" || Number.isInteger(value);
    case "float":
    case "double":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "string":
      return typeof value === "string";
    case "binary":
      return value instanceof Uint8Array;
    case "decimal":
      return ["number", "bigint", "string"].includes(typeof value);
    case "date":
    case "timestamp":
    case "timestamp_ntz":
      return value instanceof Date || typeof value === "string";
    case "array":
      return Array.isArray(value);
    case "map":
      return value instanceof Map || isPlainObject(value);
    case "struct":
      return isPlainObject(value);
    default:
      return false;
  }
}

function isPlainObject(value: Value): boolean {
  return (
    typeof value === "object" &&
    !Array.isArray(value) &&
    !(value instanceof Date || value instanceof Uint8Array || value instanceof Map)
  );
}

function refusal(condition: string, problem: string): LakeletError {
  return new LakeletError({ condition, sqlState: "22023", problem, cure: "Correct the value, or the schema." });
}
