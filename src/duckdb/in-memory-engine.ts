/** The engine: one in-memory DuckDB, its connections, and the operations of the contract over them. */
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, type DuckDBDataChunk, DuckDBInstance } from "@duckdb/node-api";
import type {
  Engine,
  EngineLibrary,
  EngineResult,
  FileSource,
  OpenedFiles,
  ScanDataFiles,
  ScriptFunction,
  Value,
  WriteDataFiles,
  WrittenFile,
} from "../engine/engine.js";
import { LakeletError } from "../errors/lakelet-error.js";
import type { StructField, StructType } from "../schema/data-type.js";
import { engineName, engineString } from "../schema/engine-type.js";
import { arrowStream } from "./arrow-export.js";
import { createTableOfArrow } from "./arrow-import.js";
import { ConnectionPool } from "./connection-pool.js";
import { dataColumns, scanSql } from "./data-file-scan.js";
import { writeDataFiles, writeParquetFile } from "./data-file-writer.js";
import { DeletedRowsTables } from "./deleted-rows.js";
import { engineError, operationCanceled } from "./engine-errors.js";
import type { EngineOptions } from "./engine-options.js";
import { asOneGroup, type FileGroup, FileSchemas } from "./file-schemas.js";
import { chunkIntegers } from "./integer-vectors.js";
import { LibraryInstallation } from "./library-installation.js";
import { MemoryBudget } from "./memory-budget.js";
import { createTableOfRows } from "./registered-rows.js";
import { schemaOf } from "./result-schema.js";
import { allRows, chunkRows } from "./result-values.js";
import { listSource, openSource } from "./sources/open-files.js";
import type { SourceEngine } from "./sources/source-engine.js";
import { SuspectFiles } from "./sources/suspect-files.js";
import { readsStoredRows } from "./stored-rows-query.js";
import { variantTextFunction } from "./variant-function.js";

/** Makes the database and sets it up. */
export async function openInMemoryEngine(options: EngineOptions): Promise<Engine> {
  try {
    const instance = await DuckDBInstance.create(":memory:", settingsOf(options));
    const pool = new ConnectionPool(instance);
    const settings = {
      timeZone: options.timeZone ?? "UTC",
      library: withFunctions(options.library, variantTextFunction),
    };
    await useTimeZone(pool, settings.timeZone);
    const memory = await memoryBudget(pool);
    return engineOn(pool, { ...settings, memory });
  } catch (cause) {
    throw new LakeletError({
      condition: "INVALID_ENGINE_OPTION",
      sqlState: "22023",
      problem: "The engine cannot be started with these settings.",
      reason: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

/** What the engines that follow each other on one database have in common. */
interface DatabaseSettings {
  readonly timeZone: string;
  readonly library: EngineLibrary;
  readonly memory: MemoryBudget;
}

/** @param installed what the database has of the library */
function engineOn(pool: ConnectionPool, settings: DatabaseSettings, installed: Iterable<string> = []): InMemoryEngine {
  const suspects = new SuspectFiles();
  const library = new LibraryInstallation(pool, withFunctions(settings.library, suspects.flagFunction), installed);
  const schemas = new FileSchemas(settings.timeZone);
  return new InMemoryEngine(pool, settings, library, schemas, suspects, new DeletedRowsTables(pool));
}

async function useTimeZone(pool: ConnectionPool, timeZone: string): Promise<void> {
  await pool.use((connection) => connection.run(`SET GLOBAL TimeZone = ${engineString(timeZone)}`));
}

/** Each thread needs a share of the memory that does not spill: as many work as have one. */
async function memoryBudget(pool: ConnectionPool): Promise<MemoryBudget> {
  return pool.use(async (connection) => {
    const settings = "SELECT current_setting('memory_limit'), current_setting('threads')";
    const [[limit, threads] = []] = await allRows(connection, settings);
    const budget = MemoryBudget.of(String(limit), Number(threads));
    if (budget.threads < Number(threads)) await connection.run(`SET GLOBAL threads = ${budget.threads}`);
    return budget;
  });
}

function settingsOf({ memoryLimit, threads, temporaryFolder }: EngineOptions): Record<string, string> {
  return {
    default_null_order: "nulls_first_on_asc_last_on_desc",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    temp_directory: temporaryFolder ?? join(tmpdir(), `lakelet-${process.pid}`),
    ...(memoryLimit === undefined ? {} : { memory_limit: memoryLimit }),
    ...(threads === undefined ? {} : { threads: String(threads) }),
  };
}

interface Lease {
  readonly connection: DuckDBConnection;
  release(): Promise<void>;
}

class InMemoryEngine implements Engine {
  /** Settles when the time zone asked for last is in effect; undefined while it is that of the settings. */
  #timeZone: Promise<void> | undefined;

  constructor(
    private readonly pool: ConnectionPool,
    private readonly settings: DatabaseSettings,
    private readonly library: LibraryInstallation,
    private readonly schemas: FileSchemas,
    private readonly suspects: SuspectFiles,
    private readonly deletedRows: DeletedRowsTables,
  ) {}

  get #sourceEngine(): SourceEngine {
    return {
      suspects: this.suspects,
      cancellation: () => this.cancellation(),
      rows: async (sql) => (await this.run(sql)).rows,
      describe: (sql) => this.describe(sql),
      fileGroups: (paths, columns) => {
        // A user may have put another file in the place of one that was read before.
        this.schemas.forget(paths);
        return this.#groups({ files: paths.map((path) => ({ path, partition: {} })) }, columns);
      },
      instantColumns: (paths) => this.#with("", (connection) => this.schemas.int96Columns(connection, paths)),
    };
  }

  async run(sql: string): Promise<EngineResult> {
    return this.#with(sql, async (connection, statement) => {
      const result = await connection.run(statement);
      const rows: Value[][] = [];
      for (const chunk of await result.fetchAllChunks()) {
        for (const row of chunkRows(chunk)) rows.push(row);
      }
      return { columns: result.columnNames(), rows };
    });
  }

  addFunction(script: ScriptFunction): void {
    this.library.add(script);
  }

  async *stream(sql: string): AsyncIterable<EngineResult> {
    for await (const { columns, chunk } of this.#chunks(sql)) yield { columns, rows: chunkRows(chunk) };
  }

  async *integers(sql: string): AsyncIterable<readonly BigInt64Array[]> {
    for await (const { chunk } of this.#chunks(sql)) yield chunkIntegers(chunk);
  }

  async describe(sql: string): Promise<StructType> {
    return this.#with(sql, async (connection, statement) => {
      const prepared = await connection.prepare(statement);
      try {
        const columns = Array.from({ length: prepared.columnCount }, (_, i) => ({
          name: prepared.columnName(i),
          type: prepared.columnType(i),
        }));
        return schemaOf(columns);
      } finally {
        prepared.destroySync();
      }
    });
  }

  async readsStoredRows(sql: string): Promise<boolean> {
    return this.#with(sql, readsStoredRows);
  }

  async scan(request: ScanDataFiles): Promise<string> {
    const groups = await this.#groups(request, dataColumns(request));
    return scanSql(
      request,
      groups.map((group) => ({ ...group, deletedRows: this.deletedRows.tableOf(group.files) })),
    );
  }

  async #groups(
    request: Pick<ScanDataFiles, "files" | "columnMapping">,
    columns: readonly StructField[],
  ): Promise<readonly FileGroup[]> {
    if (!this.schemas.matter(request, columns)) return [asOneGroup(request)];
    return this.#with("", (connection) => this.schemas.groups(connection, request, columns));
  }

  async openFiles(source: FileSource): Promise<OpenedFiles> {
    return openSource(this.#sourceEngine, source);
  }

  listFiles(source: FileSource): Promise<OpenedFiles["files"]> {
    return listSource(source);
  }

  async writeDataFiles(request: WriteDataFiles): Promise<readonly WrittenFile[]> {
    const rowGroupSize = this.settings.memory.rowGroupSize(request.schema);
    const written = await this.#with(request.sql, (connection, sql) =>
      writeDataFiles(connection, { ...request, sql }, rowGroupSize),
    );
    if (request.columnMapping === undefined) this.schemas.addWritten(written.map((file) => file.path));
    return written;
  }

  async writeParquet(sql: string, path: string): Promise<number> {
    return this.#with(sql, (connection, statement) => writeParquetFile(connection, statement, path));
  }

  async materialize(sql: string): Promise<string> {
    const name = engineName(uniqueName("materialized"));
    await this.#with(sql, (connection, statement) => connection.run(`CREATE TABLE ${name} AS ${statement}`));
    return name;
  }

  async register(rows: readonly (readonly Value[])[], schema: StructType): Promise<string> {
    const name = uniqueName("rows");
    try {
      await this.#with("", (connection) => createTableOfRows(connection, name, rows, schema));
    } catch (error) {
      await this.drop(engineName(name));
      throw error;
    }
    return engineName(name);
  }

  async registerArrow(ipc: Uint8Array): Promise<{ readonly name: string; readonly schema: StructType }> {
    const name = uniqueName("rows");
    const schema = await this.#with("", (connection) =>
      createTableOfArrow(connection, name, ipc, (sql) => this.describe(sql)),
    );
    return { name: engineName(name), schema };
  }

  async drop(name: string): Promise<void> {
    await this.#with("", (connection) => connection.run(`DROP TABLE IF EXISTS ${name}`));
  }

  async arrow(sql: string): Promise<Uint8Array> {
    const schema = await this.describe(sql);
    return this.#with(sql, (connection, statement) => arrowStream(connection, statement, schema));
  }

  setTimeZone(timeZone: string): void {
    this.schemas.setTimeZone(timeZone);
    const set = (this.#timeZone ?? Promise.resolve()).then(() => useTimeZone(this.pool, timeZone));
    // It is the next call that fails then, and says why.
    set.catch(() => undefined);
    this.#timeZone = set;
  }

  interrupt(): void {
    this.pool.interrupt();
  }

  cancellation(): () => void {
    const before = this.pool.interruptions;
    return () => {
      if (this.pool.interruptions !== before) throw operationCanceled();
    };
  }

  async close(): Promise<void> {
    this.pool.close();
  }

  async renew(): Promise<Engine | undefined> {
    const { installed } = this.library;
    // Functions of users, and those of one engine's own, cannot be taken out of a database.
    const lasting = namesOf(this.settings.library);
    const unchanged = this.#timeZone === undefined && [...installed].every((name) => lasting.has(name));
    const pool = unchanged ? this.pool.succeed() : undefined;
    if (pool === undefined) {
      this.pool.close();
      return undefined;
    }
    if (await isLeftEmpty(pool)) return engineOn(pool, this.settings, installed);
    pool.close();
    return undefined;
  }

  /** A connection on which the functions and tables that the statement names are known, until it is released. */
  async #lease(sql: string): Promise<Lease> {
    try {
      await this.#timeZone;
      await this.library.installFor(sql);
      const returnTables = await this.deletedRows.lend(sql);
      const connection = await this.pool.acquire();
      const release = (): Promise<void> => {
        this.pool.release(connection);
        return returnTables();
      };
      return { connection, release };
    } catch (error) {
      throw engineError(error);
    }
  }

  async #with<T>(sql: string, work: (connection: DuckDBConnection, sql: string) => Promise<T>): Promise<T> {
    const { connection, release } = await this.#lease(sql);
    try {
      const result = await this.#attempt(connection, sql, (statement) => work(connection, statement));
      await this.suspects.collect(connection, sql);
      return result;
    } catch (error) {
      throw engineError(error);
    } finally {
      await release();
    }
  }

  async *#chunks(sql: string): AsyncIterable<{ readonly columns: readonly string[]; readonly chunk: DuckDBDataChunk }> {
    const { connection, release } = await this.#lease(sql);
    try {
      const { result, first } = await this.#attempt(connection, sql, async (statement) => {
        const opened = await connection.stream(statement);
        return { result: opened, first: await opened.fetchChunk() };
      });
      const columns = result.columnNames();
      for (let chunk = first; chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) yield { columns, chunk };
      await this.suspects.collect(connection, sql);
    } catch (error) {
      throw engineError(error);
    } finally {
      await release();
    }
  }

  /** Works once more where the engine's reader of a source gave up, and another one can read it. */
  async #attempt<T>(connection: DuckDBConnection, sql: string, work: (sql: string) => Promise<T>): Promise<T> {
    try {
      return await work(sql);
    } catch (error) {
      const rescued = await this.suspects.rescue(sql, error);
      if (rescued === undefined) throw error;
      await this.suspects.collect(connection, sql);
      return work(rescued);
    }
  }
}

/** Tables and views, and files of which the engine keeps what it read. */
const LEFT = `SELECT (SELECT count(*) FROM duckdb_tables()) + (SELECT count(*) FROM duckdb_views() WHERE NOT internal),
  (SELECT count(*) FROM duckdb_external_file_cache())`;
/** Off and on: what files it read is not kept in memory for an engine that does not know of them. */
const FORGET_FILES = "SET GLOBAL enable_external_file_cache = false; SET GLOBAL enable_external_file_cache = true";

/** Whether no table or view is there; files are forgotten. A database that does not answer is not as good as new. */
async function isLeftEmpty(pool: ConnectionPool): Promise<boolean> {
  try {
    return await pool.use(async (connection) => {
      const [[objects, files] = []] = await allRows(connection, LEFT);
      if (Number(files) > 0) await connection.run(FORGET_FILES);
      return Number(objects) === 0;
    });
  } catch {
    return false;
  }
}

function namesOf({ macros, functions }: EngineLibrary): ReadonlySet<string> {
  return new Set([...Object.keys(macros), ...functions.map(({ name }) => name)].map((name) => name.toLowerCase()));
}

function uniqueName(kind: string): string {
  return `lakelet_${kind}_${randomUUID().replaceAll("-", "")}`;
}

function withFunctions(library: EngineLibrary | undefined, ...own: readonly ScriptFunction[]): EngineLibrary {
  return { macros: library?.macros ?? {}, functions: [...(library?.functions ?? []), ...own] };
}
