/** Whether a query's rows have an order that a reader of the written rows may rely on. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { allRows } from "./result-values.js";

interface PlanNode {
  readonly name: string;
  readonly children: readonly PlanNode[];
}

/** Operators that keep the order of the rows below them. */
const KEEPS_ORDER = /^(PROJECTION|FILTER|LIMIT|STREAMING_LIMIT|UNNEST|INOUT_FUNCTION)/;
const ORDERS = /^(ORDER_BY|TOP_N)/;

/** Asks the engine's plan, and only where the text has an ORDER BY at all. */
export async function isOrderedQuery(connection: DuckDBConnection, sql: string): Promise<boolean> {
  if (!/\border\s+by\b/i.test(sql)) return false;
  const [row] = await allRows(connection, `EXPLAIN (FORMAT json) ${sql}`);
  let [node] = JSON.parse(String(row?.[1] ?? "[]")) as readonly PlanNode[];
  while (node && KEEPS_ORDER.test(node.name.trim())) node = node.children[0];
  return node !== undefined && ORDERS.test(node.name.trim());
}
