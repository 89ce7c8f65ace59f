/** Statistics in checkpoints: as JSON text, as a struct of typed values, or both (Delta protocol, "Checkpoint Schema"). */
import { physicalName } from "../schema/column-mapping.js";
import { type DataType, findField, type StructField, type StructType } from "../schema/data-type.js";
import { engineName, engineString, engineType } from "../schema/engine-type.js";
import { type Leaf, selectedLeaves } from "./statistics.js";
import { booleanProperty, type TableProperties } from "./table-properties.js";

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

/** What a checkpoint has of live files beside the fields that each has. */
export interface FileLayout {
  readonly statsAsJson: boolean;
  /** Columns with statistics, and partition columns, where structs of typed values are asked for. */
  readonly parsed: { readonly leaves: readonly Leaf[]; readonly partition: readonly StructField[] } | undefined;
}

/** By the properties `delta.checkpoint.writeStatsAsJson` and `delta.checkpoint.writeStatsAsStruct`. */
export function fileLayout(
  schema: StructType,
  partitionColumns: readonly string[],
  properties: TableProperties,
): FileLayout {
  const statsAsJson = properties["delta.checkpoint.writeStatsAsJson"]?.toLowerCase() !== "false";
  if (!booleanProperty(properties, "delta.checkpoint.writeStatsAsStruct")) return { statsAsJson, parsed: undefined };
  const partition = schema.fields.filter(({ name }) => partitionColumns.includes(name));
  return { statsAsJson, parsed: { leaves: selectedLeaves(schema, partitionColumns, properties), partition } };
}

/** The fields `partitionValues_parsed` and `stats_parsed` for the call of `struct_pack`. @param stats Engine SQL of the JSON text. */
export function parsedFields({ parsed }: FileLayout, stats: string): readonly string[] {
  if (parsed === undefined) return [];
  const values = parsed.partition.map((one) => `${engineName(physicalName(one))} := ${parsedPartitionValue(one)}`);
  const structure = engineString(JSON.stringify(statisticsStructure(parsed.leaves)));
  // Statistics that are no JSON say nothing.
  const statistics = `stats_parsed := TRY(json_transform(${stats}, ${structure}))`;
  return values.length === 0
    ? [statistics]
    : [`"partitionValues_parsed" := struct_pack(${values.join(", ")})`, statistics];
}

interface Structure {
  [name: string]: string | Structure;
}

function statisticsStructure(leaves: readonly Leaf[]): Structure {
  const [minValues, maxValues, nullCount]: Structure[] = [{}, {}, {}];
  for (const { physicalPath, type } of leaves) {
    put(nullCount ?? {}, physicalPath, "BIGINT");
    if (!hasBounds(type)) continue;
    put(minValues ?? {}, physicalPath, engineType(type));
    put(maxValues ?? {}, physicalPath, engineType(type));
  }
  const parts = Object.entries({ minValues, maxValues, nullCount }).filter(
    ([, part]) => Object.keys(part ?? {}).length > 0,
  );
  return { numRecords: "BIGINT", ...(Object.fromEntries(parts) as Structure), tightBounds: "BOOLEAN" };
}

function put(structure: Structure, [name = "", ...below]: readonly string[], type: string): void {
  if (below.length === 0) {
    structure[name] = type;
    return;
  }
  const found = structure[name];
  const child = typeof found === "object" ? found : {};
  structure[name] = child;
  put(child, below, type);
}

/** Longer decimals would lose digits on the engine's way from JSON, and a bound that is rounded may be wrong. */
function hasBounds(type: DataType): boolean {
  const kinds = ["byte", "short", "integer", "long", "float", "double", "string", "date", "timestamp", "timestamp_ntz"];
  return kinds.includes(type.kind) || (type.kind === "decimal" && type.precision <= 15);
}

function parsedPartitionValue(column: StructField): string {
  const text = `"add"."partitionValues"[${engineString(physicalName(column))}]`;
  const value = `nullif(nullif(${text}, ''), '__HIVE_DEFAULT_PARTITION__')`;
  const { dataType } = column;
  if (dataType.kind === "binary") return `encode(${value})`;
  // Without a zone it is UTC, whatever the session's.
  const inUtc = `CASE WHEN regexp_full_match(${value}, '[0-9-]{10}[T ][0-9:.]+') THEN ${value} || 'Z' ELSE ${value} END`;
  return `TRY_CAST(${dataType.kind === "timestamp" ? inUtc : value} AS ${engineType(dataType)})`;
}
