/** The result of a run whose tasks have all ended: that of its last tasks. */
import type { ResultState } from "./run-event.js";
import { outcomeOf } from "./run-if.js";
import { jobTasks, type RunState } from "./run-state.js";

/** Names of tasks that a message spells out; a run may have a thousand. */
const NAMED = 10;

export function runResult(run: RunState): { readonly resultState: ResultState; readonly message: string } {
  if (run.terminating) return { resultState: run.terminating.cause, message: run.terminating.message };
  const bad = jobTasks(run).filter((task) => task.resultState !== undefined && !isFine(task.resultState));
  if (bad.length === 0) return { resultState: "SUCCESS", message: "" };
  const names = bad.map((task) => task.plan.key);
  if (!names.some((key) => run.graph.leaves.has(key))) {
    return {
      resultState: "SUCCESS_WITH_FAILURES",
      message: `${list(names)} failed, but every last task succeeded`,
    };
  }
  const failed = bad.filter((task) => task.attempts.length > 0).map((task) => task.plan.key);
  return { resultState: "FAILED", message: `${list(failed.length > 0 ? failed : names)} failed` };
}

function isFine(state: ResultState): boolean {
  const outcome = outcomeOf(state);
  return outcome === "succeeded" || outcome === "excluded";
}

function list(names: readonly string[]): string {
  const named = names.slice(0, NAMED).join(", ");
  return names.length > NAMED ? `${named} and ${names.length - NAMED} more` : named;
}
