/** Delta's schemaString: the JSON form of a StructType (Delta protocol, "Schema Serialization Format"). */
import { LakeletError } from "../errors/lakelet-error.js";
import type { DataType, PrimitiveKind, StructField, StructType } from "./data-type.js";

const PRIMITIVES: ReadonlySet<string> = new Set<PrimitiveKind>([
  "boolean",
  "byte",
  "short",
  "integer",
  "long",
  "float",
  "double",
  "string",
  "binary",
  "date",
  "timestamp",
  "timestamp_ntz",
  "void",
  "variant",
]);

/** Numbers of an identity column may be longer than a JavaScript number holds: those are bigints in the field's metadata. */
const LONG_NUMBERS = /("delta\.identity\.\w+"\s*:\s*)(-?\d{16,})(?=\s*[,}])/g;
const BIGINT_MARK = "lakelet-bigint:";
const MARKED_NUMBERS = /"lakelet-bigint:(-?\d+)"/g;

type JsonObject = Readonly<Record<string, unknown>>;

/** Reads a schemaString. Throws DELTA_INVALID_SCHEMA with the offending type's name. */
export function schemaFromJson(text: string): StructType {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replaceAll(LONG_NUMBERS, `$1"${BIGINT_MARK}$2"`), (_, value: unknown) =>
      typeof value === "string" && value.startsWith(BIGINT_MARK) ? BigInt(value.slice(BIGINT_MARK.length)) : value,
    );
  } catch (cause) {
    throw invalid("the schema string is not JSON", cause);
  }
  const type = typeFromJson(parsed);
  if (type.kind !== "struct") throw invalid(`the root of a table schema is a struct, not ${type.kind}`);
  return type;
}

/** Writes a schemaString; inverse of {@link schemaFromJson}. */
export function schemaToJson(schema: StructType): string {
  const json = JSON.stringify(typeToJson(schema), (_, value: unknown) =>
    typeof value === "bigint" ? `${BIGINT_MARK}${value}` : value,
  );
  return json.replaceAll(MARKED_NUMBERS, "$1");
}

function typeFromJson(value: unknown): DataType {
  if (typeof value === "string") return primitiveFromName(value);
  if (typeof value !== "object" || value === null) throw invalid(`a type is a name or an object, not ${String(value)}`);
  const object = value as JsonObject;
  switch (object.type) {
    case "struct":
      return { kind: "struct", fields: listOf(object.fields).map(fieldFromJson) };
    case "array":
      return {
        kind: "array",
        elementType: typeFromJson(object.elementType),
        containsNull: object.containsNull !== false,
      };
    case "map":
      return {
        kind: "map",
        keyType: typeFromJson(object.keyType),
        valueType: typeFromJson(object.valueType),
        valueContainsNull: object.valueContainsNull !== false,
      };
    default:
      throw invalid(`unknown type ${JSON.stringify(object.type)}`);
  }
}

function primitiveFromName(name: string): DataType {
  if (PRIMITIVES.has(name)) return { kind: name as PrimitiveKind };
  if (name === "decimal") return { kind: "decimal", precision: 10, scale: 0 };
  const match = /^decimal\(\s*(\d+)\s*,\s*(-?\d+)\s*\)$/.exec(name);
  if (match) return { kind: "decimal", precision: Number(match[1]), scale: Number(match[2]) };
  throw invalid(`unknown type "${name}"`);
}

function fieldFromJson(value: unknown): StructField {
  const object = value as JsonObject;
  if (typeof object !== "object" || object === null || typeof object.name !== "string") {
    throw invalid("a struct field has no name");
  }
  return {
    name: object.name,
    dataType: typeFromJson(object.type),
    nullable: object.nullable !== false,
    metadata: (object.metadata ?? {}) as JsonObject,
  };
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid("a struct has no list of fields");
  return value;
}

function typeToJson(type: DataType): unknown {
  switch (type.kind) {
    case "struct":
      return {
        type: "struct",
        fields: type.fields.map((f) => ({
          name: f.name,
          type: typeToJson(f.dataType),
          nullable: f.nullable,
          metadata: f.metadata,
        })),
      };
    case "array":
      return { type: "array", elementType: typeToJson(type.elementType), containsNull: type.containsNull };
    case "map":
      return {
        type: "map",
        keyType: typeToJson(type.keyType),
        valueType: typeToJson(type.valueType),
        valueContainsNull: type.valueContainsNull,
      };
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "interval":
      throw invalid("an interval cannot be stored in a table");
    default:
      return type.kind;
  }
}

function invalid(reason: string, cause?: unknown): LakeletError {
  return new LakeletError({
    condition: "DELTA_INVALID_SCHEMA",
    sqlState: "42K0H",
    problem: `The table's schema cannot be read: ${reason}.`,
    cause,
  });
}
