/** Rows as the boxed text table that Spark's `show()` prints. */
import type { Value } from "../engine/engine.js";

export interface ShowOptions {
  /** Longest cell in characters; 0 for no limit. */
  readonly truncate: number;
  readonly vertical?: boolean;
}

/** The table with borders, cells right-aligned as Spark does (left-aligned where nothing is truncated). */
export function showText(names: readonly string[], rows: readonly (readonly Value[])[], options: ShowOptions): string {
  const cells = rows.map((row) => row.map((value) => shorten(cellText(value), options.truncate)));
  if (options.vertical) return verticalText(names, cells);
  const widths = names.map((name, i) => Math.max(3, width(name), ...cells.map((row) => width(row[i] ?? ""))));
  const border = `+${widths.map((size) => "-".repeat(size)).join("+")}+`;
  const line = (row: readonly string[]) =>
    `|${row.map((cell, i) => padded(cell, widths[i] ?? 0, options.truncate > 0)).join("|")}|`;
  return [border, line(names), border, ...cells.map(line), border].join("\n");
}

/** A value as Spark casts it to text for display: NULL for null, `[a, b]`, `{k -> v}`, `{a, b}`. */
export function cellText(value: Value): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array)
    return `[${[...value].map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ")}]`;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `[${value.map((item: Value) => cellText(item)).join(", ")}]`;
  if (value instanceof Map) return `{${[...value].map(([k, v]) => `${cellText(k)} -> ${cellText(v)}`).join(", ")}}`;
  if (typeof value === "object") return `{${Object.values(value).map(cellText).join(", ")}}`;
  return String(value);
}

function verticalText(names: readonly string[], cells: readonly (readonly string[])[]): string {
  const size = Math.max(0, ...names.map(width));
  return cells
    .map((row, i) =>
      [
        `-RECORD ${i}${"-".repeat(20)}`,
        ...row.map((cell, c) => ` ${padded(names[c] ?? "", size, false)} | ${cell}`),
      ].join("\n"),
    )
    .join("\n");
}

function shorten(text: string, limit: number): string {
  const single = text.replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t");
  if (limit <= 0 || width(single) <= limit) return single;
  return limit < 4 ? [...single].slice(0, limit).join("") : `${[...single].slice(0, limit - 3).join("")}...`;
}

function padded(text: string, size: number, right: boolean): string {
  const fill = " ".repeat(Math.max(0, size - width(text)));
  return right ? fill + text : text + fill;
}

function width(text: string): number {
  return [...text].length;
}
