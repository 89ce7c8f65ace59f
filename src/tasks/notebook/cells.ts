/** The cells of a notebook: `// %%` in TypeScript, `-- COMMAND ----------` in SQL. Lines count from 1. */

export interface Cell {
  /** From 1. */
  readonly number: number;
  readonly title: string;
  /** `// %% [markdown]`: comments for people, nothing to run. */
  readonly markdown: boolean;
  /** The mark's line, or the first of the file. */
  readonly line: number;
  readonly lastLine: number;
}

const TYPESCRIPT_MARK = /^\/\/ ?%%\s*(.*)$/;
const MARKDOWN = /^\[markdown\]\s*/;
const SQL_MARK = /^-- COMMAND -{10}\s*$/;
const SQL_TITLE = /^-- DBTITLE \d+,\s*(.*)$/;

/** What stands before the first mark is a cell of its own where it holds code. */
export function typescriptCells(source: string): readonly Cell[] {
  return cellsOf(source.split("\n"), TYPESCRIPT_MARK, (line) => /^\s*(\/\/.*|\/?\*.*)?$/.test(line));
}

export function sqlCells(source: string): readonly Cell[] {
  const lines = source.split("\n");
  return cellsOf(lines, SQL_MARK, isSqlComment).map((cell) => {
    const title = lines.slice(cell.line - 1, cell.lastLine).map((line) => SQL_TITLE.exec(line)?.[1]);
    return { ...cell, title: title.find((one) => one !== undefined)?.trim() ?? "" };
  });
}

/** The statements of a SQL cell; undefined where it holds nothing but comments (`-- MAGIC %md` among them). */
export function sqlCellText(source: string, cell: Cell): string | undefined {
  const lines = source.split("\n").slice(cell.line - 1, cell.lastLine);
  return lines.every(isSqlComment) ? undefined : lines.join("\n");
}

function isSqlComment(line: string): boolean {
  return /^\s*(--.*)?$/.test(line);
}

function cellsOf(lines: readonly string[], mark: RegExp, isBlank: (line: string) => boolean): readonly Cell[] {
  const starts: { line: number; title: string }[] = [];
  for (const [i, line] of lines.entries()) {
    const found = mark.exec(line.replace(/\r$/, ""));
    if (found) starts.push({ line: i + 1, title: (found[1] ?? "").trim() });
  }
  const head = lines.slice(0, (starts[0]?.line ?? lines.length + 1) - 1);
  if (!head.every(isBlank)) starts.unshift({ line: 1, title: "" });
  return starts.map(({ line, title }, i) => ({
    number: i + 1,
    title: title.replace(MARKDOWN, ""),
    markdown: MARKDOWN.test(title),
    line,
    lastLine: (starts[i + 1]?.line ?? lines.length + 1) - 1,
  }));
}

export function cellAtLine(cells: readonly Cell[], line: number): Cell | undefined {
  return cells.findLast((cell) => cell.line <= line);
}

/** The source with a call at each mark, on the mark's own line: no line moves. */
export function markCells(source: string, cells: readonly Cell[], call: (number: number) => string): string {
  const lines = source.split("\n");
  for (const cell of cells) {
    if (cell.markdown) continue;
    const line = lines[cell.line - 1] ?? "";
    // The semicolon ends a statement that was written without one.
    if (TYPESCRIPT_MARK.test(line.replace(/\r$/, ""))) lines[cell.line - 1] = `;${call(cell.number)};${line}`;
  }
  return lines.join("\n");
}
