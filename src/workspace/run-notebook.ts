/** `lakelet notebook run`: a notebook outside any job, in this process, so that a debugger reaches it. */
import { AsyncResource } from "node:async_hooks";
import { readFileSync } from "node:fs";
import { LakeletError } from "../errors/lakelet-error.js";
import { type NotebookRun, notebookRun } from "../history/notebook/notebook-run.js";
import type { AttemptEvent, AttemptFailure, TaskOutput, TaskResult } from "../jobs/run/attempt.js";
import { KnownSecrets } from "../jobs/secrets/known-secrets.js";
import { redactedResult } from "../jobs/secrets/redacted-attempt.js";
import type { LocalSession } from "../session/local-session.js";
import { failureFrom, lineInStack } from "../tasks/failure.js";
import { captureConsole } from "../tasks/notebook/console-capture.js";
import { displayInNotebook } from "../tasks/notebook/display.js";
import { hostNotebooks } from "../tasks/notebook/notebook-context.js";
import { notebookFile } from "../tasks/notebook/notebook-file.js";
import { performNotebook } from "../tasks/notebook/notebook-task.js";
import { NotebookLoader } from "../tasks/notebook/typescript-notebook.js";
import { taskReport } from "./attempt-session.js";
import { openProject, type Project } from "./project.js";
import { sessionOptions } from "./session-options.js";

export type { CellOutput, CellRun, NotebookRun } from "../history/notebook/notebook-run.js";
export type { AttemptEvent, AttemptFailure, TaskOutput } from "../jobs/run/attempt.js";

export interface RunNotebookOptions {
  /** From the working folder, or as Databricks writes it; the extension may be left out. */
  readonly path: string;
  /** Values of its widgets: they beat the defaults. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Told of each output and report while the notebook runs. */
  readonly onEvent: (event: AttemptEvent) => void;
  /** Cancels the statement at work; the notebook then fails of it. */
  readonly signal: AbortSignal;
}

export interface RanNotebook {
  /** Absolute path. */
  readonly file: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly result: TaskResult;
  /** Undefined where the notebook could not even be read. */
  readonly run: NotebookRun | undefined;
}

const STACK_FRAMES = 100;

/** Throws only where there is no such notebook: what its code throws is in the result. */
export async function runNotebookFile({ path, parameters, onEvent, signal }: RunNotebookOptions): Promise<RanNotebook> {
  const project = openProject();
  const file = notebookFile(path, project.paths, process.cwd());
  const secrets = new KnownSecrets();
  const outputs: TaskOutput[] = [];
  // What the listener prints is not the notebook's own output.
  const tell = AsyncResource.bind(onEvent);
  const emit = (event: AttemptEvent): void => {
    if (event.type === "secret") secrets.add([event.value]);
    if (event.type === "output") outputs.push(event.output);
    tell(event);
  };
  const startedAt = Date.now();
  const spark = await openSession(project, emit);
  const result = redactedResult(await perform({ spark, file, project, parameters, emit, signal }), secrets.redact);
  const endedAt = Date.now();
  const end = result.state === "SUCCESS" ? { exitValue: result.exitValue } : { failure: result.failure };
  const known = Object.fromEntries(Object.entries(end).filter(([, value]) => value !== undefined));
  return { file, startedAt, endedAt, result, run: notebookRun(outputs, { endedAt, ...known }) };
}

async function openSession(project: Project, emit: (event: AttemptEvent) => void): Promise<LocalSession> {
  // The line of the notebook stands at the end of a stack, behind those of the session.
  Error.stackTraceLimit = STACK_FRAMES;
  captureConsole();
  hostNotebooks();
  const { createLocalSession } = await import("../session/local-session.js");
  return createLocalSession({
    ...sessionOptions(project),
    onReport: (report) => emit({ type: "report", report: taskReport(report) }),
    onDisplay: displayInNotebook,
  });
}

interface Performance extends Pick<RunNotebookOptions, "parameters" | "signal"> {
  readonly spark: LocalSession;
  readonly file: string;
  readonly project: Project;
  readonly emit: (event: AttemptEvent) => void;
}

async function perform({ spark, file, project, parameters, emit, signal }: Performance): Promise<TaskResult> {
  const cancel = (): void => spark.cancel();
  signal.addEventListener("abort", cancel);
  const loose = looseRejection(file);
  try {
    const names = await import("../notebook.js");
    const loader = new NotebookLoader({ "lakelet/notebook": names, lakelet: await import("../index.js") });
    const options = { spark, file, parameters, paths: project.paths, request: undefined, emit };
    return await Promise.race([performNotebook(options, loader), loose.failed, aborted(signal)]);
  } finally {
    loose.end();
    signal.removeEventListener("abort", cancel);
    await spark.stop();
  }
}

/** A promise that nobody awaited has failed: most likely an `await` is missing. */
function looseRejection(file: string): { readonly failed: Promise<TaskResult>; end(): void } {
  let take: (error: unknown) => void = () => undefined;
  const failed = new Promise<unknown>((resolve) => {
    take = resolve;
    process.on("unhandledRejection", take);
  }).then((error): TaskResult => {
    const line = lineInStack(error, file);
    const text = readFileSync(file, "utf8");
    const failure: AttemptFailure = failureFrom(error, { file, text }, line === undefined ? {} : { line });
    const message = `${failure.message}\nNothing awaited what failed: is an \`await\` missing?`;
    return { state: "FAILED", failure: { ...failure, message } };
  });
  return { failed, end: () => process.off("unhandledRejection", take) };
}

function aborted(signal: AbortSignal): Promise<TaskResult> {
  const failed = (): TaskResult => {
    const error = new LakeletError({
      condition: "OPERATION_CANCELED",
      sqlState: "HY008",
      problem: String(signal.reason),
    });
    return { state: "FAILED", failure: failureFrom(error, { file: "", text: "" }, {}) };
  };
  return new Promise((resolve) => {
    if (signal.aborted) resolve(failed());
    else signal.addEventListener("abort", () => resolve(failed()));
  });
}
