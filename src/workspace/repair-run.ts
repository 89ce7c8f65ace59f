/** Goes on with a run of the project: repairs one that has ended, resumes one whose runner was killed. */
import { resolve } from "node:path";
import { isLakeletError, LakeletError } from "../errors/lakelet-error.js";
import { closeKilledRun } from "../jobs/run/close-run.js";
import { thisProcess } from "../jobs/run/process-identity.js";
import { planRepair, type RepairRequest, repairStarted } from "../jobs/run/repair.js";
import type { RunListener } from "../jobs/run/run-listener.js";
import type { RunState } from "../jobs/run/run-state.js";
import { RunStore } from "../jobs/run/run-store.js";
import { JobRun } from "../jobs/run/runner.js";
import { type TakenRun, takeOver } from "../jobs/run/take-over.js";
import type { WorkerPool } from "../jobs/run/worker-pool.js";
import { requireKnown } from "../jobs/secrets/redacted-event.js";
import { findJobById } from "./job-lookup.js";
import { type LoadedJob, loadJob } from "./load-job.js";
import type { Project } from "./project.js";
import { performRun } from "./run-job.js";

export type { RepairRequest } from "../jobs/run/repair.js";

export interface ContinueOptions {
  readonly project: Project;
  readonly runId: string;
  readonly workers: WorkerPool;
  /** As a run has it. */
  readonly temporaryFolder?: string;
  readonly listeners: readonly RunListener[];
  /** Aborting cancels the run; its reason is the message. */
  readonly signal: AbortSignal;
  /** Variables of the job's bundle: a run does not remember them. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface RepairOptions extends ContinueOptions {
  readonly request: RepairRequest;
  /** Beat what the run was given, and what its repairs before were given. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Told before the repair begins: the run as it was, and what runs again. */
  readonly planned?: (before: RunState, rerun: readonly string[]) => void;
}

export interface ContinuedRun {
  readonly state: RunState;
  readonly job: LoadedJob;
}

/**
 * Runs tasks of a run again, with the job's settings of now. A run whose runner was killed is ended first.
 *
 * @throws RUN_NOT_FOUND, RUN_NOT_TERMINATED, INVALID_REPAIR, TASK_NOT_FOUND, RUN_TAKEN_OVER, JOB_NOT_FOUND, INVALID_JOB_SPEC
 */
export async function repairRun({ request, parameters, planned, ...options }: RepairOptions): Promise<ContinuedRun> {
  const { project, runId } = options;
  const store = new RunStore(project.state);
  const before = store.read(runId);
  const job = loadJobOfRun(project, before, options.variables);
  // Told before anything is touched.
  if (before.endedAt !== undefined) planRepair(before, job.plan.tasks, request);
  let taken = await takeOver(store, runId);
  if (taken.state.endedAt === undefined) {
    closeKilledRun(store, taken.state);
    taken = await takeOver(store, runId);
  }
  return goOn(options, job, taken, () => {
    checkOthers(store, taken.state, job);
    const event = repairStarted(taken.state, job.plan, request, parameters);
    planned?.(taken.state, event.rerun);
    return event;
  });
}

/**
 * Goes on with a run where its runner was killed: by its plan as it was, what had succeeded is not run again, what was at work is.
 *
 * @throws RUN_NOT_FOUND, RUN_NOT_TERMINATED where its runner lives, RUN_NOT_ACTIVE where it has ended, RUN_TAKEN_OVER
 */
export async function resumeRun(options: ContinueOptions): Promise<ContinuedRun> {
  const { project, runId } = options;
  const store = new RunStore(project.state);
  const before = store.read(runId);
  if (before.endedAt !== undefined) throw hasEnded(before);
  requireKnown(before.parameters, runId);
  const now = loadJobOfRun(project, before, options.variables);
  const tasks = [...before.tasks.values()].filter(({ plan }) => !plan.iteration).map(({ plan }) => plan);
  const job: LoadedJob = { ...now, plan: { ...now.plan, tasks, settings: before.settings } };
  const taken = await takeOver(store, runId);
  return goOn(options, job, taken, () => {
    if (taken.state.endedAt !== undefined) throw hasEnded(taken.state);
    checkOthers(store, taken.state, job);
    return { type: "run-resumed", at: Date.now(), runner: thisProcess() };
  });
}

/**
 * Ends a run whose runner was killed, where nobody wants it to go on: CANCELED.
 *
 * @throws RUN_NOT_FOUND, RUN_NOT_TERMINATED where its runner lives, RUN_TAKEN_OVER
 */
export async function closeRun(project: Project, runId: string): Promise<RunState> {
  const store = new RunStore(project.state);
  const { state } = await takeOver(store, runId);
  return state.endedAt === undefined ? closeKilledRun(store, state) : state;
}

async function goOn(
  options: ContinueOptions,
  job: LoadedJob,
  { release }: TakenRun,
  event: () => Parameters<typeof JobRun.continue>[0]["event"],
): Promise<ContinuedRun> {
  const { runId } = options;
  let begun = false;
  try {
    const how = event();
    const state = await performRun({ ...options, job }, (host) => {
      const run = JobRun.continue({ ...host, runId, event: how });
      begun = true;
      return run;
    });
    return { state, job };
  } finally {
    if (!begun) release();
  }
}

/** Runs of a job that are at work count, whichever was made first: a run that goes on is one more. */
function checkOthers(store: RunStore, run: RunState, { plan }: LoadedJob): void {
  const { created } = run;
  const others = store
    .activeBefore(created.job.id, String(Number.MAX_SAFE_INTEGER))
    .filter((one) => one.created.runId !== created.runId);
  if (others.length < plan.maxConcurrentRuns) return;
  const ids = others.map((one) => one.created.runId).join(", ");
  throw new LakeletError({
    condition: "MAXIMUM_CONCURRENT_RUNS_REACHED",
    sqlState: "42000",
    problem: `The run ${created.runId} cannot go on now.`,
    reason: `max_concurrent_runs is ${plan.maxConcurrentRuns}${ids === "" ? "" : `, and ${ids} ${others.length === 1 ? "is" : "are"} still to end`}.`,
    cure:
      ids === "" ? "Set it to 1 or more." : `Wait, or cancel with \`lakelet runs cancel ${others[0]?.created.runId}\`.`,
  });
}

function hasEnded({ created, resultState }: RunState): LakeletError {
  return new LakeletError({
    condition: "RUN_NOT_ACTIVE",
    sqlState: "42000",
    problem: `The run ${created.runId} cannot be resumed.`,
    reason: `It ended ${resultState}.`,
    cure: `Run its failed tasks again with \`lakelet repair ${created.runId}\`.`,
  });
}

/** The run's job as its spec is now, with the tasks that the run was limited to. A path was given from a folder that may not be this one. */
export function loadJobOfRun(
  project: Project,
  { created }: RunState,
  variables: Readonly<Record<string, string>> = {},
): LoadedJob {
  const { jobReference, only, job } = created;
  const references = [
    () => jobReference,
    () => resolve(project.root, jobReference),
    () => findJobById(project, job.id)?.reference,
  ];
  const [, target] = /#[^#]*@(.+)$/.exec(jobReference) ?? [];
  for (const find of references) {
    const reference = find();
    if (reference === undefined) continue;
    try {
      const loaded = loadJob(project, reference, only, { variables, target });
      if (loaded.plan.jobId === job.id) return { ...loaded, reference: jobReference };
    } catch (error) {
      if (!isLakeletError(error) || error.condition !== "JOB_NOT_FOUND") throw error;
    }
  }
  throw new LakeletError({
    condition: "JOB_NOT_FOUND",
    sqlState: "42000",
    problem: `The job of the run ${created.runId} is not there any more.`,
    reason: `It was \`${jobReference}\` (${created.specFile}).`,
    cure: "Put its spec back where it was, or start a new run.",
  });
}
