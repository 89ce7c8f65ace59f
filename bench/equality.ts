/** Whether both sides gave the same rows: figures over all rows, the result read in two ways, by lakelet and as plain Parquet. */

import { nameParts } from "../src/dataframe/column.js";
import { planNode } from "../src/dataframe/plan-id.js";
import { readDeletionVector } from "../src/delta/deletion-vector.js";
import type { LocalSession } from "../src/session/local-session.js";
import { LocalStorage } from "../src/storage/local-storage.js";
import type { BareDuckDB } from "./bare-duckdb.js";
import type { Benchmark, LakeletSide } from "./benchmark.js";
import { type LiveFile, liveFiles } from "./delta-files.js";
import { sqlList } from "./orders-data.js";

/** Throws where the rows are not the same: no timing counts then. */
export async function checkEqual(
  benchmark: Benchmark,
  side: LakeletSide,
  expected: string,
  spark: LocalSession,
  duckdb: BareDuckDB,
): Promise<void> {
  const wanted = await digestBy((sql) => duckdb.rows(sql), benchmark, expected);
  const byLakelet = await digestByLakelet(benchmark, side, spark);
  const byFiles = await digestBy((sql) => duckdb.rows(sql), benchmark, await plainTable(side.location));
  for (const [reader, found] of Object.entries({ "read by lakelet": byLakelet, "the live files": byFiles })) {
    if (found !== wanted) {
      throw new Error(
        `${benchmark.id}: the rows differ, so its times mean nothing. DuckDB: ${wanted}; ${reader}: ${found}`,
      );
    }
  }
}

/** A peer's result, which it did not write with lakelet: read by lakelet alone, for it knows every way that a Delta table may be written. */
export async function checkRead(
  benchmark: Pick<Benchmark, "id" | "columns" | "sums">,
  who: string,
  location: string,
  expected: string,
  spark: LocalSession,
  duckdb: BareDuckDB,
): Promise<void> {
  const wanted = await digestBy((sql) => duckdb.rows(sql), benchmark, expected);
  const found = await digestByLakelet(benchmark, { table: `delta.\`${location}\`` }, spark);
  if (found !== wanted) {
    throw new Error(
      `${benchmark.id}: the rows of ${who} differ, so its times mean nothing. DuckDB: ${wanted}; ${who}: ${found}`,
    );
  }
}

export type Rows = (sql: string) => Promise<readonly (readonly unknown[])[]>;

async function digestBy(
  rows: Rows,
  { columns, sums }: Pick<Benchmark, "columns" | "sums">,
  relation: string,
): Promise<string> {
  const figures = ["count(*)", ...sums.map((name) => `sum(${name})`), "sum(hash::HUGEINT)", "bit_xor(hash)"].map(
    (one) => `(${one})::VARCHAR`,
  );
  const hashed = `SELECT hash(${columns.join(", ")}) AS hash, ${columns.join(", ")} FROM ${relation}`;
  const [row] = await rows(`SELECT concat_ws(' ', ${figures.join(", ")}) FROM (${hashed})`);
  return String(row?.[0]);
}

/** The table's rows as lakelet's queries see them. */
async function digestByLakelet(
  benchmark: Pick<Benchmark, "columns" | "sums">,
  { table }: Pick<LakeletSide, "table">,
  spark: LocalSession,
): Promise<string> {
  return readByLakelet(table, spark, (relation, rows) => digestBy(rows, benchmark, relation));
}

/** `read` is given the table as a relation of lakelet's engine, and how to ask it. */
export function readByLakelet(
  table: string,
  spark: LocalSession,
  read: (relation: string, rows: Rows) => Promise<string>,
): Promise<string> {
  const plan = planNode({ kind: "table", name: nameParts(table), options: {} });
  const rows: Rows = async (sql) => (await spark.runtime.engine.run(sql)).rows;
  return spark.executor.settling(plan, (query) => read(`(${query.sql})`, rows));
}

/** The rows of the table's live files as a relation of DuckDB: lakelet has no part in it. */
export async function plainTable(location: string): Promise<string> {
  return plainRelation(await liveFiles(location), await markedRows(location));
}

/** The rows that deletion vectors mark, as DuckDB's list of structs. */
async function markedRows(table: string): Promise<string | undefined> {
  const storage = new LocalStorage();
  const marked: string[] = [];
  for (const { path, deletionVector } of await liveFiles(table)) {
    if (deletionVector === undefined) continue;
    const rows = await readDeletionVector(storage, table, deletionVector);
    marked.push(`SELECT '${path}' AS filename, unnest([${rows.join(", ")}]::BIGINT[]) AS file_row_number`);
  }
  return marked.length === 0 ? undefined : `(${marked.join(" UNION ALL ")})`;
}

/** Values of partition columns stand in the log only. */
function plainRelation(files: readonly LiveFile[], marked: string | undefined): string {
  const all = `read_parquet(${sqlList(files.map(({ path }) => path))}, filename = true, hive_partitioning = false)`;
  const relation =
    marked === undefined
      ? all
      : `(SELECT f.*, f.filename FROM ${all.replace(", filename = true", "")} AS f ANTI JOIN ${marked} AS m USING (filename, file_row_number))`;
  const [first] = files;
  const columns = Object.keys(first?.partitionValues ?? {});
  if (columns.length === 0) return relation;
  const values = files.map(({ path, partitionValues }) => {
    const texts = columns.map((column) => `'${partitionValues[column]}'::DATE`);
    return `('${path}', ${texts.join(", ")})`;
  });
  return `(SELECT * FROM ${relation} AS f JOIN (VALUES ${values.join(", ")}) AS p(filename, ${columns.join(", ")}) USING (filename))`;
}
