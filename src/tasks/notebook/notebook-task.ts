/** The notebook_task: finds the notebook, runs its cells with the attempt's session, and gives its exit value or its failure. */
import { formatLocation } from "../../errors/lakelet-error.js";
import type { AttemptEvent, AttemptFailure, AttemptRequest, TaskHandler, TaskResult } from "../../jobs/run/attempt.js";
import { redactedFailure } from "../../jobs/secrets/redacted-attempt.js";
import type { SparkSession } from "../../session/contract.js";
import { asLakeletError, failureFrom } from "../failure.js";
import type { TaskEnvironment } from "../task-environment.js";
import { NotebookContext, type NotebookContextOptions } from "./notebook-context.js";
import { shownLine } from "./notebook-document.js";
import { notebookFile, readNotebook } from "./notebook-file.js";
import { nestedRunner, runNotebook } from "./notebook-runner.js";
import type { NotebookLoader } from "./typescript-notebook.js";

export interface NotebookTaskSettings {
  readonly notebook_path: string;
  readonly base_parameters?: Readonly<Record<string, string>>;
}

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
  const { paths } = environment;
  let spark: SparkSession | undefined;
  try {
    const file = notebookFile(settings.notebook_path, paths);
    spark = await environment.openSession(request, emit);
    return await performNotebook(
      { spark, file, parameters: settings.base_parameters ?? {}, paths, request, emit },
      loader,
    );
  } catch (error) {
    return { state: "FAILED", failure: failureFrom(error, { file: "", text: "" }, {}) };
  } finally {
    await spark?.stop();
  }
}

/** Runs a notebook to its end, in a run of a job or outside one. What its code throws is a FAILED result. */
export async function performNotebook(
  options: Omit<NotebookContextOptions, "runNotebook">,
  loader: NotebookLoader,
): Promise<TaskResult> {
  const context = new NotebookContext({ ...options, runNotebook: nestedRunner(loader) });
  try {
    const exitValue = await runNotebook(context, readNotebook(options.file), loader);
    return { state: "SUCCESS", ...(exitValue !== undefined && { exitValue }) };
  } catch (error) {
    return {
      state: "FAILED",
      failure: redactedFailure(withoutPlace(notebookFailure(error, context), error), context.secrets.redact),
    };
  }
}

/** The failure at its cell and line; of an .ipynb the line is counted in the cell. */
function notebookFailure(error: unknown, context: NotebookContext): AttemptFailure {
  const { document, cell } = context;
  const place = context.failedAt ?? (document && { document, cell, line: undefined });
  if (!place) return failureFrom(error, { file: context.options.file, text: "" }, {});
  const named = place.cell && { cell: { number: place.cell.number, title: place.cell.title } };
  const { file, format, text } = place.document;
  if (format !== "ipynb" || !place.cell || place.line === undefined) {
    return failureFrom(error, { file, text }, { ...named, ...(place.line !== undefined && { line: place.line }) });
  }
  const line = shownLine(place.document, place.line, place.cell);
  return failureFrom(error, { file, text: place.cell.source }, { ...named, line });
}

/** The place is told beside the message. */
function withoutPlace(failure: AttemptFailure, error: unknown): AttemptFailure {
  const location = asLakeletError(error)?.location;
  const prefix = location && `${formatLocation(location)}: `;
  return prefix !== undefined && failure.location && failure.message.startsWith(prefix)
    ? { ...failure, message: failure.message.slice(prefix.length) }
    : failure;
}
