/** Whether a task runs, given how the tasks that it depends on ended: Databricks' `run_if`. */
import type { RunIf } from "../spec/task.js";
import type { ResultState } from "./run-event.js";

export type RunIfVerdict =
  | { readonly runs: true }
  | {
      readonly runs: false;
      readonly resultState: "UPSTREAM_FAILED" | "UPSTREAM_CANCELED" | "EXCLUDED";
      readonly reason: string;
    };

/** How an ended task counts for those after it. An excluded or disabled task is skipped and treated as successful. */
export function outcomeOf(state: ResultState): "succeeded" | "excluded" | "failed" | "canceled" {
  switch (state) {
    case "SUCCESS":
    case "SUCCESS_WITH_FAILURES":
      return "succeeded";
    case "EXCLUDED":
    case "DISABLED":
      return "excluded";
    case "CANCELED":
    case "UPSTREAM_CANCELED":
      return "canceled";
    default:
      return "failed";
  }
}

/** How a task ended, as one that depends on it sees it. `otherOutcome`: a condition that gave the outcome that is not waited for. */
export interface EndedDependency {
  readonly key: string;
  readonly resultState: ResultState;
  readonly otherOutcome?: boolean;
}

/**
 * To be asked once all dependencies have ended. The outcome of a condition must be met for a task to run, whatever its `run_if`; where
 * every dependency was excluded, so is the task. A canceled dependency counts as not succeeded, so that failure handlers run after it.
 */
export function evaluateRunIf(runIf: RunIf, dependencies: readonly EndedDependency[]): RunIfVerdict {
  if (dependencies.length === 0) return { runs: true };
  const other = dependencies.filter((one) => one.otherOutcome).map((one) => one.key);
  if (other.length > 0) return { runs: false, resultState: "EXCLUDED", reason: `${list(other)} had the other outcome` };
  const keysOf = (...outcomes: readonly string[]) =>
    dependencies.filter((one) => outcomes.includes(outcomeOf(one.resultState))).map((one) => one.key);
  const excluded = keysOf("excluded");
  if (excluded.length === dependencies.length) {
    return { runs: false, resultState: "EXCLUDED", reason: `${list(excluded)} did not run` };
  }
  const broken = keysOf("failed", "canceled");
  const failed = keysOf("failed");
  const blocked: RunIfVerdict = {
    runs: false,
    resultState: failed.length > 0 ? "UPSTREAM_FAILED" : "UPSTREAM_CANCELED",
    reason: failed.length > 0 ? `${list(failed)} failed` : `${list(broken)} was canceled`,
  };
  const runs: RunIfVerdict = { runs: true };
  switch (runIf) {
    case "ALL_DONE":
      return runs;
    case "ALL_SUCCESS":
    // A dependency that succeeded or failed has executed, so that one at least has: not all were excluded.
    case "NONE_FAILED":
      return broken.length === 0 ? runs : blocked;
    case "AT_LEAST_ONE_SUCCESS":
      return broken.length < dependencies.length ? runs : blocked;
    case "AT_LEAST_ONE_FAILED":
      return broken.length > 0 ? runs : { runs: false, resultState: "EXCLUDED", reason: "no task before it failed" };
    case "ALL_FAILED":
      return broken.length === dependencies.length
        ? runs
        : { runs: false, resultState: "EXCLUDED", reason: "not all tasks before it failed" };
  }
}

function list(keys: readonly string[]): string {
  return keys.join(", ");
}
