/**
 * Which columns of which Parquet files hold instants as timestamps without a zone: INT96, Spark's default, or INT64 not adjusted to UTC.
 * Their values are of UTC. The engine casts them to an instant by the session time zone, which is right in UTC sessions only.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { DataFile } from "../engine/engine.js";
import type { DataType, StructField } from "../schema/data-type.js";
import { engineString } from "../schema/engine-type.js";
import { holdsTimestamp, literalPath } from "./parquet-relation.js";
import { allRows } from "./result-values.js";

/** Files that are alike, with their positions in the whole list. */
export interface FileGroup {
  readonly files: readonly DataFile[];
  readonly positions: readonly number[];
  /** Lower-cased names of the columns. */
  readonly localTimestamps: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

/** The files as one group, where no footer needs to be asked. */
export function asOneGroup(files: readonly DataFile[]): FileGroup {
  return { files, positions: files.map((_, i) => i), localTimestamps: NONE };
}

export class LocalTimestamps {
  /** Data files never change, so what a footer says is kept. By path. */
  readonly #known = new Map<string, ReadonlySet<string>>();

  #isUtc = true;

  /** `timeZone`: the session's. */
  constructor(timeZone: string) {
    this.setTimeZone(timeZone);
  }

  setTimeZone(timeZone: string): void {
    this.#isUtc = /^(Etc\/)?(UTC|GMT|Zulu|UCT)$/i.test(timeZone);
  }

  /** True where the footers have to be asked before these columns are read. */
  matter(columns: readonly StructField[]): boolean {
    return !this.#isUtc && columns.some((column) => holdsTimestamp(column.dataType));
  }

  /** Remembers files that this engine wrote itself: their timestamps are adjusted to UTC. */
  addWritten(paths: readonly string[]): void {
    if (this.#isUtc) return;
    for (const path of paths) this.#known.set(path, NONE);
  }

  async groups(
    connection: DuckDBConnection,
    files: readonly DataFile[],
    columns: readonly StructField[],
  ): Promise<readonly FileGroup[]> {
    const unknown = files.filter((file) => !this.#known.has(file.path)).map((file) => file.path);
    if (unknown.length > 0) await this.#readFooters(connection, unknown, columns);
    const groups = new Map<string, { files: DataFile[]; positions: number[]; localTimestamps: ReadonlySet<string> }>();
    files.forEach((file, position) => {
      const localTimestamps = this.#known.get(file.path) ?? NONE;
      const key = JSON.stringify([...localTimestamps].sort());
      const group = groups.get(key) ?? { files: [], positions: [], localTimestamps };
      group.files.push(file);
      group.positions.push(position);
      groups.set(key, group);
    });
    return [...groups.values()];
  }

  async #readFooters(
    connection: DuckDBConnection,
    paths: readonly string[],
    columns: readonly StructField[],
  ): Promise<void> {
    const list = paths.map((path) => engineString(literalPath(path))).join(", ");
    const nodes = await allRows(
      connection,
      `SELECT file_name, name, coalesce(num_children, 0), type, coalesce(logical_type, '') FROM parquet_schema([${list}])`,
    );
    const mixed = new Set(
      columns.filter((one) => holdsLocalTimestamp(one.dataType)).map((one) => one.name.toLowerCase()),
    );
    const found = new Map<string, Set<string>>(paths.map((path) => [path, new Set()]));
    let [current, column] = ["", ""];
    /** Nodes come depth first, the root of each file before all; how many are still to come below the column at hand. */
    let below = 0;
    for (const [file, name, children, type, logicalType] of nodes) {
      if (String(file) !== current) {
        [current, below] = [String(file), 0];
        continue;
      }
      if (below === 0) column = String(name).toLowerCase();
      else below--;
      below += Number(children);
      const notAdjusted = String(logicalType).startsWith("TimestampType(isAdjustedToUTC=0") && !mixed.has(column);
      if (type === "INT96" || notAdjusted) found.get(String(file))?.add(column);
    }
    for (const [path, names] of found) this.#known.set(path, names);
  }
}

function holdsLocalTimestamp(type: DataType): boolean {
  switch (type.kind) {
    case "timestamp_ntz":
      return true;
    case "array":
      return holdsLocalTimestamp(type.elementType);
    case "map":
      return holdsLocalTimestamp(type.keyType) || holdsLocalTimestamp(type.valueType);
    case "struct":
      return type.fields.some((one) => holdsLocalTimestamp(one.dataType));
    default:
      return false;
  }
}
