/** Cells of a text file: where the marks stand, their titles, and the `MAGIC` comments that hold cells of another language. */
import { magicOf, sourceOf } from "./magic.js";
import type { Cell } from "./notebook-document.js";
import { mixedCell } from "./notebook-errors.js";

/** A cell whose language is not looked at yet. */
export interface Section {
  readonly number: number;
  /** What the mark says after it. */
  readonly label: string;
  /** The mark's line, or 1 for what stands before the first mark. */
  readonly line: number;
  readonly lastLine: number;
  /** The lines after the mark. */
  readonly lines: readonly string[];
  readonly firstLine: number;
}

/** The marks and comments of a file's language. */
export interface MarkedText {
  /** `//` or `--`. */
  readonly comment: string;
  /** What the mark says is its first group. */
  readonly mark: RegExp;
  /** Lines that begin within a text: what looks like a mark there is none. */
  readonly linesWithinText?: (text: string) => ReadonlySet<number>;
}

/** What stands before the first mark is a section of its own where it holds anything but plain comments. */
export function sectionsOf(text: string, { comment, mark, linesWithinText }: MarkedText): readonly Section[] {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  const within = linesWithinText?.(text);
  const marks = lines.flatMap((line, i) => {
    const found = within?.has(i + 1) ? undefined : mark.exec(line);
    return found ? [{ line: i + 1, label: (found[1] ?? "").trim(), firstLine: i + 2 }] : [];
  });
  const head = lines.slice(0, (marks[0]?.line ?? lines.length + 1) - 1);
  const plain = new RegExp(`^\\s*((${comment}(?! MAGIC)|/?\\*).*)?$`);
  if (!head.every((line) => plain.test(line))) marks.unshift({ line: 1, label: "", firstLine: 1 });
  return marks.map(({ line, label, firstLine }, i) => {
    const lastLine = (marks[i + 1]?.line ?? lines.length + 1) - 1;
    return { number: i + 1, label, line, lastLine, firstLine, lines: lines.slice(firstLine - 1, lastLine) };
  });
}

/** `-- DBTITLE 1,Load` */
export function databricksTitle({ lines }: Section, comment: string): string {
  const pattern = new RegExp(`^${comment} DBTITLE \\d+,(.*)$`);
  return lines.map((line) => pattern.exec(line)?.[1]?.trim()).find((title) => title !== undefined) ?? "";
}

/** The cell of a section whose code stands in `MAGIC` comments; undefined where there are none. */
export function magicCell(section: Section, title: string, comment: string, file: string): Cell | undefined {
  const prefix = `${comment} MAGIC`;
  if (!section.lines.some((line) => line.startsWith(prefix))) return undefined;
  const lines = section.lines.map((line) =>
    line.startsWith(prefix) ? line.slice(prefix.length).replace(/^ /, "") : "",
  );
  const place = { file, cell: section.number, line: section.firstLine };
  const code = section.lines.findIndex((line) => line.trim() !== "" && !line.startsWith(comment));
  const magic = magicOf(lines, place);
  if (code >= 0) throw mixedCell(`${comment} MAGIC`, { ...place, line: section.firstLine + code });
  const { number, line, lastLine } = section;
  const found = magic ?? { language: "markdown" as const, lines };
  return { number, title, language: found.language, line, lastLine, ...sourceOf(found.lines, section.firstLine) };
}
