/** Runs that share a pool of processes: a job's, and those of the jobs that it starts. */
import { LakeletError } from "../errors/lakelet-error.js";
import type { ChildJobs } from "../jobs/run/child-jobs.js";
import type { RunListener } from "../jobs/run/run-listener.js";
import type { RunState } from "../jobs/run/run-state.js";
import { RunStore } from "../jobs/run/run-store.js";
import { JobRun, type RunHost } from "../jobs/run/runner.js";
import type { WorkerPool } from "../jobs/run/worker-pool.js";
import { checkRunParameters } from "../jobs/run-parameters.js";
import { secretsOfProcess } from "../jobs/secrets/known-secrets.js";
import { resolveDestinations } from "../notifications/destinations.js";
import { findChildJob } from "./child-jobs.js";
import { inDeploymentOf } from "./job-lookup.js";
import { type LoadedJob, loadFoundJob } from "./load-job.js";
import type { Project } from "./project.js";
import { attachTo } from "./run-attachments.js";

/** What the runs have in common. */
export interface RunPool {
  readonly project: Project;
  readonly workers: WorkerPool;
  /** What is left to wait for when all runs have ended and the processes are gone. */
  readonly closing: (() => Promise<void>)[];
}

export interface PoolRunOptions {
  readonly job: LoadedJob;
  readonly listeners: readonly RunListener[];
  /** Aborting cancels the run; its reason is the message. */
  readonly signal: AbortSignal;
}

/** Resolves with the run's last state, while the processes are still there. Throws what `begin` throws. */
export async function runInPool(
  pool: RunPool,
  { job, listeners, signal }: PoolRunOptions,
  begin: (host: RunHost) => JobRun,
): Promise<RunState> {
  const { project, workers } = pool;
  secretsOfProcess().add(resolveDestinations(project.notifications, process.env).secrets);
  const attached = await attachTo({ project, job });
  pool.closing.push(...attached.map((one) => () => one.close()));
  const run = begin({
    store: new RunStore(project.state),
    workers,
    listeners: [...listeners, ...attached.map(({ listener }) => listener)],
    childJobs: childJobsOf(pool, job),
  });
  const cancel = () => run.cancel(String(signal.reason));
  signal.addEventListener("abort", cancel);
  if (signal.aborted) cancel();
  const last = await run.finished();
  signal.removeEventListener("abort", cancel);
  // Who interrupts a run wants its processes gone at once, and recording it may need the engine: the next run does what is left.
  if (!signal.aborted) for (const one of attached) await one.ended?.(workers);
  return last;
}

/** Each child is read when its task begins: its settings are those of that moment. */
function childJobsOf(pool: RunPool, parent: LoadedJob): ChildJobs {
  return {
    run: async ({ jobId, parameters, runParameters, parent: task }, created, signal) => {
      checkRunParameters(runParameters);
      const found = inDeploymentOf(parent.spec, findChildJob(pool.project, parent.file, jobId));
      if (parent.above.includes(found.identity)) throw recursive([...parent.above, found.identity]);
      const job = loadFoundJob(pool.project, found, [], [...parent.above, found.identity]);
      const listener: RunListener = {
        event: (event) => {
          if (event.type === "run-created") created(event.runId);
        },
      };
      return runInPool(pool, { job, listeners: [listener], signal }, (host) =>
        JobRun.start({
          ...host,
          plan: job.plan,
          specFile: job.specFile,
          jobReference: job.reference,
          overrides: parameters,
          runParameters,
          trigger: { type: "RUN_JOB_TASK", at: Date.now(), parent: task },
        }),
      );
    },
  };
}

function recursive(path: readonly string[]): LakeletError {
  return new LakeletError({
    condition: "RECURSIVE_RUN_JOB",
    sqlState: "42000",
    problem: "The run_job_task would start a job that waits for it.",
    reason: path.join(" → "),
    cure: "Take the task out, or give it another job.",
  });
}
