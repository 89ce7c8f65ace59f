/** The cells of a TypeScript notebook: `// %% Title`, `// %% [sql]`, and Databricks' `// COMMAND ----------` with `// MAGIC`. */
import { linesWithinText } from "./code-lines.js";
import { foreignName, languageNamed, sourceOf } from "./magic.js";
import { databricksTitle, type MarkedText, magicCell, type Section, sectionsOf } from "./marked-cells.js";
import type { Cell, NotebookDocument } from "./notebook-document.js";
import { mixedCell, unsupportedLanguage } from "./notebook-errors.js";

const MARKED: MarkedText = {
  comment: "//",
  mark: /^\/\/(?: ?%%(?!%)(.*)| COMMAND -{10})\s*$/,
  linesWithinText,
};
const COMMENT_OR_BLANK = /^(\/\/.*|\s*)$/;
/** In the place of a language these are other people's words: `// %% [draft] Title`. */
const FOREIGN = /^(python3?|py|scala|r|sh|bash|pip)$/i;

export function typescriptDocument(file: string, text: string): NotebookDocument {
  const sections = sectionsOf(text, MARKED)
    .flatMap(withoutCode)
    .map((section, i) => ({ ...section, number: i + 1 }));
  const cells = sections.map((section) => cellOf(section, file));
  return { file, format: "typescript", text, cells };
}

/** Code below the text of a `[markdown]` cell is a cell of its own: people leave out the mark between the two. */
function withoutCode(section: Section): readonly Section[] {
  const name = /^\[(\w+)\]/.exec(section.label)?.[1] ?? "";
  if (languageNamed(name) !== "markdown") return [section];
  const { lines, firstLine } = section;
  let inBlock = false;
  const code = lines.findIndex((line) => {
    if (inBlock || line.startsWith("/*")) {
      inBlock = !line.includes("*/");
      return false;
    }
    return !COMMENT_OR_BLANK.test(line);
  });
  if (code < 0) return [section];
  const line = firstLine + code;
  return [
    { ...section, lastLine: line - 1, lines: lines.slice(0, code) },
    { ...section, label: "", line, firstLine: line, lines: lines.slice(code) },
  ];
}

function cellOf(section: Section, file: string): Cell {
  const labelled = /^\[(\w+)\]\s*(.*)$/.exec(section.label);
  const name = labelled?.[1] ?? "";
  const language = languageNamed(name);
  const place = { file, cell: section.number, line: section.line };
  if (language === undefined && FOREIGN.test(name)) throw unsupportedLanguage(foreignName(name), place);
  const label = language === undefined ? section.label : (labelled?.[2] ?? "");
  const title = label || databricksTitle(section, "//");
  const { number, line, lastLine, firstLine, lines } = section;
  const cell = { number, title, line, lastLine };
  if (language === undefined || language === "typescript") {
    const magic = magicCell(section, title, "//", file);
    return magic ?? { ...cell, language: "typescript", ...sourceOf(lines, firstLine) };
  }
  // `// %% [run] ./other` says it all in the mark.
  const inMark = language === "run" || language === "fs";
  if (inMark && label !== "") return { ...cell, title: "", language, source: label, sourceLine: line };
  return { ...cell, language, ...commented(section, `[${name}]`, file) };
}

/** What a cell of another language holds: `//` lines or one block comment. */
function commented(section: Section, name: string, file: string) {
  const lines: string[] = [];
  let block: "" | "/*" | "/**" = "";
  for (const [i, line] of section.lines.entries()) {
    const opens = block === "" ? /^\/\*\*?(.*)$/.exec(line) : undefined;
    if (opens) block = line.startsWith("/**") ? "/**" : "/*";
    const text = opens ? (opens[1] ?? "") : line;
    if (block !== "") {
      const end = text.indexOf("*/");
      const inner = end < 0 ? text : text.slice(0, end);
      lines.push(block === "/**" && !opens ? inner.replace(/^ \* ?/, "") : inner);
      if (end >= 0) block = "";
    } else if (COMMENT_OR_BLANK.test(line)) lines.push(line.replace(/^\/\/ ?/, ""));
    else throw mixedCell(name, { file, cell: section.number, line: section.firstLine + i });
  }
  return sourceOf(lines, section.firstLine);
}
