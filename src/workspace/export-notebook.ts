/** A notebook's run as a file for others: HTML or .ipynb, from the run just made or from one that was kept. */
import { writeFileSync } from "node:fs";
import { LakeletError } from "../errors/lakelet-error.js";
import { notebookHtml } from "../history/notebook/notebook-html.js";
import { notebookIpynb } from "../history/notebook/notebook-ipynb.js";
import { type NotebookRun, notebookRun } from "../history/notebook/notebook-run.js";
import { failureOf } from "../jobs/run/attempt.js";
import type { RunState } from "../jobs/run/run-state.js";
import { lastAttempt, type TaskState } from "../jobs/run/task-state.js";
import type { Project } from "./project.js";
import { outputsOf, showRun } from "./runs.js";

export const EXPORT_FORMATS = ["html", "ipynb"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** @param facts lines under the title of the page */
export function exportedText(run: NotebookRun, format: ExportFormat, facts: readonly string[]): string {
  return format === "html" ? notebookHtml(run, facts) : notebookIpynb(run);
}

export function writeExport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new LakeletError({
      condition: "INVALID_PATH",
      sqlState: "42K03",
      problem: `${file} cannot be written: ${(error as Error).message}`,
      cause: error,
    });
  }
}

export interface KeptNotebook {
  readonly run: NotebookRun;
  readonly taskKey: string;
  readonly facts: readonly string[];
}

/**
 * The notebook of a job's run.
 *
 * @param reference `<run id>` or `<run id>/<task key>`
 * @throws RUN_NOT_FOUND, TASK_NOT_FOUND
 */
export function keptNotebook(project: Project, reference: string): KeptNotebook {
  const [runId = "", taskKey] = reference.split("/", 2);
  const run = showRun(project, runId);
  const task = notebookTaskOf(run, taskKey);
  const attempt = lastAttempt(task);
  const result = attempt?.result;
  const failure = failureOf(result);
  const exitValue = result?.state === "SUCCESS" ? result.exitValue : undefined;
  const kept = notebookRun(attempt ? outputsOf(project, run, attempt.runId) : [], {
    ...(attempt?.endedAt !== undefined && { endedAt: attempt.endedAt }),
    ...(exitValue !== undefined && { exitValue }),
    ...(failure && { failure }),
  });
  const { key } = task.plan;
  if (!kept)
    throw notFound(`The task \`${key}\` of run ${runId} kept no notebook.`, "It did not run, or runs no notebook.");
  return {
    run: kept,
    taskKey: key,
    facts: [
      `${run.created.job.name}, task ${key}, run ${run.created.runId}`,
      ...(attempt?.startedAt === undefined ? [] : [new Date(attempt.startedAt).toISOString()]),
    ],
  };
}

function notebookTaskOf(run: RunState, taskKey: string | undefined): TaskState {
  const tasks = [...run.tasks.values()].filter((task) => task.plan.work.type === "notebook_task");
  const named = taskKey === undefined ? (tasks.length === 1 ? tasks[0] : undefined) : run.tasks.get(taskKey);
  if (named) return named;
  const { runId } = run.created;
  const keys = tasks.map((task) => `${runId}/${task.plan.key}`).join(", ");
  throw notFound(
    taskKey === undefined
      ? `The run ${runId} has ${tasks.length} notebooks.`
      : `The run ${runId} has no task \`${taskKey}\`.`,
    keys === "" ? "It runs no notebooks." : `Name one of ${keys}.`,
  );
}

function notFound(problem: string, cure: string): LakeletError {
  return new LakeletError({ condition: "TASK_NOT_FOUND", sqlState: "42000", problem, cure });
}
