/** The notebook_task: finds the notebook, runs its cells with the attempt's session, and gives its exit value or its failure. */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { AttemptEvent, AttemptRequest, TaskHandler, TaskResult } from "../../jobs/run/attempt.js";
import { typeText } from "../../schema/type-text.js";
import type { SparkSession } from "../../session/contract.js";
import { failureFrom, lineInStack } from "../failure.js";
import { jsonValue } from "../json-value.js";
import { placeOf } from "../sql/sql-task.js";
import type { TaskEnvironment } from "../task-environment.js";
import { type Cell, cellAtLine, sqlCells, sqlCellText, typescriptCells } from "./cells.js";
import { NotebookContext, runInContext } from "./notebook-context.js";
import { notebookFile } from "./notebook-file.js";
import type { NotebookLoader } from "./typescript-notebook.js";

export interface NotebookTaskSettings {
  readonly notebook_path: string;
  readonly base_parameters?: Readonly<Record<string, string>>;
}

const DISPLAYED_ROWS = 1000;

export function notebookTask(environment: TaskEnvironment, loader: NotebookLoader): TaskHandler {
  return { type: "notebook_task", run: (request, emit) => runNotebookTask(environment, loader, request, emit) };
}

async function runNotebookTask(
  environment: TaskEnvironment,
  loader: NotebookLoader,
  request: AttemptRequest,
  emit: (event: AttemptEvent) => void,
): Promise<TaskResult> {
  const settings = request.settings as unknown as NotebookTaskSettings;
  let spark: SparkSession | undefined;
  try {
    const file = notebookFile(settings.notebook_path, environment.paths);
    spark = await environment.openSession(request, emit);
    const runNotebook = (path: string, parameters: Readonly<Record<string, string>>, parent: NotebookContext) =>
      runNested(path, parameters, parent, loader);
    const parameters = settings.base_parameters ?? {};
    const context = new NotebookContext({
      spark,
      file,
      parameters,
      paths: environment.paths,
      request,
      emit,
      runNotebook,
    });
    return await runFile(context, loader);
  } catch (error) {
    return { state: "FAILED", failure: failureFrom(error, { file: "", text: "" }, {}) };
  } finally {
    await spark?.stop();
  }
}

async function runFile(context: NotebookContext, loader: NotebookLoader): Promise<TaskResult> {
  const { file } = context.options;
  const text = readFileSync(file, "utf8");
  const cells = file.endsWith(".sql") ? sqlCells(text) : typescriptCells(text);
  try {
    const exitValue = await runCells(context, text, cells, loader);
    return { state: "SUCCESS", ...(exitValue !== undefined && { exitValue }) };
  } catch (error) {
    return { state: "FAILED", failure: failureFrom(error, { file, text }, place(error, context, cells)) };
  }
}

/** Gives the exit value. The exit stands whatever came after it, be it only the catch that swallowed it. */
async function runCells(
  context: NotebookContext,
  text: string,
  cells: readonly Cell[],
  loader: NotebookLoader,
): Promise<string | undefined> {
  const { file } = context.options;
  try {
    await runInContext(context, () => {
      context.setCells(cells);
      return file.endsWith(".sql") ? runSqlCells(context, text, cells) : loader.run(file, text, cells);
    });
  } catch (error) {
    if (!context.exitSignal) throw error;
  }
  return context.exitSignal?.value;
}

function place(error: unknown, context: NotebookContext, cells: readonly Cell[]) {
  const { file } = context.options;
  const line = file.endsWith(".sql") ? sqlLine(error, context.cell) : lineInStack(error, file);
  const cell = (line === undefined ? undefined : cellAtLine(cells, line)) ?? context.cell;
  return {
    ...(line !== undefined && { line }),
    ...(cell && { cell: { number: cell.number, title: cell.title } }),
  };
}

/** A statement's error counts lines from its cell's first. */
function sqlLine(error: unknown, cell: Cell | undefined): number | undefined {
  return cell && cell.line + (placeOf(error).line ?? 1) - 1;
}

async function runSqlCells(context: NotebookContext, text: string, cells: readonly Cell[]): Promise<void> {
  const { spark } = context.options;
  for (const cell of cells) {
    context.enterCell(cell.number);
    const statements = sqlCellText(text, cell);
    if (statements === undefined) continue;
    const { schema, rows } = await spark.execute(statements, context.widgets.getAll());
    if (schema.fields.length === 0) continue;
    context.output({
      kind: "table",
      columns: schema.fields.map((one) => ({ name: one.name, type: typeText(one.dataType) })),
      rows: rows.slice(0, DISPLAYED_ROWS).map((row) => row.map(jsonValue)),
      truncated: rows.length > DISPLAYED_ROWS,
    });
  }
}

/** `dbutils.notebook.run`: the other notebook has its own widgets and exit; its failure is the caller's error. */
async function runNested(
  path: string,
  parameters: Readonly<Record<string, string>>,
  parent: NotebookContext,
  loader: NotebookLoader,
): Promise<string> {
  const file = notebookFile(path, parent.options.paths, dirname(parent.options.file));
  const context = new NotebookContext({ ...parent.options, file, parameters });
  const text = readFileSync(file, "utf8");
  const cells = file.endsWith(".sql") ? sqlCells(text) : typescriptCells(text);
  return (await runCells(context, text, cells, loader)) ?? "";
}
