/** Rows as the boxed text table that Spark's `show()` prints. */

export interface ShowOptions {
  /** Longest cell in characters; 0 for no limit. */
  readonly truncate: number;
  readonly vertical?: boolean;
}

/** The table with borders, cells right-aligned as Spark does (left-aligned where nothing is truncated). */
export function showText(
  names: readonly string[],
  rows: readonly (readonly (string | null)[])[],
  options: ShowOptions,
): string {
  const cells = rows.map((row) => row.map((value) => shorten(value ?? "NULL", options.truncate)));
  if (options.vertical) return verticalText(names, cells);
  const widths = names.map((name, i) => Math.max(3, width(name), ...cells.map((row) => width(row[i] ?? ""))));
  const border = `+${widths.map((size) => "-".repeat(size)).join("+")}+`;
  const line = (row: readonly string[]) =>
    `|${row.map((cell, i) => padded(cell, widths[i] ?? 0, options.truncate > 0)).join("|")}|`;
  return [border, line(names), border, ...cells.map(line), border].join("\n");
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
