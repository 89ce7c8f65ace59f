/** Runs a job of the project from its name to its end. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { RunListener } from "../jobs/run/run-listener.js";
import type { RunState } from "../jobs/run/run-state.js";
import type { RunTrigger } from "../jobs/run/run-trigger.js";
import { JobRun, type RunHost } from "../jobs/run/runner.js";
import type { WorkerPool } from "../jobs/run/worker-pool.js";
import { checkRunParameters, type RunParameters } from "../jobs/run-parameters.js";
import type { WorkerProject } from "./attempt-session.js";
import type { LoadedJob } from "./load-job.js";
import { type MachineShare, shareMachine } from "./machine.js";
import { type RunPool, runInPool } from "./pool-run.js";
import type { Project } from "./project.js";

export { runBody } from "../history/run-body.js";
export { failureOf, type TaskOutput, type TaskReport } from "../jobs/run/attempt.js";
export type { RunEvent } from "../jobs/run/run-event.js";
export type { RunListener } from "../jobs/run/run-listener.js";
export { iterationsOf, jobTasks, type RunState, taskLifeCycleState } from "../jobs/run/run-state.js";
export type { RunTrigger } from "../jobs/run/run-trigger.js";
export { lastAttempt, type TaskState } from "../jobs/run/task-state.js";
export type { LocatedProblem } from "../jobs/spec/problem.js";

/** Most processes that are started before a task asks for them. */
const WARM_PROCESSES = 3;

export interface RunJobOptions {
  readonly project: Project;
  readonly job: LoadedJob;
  /** `--param`: beats the job's and the tasks' own values. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The deprecated kinds of run-now, as a run_job_task or a file of parameters gives them. */
  readonly runParameters?: RunParameters;
  readonly workers: WorkerPool;
  /** Where its processes put what memory does not hold; the caller's to remove. One for the run alone where absent. */
  readonly temporaryFolder?: string;
  readonly listeners: readonly RunListener[];
  /** Aborting cancels the run; its reason is the message. */
  readonly signal: AbortSignal;
  /** Where absent, a user starts it now. */
  readonly trigger?: RunTrigger;
  /** What `{{backfill.iso_date}}` says. */
  readonly backfillDate?: string;
}

/** Resolves with the run's last state once its processes are gone. Throws only what kept the run from beginning. */
export async function runJob(options: RunJobOptions): Promise<RunState> {
  const { job, parameters, runParameters, trigger, backfillDate } = options;
  if (runParameters) checkRunParameters(runParameters);
  return performRun(options, (host) =>
    JobRun.start({
      ...host,
      plan: job.plan,
      specFile: job.specFile,
      jobReference: job.reference,
      overrides: parameters,
      ...(runParameters && { runParameters }),
      ...(trigger && { trigger }),
      ...(backfillDate !== undefined && { backfillDate }),
    }),
  );
}

export type PerformRunOptions = Pick<
  RunJobOptions,
  "project" | "job" | "workers" | "temporaryFolder" | "listeners" | "signal"
>;

/** Performs a run, a new one or one that goes on, with all that follows it. Throws what `begin` throws. */
export async function performRun(
  { project, job, workers, temporaryFolder: given, listeners, signal }: PerformRunOptions,
  begin: (host: RunHost) => JobRun,
): Promise<RunState> {
  const share = shareMachine(project.memory, job.width);
  const temporaryFolder = given ?? spillFolder(project);
  workers.limit = share.processes;
  workers.prepare(workerProject(project, share, temporaryFolder));
  const killWorkers = () => workers.killNow();
  process.on("exit", killWorkers);
  const pool: RunPool = { project, workers, closing: [] };
  const warming = warmOthers(workers, warmProcesses(job));
  try {
    return await runInPool(pool, { job, listeners: [...listeners, warming], signal }, begin);
  } finally {
    await workers.close();
    for (const close of pool.closing) await close();
    process.off("exit", killWorkers);
    if (given === undefined) rmSync(temporaryFolder, { recursive: true, force: true });
  }
}

/** One for each shared compute, and as many as there are tasks side by side. */
function warmProcesses({ plan, width }: LoadedJob): number {
  const shared = new Set(plan.tasks.flatMap(({ compute }) => (compute.kind === "shared" ? [compute.key] : [])));
  return Math.min(shared.size + width, Math.max(width, plan.tasks.length), WARM_PROCESSES);
}

/** One more process with each attempt that begins: all at once they would only keep the first one from its work. */
function warmOthers(workers: WorkerPool, count: number): RunListener {
  let started = 0;
  return {
    event: ({ type }) => {
      if (type !== "attempt-started") return;
      started += 1;
      workers.prewarm(Math.min(count, started + 1));
    },
  };
}

function workerProject(
  project: Project,
  { memoryLimit, threads }: MachineShare,
  temporaryFolder: string,
): WorkerProject {
  const { root, warehouse, timeZone, queries, paths, python, java } = project;
  return {
    root,
    warehouse,
    timeZone,
    memoryLimit,
    threads,
    temporaryFolder,
    queries,
    paths: paths.mappings,
    python,
    java,
  };
}

let pools = 0;

/** One for each pool: a scheduler has several at work. */
export function spillFolder(project: Project): string {
  return join(project.state, "spill", `${process.pid}-${++pools}`);
}
