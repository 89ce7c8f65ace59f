/** The cells of an .ipynb (nbformat 4): TypeScript and SQL, each line counted in its own cell. */
import { z } from "zod";
import type { CellLanguage } from "../../jobs/run/attempt.js";
import { foreignName, languageNamed, magicOf, sourceOf } from "./magic.js";
import type { Cell, NotebookDocument } from "./notebook-document.js";
import { malformedNotebook, unsupportedLanguage } from "./notebook-errors.js";

const metadata = z.looseObject({}).default({});
const jupyterFile = z.looseObject({
  nbformat: z.number(),
  metadata,
  cells: z.array(
    z.looseObject({
      cell_type: z.enum(["code", "markdown", "raw"]),
      source: z.union([z.string(), z.array(z.string()).transform((lines) => lines.join(""))]),
      metadata,
    }),
  ),
});
type JupyterCell = z.infer<typeof jupyterFile>["cells"][number];

/** @throws MALFORMED_NOTEBOOK, and UNSUPPORTED_NOTEBOOK_LANGUAGE with the cell's number */
export function jupyterDocument(file: string, text: string): NotebookDocument {
  const notebook = parsed(file, text);
  const named = notebookLanguage(notebook.metadata);
  const lines: string[] = [];
  const cells = notebook.cells.map((cell, i): Cell => {
    // The line before a cell is where its mark goes.
    const line = lines.push("");
    const own = cell.source.split(/\r?\n/);
    lines.push(...own);
    const content = contentOf(cell, own, named, { file, cell: i + 1, line: 1 });
    return { number: i + 1, title: titleOf(cell), line, lastLine: lines.length, ...content, sourceLine: line + 1 };
  });
  return { file, format: "ipynb", text: lines.join("\n"), cells };
}

function parsed(file: string, text: string): z.infer<typeof jupyterFile> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw malformedNotebook(file, `it is no JSON (${(error as Error).message})`, error);
  }
  const version = (value as { nbformat?: unknown } | null)?.nbformat;
  if (typeof version === "number" && version < 4) {
    throw malformedNotebook(file, `it is nbformat ${version}; save it as version 4 (jupyter nbconvert --to notebook)`);
  }
  const found = jupyterFile.safeParse(value);
  if (found.success) return found.data;
  const [first] = found.error.issues;
  throw malformedNotebook(file, `${first?.path.join(".") || "the file"}: ${first?.message ?? "not nbformat 4"}`);
}

/** As Jupyter, VS Code and Databricks each write it down; undefined where none says. */
function notebookLanguage(metadata: Readonly<Record<string, unknown>>): string | undefined {
  const databricks = field(metadata["application/vnd.databricks.v1+notebook"], "language");
  return databricks ?? field(metadata.kernelspec, "language") ?? field(metadata.language_info, "name");
}

function field(value: unknown, name: string): string | undefined {
  const found = value !== null && typeof value === "object" ? Reflect.get(value, name) : undefined;
  return typeof found === "string" && found !== "" ? found : undefined;
}

function titleOf({ metadata }: JupyterCell): string {
  return field(metadata["application/vnd.databricks.v1+cell"], "title") ?? field(metadata, "title") ?? "";
}

function contentOf(
  cell: JupyterCell,
  lines: readonly string[],
  notebook: string | undefined,
  place: { readonly file: string; readonly cell: number; readonly line: number },
): { readonly language: CellLanguage; readonly source: string } {
  if (cell.cell_type !== "code") return { language: cell.cell_type, source: lines.join("\n") };
  const magic = magicOf(lines, place);
  // Lines are counted from the cell's first: what stands before the code stays.
  if (magic) return { language: magic.language, source: keptLines(magic.lines) };
  const name = field(cell.metadata.vscode, "languageId") ?? notebook;
  const language = name === undefined ? undefined : languageNamed(name);
  if (language !== undefined) return { language, source: keptLines(lines) };
  // An empty cell is in every language.
  if (lines.every((line) => line.trim() === "")) return { language: "typescript", source: "" };
  if (name !== undefined) throw unsupportedLanguage(foreignName(name), place);
  throw malformedNotebook(
    place.file,
    `it does not say what language cell ${place.cell} is in; set metadata.kernelspec.language to "typescript", or begin the cell with %ts or %sql`,
  );
}

function keptLines(lines: readonly string[]): string {
  const { source, sourceLine } = sourceOf(lines, 1);
  return "\n".repeat(source === "" ? 0 : sourceLine - 1) + source;
}
