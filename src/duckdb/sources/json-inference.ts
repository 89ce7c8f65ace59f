/** The schema of JSON records as Spark infers it. */
import {
  array,
  BOOLEAN,
  type DataType,
  DOUBLE,
  field,
  LONG,
  STRING,
  type StructType,
  struct,
} from "../../schema/data-type.js";
import { unableToInfer } from "./empty-source.js";
import type { SourceEngine } from "./source-engine.js";

/** What the engine says of the structure of JSON: a type's name, `[element]`, or an object of fields. */
type Structure = string | readonly Structure[] | Fields;
interface Fields {
  readonly [name: string]: Structure;
}

/** One pass over all records. */
export async function inferJsonSchema(
  engine: SourceEngine,
  records: string,
  primitivesAsString: boolean,
): Promise<{ readonly schema: StructType; readonly hasMalformed: boolean }> {
  const isObject = "coalesce(json_type(record), 'NULL') = 'OBJECT'";
  const rows = await engine.rows(
    `SELECT DISTINCT CASE WHEN ${isObject} THEN CAST(json_structure(record) AS VARCHAR) END FROM ${records}`,
  );
  const structures = rows.flatMap(([text]) => (text === null ? [] : [JSON.parse(String(text)) as Structure]));
  const hasMalformed = structures.length < rows.length;
  const type = structures.length === 0 ? undefined : typeOfStructure(structures.reduce(merged), primitivesAsString);
  if (type?.kind === "struct") return { schema: type, hasMalformed };
  if (!hasMalformed) throw unableToInfer("json");
  return { schema: struct([]), hasMalformed };
}

/** What takes the values of both: the wider number, all fields, or text. */
function merged(left: Structure, right: Structure): Structure {
  if (left === right || right === "NULL") return left;
  if (left === "NULL") return right;
  if (typeof left === "string" && typeof right === "string") {
    if (![left, right].every((one) => NUMBERS.has(one))) return "JSON";
    return left === "DOUBLE" || right === "DOUBLE" ? "DOUBLE" : "BIGINT";
  }
  if (typeof left === "string" || typeof right === "string" || isList(left) !== isList(right)) return "JSON";
  if (isList(left) && isList(right)) return [merged(left[0] ?? "NULL", right[0] ?? "NULL")];
  const fields: Record<string, Structure> = { ...(left as Fields) };
  for (const [name, one] of Object.entries(right as Fields)) fields[name] = merged(fields[name] ?? "NULL", one);
  return fields;
}

const NUMBERS = new Set(["UBIGINT", "BIGINT", "HUGEINT", "DOUBLE"]);

function isList(structure: Structure): structure is readonly Structure[] {
  return Array.isArray(structure);
}

/** Undefined for an object without fields, which has no column in Spark. Fields are sorted by name. */
function typeOfStructure(structure: Structure, primitivesAsString: boolean): DataType | undefined {
  if (typeof structure === "string") return primitiveOf(structure, primitivesAsString);
  if (Array.isArray(structure))
    return array(typeOfStructure((structure as readonly Structure[])[0] ?? "NULL", primitivesAsString) ?? STRING);
  const fields = Object.entries(structure as { readonly [name: string]: Structure })
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, one]) => {
      const type = typeOfStructure(one, primitivesAsString);
      return type ? [field(name, type)] : [];
    });
  return fields.length === 0 ? undefined : struct(fields);
}

function primitiveOf(name: string, primitivesAsString: boolean): DataType {
  if (primitivesAsString) return STRING;
  switch (name) {
    case "BIGINT":
    case "UBIGINT":
      return LONG;
    case "DOUBLE":
      return DOUBLE;
    case "BOOLEAN":
      return BOOLEAN;
    default:
      return STRING;
  }
}
