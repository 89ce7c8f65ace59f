/** A displayed table as HTML: names with their types, numbers to the right, NULL told from text. */
import type { TaskOutput } from "../../jobs/run/attempt.js";
import { escapeHtml } from "../html/html-text.js";

export type TableOutput = Extract<TaskOutput, { kind: "table" }>;

const NUMERIC = /^(tinyint|smallint|int|bigint|float|double|decimal)/;

export function tableHtml(table: TableOutput): string {
  const { columns, rows } = table;
  const aligned = columns.map(({ type }) => (NUMERIC.test(type) ? ' class="number"' : ""));
  const head = columns.map(
    ({ name, type }, i) => `<th${aligned[i] ?? ""}>${escapeHtml(name)}<small>${escapeHtml(type)}</small></th>`,
  );
  const body = rows.map((row) => `<tr>${columns.map((_, i) => cellHtml(row[i], aligned[i] ?? "")).join("")}</tr>`);
  return `<div class="scroll"><table><thead><tr>${head.join("")}</tr></thead><tbody>${body.join("\n")}</tbody></table></div>
<p class="note">${escapeHtml(rowsText(table))}</p>`;
}

function cellHtml(value: unknown, aligned: string): string {
  if (value === null || value === undefined) return `<td${aligned}><span class="null">NULL</span></td>`;
  return `<td${aligned}>${escapeHtml(valueText(value))}</td>`;
}

export function valueText(value: unknown): string {
  return value === null ? "NULL" : typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** How many rows there are, and whether more were. */
export function rowsText({ rows, truncated }: TableOutput): string {
  const count = `${rows.length.toLocaleString("en-US")} ${rows.length === 1 ? "row" : "rows"}`;
  return truncated ? `Only the first ${count} are shown: a cell keeps at most 1,000 rows and 10 MB.` : count;
}
