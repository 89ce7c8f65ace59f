/** The engine: one in-memory DuckDB, its connections, and the operations of the contract over them. */
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type {
  Engine,
  EngineResult,
  FileSource,
  OpenedFiles,
  ScanDataFiles,
  Value,
  WriteDataFiles,
  WrittenFile,
} from "../engine/engine.js";
import { LakeletError } from "../errors/lakelet-error.js";
import type { StructType } from "../schema/data-type.js";
import { engineName, engineString } from "../schema/engine-type.js";
import { arrowStream } from "./arrow-export.js";
import { ConnectionPool } from "./connection-pool.js";
import { dataColumns, scanSql } from "./data-file-scan.js";
import { writeDataFiles, writeParquetFile } from "./data-file-writer.js";
import { engineError } from "./engine-errors.js";
import type { EngineOptions } from "./engine-options.js";
import { LibraryInstallation } from "./library-installation.js";
import { asOneGroup, LocalTimestamps } from "./local-timestamps.js";
import { createTableOfRows } from "./registered-rows.js";
import { schemaOf } from "./result-schema.js";
import { chunkRows } from "./result-values.js";

/** Makes the database and sets it up. */
export async function openInMemoryEngine(options: EngineOptions): Promise<Engine> {
  try {
    const instance = await DuckDBInstance.create(":memory:", settingsOf(options));
    const pool = new ConnectionPool(instance);
    const timeZone = options.timeZone ?? "UTC";
    await pool.use((connection) => connection.run(`SET GLOBAL TimeZone = ${engineString(timeZone)}`));
    return new InMemoryEngine(pool, new LibraryInstallation(pool, options.library), new LocalTimestamps(timeZone));
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

class InMemoryEngine implements Engine {
  constructor(
    private readonly pool: ConnectionPool,
    private readonly library: LibraryInstallation,
    private readonly timestamps: LocalTimestamps,
  ) {}

  async run(sql: string): Promise<EngineResult> {
    return this.#with(sql, async (connection) => {
      const result = await connection.run(sql);
      const rows: Value[][] = [];
      for (const chunk of await result.fetchAllChunks()) {
        for (const row of chunkRows(chunk)) rows.push(row);
      }
      return { columns: result.columnNames(), rows };
    });
  }

  async *stream(sql: string): AsyncIterable<EngineResult> {
    const connection = await this.#acquire(sql);
    try {
      const result = await connection.stream(sql);
      const columns = result.columnNames();
      for (;;) {
        const chunk = await result.fetchChunk();
        if (!chunk || chunk.rowCount === 0) return;
        yield { columns, rows: chunkRows(chunk) };
      }
    } catch (error) {
      throw engineError(error);
    } finally {
      this.pool.release(connection);
    }
  }

  async describe(sql: string): Promise<StructType> {
    return this.#with(sql, async (connection) => {
      const statement = await connection.prepare(sql);
      try {
        const columns = Array.from({ length: statement.columnCount }, (_, i) => ({
          name: statement.columnName(i),
          type: statement.columnType(i),
        }));
        return schemaOf(columns);
      } finally {
        statement.destroySync();
      }
    });
  }

  async scan(request: ScanDataFiles): Promise<string> {
    const columns = dataColumns(request);
    if (!this.timestamps.matter(columns)) return scanSql(request, [asOneGroup(request.files)]);
    return this.#with("", async (connection) =>
      scanSql(request, await this.timestamps.groups(connection, request.files, columns)),
    );
  }

  async openFiles(_source: FileSource): Promise<OpenedFiles> {
    throw new Error("openFiles");
  }

  async writeDataFiles(request: WriteDataFiles): Promise<readonly WrittenFile[]> {
    const written = await this.#with(request.sql, (connection) => writeDataFiles(connection, request));
    this.timestamps.addWritten(written.map((file) => file.path));
    return written;
  }

  async writeParquet(sql: string, path: string): Promise<number> {
    return this.#with(sql, (connection) => writeParquetFile(connection, sql, path));
  }

  async materialize(sql: string): Promise<string> {
    const name = engineName(uniqueName("materialized"));
    await this.#with(sql, (connection) => connection.run(`CREATE TABLE ${name} AS ${sql}`));
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

  async drop(name: string): Promise<void> {
    await this.#with("", (connection) => connection.run(`DROP TABLE IF EXISTS ${name}`));
  }

  async arrow(sql: string): Promise<Uint8Array> {
    const schema = await this.describe(sql);
    return this.#with(sql, (connection) => arrowStream(connection, sql, schema));
  }

  interrupt(): void {
    this.pool.interrupt();
  }

  async close(): Promise<void> {
    this.pool.close();
  }

  /** A connection on which the functions that the statement names are known. */
  async #acquire(sql: string): Promise<DuckDBConnection> {
    try {
      await this.library.installFor(sql);
      return await this.pool.acquire();
    } catch (error) {
      throw engineError(error);
    }
  }

  async #with<T>(sql: string, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.#acquire(sql);
    try {
      return await work(connection);
    } catch (error) {
      throw engineError(error);
    } finally {
      this.pool.release(connection);
    }
  }
}

function uniqueName(kind: string): string {
  return `lakelet_${kind}_${randomUUID().replaceAll("-", "")}`;
}
