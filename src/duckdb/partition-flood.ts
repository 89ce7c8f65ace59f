/**
 * Guards an unsorted partitioned COPY against a flood of small files. The engine holds 100 partitions open and begins a new file for
 * one that it had to close: unsorted rows of 365 partitions gave 1,940 files in 3 s, sorted 372 in 1.1 s. But sorting costs a quarter
 * of the time where partitions are few, so the rows are sorted only when a flood is seen.
 */
import { readdir } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Value } from "../engine/engine.js";

/** The engine's `partitioned_write_max_open_files`. */
const OPEN_PARTITIONS = 100;
const POLL_MILLISECONDS = 100;

/** Runs the COPY; interrupts it once the folder holds more files of that prefix than partitions can be open. */
export async function stopsWhen(
  connection: DuckDBConnection,
  folder: string,
  prefix: string,
  copy: () => Promise<Value[][]>,
): Promise<Value[][] | "too many files"> {
  let flooded = false;
  let done = false;
  const copying = copy().finally(() => {
    done = true;
  });
  const watching = (async () => {
    while (!done) {
      await Promise.race([copying.catch(() => undefined), pause()]);
      if (done) return;
      // A flood that is not seen costs time only.
      const names = await readdir(folder).catch(() => []);
      flooded = names.filter((name) => name.startsWith(prefix)).length > OPEN_PARTITIONS && !done;
      if (flooded) return connection.interrupt();
    }
  })();
  try {
    const rows = await copying;
    return rows.length > OPEN_PARTITIONS && isFragmented(rows) ? "too many files" : rows;
  } catch (error) {
    if (flooded) return "too many files";
    throw error;
  } finally {
    await watching;
  }
}

/** More than two files a partition: the COPY was over before the flood was seen. */
function isFragmented(rows: readonly (readonly Value[])[]): boolean {
  const partitions = new Set(
    rows.map((row) => JSON.stringify([...((row[5] ?? new Map()) as ReadonlyMap<Value, Value>)])),
  );
  return rows.length > 2 * partitions.size;
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, POLL_MILLISECONDS);
  });
}
