/** Whether a query only reads rows that are stored by columns: a few columns of it cost a fraction of all. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { allRows } from "./result-values.js";

interface PlanNode {
  readonly name: string;
  readonly children: readonly PlanNode[];
}

/** Not a text file's reader: it reads whole lines. */
const CHEAP = /^(READ_PARQUET|PARQUET_SCAN|SEQ_SCAN|COLUMN_DATA_SCAN|EMPTY_RESULT|PROJECTION|FILTER|UNION)$/;

/** Asks the engine's plan. */
export async function readsStoredRows(connection: DuckDBConnection, sql: string): Promise<boolean> {
  const [row] = await allRows(connection, `EXPLAIN (FORMAT json) ${sql}`);
  const isCheap = ({ name, children }: PlanNode): boolean => CHEAP.test(name.trim()) && children.every(isCheap);
  return (JSON.parse(String(row?.[1] ?? "[]")) as readonly PlanNode[]).every(isCheap);
}
