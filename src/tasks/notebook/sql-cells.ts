/** The cells of a SQL notebook as Databricks exports it: `-- COMMAND ----------`, `-- MAGIC %md`, `-- DBTITLE 1,Load`. */
import { sourceOf } from "./magic.js";
import { databricksTitle, type MarkedText, magicCell, sectionsOf } from "./marked-cells.js";
import type { NotebookDocument } from "./notebook-document.js";

const MARKED: MarkedText = { comment: "--", mark: /^-- (?:COMMAND -{10}|%%(.*))\s*$/ };

export function sqlDocument(file: string, text: string): NotebookDocument {
  const cells = sectionsOf(text, MARKED).map((section) => {
    const title = section.label || databricksTitle(section, "--");
    const magic = magicCell(section, title, "--", file);
    if (magic) return magic;
    const { number, line, lastLine, lines, firstLine } = section;
    const code = lines.map((one) => (/^-- (DBTITLE \d+,|Databricks notebook source)/.test(one) ? "" : one));
    return { number, title, language: "sql" as const, line, lastLine, ...sourceOf(code, firstLine) };
  });
  return { file, format: "sql", text, cells };
}
