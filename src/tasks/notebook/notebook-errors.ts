/** What is wrong with a notebook as it is written: its place, and what to do. */
import { basename } from "node:path";
import { LakeletError } from "../../errors/lakelet-error.js";

/** A cell in a file; lines count from 1, in an .ipynb from the cell's first. */
export interface CellPlace {
  readonly file: string;
  readonly cell: number;
  readonly line: number;
}

const CURES: Readonly<Record<string, string>> = {
  python:
    "Write the cell in TypeScript: `spark`, `dbutils` and `display` are the same, and what touches data is awaited.",
  scala:
    "Write the cell in TypeScript: `spark`, `dbutils` and `display` are the same, and what touches data is awaited.",
  r: "Write the cell in TypeScript or SQL.",
  sh: 'Write it in TypeScript: import { execSync } from "node:child_process".',
  pip: "Install what the notebook needs with npm, in the project's package.json.",
  conda: "Install what the notebook needs with npm, in the project's package.json.",
};

export function unsupportedLanguage(language: string, { file, cell, line }: CellPlace): LakeletError {
  const cure = CURES[language] ?? "A cell is TypeScript, %sql, %md, %run or %fs.";
  return new LakeletError({
    condition: "UNSUPPORTED_NOTEBOOK_LANGUAGE",
    sqlState: "0A000",
    problem: `Cell ${cell} of ${basename(file)} (line ${line}) is \`${language}\`: lakelet runs TypeScript and SQL cells.`,
    reason: "Nothing of the notebook was run.",
    cure,
    parameters: { language, cell: String(cell), line: String(line) },
  });
}

export function mixedCell(magic: string, { file, cell, line }: CellPlace): LakeletError {
  return new LakeletError({
    condition: "INVALID_NOTEBOOK_CELL",
    sqlState: "42000",
    problem: `Cell ${cell} of ${basename(file)} is \`${magic}\`, but its line ${line} is code.`,
    cure: "Begin a cell of its own for the code.",
    parameters: { cell: String(cell), line: String(line) },
  });
}

export function malformedNotebook(file: string, problem: string, cause?: unknown): LakeletError {
  return new LakeletError({
    condition: "MALFORMED_NOTEBOOK",
    sqlState: "42000",
    problem: `${basename(file)} is no notebook that can be read: ${problem}.`,
    cause,
  });
}
