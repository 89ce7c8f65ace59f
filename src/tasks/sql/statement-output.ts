/** What a SQL task leaves of its last statement: a table for people, rows for `{{tasks.t.output.*}}`. */
import type { AttemptEvent } from "../../jobs/run/attempt.js";
import { typeText } from "../../schema/type-text.js";
import type { ExecutionResult } from "../../session/contract.js";
import { jsonValue } from "../json-value.js";

/** Of a reference to rows, as Databricks limits it. */
const MAX_ROWS = 1000;
const MAX_BYTES = 48 * 1024;

export function tableOutput(result: ExecutionResult): Extract<AttemptEvent, { type: "output" }>["output"] {
  return {
    kind: "table",
    columns: result.schema.fields.map((one) => ({ name: one.name, type: typeText(one.dataType) })),
    rows: result.rows.slice(0, MAX_ROWS).map((row) => row.map(jsonValue)),
    truncated: result.rows.length > MAX_ROWS,
  };
}

export interface OutputRows {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Only where there are some. */
  readonly omittedRows?: number;
}

/** As many of the first rows as a reference may hold. */
export function outputRows({ schema, rows }: ExecutionResult): OutputRows {
  const kept: Readonly<Record<string, unknown>>[] = [];
  // The brackets, and a comma a row but one.
  let bytes = 1;
  for (const row of rows) {
    if (kept.length === MAX_ROWS) break;
    const object = Object.fromEntries(schema.fields.map((column, i) => [column.name, jsonValue(row[i])]));
    bytes += Buffer.byteLength(JSON.stringify(object)) + 1;
    if (bytes > MAX_BYTES) break;
    kept.push(object);
  }
  const omittedRows = rows.length - kept.length;
  return omittedRows === 0 ? { rows: kept } : { rows: kept, omittedRows };
}
