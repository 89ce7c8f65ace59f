/** The engine's table function over Parquet files that reads given columns, whatever the files hold of them. */
import type { DataType, StructField } from "../schema/data-type.js";
import { engineName, engineString, engineType } from "../schema/engine-type.js";

export interface ParquetRelationRequest {
  readonly paths: readonly string[];
  readonly columns: readonly StructField[];
  /** Rows of all files, where that is known. */
  readonly rowCount?: number | undefined;
  /**
   * Lower-cased names of the columns whose instants the files hold as timestamps without a zone (INT96, as Spark writes them, or not
   * adjusted to UTC). Their values are of UTC; the engine's cast would take them to be of the session time zone.
   */
  readonly localTimestamps: ReadonlySet<string>;
}

export interface ParquetRelation {
  readonly sql: string;
  /** How each column is reached over the alias `f`, by its name. */
  readonly expressions: ReadonlyMap<string, string>;
}

/** The engine's virtual columns; a file's column of such a name would hide the virtual one. */
const VIRTUAL = new Set([
  "filename",
  "file_index",
  "file_row_number",
  "file_row_id",
  "rowid",
  "__file_path",
  "__file_index",
  "__row_number",
]);

/**
 * A schema by name makes the engine fill columns that a file lacks with NULL (struct fields too), widen types, and match names
 * without letter case, all file by file; it opens no file to plan, and filters and projections reach the files' readers.
 */
export function parquetRelation({
  paths,
  columns,
  rowCount,
  localTimestamps,
}: ParquetRelationRequest): ParquetRelation {
  const list = `[${paths.map((path) => engineString(literalPath(path))).join(", ")}]`;
  const expressions = new Map<string, string>();
  const entries = columns.map(({ name, dataType }, i) => {
    const alias = VIRTUAL.has(name.toLowerCase()) ? `lakelet_c${i}` : name;
    const reached = `f.${engineName(alias)}`;
    const asLocal = localTimestamps.has(name.toLowerCase()) && holdsTimestamp(dataType);
    expressions.set(name, asLocal ? instantOf(reached, dataType) : reached);
    const type = engineType(asLocal ? withoutZone(dataType) : dataType);
    return `${engineString(name)}: {name: ${engineString(alias)}, type: ${engineString(type)}, default_value: NULL}`;
  });
  const schema = entries.length === 0 ? "" : `, schema = MAP {${entries.join(", ")}}`;
  // With a schema the engine takes the files for empty, and would keep the larger side of a join in memory.
  const rows = rowCount === undefined || schema === "" ? "" : `, explicit_cardinality = ${rowCount}`;
  return { sql: `read_parquet(${list}${schema}${rows})`, expressions };
}

/** The engine takes a path for a pattern. */
export function literalPath(path: string): string {
  return path.replace(/[[*?]/g, (one) => `[${one}]`);
}

export function holdsTimestamp(type: DataType): boolean {
  switch (type.kind) {
    case "timestamp":
      return true;
    case "array":
      return holdsTimestamp(type.elementType);
    case "map":
      return holdsTimestamp(type.keyType) || holdsTimestamp(type.valueType);
    case "struct":
      return type.fields.some((one) => holdsTimestamp(one.dataType));
    default:
      return false;
  }
}

function withoutZone(type: DataType): DataType {
  switch (type.kind) {
    case "timestamp":
      return { kind: "timestamp_ntz" };
    case "array":
      return { ...type, elementType: withoutZone(type.elementType) };
    case "map":
      return { ...type, keyType: withoutZone(type.keyType), valueType: withoutZone(type.valueType) };
    case "struct":
      return { ...type, fields: type.fields.map((one) => ({ ...one, dataType: withoutZone(one.dataType) })) };
    default:
      return type;
  }
}

/** The value with each timestamp in it taken as one of UTC. `depth` keeps the names of nested lambdas apart. */
function instantOf(value: string, type: DataType, depth = 0): string {
  if (!holdsTimestamp(type)) return value;
  const item = `x${depth}`;
  switch (type.kind) {
    case "array":
      return `list_transform(${value}, lambda ${item}: ${instantOf(item, type.elementType, depth + 1)})`;
    case "map": {
      const key = instantOf(`${item}.key`, type.keyType, depth + 1);
      const mapped = instantOf(`${item}.value`, type.valueType, depth + 1);
      const entries = `list_transform(map_entries(${value}), lambda ${item}: {'key': ${key}, 'value': ${mapped}})`;
      return `CASE WHEN ${value} IS NOT NULL THEN map_from_entries(${entries}) END`;
    }
    case "struct": {
      const fields = type.fields.map(
        (one) => `${engineName(one.name)} := ${instantOf(`(${value}).${engineName(one.name)}`, one.dataType, depth)}`,
      );
      return `CASE WHEN ${value} IS NOT NULL THEN struct_pack(${fields.join(", ")}) END`;
    }
    default:
      return `(${value} AT TIME ZONE 'UTC')`;
  }
}
