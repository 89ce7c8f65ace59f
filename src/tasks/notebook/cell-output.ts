/** What is kept of a cell's output: bounded in size. */
import type { TaskOutput } from "../../jobs/run/attempt.js";

/** Of a table, and of all text of a cell. */
export const MAX_ROWS = 1000;
export const MAX_BYTES = 10 * 1024 * 1024;

type TableOutput = Extract<TaskOutput, { kind: "table" }>;

/** At most 1,000 rows, and as many as make 10 MB of JSON. */
export function boundedTable(table: TableOutput): TableOutput {
  let bytes = 0;
  const rows: TableOutput["rows"][number][] = [];
  for (const row of table.rows.slice(0, MAX_ROWS)) {
    bytes += JSON.stringify(row).length;
    if (bytes > MAX_BYTES) break;
    rows.push(row);
  }
  return { ...table, rows, truncated: table.truncated || rows.length < table.rows.length };
}
