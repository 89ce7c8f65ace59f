/** Statistics in checkpoints: as JSON text, as a struct of typed values, or both (Delta protocol, "Checkpoint Schema"). */
import { type DataType, findField, type StructType } from "../schema/data-type.js";
import { engineName } from "../schema/engine-type.js";

/** Engine SQL of the JSON text of a file's statistics, made of the struct where the text is missing. @param add The type of the column `add`. */
export function statisticsText(add: StructType): string {
  const text = findField(add, "stats") === undefined ? undefined : `"add"."stats"`;
  const parsed = findField(add, "stats_parsed")?.dataType;
  if (parsed?.kind !== "struct") return text ?? "NULL";
  const struct = `"add"."stats_parsed"`;
  const known = findField(parsed, "numRecords") === undefined ? struct : `${struct}."numRecords"`;
  const made = `CASE WHEN ${known} IS NOT NULL THEN to_json(${protocolForm(parsed, struct)})::VARCHAR END`;
  return text === undefined ? made : `COALESCE(${text}, ${made})`;
}

/** The value with its timestamps as the protocol writes them, and without the numbers that JSON cannot hold. */
function protocolForm(type: DataType, value: string): string {
  switch (type.kind) {
    case "struct": {
      const fields = type.fields.map(
        ({ name, dataType }) => `${engineName(name)} := ${protocolForm(dataType, `${value}.${engineName(name)}`)}`,
      );
      return fields.length === 0 ? "NULL" : `CASE WHEN ${value} IS NOT NULL THEN struct_pack(${fields.join(", ")}) END`;
    }
    case "timestamp":
      return `strftime(${value} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%gZ')`;
    case "timestamp_ntz":
      return `strftime(${value}, '%Y-%m-%dT%H:%M:%S.%g')`;
    case "float":
    case "double":
      return `CASE WHEN isfinite(${value}) THEN ${value} END`;
    default:
      return value;
  }
}
