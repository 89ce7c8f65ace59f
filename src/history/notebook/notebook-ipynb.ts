/** A notebook's run as a Jupyter notebook (nbformat 4.5): it opens in Jupyter and runs again with `lakelet notebook run`. */
import { stripVTControlCharacters } from "node:util";
import type { AttemptFailure } from "../../jobs/run/attempt.js";
import type { CellOutput, CellRun, NotebookRun } from "./notebook-run.js";
import { rowsText, type TableOutput, tableHtml, valueText } from "./table-html.js";

type Json = Readonly<Record<string, unknown>>;

/** Cells in another language than the notebook's begin with its magic. */
const MAGIC: Readonly<Partial<Record<CellRun["language"], string>>> = { sql: "%sql\n", run: "%run ", fs: "%fs " };

/** JSON that ends with a line feed. */
export function notebookIpynb(run: NotebookRun): string {
  const counted = run.cells.filter((cell) => cell.startedAt !== undefined);
  const cells = run.cells.map((cell) => cellJson(cell, run, counted.indexOf(cell) + 1 || null));
  const notebook = {
    cells,
    metadata: {
      kernelspec: { display_name: "TypeScript", language: "typescript", name: "typescript" },
      language_info: { file_extension: ".ts", mimetype: "text/typescript", name: "typescript" },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(notebook, undefined, 1)}\n`;
}

function cellJson(cell: CellRun, run: NotebookRun, executionCount: number | null): Json {
  const { number, title, language } = cell;
  const common = { id: `cell-${number}`, metadata: title === "" ? {} : { title } };
  if (language === "markdown" || language === "raw") {
    return { cell_type: language, ...common, source: lines(cell.source) };
  }
  const outputs = cell.outputs.flatMap(outputJson);
  if (cell.exitValue !== undefined) outputs.push(stream("stdout", `Notebook exited: ${cell.exitValue}\n`));
  if (cell.state === "failed" && run.failure) outputs.push(errorJson(run.failure));
  const source = lines(`${MAGIC[language] ?? ""}${cell.source}`);
  return { cell_type: "code", ...common, execution_count: executionCount, outputs, source };
}

function outputJson(output: CellOutput): readonly Json[] {
  switch (output.kind) {
    case "text":
      return [stream(output.stream, output.text)];
    case "table":
      return [display({ "text/html": lines(tableHtml(output)), "text/plain": lines(tableText(output)) })];
    case "html":
      return [display({ "text/html": lines(output.html), "text/plain": "HTML" })];
    case "notebook-run": {
      const inner = output.run.cells.flatMap((cell) => cell.outputs.flatMap(outputJson));
      return [stream("stdout", `${output.path}:\n`), ...inner];
    }
  }
}

function stream(name: "stdout" | "stderr", text: string): Json {
  return { output_type: "stream", name, text: lines(stripVTControlCharacters(text)) };
}

function display(data: Json): Json {
  return { output_type: "display_data", data, metadata: {} };
}

function errorJson({ message, condition, frame }: AttemptFailure): Json {
  const traceback = [message, ...(frame === undefined ? [] : [frame])].flatMap((text) => text.split("\n"));
  return { output_type: "error", ename: condition ?? "Error", evalue: message, traceback };
}

/** For Jupyter without HTML: tabs between the values. */
function tableText(table: TableOutput): string {
  const rows = table.rows.map((row) => row.map((value) => valueText(value).replace(/[\t\n\r]/g, " ")).join("\t"));
  return [table.columns.map(({ name }) => name).join("\t"), ...rows, rowsText(table)].join("\n");
}

/** As Jupyter writes text: a line an element, each but the last with its line feed. */
function lines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
