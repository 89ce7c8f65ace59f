/** Runs a notebook's cells in a context, and the notebooks that it runs in turn: `%run` in its own scope, `dbutils.notebook.run` apart. */
import { basename, dirname, relative } from "node:path";
import { isLakeletError, LakeletError } from "../../errors/lakelet-error.js";
import { asLakeletError, lineInStack } from "../failure.js";
import { runFsCell } from "./fs-cell.js";
import { exportedNames, moduleText } from "./module-text.js";
import { NotebookContext, type NotebookPlace, runInContext } from "./notebook-context.js";
import { type Cell, cellAtLine, type NotebookDocument, shownLine } from "./notebook-document.js";
import { notebookFile, readNotebook } from "./notebook-file.js";
import { type RunReference, runReference } from "./run-reference.js";
import { runSqlCell } from "./sql-cell.js";
import type { NotebookLoader } from "./typescript-notebook.js";

type Names = Readonly<Record<string, unknown>>;

/** Deeper than any notebook means to go: one that runs itself without end. */
const MAX_DEPTH = 30;

/** Runs the context's notebook. Gives its exit value, which stands whatever came after it, be it only the catch that swallowed it. */
export async function runNotebook(
  context: NotebookContext,
  document: NotebookDocument,
  loader: NotebookLoader,
): Promise<string | undefined> {
  loader.forgetModules();
  try {
    await runInContext(context, () => runCells(context, document, loader));
  } catch (error) {
    if (!context.exitSignal) throw error;
  } finally {
    await context.displayed();
  }
  return context.exitSignal?.value;
}

/** Gives the names that the notebook exports. */
async function runCells(context: NotebookContext, document: NotebookDocument, loader: NotebookLoader): Promise<Names> {
  const brought: Record<string, unknown> = {};
  const perform = async (cell: Cell): Promise<Names> => {
    const names = await performCell(context, document, cell, loader);
    Object.assign(brought, names);
    return names;
  };
  context.begin(document, perform);
  try {
    const namesOf = (cell: Cell) => broughtNames(context, document, cell);
    if (document.cells.some((cell) => cell.language === "typescript")) {
      const exported = await loader.run(document.file, moduleText(document, namesOf));
      return { ...brought, ...exported };
    }
    for (const { number, language } of document.cells) {
      if (language !== "markdown" && language !== "raw") await context.performCell(number);
    }
    return brought;
  } catch (error) {
    // The notebook that failed first, not those that ran it.
    if (!context.exitSignal) context.failedAt ??= placeOf(error, document);
    throw error;
  } finally {
    context.end();
  }
}

/** The line of a TypeScript cell is in the error's stack; the other cells tell theirs themselves. */
function placeOf(error: unknown, document: NotebookDocument): NotebookPlace | undefined {
  const line = lineInStack(error, document.file);
  return line === undefined ? undefined : { document, line, cell: cellAtLine(document.cells, line) };
}

async function performCell(
  context: NotebookContext,
  document: NotebookDocument,
  cell: Cell,
  loader: NotebookLoader,
): Promise<Names> {
  try {
    if (cell.language === "sql") await runSqlCell(context, document, cell);
    else if (cell.language === "fs") await runFsCell(context, cell);
    else if (cell.language === "run") return await include(context, document, cell, loader);
    return {};
  } catch (error) {
    if (!context.exitSignal) context.failedAt ??= { document, cell, line: cell.sourceLine };
    throw error;
  }
}

/** `%run`: the other notebook's cells run here, with this notebook's session, widgets and output. */
async function include(
  context: NotebookContext,
  document: NotebookDocument,
  cell: Cell,
  loader: NotebookLoader,
): Promise<Names> {
  const { file, values } = included(context, document, cell);
  for (const [name, value] of Object.entries(values)) context.widgets.give(name, value);
  return runCells(context, readNotebook(file), loader);
}

function included(context: NotebookContext, { file: from }: NotebookDocument, cell: Cell) {
  const reference: RunReference = runReference(cell.source);
  const file = notebookFile(reference.path, context.options.paths, dirname(from));
  const chain = context.running.map((one) => one.file);
  if (!chain.includes(file)) return { file, values: reference.values };
  throw new LakeletError({
    condition: "RECURSIVE_NOTEBOOK_RUN",
    sqlState: "42000",
    problem: `%run ${reference.path} runs a notebook that is running already: ${[...chain, file].map((one) => basename(one)).join(" -> ")}.`,
    cure: "Take what both need to a third notebook.",
  });
}

/** What a `%run` cell brings: the other notebook's exports, and what that one `%run`s itself. */
function broughtNames(
  context: NotebookContext,
  document: NotebookDocument,
  cell: Cell,
  above: readonly string[] = [],
): readonly string[] {
  try {
    const { file } = included(context, document, cell);
    if (above.includes(file)) return [];
    const other = readNotebook(file);
    const inner = other.cells.filter((one) => one.language === "run");
    const names = inner.flatMap((one) => broughtNames(context, other, one, [...above, file]));
    return [...new Set([...names, ...exportedNames(other)])];
  } catch (error) {
    // A notebook that is not there is told when its cell is at work.
    if (isLakeletError(error)) return [];
    throw error;
  }
}

/** `dbutils.notebook.run`: widgets, exit and temp views of its own; its failure is the caller's error. */
export function nestedRunner(loader: NotebookLoader): NotebookContext["options"]["runNotebook"] {
  return async (path, parameters, parent, timeoutSeconds) => {
    const { options } = parent;
    const depth = (options.depth ?? 0) + 1;
    if (depth > MAX_DEPTH) throw tooDeep(path);
    const file = notebookFile(path, options.paths, dirname(parent.running.at(-1)?.file ?? options.file));
    const run = parent.nextRun();
    const context = new NotebookContext({
      ...options,
      spark: options.spark.newSession(),
      file,
      parameters,
      depth,
      secrets: parent.secrets,
      emit: (event) =>
        options.emit(
          event.type === "output"
            ? { type: "output", output: { kind: "nested", run, path, output: event.output } }
            : event,
        ),
    });
    const result = runNotebook(context, readNotebook(file), loader).catch((error) => {
      throw nestedFailure(error, path, context);
    });
    return (await (timeoutSeconds > 0 ? withTimeout(result, context, path, timeoutSeconds) : result)) ?? "";
  };
}

/** Under the condition of what went wrong, so that a failed quality gate stays one. */
function nestedFailure(error: unknown, path: string, context: NotebookContext): unknown {
  const known = asLakeletError(error);
  if (known?.condition === "NOTEBOOK_TIMED_OUT") return error;
  const place = context.failedAt;
  const at = place?.line === undefined ? undefined : shownLine(place.document, place.line, place.cell);
  const cell = place?.cell ? ` in cell ${place.cell.number}` : "";
  const message = error instanceof Error ? error.message : String(error);
  return new LakeletError({
    condition: known?.condition ?? "NOTEBOOK_RUN_FAILED",
    ...(known && { sqlState: known.sqlState, parameters: known.parameters }),
    problem: `The notebook ${path} failed${cell}${at === undefined ? "" : ` (${relative(process.cwd(), place?.document.file ?? "")}:${at})`}: ${message}`,
    cause: error,
  });
}

async function withTimeout(
  result: Promise<string | undefined>,
  context: NotebookContext,
  path: string,
  seconds: number,
): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        const error = new LakeletError({
          condition: "NOTEBOOK_TIMED_OUT",
          sqlState: "57000",
          problem: `The notebook ${path} ran longer than ${seconds} s.`,
          reason: "It ends at its next cell or its next use of spark.",
        });
        context.stop(error);
        reject(error);
      },
      Math.min(seconds * 1000, 2 ** 31 - 1),
    );
  });
  try {
    return await Promise.race([result, expired]);
  } finally {
    clearTimeout(timer);
  }
}

function tooDeep(path: string): LakeletError {
  return new LakeletError({
    condition: "NOTEBOOK_RUNS_TOO_DEEP",
    sqlState: "54000",
    problem: `dbutils.notebook.run("${path}") is the ${MAX_DEPTH + 1}th notebook that runs inside another one.`,
    cure: "Does it run itself? Give it a parameter that ends it.",
  });
}
