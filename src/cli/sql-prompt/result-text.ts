/** A result as lines that fit the terminal: a table, its widest cells cut, or a line a field where the columns are too many. */
import type { PromptResult } from "../../workspace/sql-prompt/prompt-session.js";

export type Layout = "auto" | "table" | "vertical";

export interface ResultText {
  readonly lines: readonly string[];
  /** True where cells were cut to fit. */
  readonly cut: boolean;
}

/** Cells are not cut below this. */
const LEAST_WIDTH = 10;
const NUMERIC = /^(tinyint|smallint|int|bigint|float|double|decimal)/;
const WIDE_LETTER =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;
const CONTROL = /\p{Cc}/gu;

/** @param width letters in a line of the terminal */
export function resultText({ columns, rows }: PromptResult, width: number, layout: Layout): ResultText {
  if (columns.length === 0) return { lines: [], cut: false };
  const names = columns.map((one) => printable(one.name));
  const cells = rows.map((row) => row.map((value) => printable(value ?? "NULL")));
  const wanted = names.map((name, i) =>
    cells.reduce((most, row) => Math.max(most, widthOf(row[i] ?? "")), widthOf(name)),
  );
  const widths = layout === "vertical" ? undefined : fitted(wanted, width, layout === "table");
  if (widths === undefined) return verticalText(names, cells, width);
  const right = columns.map((one) => NUMERIC.test(one.type));
  const border = `+${widths.map((one) => "-".repeat(one + 2)).join("+")}+`;
  const line = (row: readonly string[]) =>
    `|${row.map((cell, i) => ` ${padded(cell, widths[i] ?? 0, right[i] ?? false)} `).join("|")}|`;
  return {
    lines: [border, line(names), border, ...cells.map(line), ...(cells.length > 0 ? [border] : [])],
    cut: widths.some((one, i) => one < (wanted[i] ?? 0)),
  };
}

/** The widest columns give way first; undefined where all would have to be narrower than the least width. */
function fitted(wanted: readonly number[], width: number, always: boolean): readonly number[] | undefined {
  const room = width - 3 * wanted.length - 1;
  const sum = (most: number) => wanted.reduce((total, one) => total + Math.min(one, most), 0);
  let most = Math.max(...wanted);
  while (most > LEAST_WIDTH && sum(most) > room) most--;
  if (sum(most) > room && !always) return undefined;
  return wanted.map((one) => Math.min(one, most));
}

/** Nothing is cut: the terminal breaks long lines. */
function verticalText(names: readonly string[], cells: readonly (readonly string[])[], width: number): ResultText {
  const left = Math.max(...names.map(widthOf));
  const lines = cells.flatMap((row, i) => [
    `-[ ${i + 1} ]${"-".repeat(Math.max(3, Math.min(width, left + 20) - String(i + 1).length - 5))}`,
    ...names.map((name, c) => `${padded(name, left, false)} | ${row[c] ?? ""}`),
  ]);
  return { lines, cut: false };
}

/** A value must not move the cursor. */
function printable(text: string): string {
  return text.replaceAll("\n", "\\n").replaceAll("\t", "\\t").replaceAll("\r", "\\r").replaceAll(CONTROL, "\ufffd");
}

function padded(text: string, width: number, right: boolean): string {
  const short = shortened(text, width);
  const space = " ".repeat(Math.max(0, width - widthOf(short)));
  return right ? space + short : short + space;
}

function shortened(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let short = "";
  let taken = 1;
  for (const letter of text) {
    taken += letterWidth(letter);
    if (taken > width) break;
    short += letter;
  }
  return `${short}…`;
}

function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) width += letterWidth(letter);
  return width;
}

function letterWidth(letter: string): number {
  return letter < "\u1100" ? 1 : WIDE_LETTER.test(letter) ? 2 : 1;
}
