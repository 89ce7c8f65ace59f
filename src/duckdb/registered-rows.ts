/** Rows of JavaScript values as an in-memory table. */
import { type DuckDBAppender, type DuckDBConnection, DuckDBDataChunk, type DuckDBType } from "@duckdb/node-api";
import type { Value } from "../engine/engine.js";
import { LakeletError } from "../errors/lakelet-error.js";
import type { StructType } from "../schema/data-type.js";
import { engineName, engineType } from "../schema/engine-type.js";
import { engineValueWriter } from "./engine-values.js";

/** Rows of a chunk: the engine's vector size. */
const CHUNK_ROWS = 2048;

/** Creates the table `name` (unquoted) and has it filled, batch after batch. The caller drops it where that throws. */
export async function fillTable<T>(
  connection: DuckDBConnection,
  name: string,
  schema: StructType,
  fill: (appender: RowAppender) => Promise<T>,
): Promise<T> {
  const columns = schema.fields.map((one) => `${engineName(one.name)} ${engineType(one.dataType)}`);
  await connection.run(`CREATE TABLE ${engineName(name)} (${columns.join(", ")})`);
  const appender = await connection.createAppender(name);
  try {
    const result = await fill(new RowAppender(appender));
    appender.flushSync();
    return result;
  } finally {
    appender.closeSync();
  }
}

export class RowAppender {
  readonly #types: readonly DuckDBType[];
  readonly #writers: readonly ReturnType<typeof engineValueWriter>[];
  #count = 0;

  constructor(private readonly appender: DuckDBAppender) {
    this.#types = Array.from({ length: appender.columnCount }, (_, i) => appender.columnType(i));
    this.#writers = this.#types.map(engineValueWriter);
  }

  /** Throws CANNOT_ACCEPT_OBJECT_IN_TYPE for a value that its column does not take. */
  append(rows: readonly (readonly Value[])[]): void {
    for (let start = 0; start < rows.length; start += CHUNK_ROWS)
      this.#appendChunk(rows.slice(start, start + CHUNK_ROWS));
  }

  #appendChunk(rows: readonly (readonly Value[])[]): void {
    for (const row of rows) {
      if (row.length !== this.#types.length) throw wrongLength(this.#count, row.length, this.#types.length);
      this.#count++;
    }
    const chunk = DuckDBDataChunk.create(this.#types, rows.length);
    this.#writers.forEach((write, c) => {
      chunk.setColumnValues(
        c,
        rows.map((row) => write(row[c] ?? null)),
      );
    });
    this.appender.appendDataChunk(chunk);
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
