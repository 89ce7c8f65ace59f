/** The file that a notebook's path names: with its extension found, and other languages told what to do. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { LakeletError } from "../../errors/lakelet-error.js";
import { nearestName } from "../../jobs/spec/nearest-name.js";
import type { ProjectPaths } from "../project-paths.js";
import { jupyterDocument } from "./jupyter-cells.js";
import type { NotebookDocument } from "./notebook-document.js";
import { sqlDocument } from "./sql-cells.js";
import { typescriptDocument } from "./typescript-cells.js";

const READERS: Readonly<Record<string, (file: string, text: string) => NotebookDocument>> = {
  ".ts": typescriptDocument,
  ".mts": typescriptDocument,
  ".sql": sqlDocument,
  ".ipynb": jupyterDocument,
};
/** In the order in which they are tried. */
const EXTENSIONS = [".ts", ".sql", ".ipynb"];
const FOREIGN: Readonly<Record<string, string>> = {
  ".py": "a Python notebook",
  ".scala": "a Scala notebook",
  ".r": "an R notebook",
};

/**
 * Databricks writes a notebook's path without an extension: `.ts`, then `.sql`, then `.ipynb` is tried. Throws `NOTEBOOK_NOT_FOUND` with
 * the nearest name, and `UNSUPPORTED_NOTEBOOK_LANGUAGE`.
 *
 * @param from folder that relative paths start from
 */
export function notebookFile(path: string, paths: ProjectPaths, from?: string): string {
  const base = paths.toLocal(path, from);
  if (Object.hasOwn(READERS, extname(base)) && isFile(base)) return base;
  const found = EXTENSIONS.map((extension) => base + extension).find(isFile);
  if (found !== undefined) return found;
  const foreign = foreignFile(base);
  if (foreign !== undefined) {
    throw new LakeletError({
      condition: "UNSUPPORTED_NOTEBOOK_LANGUAGE",
      sqlState: "0A000",
      problem: `${path} is ${FOREIGN[extname(foreign).toLowerCase()]}: lakelet runs TypeScript and SQL notebooks.`,
      cure: `Write ${withExtension(foreign, ".ts")} beside it: \`import { spark, dbutils } from "lakelet/notebook"\`, and await what touches data.`,
      parameters: { path },
    });
  }
  const nearest = nearestName(basename(base), notebooksIn(dirname(base)));
  throw new LakeletError({
    condition: "NOTEBOOK_NOT_FOUND",
    sqlState: "42000",
    problem: `The notebook ${path} does not exist.`,
    reason: `It was looked for at ${EXTENSIONS.map((extension) => base + extension).join(", ")}.`,
    ...(nearest !== undefined && { cure: `Did you mean \`${nearest}\`?` }),
    parameters: { path },
  });
}

/** The notebook with its cells. @throws UNSUPPORTED_NOTEBOOK_LANGUAGE, INVALID_NOTEBOOK_CELL, MALFORMED_NOTEBOOK */
export function readNotebook(file: string): NotebookDocument {
  const read = READERS[extname(file)] ?? typescriptDocument;
  return read(file, readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
}

function foreignFile(base: string): string | undefined {
  const candidates = [base, ...Object.keys(FOREIGN).map((extension) => base + extension)];
  return candidates.find((file) => Object.hasOwn(FOREIGN, extname(file).toLowerCase()) && isFile(file));
}

function withExtension(file: string, extension: string): string {
  return join(dirname(file), basename(file, extname(file)) + extension);
}

function notebooksIn(folder: string): readonly string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder)
    .filter((name) => EXTENSIONS.includes(extname(name)))
    .map((name) => basename(name, extname(name)));
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
