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
type Structure = string | readonly Structure[] | { readonly [name: string]: Structure };

/** One pass over all records. */
export async function inferJsonSchema(
  engine: SourceEngine,
  records: string,
  primitivesAsString: boolean,
): Promise<{ readonly schema: StructType; readonly hasMalformed: boolean }> {
  const isObject = "coalesce(json_type(record), 'NULL') = 'OBJECT'";
  const [row] = await engine.rows(
    `SELECT CAST(json_group_structure(record) FILTER (${isObject}) AS VARCHAR), count(*) FILTER (NOT ${isObject}) FROM ${records}`,
  );
  const structure = JSON.parse(String(row?.[0] ?? "{}")) as Structure;
  const type = typeOfStructure(structure, primitivesAsString);
  const hasMalformed = Number(row?.[1] ?? 0) > 0;
  if (type?.kind === "struct") return { schema: type, hasMalformed };
  if (!hasMalformed) throw unableToInfer("json");
  return { schema: struct([]), hasMalformed };
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
