/** Data types as the names that the engine (DuckDB) gives them; the one place that knows the mapping. */
import type { DataType } from "./data-type.js";

const ENGINE_NAMES: Readonly<Record<string, string>> = {
  boolean: "BOOLEAN",
  byte: "TINYINT",
  short: "SMALLINT",
  integer: "INTEGER",
  long: "BIGINT",
  float: "FLOAT",
  double: "DOUBLE",
  string: "VARCHAR",
  binary: "BLOB",
  date: "DATE",
  timestamp: "TIMESTAMP WITH TIME ZONE",
  timestamp_ntz: "TIMESTAMP",
  void: "INTEGER",
};

/**
 * The engine's name of a type, fit for CAST. `timestamp` is a TIMESTAMPTZ (an instant), `timestamp_ntz` a TIMESTAMP.
 * @example engineType({ kind: "array", elementType: { kind: "long" }, containsNull: true }) // "BIGINT[]"
 */
export function engineType(type: DataType): string {
  return named(type, "VARCHAR");
}

/** The same as the engine reads it from a Parquet file, where a variant is one of its own. */
export function fileEngineType(type: DataType): string {
  return named(type, "VARIANT");
}

/** A variant is its text (see variant-text.ts): the engine's own does not tell the variant null from NULL, nor a decimal from a double. */
function named(type: DataType, variant: "VARCHAR" | "VARIANT"): string {
  switch (type.kind) {
    case "decimal":
      return `DECIMAL(${type.precision},${type.scale})`;
    case "interval":
      return "INTERVAL";
    case "variant":
      return variant;
    case "array":
      return `${named(type.elementType, variant)}[]`;
    case "map":
      return `MAP(${named(type.keyType, variant)}, ${named(type.valueType, variant)})`;
    case "struct":
      return `STRUCT(${type.fields.map((f) => `${engineName(f.name)} ${named(f.dataType, variant)}`).join(", ")})`;
    default:
      return ENGINE_NAMES[type.kind] ?? "VARCHAR";
  }
}

/** A name as an engine identifier, always quoted. The engine's parser ends a statement at the character NUL: its picture stands for it. */
export function engineName(name: string): string {
  return `"${name.replaceAll('"', '""').replaceAll("\0", "\u2400")}"`;
}

/** A text as an engine string literal, or as an expression where it holds the character NUL, at which the engine's parser ends a statement. */
export function engineString(text: string): string {
  const parts = text.split("\0").map((part) => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1 ? `${parts[0]}` : `(${parts.join(" || chr(0) || ")})`;
}
