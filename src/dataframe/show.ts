/** Rows as the boxed text table that Spark's `show()` prints. */

export interface ShowOptions {
  /** Longest cell in characters; 0 for no limit. */
  readonly truncate: number;
  readonly vertical?: boolean;
  /** True where there are more rows than these. */
  readonly hasMore?: boolean;
}

/** The table with borders, cells right-aligned as Spark does (left-aligned where nothing is truncated). */
export function showText(
  names: readonly string[],
  rows: readonly (readonly (string | null)[])[],
  options: ShowOptions,
): string {
  const header = names.map((name) => shorten(name, 0));
  const cells = rows.map((row) => row.map((value) => shorten(value ?? "NULL", options.truncate)));
  const table = options.vertical ? verticalText(header, cells) : boxedText(header, cells, options.truncate > 0);
  if (options.hasMore !== true) return table;
  return `${table}only showing top ${rows.length} ${rows.length === 1 ? "row" : "rows"}`;
}

function boxedText(names: readonly string[], cells: readonly (readonly string[])[], right: boolean): string {
  const widths = names.map((name, i) => Math.max(3, width(name), ...cells.map((row) => width(row[i] ?? ""))));
  const border = `+${widths.map((size) => "-".repeat(size)).join("+")}+\n`;
  const line = (row: readonly string[]) => `|${row.map((cell, i) => padded(cell, widths[i] ?? 0, right)).join("|")}|\n`;
  return [border, line(names), border, ...cells.map(line), border].join("");
}

function verticalText(names: readonly string[], cells: readonly (readonly string[])[]): string {
  if (cells.length === 0) return "(0 rows)";
  const left = Math.max(3, ...names.map(width));
  const right = Math.max(3, ...cells.flat().map(width));
  return cells
    .map((row, i) => {
      const title = `-RECORD ${i}`;
      const fields = row.map((cell, c) => ` ${padded(names[c] ?? "", left, false)} | ${padded(cell, right, false)} \n`);
      return `${title.padEnd(left + right + 5, "-")}\n${fields.join("")}`;
    })
    .join("");
}

/** Letters that would break the table are written out. */
const ESCAPES: readonly (readonly [string, string])[] = [
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ["\f", "\\f"],
  ["\b", "\\b"],
  ["\u000b", "\\v"],
  ["\u0007", "\\a"],
];

function shorten(text: string, limit: number): string {
  const single = ESCAPES.reduce((before, [letter, written]) => before.replaceAll(letter, written), text);
  if (limit <= 0 || length(single) <= limit) return single;
  return limit < 4 ? [...single].slice(0, limit).join("") : `${[...single].slice(0, limit - 3).join("")}...`;
}

function padded(text: string, size: number, right: boolean): string {
  const fill = " ".repeat(Math.max(0, size - width(text)));
  return right ? fill + text : text + fill;
}

function length(text: string): number {
  return [...text].length;
}

/** Letters of East Asian scripts take two columns, in Spark's table too. */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFF60\uFFE0-\uFFE6]/gu;

function width(text: string): number {
  return length(text) + (text.match(WIDE)?.length ?? 0);
}
