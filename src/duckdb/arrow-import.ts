/** Arrow IPC bytes as an in-memory table: through a Parquet file, as results become Arrow. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { StructType } from "../schema/data-type.js";
import { engineName, engineString, engineType } from "../schema/engine-type.js";

/** Creates the table `name` (unquoted). `describe` gives the schema of a query in Spark's types, to which unsigned numbers and the like are cast. */
export async function createTableOfArrow(
  connection: DuckDBConnection,
  name: string,
  ipc: Uint8Array,
  describe: (sql: string) => Promise<StructType>,
): Promise<StructType> {
  const folder = await mkdtemp(join(tmpdir(), "lakelet-arrow-"));
  try {
    const path = join(folder, "rows.parquet");
    const { Table, writeParquet } = await import("parquet-wasm");
    await writeFile(path, writeParquet(Table.fromIPCStream(ipc)));
    const rows = `SELECT * FROM read_parquet(${engineString(path)})`;
    const schema = await describe(rows);
    const columns = schema.fields.map(
      ({ name: column, dataType }) => `CAST(${engineName(column)} AS ${engineType(dataType)}) AS ${engineName(column)}`,
    );
    await connection.run(`CREATE TABLE ${engineName(name)} AS SELECT ${columns.join(", ")} FROM (${rows})`);
    return schema;
  } finally {
    await rm(folder, { recursive: true });
  }
}
