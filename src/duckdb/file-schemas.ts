/**
 * What the footers of Parquet files say of their columns, asked only where it matters: which of them hold instants as timestamps without a
 * zone (INT96, Spark's default, or INT64 not adjusted to UTC), and which field ids they have. Values without a zone are of UTC; the engine
 * casts them to an instant by the session time zone, which is right in UTC sessions only.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { DataFile, ScanDataFiles } from "../engine/engine.js";
import { LakeletError } from "../errors/lakelet-error.js";
import { fieldId, physicalName } from "../schema/column-mapping.js";
import type { StructField } from "../schema/data-type.js";
import { engineString } from "../schema/engine-type.js";
import { literalPath } from "./parquet-relation.js";
import { allRows } from "./result-values.js";
import { type FileNames, holds, holdsTimestamp } from "./stored-shape.js";

/** Files that are alike, with their positions in the whole list. */
export interface FileGroup {
  readonly files: readonly DataFile[];
  readonly positions: readonly number[];
  readonly nameOf: FileNames;
  /** Lower-cased names of the files' columns. */
  readonly localTimestamps: ReadonlySet<string>;
}

/** The names of top-level columns are lower-cased. */
interface FileSchema {
  /** Columns with INT96 in them. */
  readonly int96: ReadonlySet<string>;
  /** Columns with timestamps that are not adjusted to UTC in them. */
  readonly notAdjusted: ReadonlySet<string>;
  /** Names of fields, at any depth, by their ids. */
  readonly names: ReadonlyMap<number, string>;
}

const NONE: ReadonlySet<string> = new Set();
const ADJUSTED: FileSchema = { int96: NONE, notAdjusted: NONE, names: new Map() };

type Request = Pick<ScanDataFiles, "files" | "columnMapping">;

/** The files as one group, where no footer needs to be asked. */
export function asOneGroup({ files, columnMapping }: Request): FileGroup {
  return {
    files,
    positions: files.map((_, i) => i),
    nameOf: columnMapping === undefined ? (column) => column.name : physicalName,
    localTimestamps: NONE,
  };
}

export class FileSchemas {
  /** Data files never change, so what a footer says is kept. By path. */
  readonly #known = new Map<string, FileSchema>();

  #isUtc = true;

  /** `timeZone`: the session's. */
  constructor(timeZone: string) {
    this.setTimeZone(timeZone);
  }

  setTimeZone(timeZone: string): void {
    this.#isUtc = /^(Etc\/)?(UTC|GMT|Zulu|UCT)$/i.test(timeZone);
  }

  /** True where the footers have to be asked before these columns are read. */
  matter({ columnMapping }: Request, columns: readonly StructField[]): boolean {
    return columnMapping === "id" || (!this.#isUtc && columns.some((column) => holdsTimestamp(column.dataType)));
  }

  /** Remembers files that this engine wrote itself, without column mapping: their timestamps are adjusted to UTC. */
  addWritten(paths: readonly string[]): void {
    if (this.#isUtc) return;
    for (const path of paths) this.#known.set(path, ADJUSTED);
  }

  /** Files that may be others by now. */
  forget(paths: readonly string[]): void {
    for (const path of paths) this.#known.delete(path);
  }

  async groups(
    connection: DuckDBConnection,
    request: Request,
    columns: readonly StructField[],
  ): Promise<readonly FileGroup[]> {
    const { files } = request;
    await this.#ask(
      connection,
      files.map((file) => file.path),
    );
    const groups = new Map<string, FileGroup & { files: DataFile[]; positions: number[] }>();
    files.forEach((file, position) => {
      const { key, ...group } = this.#groupOf(file, request, columns);
      const known = groups.get(key) ?? { ...group, files: [], positions: [] };
      known.files.push(file);
      known.positions.push(position);
      groups.set(key, known);
    });
    return [...groups.values()];
  }

  /** Lower-cased names of the columns that these files, which are no table's, hold as INT96. */
  async int96Columns(connection: DuckDBConnection, paths: readonly string[]): Promise<ReadonlySet<string>> {
    const schemas = await readFooters(connection, paths);
    return new Set([...schemas.values()].flatMap(({ int96 }) => [...int96]));
  }

  async #ask(connection: DuckDBConnection, paths: readonly string[]): Promise<void> {
    const unknown = paths.filter((path) => !this.#known.has(path));
    if (unknown.length === 0) return;
    for (const [path, schema] of await readFooters(connection, unknown)) this.#known.set(path, schema);
  }

  #groupOf(
    { path }: DataFile,
    request: Request,
    columns: readonly StructField[],
  ): Pick<FileGroup, "nameOf" | "localTimestamps"> & { readonly key: string } {
    const schema = this.#known.get(path) ?? ADJUSTED;
    const nameOf = request.columnMapping === "id" ? namesById(path, schema) : asOneGroup(request).nameOf;
    const localTimestamps = this.#isUtc ? NONE : localTimestampsOf(schema, columns, nameOf);
    const names = request.columnMapping === "id" ? [...schema.names] : [];
    return { key: JSON.stringify([[...localTimestamps].sort(), names]), nameOf, localTimestamps };
  }
}

function localTimestampsOf(
  { int96, notAdjusted }: FileSchema,
  columns: readonly StructField[],
  nameOf: FileNames,
): ReadonlySet<string> {
  const mixed = new Set(
    columns
      .filter(({ dataType }) => holds(dataType, ({ kind }) => kind === "timestamp_ntz"))
      .map((one) => nameOf(one).toLowerCase()),
  );
  return new Set([...int96, ...[...notAdjusted].filter((name) => !mixed.has(name))]);
}

/** A field whose id the file does not have gets a name that it does not have either, and so reads as NULL. */
function namesById(path: string, { names }: FileSchema): FileNames {
  if (names.size === 0) throw fieldIdsMissing(path);
  return (field) => {
    const id = fieldId(field);
    return (id === undefined ? undefined : names.get(id)) ?? `lakelet_absent_${id ?? field.name}`;
  };
}

function fieldIdsMissing(path: string): LakeletError {
  return new LakeletError({
    condition: "FAILED_READ_FILE.NO_HINT",
    sqlState: "KD001",
    problem: `The file "${path}" cannot be read.`,
    reason: "Its table finds columns by field ids (delta.columnMapping.mode is id), and the file has none.",
    cure: "Write the file again with an engine that supports column mapping.",
    parameters: { path },
  });
}

async function readFooters(
  connection: DuckDBConnection,
  paths: readonly string[],
): Promise<ReadonlyMap<string, FileSchema>> {
  const list = paths.map((path) => engineString(literalPath(path))).join(", ");
  const nodes = await allRows(
    connection,
    `SELECT file_name, name, coalesce(num_children, 0), type, coalesce(logical_type, ''), field_id FROM parquet_schema([${list}])`,
  );
  const found = new Map(
    paths.map((path) => [
      path,
      { int96: new Set<string>(), notAdjusted: new Set<string>(), names: new Map<number, string>() },
    ]),
  );
  let [current, column] = ["", ""];
  /** Nodes come depth first, the root of each file before all; how many are still to come below the column at hand. */
  let below = 0;
  for (const [file, name, children, type, logicalType, id] of nodes) {
    if (String(file) !== current) {
      [current, below] = [String(file), 0];
      continue;
    }
    if (below === 0) column = String(name).toLowerCase();
    else below--;
    below += Number(children);
    const schema = found.get(current);
    if (type === "INT96") schema?.int96.add(column);
    if (String(logicalType).startsWith("TimestampType(isAdjustedToUTC=0")) schema?.notAdjusted.add(column);
    if (id !== null && id !== undefined) schema?.names.set(Number(id), String(name));
  }
  return found;
}
