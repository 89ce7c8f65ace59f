/** What is kept of a cell's output: bounded in size, secrets blacked out. */
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

/** The output with each secret replaced by `[REDACTED]`. */
export function withoutSecrets(output: TaskOutput, secrets: ReadonlySet<string>): TaskOutput {
  if (secrets.size === 0) return output;
  const redact = (text: string): string => redacted(text, secrets);
  switch (output.kind) {
    case "text":
      return { ...output, text: redact(output.text) };
    case "html":
      return { ...output, html: redact(output.html) };
    case "table":
      return {
        ...output,
        columns: output.columns.map((column) => ({ ...column, name: redact(column.name) })),
        rows: output.rows.map((row) => row.map((value) => redactedDeep(value, secrets))),
      };
    default:
      return output;
  }
}

/** The longest first, so that no secret shows by its longer relative. */
export function redacted(text: string, secrets: ReadonlySet<string>): string {
  const found = [...secrets].filter((secret) => text.includes(secret)).sort((a, b) => b.length - a.length);
  return found.reduce((shown, secret) => shown.replaceAll(secret, "[REDACTED]"), text);
}

/** {@link redacted} in every text inside a value; keys stay. */
export function redactedDeep<Value>(value: Value, secrets: ReadonlySet<string>): Value {
  const walk = (inner: unknown): unknown => {
    if (typeof inner === "string") return redacted(inner, secrets);
    if (Array.isArray(inner)) return inner.map(walk);
    if (inner === null || typeof inner !== "object") return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, one]) => [key, walk(one)]));
  };
  return walk(value) as Value;
}
