/** What was not as expected, in words: rows under each other in columns, with a mark below the cells that differ. */
import { stripVTControlCharacters, type styleText } from "node:util";
import type { Checked } from "./check-expected.js";
import type { Cells, RowDifference } from "./row-difference.js";

export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

const PLAIN: Paint = (_, text) => text;
const MOST_ROWS = 20;
const WIDEST_CELL = 40;

/** Lines without indentation. */
export function failureLines(failure: Checked, paint: Paint = PLAIN): readonly string[] {
  if (failure.kind === "error")
    return [`${failure.what}:`, ...failure.message.split("\n").map((line) => `  ${paint("red", line)}`)];
  if (failure.kind === "value") {
    return [
      `${failure.what}:`,
      `  ${paint("green", `- expected  ${failure.expected}`)}`,
      `  ${paint("red", `+ received  ${failure.actual}`)}`,
    ];
  }
  const { what, columns, compared } = failure;
  return [
    `${what}: ${countsText(compared.same, compared.differences)}`,
    ...tableLines(columns, compared.differences, paint),
  ];
}

function countsText(same: number, differences: readonly RowDifference[]): string {
  const count = (kind: RowDifference["kind"]) => differences.filter((one) => one.kind === kind).length;
  const parts = [
    [same, "as expected"],
    [count("changed"), "changed"],
    [count("missing"), "missing"],
    [count("unexpected"), "not expected"],
  ] as const;
  return parts.flatMap(([number, words]) => (number === 0 ? [] : [`${number} ${words}`])).join(", ");
}

interface Line {
  readonly mark: "-" | "+" | " ";
  readonly cells: readonly string[];
  readonly differing: readonly number[];
}

function tableLines(
  columns: readonly string[],
  differences: readonly RowDifference[],
  paint: Paint,
): readonly string[] {
  const lines = differences.slice(0, MOST_ROWS).flatMap(linesOf);
  const widths = columns.map((name, i) => Math.max(...[name, ...lines.map((one) => one.cells[i] ?? "")].map(widthOf)));
  const pad = (text: string, i: number) => text + " ".repeat(Math.max(0, (widths[i] ?? 0) - widthOf(text)));
  const header = `    ${columns.map((name, i) => paint("dim", pad(name, i))).join("  ")}`;
  const body = lines.flatMap((line) => {
    const style = line.mark === "-" ? "green" : "red";
    const isWhole = line.differing.length === columns.length;
    const cells = line.cells.map((cell, i) => {
      const differs = isWhole || line.differing.includes(i);
      return paint(differs ? style : "dim", pad(cell, i));
    });
    const shown = `  ${paint(style, line.mark)} ${cells.join("  ")}`.trimEnd();
    if (isWhole || line.mark === "-") return [shown];
    const marks = columns.map((_, i) =>
      pad(line.differing.includes(i) ? "^".repeat(Math.max(1, widthOf(line.cells[i] ?? ""))) : "", i),
    );
    return [shown, paint("yellow", `    ${marks.join("  ")}`.trimEnd())];
  });
  const more = differences.length - MOST_ROWS;
  return [header.trimEnd(), ...body, ...(more > 0 ? [paint("dim", `    ... and ${more} more`)] : [])];
}

function linesOf(difference: RowDifference): readonly Line[] {
  const all = (cells: Cells) => cells.map((_, i) => i);
  switch (difference.kind) {
    case "missing":
      return [{ mark: "-", cells: difference.expected.map(shown), differing: all(difference.expected) }];
    case "unexpected":
      return [{ mark: "+", cells: difference.actual.map(shown), differing: all(difference.actual) }];
    case "changed": {
      const { expected, actual, columns } = difference;
      return [
        { mark: "-", cells: expected.map(shown), differing: columns },
        { mark: "+", cells: actual.map(shown), differing: columns },
      ];
    }
  }
}

function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}

/** A text that is NULL's name, empty, or begins with a blank is quoted. */
function shown(cell: string | null): string {
  if (cell === null) return "NULL";
  const text =
    cell === "NULL" || cell === "" || cell !== cell.trim() || /[\n\r\t]/.test(cell) ? JSON.stringify(cell) : cell;
  return text.length > WIDEST_CELL ? `${text.slice(0, WIDEST_CELL - 1)}…` : text;
}
