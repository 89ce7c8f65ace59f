/** A table of lakelet's under the differential suites: statements through a session, rows through SELECT. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isLakeletError } from "../../../src/errors/lakelet-error.js";
import type { SparkSession } from "../../../src/session/contract.js";
import { StatementError } from "../../../src/session/local/statement-executor.js";
import { type Peers, READERS, type Reader } from "../../interop/peers.js";
import { shownValue } from "./cell.js";
import type { DifferentialTable, ShownTable } from "./sequence-run.js";

export interface LakeletTableOptions {
  /** Peers that read the table after every step. */
  readonly readers?: { readonly peers: Peers; readonly names: readonly Reader[] };
}

/** `path` is an absolute folder: the same statements name it on every engine. */
export function lakeletTable(spark: SparkSession, path: string, options: LakeletTableOptions = {}): DifferentialTable {
  const name = `delta.\`${path}\``;
  const select = async (text: string): Promise<ShownTable> => {
    const { schema, rows } = await spark.execute(text);
    return { columns: schema.fields.map(({ name }) => name), rows: rows.map((row) => row.map(shownValue)) };
  };
  const { readers } = options;
  return {
    name,
    execute: async (statement) => {
      await spark.execute(statement);
    },
    version: () => newestVersion(path),
    read: (version) => select(`SELECT * FROM ${name}${version === undefined ? "" : ` VERSION AS OF ${version}`}`),
    changes: (version) =>
      select(
        `SELECT * EXCEPT (_commit_version, _commit_timestamp) FROM table_changes_by_path('${path}', ${version}, ${version})`,
      ),
    mergeEvolves: true,
    isRefusal: (error) => isLakeletError(error instanceof StatementError ? error.cause : error),
    ...(readers === undefined ? {} : { others: () => readBy(readers.peers, readers.names, path) }),
  };
}

async function* readBy(
  peers: Peers,
  names: readonly Reader[],
  path: string,
): AsyncGenerator<{ readonly reader: string; readonly table: ShownTable }> {
  for (const reader of READERS.filter((one) => names.includes(one))) {
    const { columns, rows } = await peers.read(reader, path);
    yield { reader, table: { columns, rows: rows.map((row) => row.map(shownValue)) } };
  }
}

/** The highest version of a commit file in the table's log. */
export async function newestVersion(path: string): Promise<number> {
  const names = await readdir(join(path, "_delta_log"));
  return Math.max(...names.filter((name) => /^\d{20}\.json$/.test(name)).map((name) => Number(name.slice(0, 20))));
}
