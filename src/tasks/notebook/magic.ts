/** The first line of a cell that says what language the cell is in: `%sql`, `%md`, `%run ./other`. */
import type { CellLanguage } from "../../jobs/run/attempt.js";
import { type CellPlace, unsupportedLanguage } from "./notebook-errors.js";

const LANGUAGES: Readonly<Record<string, CellLanguage>> = {
  sql: "sql",
  md: "markdown",
  markdown: "markdown",
  run: "run",
  fs: "fs",
  ts: "typescript",
  typescript: "typescript",
  js: "typescript",
  javascript: "typescript",
  deno: "typescript",
  raw: "raw",
};
const ALIASES: Readonly<Record<string, string>> = { py: "python", python3: "python", ir: "r", bash: "sh", "!": "sh" };

export interface Magic {
  readonly language: CellLanguage;
  /** Line for line what the cell holds, the magic itself blanked out. */
  readonly lines: readonly string[];
}

/** The language of that name; undefined for a word that names none. */
export function languageNamed(name: string): CellLanguage | undefined {
  return LANGUAGES[name.toLowerCase()];
}

/** The name that a refusal gives a language. */
export function foreignName(name: string): string {
  const plain = name.toLowerCase();
  return ALIASES[plain] ?? plain;
}

/** Undefined where the first line with anything on it is no magic. `%%sql` is Jupyter's way to write `%sql`. */
export function magicOf(lines: readonly string[], place: CellPlace): Magic | undefined {
  const at = lines.findIndex((line) => line.trim() !== "");
  const found = /^\s*(?:%%?([a-z]\w*)(?=\s|$)|(!))[ \t]*(.*)$/i.exec(lines[at] ?? "");
  if (!found) return undefined;
  const name = found[1] ?? "!";
  const language = languageNamed(name);
  if (language === undefined) throw unsupportedLanguage(foreignName(name), { ...place, line: place.line + at });
  return { language, lines: lines.with(at, found[3] ?? "") };
}

/** Lines as the source of a cell that begins on `line`: blank ones at both ends cut off. */
export function sourceOf(
  lines: readonly string[],
  line: number,
): { readonly source: string; readonly sourceLine: number } {
  const first = lines.findIndex((one) => one.trim() !== "");
  if (first < 0) return { source: "", sourceLine: line };
  const last = lines.findLastIndex((one) => one.trim() !== "");
  return { source: lines.slice(first, last + 1).join("\n"), sourceLine: line + first };
}
