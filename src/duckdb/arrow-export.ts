/** Query results as Arrow: where there is more than numbers and times through a Parquet file, which is faster and less code than building Arrow from the engine's chunks. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { DataType, StructType } from "../schema/data-type.js";
import { engineName, engineString, engineType } from "../schema/engine-type.js";
import { hasPlainVectors, plainArrowStream } from "./arrow-vectors.js";

/** Arrow IPC stream bytes of a query's rows. `schema`: the query's own, as described. */
export async function arrowStream(connection: DuckDBConnection, sql: string, schema: StructType): Promise<Uint8Array> {
  const columns = schema.fields.map(({ name, dataType }) => {
    const type = exchangeType(dataType);
    return `CAST(${engineName(name)} AS ${type}) AS ${engineName(name)}`;
  });
  const query = `SELECT ${columns.join(", ")} FROM (${sql})`;
  return hasPlainVectors(schema) ? plainArrowStream(connection, query, schema) : throughFile(connection, query);
}

async function throughFile(connection: DuckDBConnection, query: string): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "lakelet-arrow-"));
  try {
    const path = join(folder, "rows.parquet");
    await connection.run(
      `COPY (${query}) TO ${engineString(path)} (FORMAT parquet, COMPRESSION snappy, PRESERVE_ORDER true)`,
    );
    const { readParquet } = await import("parquet-wasm");
    return readParquet(await readFile(path)).intoIPCStream();
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Types without an equal in Parquet go as text. */
function exchangeType(type: DataType): string {
  return type.kind === "interval" ? "VARCHAR" : engineType(type);
}
