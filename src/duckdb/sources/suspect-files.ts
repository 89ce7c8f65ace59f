/** Which sources a run found lines in that its fast reading could not be sure of, and in which files, where that is known. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { ScriptFunction } from "../../engine/engine.js";
import { engineName } from "../../schema/engine-type.js";
import { allRows } from "../result-values.js";
import { rejectsScan, rejectsTable } from "./csv-relation.js";

/** Reads a source's files in a way that cannot fail; gives its engine SQL as it was and as it is now. */
export type Rescue = () => Promise<{ readonly before: string; readonly after: string }>;

export interface Suspicion {
  /** Paths, as the engine read them, of files with lines that its reader rejected. */
  readonly files: ReadonlySet<string>;
  /** A value was in doubt, in some file. */
  readonly values: boolean;
}

export class SuspectFiles {
  readonly #files = new Map<number, Set<string>>();
  readonly #values = new Set<number>();
  readonly #rescues = new Map<number, Rescue>();
  #count = 0;

  /** A number for a new source. */
  add(rescue?: Rescue): number {
    this.#files.set(++this.#count, new Set());
    if (rescue) this.#rescues.set(this.#count, rescue);
    return this.#count;
  }

  remove(source: number): void {
    this.#files.delete(source);
    this.#values.delete(source);
    this.#rescues.delete(source);
  }

  /** Gives what was found since the last call. */
  take(source: number): Suspicion {
    const files = new Set(this.#files.get(source));
    this.#files.get(source)?.clear();
    return { files, values: this.#values.delete(source) };
  }

  /** Called by engine SQL for a row in doubt; the row is left out. */
  readonly flagFunction: ScriptFunction = {
    name: "lakelet_suspect",
    parameters: ["BIGINT"],
    returns: "BOOLEAN",
    volatile: true,
    call: (source) => {
      if (this.#files.has(Number(source))) this.#values.add(Number(source));
      return false;
    },
  };

  /** The statement to run instead where the engine's CSV reader gave up on a file; undefined where that is not why it failed. */
  async rescue(sql: string, error: unknown): Promise<string | undefined> {
    if (!(error instanceof Error) || !/CSV|not utf-8|invalid unicode/i.test(error.message)) return undefined;
    let rescued = sql;
    for (const source of sourcesNamed(sql)) {
      const change = await this.#rescues.get(source)?.();
      if (change) rescued = rescued.replaceAll(change.before, change.after);
    }
    return rescued === sql ? undefined : rescued;
  }

  /** The engine keeps rejected lines in temporary tables of the connection that ran the statement. */
  async collect(connection: DuckDBConnection, sql: string): Promise<void> {
    if (this.#files.size === 0 || !sql.includes("lakelet_rejects_")) return;
    for (const source of sourcesNamed(sql)) {
      const [errors, scans] = [rejectsTable(source), rejectsScan(source)];
      const rows = await rejectedPaths(connection, errors, scans);
      if (rows === undefined) continue;
      for (const [path] of rows) this.#files.get(source)?.add(String(path));
      await connection.run(`DROP TABLE ${engineName(errors)}; DROP TABLE ${engineName(scans)}`);
    }
  }
}

/** Undefined where there are no such tables, because the engine had no need to scan the source. */
async function rejectedPaths(connection: DuckDBConnection, errors: string, scans: string) {
  try {
    return await allRows(
      connection,
      `SELECT DISTINCT s.file_path FROM ${errors} AS e JOIN ${scans} AS s USING (scan_id, file_id)`,
    );
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("Catalog Error")) return undefined;
    throw error;
  }
}

function sourcesNamed(sql: string): ReadonlySet<number> {
  return new Set([...sql.matchAll(/lakelet_rejects_(\d+)_errors/g)].map(([, source]) => Number(source)));
}
