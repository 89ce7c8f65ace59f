/** Rows of JavaScript values as an in-memory table. */
import { type DuckDBConnection, DuckDBDataChunk, type DuckDBType } from "@duckdb/node-api";
import type { Value } from "../engine/engine.js";
import { LakeletError } from "../errors/lakelet-error.js";
import type { StructType } from "../schema/data-type.js";
import { engineName, engineType } from "../schema/engine-type.js";
import { engineValueWriter } from "./engine-values.js";

/** Rows of a chunk: the engine's vector size. */
const CHUNK_ROWS = 2048;

/** Creates the table `name` (unquoted) and fills it. Throws CANNOT_ACCEPT_OBJECT_IN_TYPE; the caller drops the table then. */
export async function createTableOfRows(
  connection: DuckDBConnection,
  name: string,
  rows: readonly (readonly Value[])[],
  schema: StructType,
): Promise<void> {
  if (schema.fields.length === 0) {
    // The engine has no table without columns: what a command gives is one, in Spark.
    await connection.run(`CREATE TABLE ${engineName(name)} AS SELECT NULL AS nothing FROM range(${rows.length})`);
    return;
  }
  const columns = schema.fields.map((one) => `${engineName(one.name)} ${engineType(one.dataType)}`);
  await connection.run(`CREATE TABLE ${engineName(name)} (${columns.join(", ")})`);
  if (rows.length === 0) return;
  const appender = await connection.createAppender(name);
  try {
    const types: DuckDBType[] = schema.fields.map((_, i) => appender.columnType(i));
    const writers = types.map(engineValueWriter);
    for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
      const batch = rows.slice(start, start + CHUNK_ROWS);
      const chunk = DuckDBDataChunk.create(types, batch.length);
      batch.forEach((row, i) => {
        if (row.length !== types.length) throw wrongLength(start + i, row.length, types.length);
      });
      writers.forEach((write, c) => {
        chunk.setColumnValues(
          c,
          batch.map((row) => write(row[c] ?? null)),
        );
      });
      appender.appendDataChunk(chunk);
    }
    appender.flushSync();
  } finally {
    appender.closeSync();
  }
}

function wrongLength(row: number, actual: number, expected: number): LakeletError {
  return new LakeletError({
    condition: "AXIS_LENGTH_MISMATCH",
    sqlState: "42K09",
    problem: `Row ${row} has ${actual} values, the schema has ${expected} columns.`,
    parameters: { expected_length: String(expected), actual_length: String(actual) },
  });
}
