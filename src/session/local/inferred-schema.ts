/** The schema of JavaScript rows that come without one, as PySpark infers it from Python's. */
import type { Row, Value } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import {
  array,
  BINARY,
  BOOLEAN,
  type DataType,
  DOUBLE,
  field,
  LONG,
  map,
  STRING,
  type StructType,
  struct,
  TIMESTAMP,
  VOID,
} from "../../schema/data-type.js";
import { typeText } from "../../schema/type-text.js";

const SCALARS: ReadonlySet<string> = new Set(["boolean", "long", "double", "string", "binary", "timestamp"]);

/**
 * Whole numbers are BIGINT, others DOUBLE, text STRING, a Date TIMESTAMP, a Map MAP, an object STRUCT. Text beside other scalars makes
 * all of them text. Throws CANNOT_INFER_EMPTY_SCHEMA, CANNOT_DETERMINE_TYPE, CANNOT_MERGE_TYPE.
 */
export function inferredSchema(names: readonly string[], rows: readonly (readonly Value[])[]): StructType {
  if (rows.length === 0) throw emptySchema();
  return struct(
    names.map((name, i) => {
      const type = rows
        .map((row) => typeOf(row[i] ?? null, name))
        .reduce((one, other) => merged(one, other, name), VOID);
      if (hasVoid(type)) throw undetermined(name);
      return field(name, type);
    }),
  );
}

export function emptySchema(): LakeletError {
  return new LakeletError({
    condition: "CANNOT_INFER_EMPTY_SCHEMA",
    sqlState: "42000",
    problem: "The schema cannot be inferred from no rows.",
    cure: 'Give one, e.g. createDataFrame([], "id BIGINT, name STRING").',
  });
}

function typeOf(value: Value | undefined, name: string): DataType {
  if (value === null || value === undefined) return VOID;
  switch (typeof value) {
    case "boolean":
      return BOOLEAN;
    case "bigint":
      return LONG;
    case "number":
      return Number.isSafeInteger(value) ? LONG : DOUBLE;
    case "string":
      return STRING;
    default:
      if (value instanceof Date) return TIMESTAMP;
      if (value instanceof Uint8Array) return BINARY;
      if (Array.isArray(value)) return array(typeOfAll(value, name));
      if (value instanceof Map) return map(typeOfAll([...value.keys()], name), typeOfAll([...value.values()], name));
      return struct(Object.entries(value as Row).map(([key, one]) => field(key, typeOf(one, `${name}.${key}`))));
  }
}

function typeOfAll(values: readonly Value[], name: string): DataType {
  return values.map((one) => typeOf(one, name)).reduce((one, other) => merged(one, other, name), VOID);
}

/** A type for the values of both. */
function merged(one: DataType, other: DataType, name: string): DataType {
  if (one.kind === "void") return other;
  if (other.kind === "void") return one;
  if (one.kind === "array" && other.kind === "array") return array(merged(one.elementType, other.elementType, name));
  if (one.kind === "map" && other.kind === "map") {
    return map(merged(one.keyType, other.keyType, name), merged(one.valueType, other.valueType, name));
  }
  if (one.kind === "struct" && other.kind === "struct") return mergedStruct(one, other, name);
  if (one.kind === other.kind) return one;
  const kinds = [one.kind, other.kind];
  if (kinds.includes("long") && kinds.includes("double")) return DOUBLE;
  if (kinds.includes("string") && kinds.every((kind) => SCALARS.has(kind))) return STRING;
  throw new LakeletError({
    condition: "CANNOT_MERGE_TYPE",
    sqlState: "42000",
    problem: `The column ${name} holds values of the types ${typeText(one)} and ${typeText(other)}.`,
    cure: 'Give a schema, e.g. createDataFrame(rows, "id BIGINT, name STRING").',
  });
}

function mergedStruct(one: StructType, other: StructType, name: string): StructType {
  const both = one.fields.map((mine) => {
    const theirs = other.fields.find((candidate) => candidate.name === mine.name);
    return field(mine.name, theirs ? merged(mine.dataType, theirs.dataType, `${name}.${mine.name}`) : mine.dataType);
  });
  return struct([...both, ...other.fields.filter((theirs) => !one.fields.some((mine) => mine.name === theirs.name))]);
}

function hasVoid(type: DataType): boolean {
  switch (type.kind) {
    case "void":
      return true;
    case "array":
      return hasVoid(type.elementType);
    case "map":
      return hasVoid(type.keyType) || hasVoid(type.valueType);
    case "struct":
      return type.fields.some((one) => hasVoid(one.dataType));
    default:
      return false;
  }
}

function undetermined(name: string): LakeletError {
  return new LakeletError({
    condition: "CANNOT_DETERMINE_TYPE",
    sqlState: "42000",
    problem: `The type of the column ${name} cannot be told: its values are null in every row.`,
    cure: 'Give a schema, e.g. createDataFrame(rows, "id BIGINT, name STRING").',
  });
}
