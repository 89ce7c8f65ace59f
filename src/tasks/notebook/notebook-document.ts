/** A notebook read from its file: its cells, in their order, and the text that lines are counted in. */
import type { CellLanguage } from "../../jobs/run/attempt.js";

export interface Cell {
  /** From 1. */
  readonly number: number;
  readonly title: string;
  readonly language: CellLanguage;
  /** The mark's line in the document's text, or the first line. Lines count from 1. */
  readonly line: number;
  readonly lastLine: number;
  /** What people read and what runs: without marks, comment signs and magic. */
  readonly source: string;
  /** The line of the document's text that `source` begins on. */
  readonly sourceLine: number;
}

export type NotebookFormat = "typescript" | "sql" | "ipynb";

export interface NotebookDocument {
  /** Absolute path. */
  readonly file: string;
  readonly format: NotebookFormat;
  /** The file as it is; of an .ipynb its cells one after the other, for the lines of the file mean nothing there. */
  readonly text: string;
  readonly cells: readonly Cell[];
}

export function cellAtLine(cells: readonly Cell[], line: number): Cell | undefined {
  return cells.findLast((cell) => cell.line <= line);
}

/** A line of the document's text as people count it: in an .ipynb from the first line of its cell. */
export function shownLine({ format }: NotebookDocument, line: number, cell: Cell | undefined): number {
  return format === "ipynb" && cell ? line - cell.sourceLine + 1 : line;
}
