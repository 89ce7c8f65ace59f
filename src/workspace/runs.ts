/** The runs of the project: list, show, cancel. */
import { LakeletError } from "../errors/lakelet-error.js";
import type { TaskOutput } from "../jobs/run/attempt.js";
import { writeCancelRequest } from "../jobs/run/cancel-request.js";
import { readOutputs } from "../jobs/run/output-file.js";
import { isAlive } from "../jobs/run/process-identity.js";
import type { RunState } from "../jobs/run/run-state.js";
import { RunStore } from "../jobs/run/run-store.js";
import type { Project } from "./project.js";

export { runBody } from "../history/run-body.js";
export { iterationsOf, jobTasks, type RunState } from "../jobs/run/run-state.js";

export interface RunFilter {
  /** A job's name or id. */
  readonly job?: string;
  /** As {@link shownState} says it. */
  readonly state?: string;
  /** Only runs that have not ended and whose runner lives. */
  readonly active?: boolean;
}

/** Newest first. */
export function listRuns(project: Project, limit: number, filter: RunFilter = {}): readonly RunState[] {
  const { job, state, active = false } = filter;
  const found: RunState[] = [];
  const store = new RunStore(project.state);
  for (const id of store.ids()) {
    if (found.length === limit) break;
    const run = store.read(id);
    if (job !== undefined && job !== run.created.job.name && job !== run.created.job.id) continue;
    if (state !== undefined && state !== shownState(run)) continue;
    if (active && (run.endedAt !== undefined || wasKilled(run))) continue;
    found.push(run);
  }
  return found;
}

/** What a person wants to read: the result, or what goes on, or that the runner was killed. */
export function shownState(run: RunState): string {
  return run.resultState ?? (wasKilled(run) ? "KILLED" : run.lifeCycleState);
}

/** @param runId the newest run where absent; throws `RUN_NOT_FOUND` */
export function showRun(project: Project, runId?: string): RunState {
  const store = new RunStore(project.state);
  const id = runId ?? store.ids()[0];
  if (id !== undefined) return store.read(id);
  throw new LakeletError({
    condition: "RUN_NOT_FOUND",
    sqlState: "42000",
    problem: "This project has no runs.",
    cure: "Start one with `lakelet run <job>`.",
  });
}

/** undefined where there is no such run, or its folder was cleaned up. */
export function findRun(project: Project, runId: string): RunState | undefined {
  const store = new RunStore(project.state);
  return store.ids().includes(runId) ? store.read(runId) : undefined;
}

/** A run whose log has no end and whose runner is gone: it was killed. */
export function wasKilled(run: RunState): boolean {
  return run.endedAt === undefined && !isAlive(run.runner);
}

/** What an attempt printed and displayed. */
export function outputsOf(project: Project, run: RunState, taskRunId: string): readonly TaskOutput[] {
  return readOutputs(new RunStore(project.state).folderOf(run.created.runId), taskRunId);
}

/** Asks a run to end, whichever process runs it. Throws `RUN_NOT_FOUND`, `RUN_NOT_ACTIVE`. */
export function requestCancel(project: Project, runId: string, message = "The run was canceled."): void {
  const run = showRun(project, runId);
  if (run.endedAt === undefined && isAlive(run.runner)) {
    writeCancelRequest(new RunStore(project.state).folderOf(run.created.runId), message);
    return;
  }
  throw new LakeletError({
    condition: "RUN_NOT_ACTIVE",
    sqlState: "42000",
    problem: `The run ${runId} is not running.`,
    reason: run.resultState === undefined ? "Its runner was killed." : `It ended ${run.resultState}.`,
  });
}
