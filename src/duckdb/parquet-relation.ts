/** The engine's table function over Parquet files that reads given columns, whatever the files hold of them. */
import { fileURLToPath } from "node:url";
import type { DataType, StructField } from "../schema/data-type.js";
import { engineName, engineString, fileEngineType } from "../schema/engine-type.js";
import { type FileNames, FROM_FILES, holdsTimestamp, reshaped, storedType, withoutZone } from "./stored-shape.js";

export interface ParquetRelationRequest {
  readonly paths: readonly string[];
  readonly columns: readonly StructField[];
  /** Rows of all files, where that is known. */
  readonly rowCount?: number | undefined;
  readonly nameOf: FileNames;
  /**
   * Lower-cased names of the files' columns that hold instants as timestamps without a zone (INT96, as Spark writes them, or not
   * adjusted to UTC). Their values are of UTC; the engine's cast would take them to be of the session time zone.
   */
  readonly localTimestamps: ReadonlySet<string>;
  /** True for a column that files may hold in a narrower type. */
  readonly mayBeNarrower: (column: StructField) => boolean;
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

/** A Parquet file without rows, beside the one that is to be read. */
const NO_ROWS = fileURLToPath(new URL("../../assets/empty.parquet", import.meta.url));

/** Rows of a row group, as most writers have it: what one thread reads. */
const ROW_GROUP = 122_880;

/**
 * A schema by name makes the engine fill columns that a file lacks with NULL (struct fields too), widen types, and match names
 * without letter case, all file by file; it opens no file to plan, and filters and projections reach the files' readers.
 */
export function parquetRelation({
  paths,
  columns,
  rowCount,
  nameOf,
  localTimestamps,
  mayBeNarrower,
}: ParquetRelationRequest): ParquetRelation {
  const list = `[${inParallel(paths, rowCount)
    .map((path) => engineString(literalPath(path)))
    .join(", ")}]`;
  const expressions = new Map<string, string>();
  const entries = columns.map((column, i) => {
    const { name, dataType } = column;
    const alias = VIRTUAL.has(name.toLowerCase()) ? `lakelet_c${i}` : name;
    const fileName = nameOf(column);
    const named = storedType(dataType, nameOf);
    const stored = localTimestamps.has(fileName.toLowerCase()) && holdsTimestamp(dataType) ? withoutZone(named) : named;
    const reached = reshaped(`f.${engineName(alias)}`, stored, dataType, FROM_FILES);
    expressions.set(name, mayBeNarrower(column) ? comparedAsItIs(reached, dataType) : reached);
    return `${engineString(fileName)}: {name: ${engineString(alias)}, type: ${engineString(fileEngineType(stored))}, default_value: NULL}`;
  });
  const schema = entries.length === 0 ? "" : `, schema = MAP {${entries.join(", ")}}`;
  // With a schema the engine takes the files for empty, and would keep the larger side of a join in memory.
  const rows = rowCount === undefined || schema === "" ? "" : `, explicit_cardinality = ${rowCount}`;
  return { sql: `read_parquet(${list}${schema}${rows})`, expressions };
}

/**
 * With a schema the engine opens no file to plan, so knows no row groups, and reads a file that is alone by one thread; more than one by all
 * (10 M rows in one file, two threads: 0.27 s instead of 0.53).
 */
function inParallel(paths: readonly string[], rowCount = Number.POSITIVE_INFINITY): readonly string[] {
  return paths.length === 1 && rowCount > ROW_GROUP ? [...paths, NO_ROWS] : paths;
}

/**
 * The engine hands a comparison to the file's reader with the constant cast to the file's type: of an INT column that is read as a DOUBLE,
 * 2 > 1.5 becomes 2 > 2 and is lost. It does not look through a CASE. Between whole numbers nothing is rounded.
 */
function comparedAsItIs(value: string, { kind }: DataType): string {
  const rounds = kind === "double" || kind === "decimal" || kind === "timestamp" || kind === "timestamp_ntz";
  return rounds ? `CASE WHEN ${value} IS NULL THEN NULL ELSE ${value} END` : value;
}

/** The engine takes a path for a pattern. */
export function literalPath(path: string): string {
  return path.replace(/[[*?]/g, (one) => `[${one}]`);
}
