/** Exit codes, and errors as people read them. */
import { terminalText } from "./progress/terminal-text.js";

export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;
export const EXIT_SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** What the user gave wrongly: the command, a spec, a name. */
const USAGE_CONDITIONS = new Set([
  "INVALID_BACKFILL",
  "INVALID_EXPECTATION",
  "INVALID_JOB_SPEC",
  "INVALID_PROJECT_FILE",
  "INVALID_PARAMETER",
  "INVALID_PIPELINE_SPEC",
  "INVALID_REPAIR",
  "INVALID_RUN_PARAMETERS",
  "INVALID_TEST_FILE",
  "DESTINATION_NOT_FOUND",
  "JOB_NOT_FOUND",
  "JOB_SPEC_NOT_FOUND",
  "NOTEBOOK_NOT_FOUND",
  "NOTIFICATION_NOT_FOUND",
  "MALFORMED_DOCUMENT",
  "PIPELINE_NOT_FOUND",
  "PROJECT_EXISTS",
  "RUN_NOT_FOUND",
  "RUN_NOT_ACTIVE",
  "RUN_NOT_TERMINATED",
  "TABLE_LINEAGE_NOT_FOUND",
  "TASK_NOT_FOUND",
  "TEST_NOT_FOUND",
  "INVALID_DYNAMIC_VALUE_REFERENCE",
]);

/** Everything has been said; only the code is left. */
export class ExitError extends Error {
  constructor(readonly code: number) {
    super(`exit ${code}`);
  }
}

/** Prints the message and gives the exit code. An error that lakelet did not foresee shows its stack. */
export function printError(error: unknown): number {
  const condition = error instanceof Error && "condition" in error ? String(error.condition) : undefined;
  const text = error instanceof Error ? (condition ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`${terminalText(text)}\n`);
  return exitCodeOf(condition);
}

/** 2 for what the user gave wrongly, 1 for what failed. */
export function exitCodeOf(condition: string | undefined): number {
  return condition !== undefined && USAGE_CONDITIONS.has(condition) ? EXIT_USAGE : EXIT_FAILED;
}
