/** What is said of a process that ended while it was at work. */
import type { AttemptResult } from "./attempt.js";

/** How the system says that it ended. */
export type ProcessEnd =
  | { readonly code: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly error: Error };

/** @param said the end of what it wrote to stderr */
export function workerLost(end: ProcessEnd, said: string): AttemptResult {
  const failure = { message: lossMessage(end, said.trim()), condition: "WORKER_LOST", retryable: true };
  return { state: "INTERNAL_ERROR", failure };
}

function lossMessage(end: ProcessEnd, said: string): string {
  if (/heap out of memory|Array buffer allocation failed/.test(said)) {
    return (
      "The process of the task ran out of memory: its values need more than JavaScript's heap holds. " +
      "Leave rows to SQL and DataFrames (no collect), or give it more: NODE_OPTIONS=--max-old-space-size=8192."
    );
  }
  return `The process of the task ${endText(end)}.${hint(end, said)}${said === "" ? "" : `\n${said}`}`;
}

export function endText(end: ProcessEnd): string {
  if ("error" in end) return `could not be started: ${end.error.message}`;
  return end.signal ? `was ended by ${end.signal}` : `ended with code ${end.code}`;
}

function hint(end: ProcessEnd, said: string): string {
  if ("error" in end) return "";
  if (end.signal === "SIGKILL") return " The system does so where memory runs out.";
  if (end.signal !== null || said !== "") return "";
  return " Did its code call process.exit? A notebook ends with dbutils.notebook.exit(value).";
}
