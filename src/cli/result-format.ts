/** The result of a statement as a table, JSON or CSV. */

import type { JsonValue, SqlResult } from "../workspace/run-sql.js";
import { countText } from "./progress/words.js";

/** Ends with a line feed. */
export async function formatResult(result: SqlResult, format: "table" | "json" | "csv"): Promise<string> {
  if (format === "json") return `${JSON.stringify({ columns: result.columns, rows: result.rows })}\n`;
  const names = result.columns.map((one) => one.name);
  if (format === "csv") {
    if (names.length === 0) return "";
    const { default: papa } = await import("papaparse");
    return `${papa.unparse({ fields: names, data: result.rows.map((row) => row.map(plain)) }, { newline: "\n" })}\n`;
  }
  return names.length === 0 ? summaries(result) : table(result);
}

function summaries({ statements }: SqlResult): string {
  return statements.map((one) => `${one.summary}\n`).join("") || "OK\n";
}

async function table({ columns, rows }: SqlResult): Promise<string> {
  const { default: Table } = await import("cli-table3");
  const numeric = /^(tinyint|smallint|int|bigint|float|double|decimal)/;
  const shown = new Table({
    head: columns.map((one) => one.name),
    colAligns: columns.map((one) => (numeric.test(one.type) ? "right" : "left")),
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) shown.push(row.map((value) => (value === null ? "NULL" : plain(value))));
  return `${shown.toString()}\n${countText(rows.length, "row")}\n`;
}

/** Null is nothing in CSV; what has parts is JSON. */
function plain(value: JsonValue): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
