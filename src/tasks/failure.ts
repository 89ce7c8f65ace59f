/** An error of the user's code as the failure of an attempt: its place, the lines around it, whether another try can help. */
import { relative } from "node:path";
import { LakeletError } from "../errors/lakelet-error.js";
import type { AttemptFailure } from "../jobs/run/attempt.js";

/** Conditions that the same input gives again: these are not retried, whatever the spec's max_retries. */
const NOT_TRANSIENT = [
  "QUALITY_GATE_FAILED",
  "EXPECTATION_VIOLATION",
  "UNMAPPED_PATH",
  "INVALID_PATH",
  "NOTEBOOK_NOT_FOUND",
  "QUERY_NOT_FOUND",
  "ALERT_NOT_FOUND",
  "INVALID_ALERT",
  "UNBOUND_SQL_PARAMETER",
  "INVALID_TASK_VALUE",
  "SQL_FILE_NOT_FOUND",
  "UNSUPPORTED_NOTEBOOK_LANGUAGE",
  "PARSE_SYNTAX_ERROR",
  "UNSUPPORTED_FEATURE",
  "INPUT_WIDGET_NOT_DEFINED",
  "PYTHON_NOT_FOUND",
  "PYTHON_FILE_NOT_FOUND",
  "UNSUPPORTED_PYTHON_VERSION",
  "INVALID_LIBRARY",
  "LIBRARY_NOT_FOUND",
  "DBT_NOT_FOUND",
  "DBT_PROJECT_NOT_FOUND",
  "INVALID_DBT_PROJECT",
  "INVALID_DBT_COMMAND",
];

const FRAME_LINES = 2;

export interface SourceText {
  /** Absolute path. */
  readonly file: string;
  readonly text: string;
}

export interface FailurePlace {
  readonly line?: number;
  readonly cell?: { readonly number: number; readonly title: string };
}

/** @param place where it happened, as far as known */
export function failureFrom(error: unknown, source: SourceText, place: FailurePlace): AttemptFailure {
  const known = asLakeletError(error);
  const line = place.line;
  return {
    message: messageOf(error),
    retryable: !(
      known && NOT_TRANSIENT.some((one) => known.condition === one || known.condition.startsWith(`${one}.`))
    ),
    ...(known && { condition: known.condition }),
    ...(place.cell && { cell: place.cell }),
    ...(line !== undefined && {
      location: { file: relative(process.cwd(), source.file) || source.file, line },
      frame: codeFrame(source.text, line),
    }),
    ...(error instanceof Error && error.stack !== undefined && { stack: error.stack }),
  };
}

/** Also where it is the cause of a statement's error, and for an error of another copy of the package, which a project may have installed. */
export function asLakeletError(error: unknown): LakeletError | undefined {
  if (error instanceof LakeletError) return error;
  if (!(error instanceof Error)) return undefined;
  if (error.name === "LakeletError" && "condition" in error) return error as LakeletError;
  return statementIndex(error) === undefined ? undefined : asLakeletError(error.cause);
}

/** From 0: which of several statements the error comes from. */
export function statementIndex(error: unknown): number | undefined {
  return error instanceof Error && "statement" in error && Number.isInteger(error.statement)
    ? Number(error.statement)
    : undefined;
}

/** The line of a statement's text that the parser stumbled over. */
export function syntaxErrorLine(error: unknown): number | undefined {
  const known = asLakeletError(error);
  return known?.condition === "PARSE_SYNTAX_ERROR" && known.parameters.line !== undefined
    ? Number(known.parameters.line)
    : undefined;
}

function messageOf(error: unknown): string {
  if (asLakeletError(error)) return (error as Error).message;
  if (error instanceof Error) return error.name === "Error" ? error.message : `${error.name}: ${error.message}`;
  return typeof error === "string" ? error : `A value was thrown that is no Error: ${JSON.stringify(error)}`;
}

/** The line with its neighbours, numbered, the line marked with `>`. */
export function codeFrame(text: string, line: number): string {
  const lines = text.split("\n");
  const first = Math.max(1, line - FRAME_LINES);
  const last = Math.min(lines.length, line + FRAME_LINES);
  const width = String(last).length;
  const shown: string[] = [];
  for (let i = first; i <= last; i++) {
    const mark = i === line ? ">" : " ";
    shown.push(`${mark} ${String(i).padStart(width)} | ${lines[i - 1] ?? ""}`.trimEnd());
  }
  return shown.join("\n");
}

/** The last line of `file` that a stack names; undefined where it names none. */
export function lineInStack(error: unknown, file: string): number | undefined {
  if (!(error instanceof Error)) return undefined;
  // The message of a syntax error names the place; the stack repeats it first.
  const at = (error.stack ?? error.message).indexOf(`${file}:`);
  if (at < 0) return undefined;
  const line = Number.parseInt((error.stack ?? error.message).slice(at + file.length + 1), 10);
  return Number.isNaN(line) ? undefined : line;
}
