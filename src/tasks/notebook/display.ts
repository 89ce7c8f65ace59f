/** What `display` and `displayHTML` make of a value: a table, text, or HTML as it is. */
import type { TaskOutput } from "../../jobs/run/attempt.js";
import type { DisplayedTable } from "../../session/contract.js";
import { jsonText, jsonValue } from "../json-value.js";
import { contextOrNone, currentContext, type NotebookContext } from "./notebook-context.js";

type TableOutput = Extract<TaskOutput, { kind: "table" }>;
type Fields = Readonly<Record<string, unknown>>;

/**
 * Shows the first 1,000 rows of a DataFrame as the cell's output; an array of objects as a table; any other value as text or JSON.
 *
 * @example
 * await display(spark.table("orders").groupBy("city").count());
 */
export async function display(value: unknown): Promise<void> {
  await displayValue(currentContext(), value);
}

/** Shows HTML as the cell's output. In an exported page it stands in a frame of its own where scripts do not run and nothing is loaded. */
export function displayHTML(html: string): void {
  currentContext().output({ kind: "html", html: String(html) });
}

export async function displayValue(context: NotebookContext, value: unknown): Promise<void> {
  if (value === undefined) return;
  if (isDisplayable(value)) return value.display();
  const table = tableOf(value);
  if (table) return context.output(table);
  const text = typeof value === "string" ? value : jsonText(value, 2);
  context.output({ kind: "text", stream: "stdout", text: `${text}\n` });
}

/** The table that a session displays becomes the output of the notebook that asked for it; undefined where no notebook did. */
export function displayInNotebook(table: Promise<DisplayedTable>): Promise<void> | undefined {
  const context = contextOrNone();
  // Behind the exit, too: on Databricks what is displayed before it is shown.
  return context?.during(table.then((one) => context.show(displayedOutput(one))));
}

export function displayedOutput({ names, types, rows, truncated }: DisplayedTable): TableOutput {
  return { kind: "table", columns: names.map((name, i) => ({ name, type: types[i] ?? "" })), rows, truncated };
}

function isDisplayable(value: unknown): value is { display(): Promise<void> } {
  return value !== null && typeof value === "object" && "display" in value && typeof value.display === "function";
}

/** Rows as plain objects; their columns are the fields of all of them. */
function tableOf(value: unknown): TableOutput | undefined {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isFields)) return undefined;
  const rows: readonly Fields[] = value;
  const names = [...new Set(rows.flatMap((row) => Object.keys(row).filter((name) => typeof row[name] !== "function")))];
  if (names.length === 0) return undefined;
  return {
    kind: "table",
    columns: names.map((name) => ({ name, type: typeOf(rows.map((row) => row[name])) })),
    rows: rows.map((row) => names.map((name) => jsonValue(row[name] as never))),
    truncated: false,
  };
}

function isFields(value: unknown): value is Fields {
  if (value === null || typeof value !== "object") return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Spark's word for what the values are. */
function typeOf(values: readonly unknown[]): string {
  const there = values.filter((value) => value !== null && value !== undefined);
  const is = (kind: string) => there.length > 0 && there.every((value) => typeof value === kind);
  if (is("boolean")) return "boolean";
  if (there.length > 0 && there.every((value) => typeof value === "bigint" || Number.isSafeInteger(value))) {
    return "bigint";
  }
  return is("number") ? "double" : "string";
}
