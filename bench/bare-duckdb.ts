/** The limit: DuckDB in Node without anything around it, with lakelet's settings and lakelet's duty to flush what it writes. */
import { mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

export interface EngineSettings {
  readonly threads: number;
  /** DuckDB's text, e.g. `4GB`. */
  readonly memoryLimit: string;
  readonly temporaryFolder: string;
}

/** What lakelet writes with: codec, file size; row groups and insertion order are the engine's defaults on both sides. */
const TABLE_FILES = "FORMAT parquet, COMPRESSION snappy, FILE_SIZE_BYTES 134217728, FILENAME_PATTERN 'part-{uuid}'";

export class BareDuckDB {
  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
  ) {}

  static async open({ threads, memoryLimit, temporaryFolder }: EngineSettings): Promise<BareDuckDB> {
    const instance = await DuckDBInstance.create(":memory:", {
      threads: String(threads),
      memory_limit: memoryLimit,
      temp_directory: temporaryFolder,
    });
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    return new BareDuckDB(instance, connection);
  }

  async run(sql: string): Promise<void> {
    await this.connection.run(sql);
  }

  async rows(sql: string): Promise<readonly (readonly unknown[])[]> {
    return (await this.connection.runAndReadAll(sql)).getRows();
  }

  /** A query's rows as Parquet files of a new folder, flushed with the folder. */
  async copyDurably(sql: string, folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    await this.connection.run(`COPY (${sql}) TO '${folder}' (${TABLE_FILES}, APPEND true)`);
    const names = await readdir(folder);
    await Promise.all(names.map((name) => flush(join(folder, name))));
    await flush(folder);
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function emptyFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
