/** Runs a job spec with scripted workers, and waits for its end. */
import { join } from "node:path";
import { planJob } from "../../../src/jobs/job-plan.js";
import type { ChildJobs } from "../../../src/jobs/run/child-jobs.js";
import type { RunEvent } from "../../../src/jobs/run/run-event.js";
import type { RunState } from "../../../src/jobs/run/run-state.js";
import { RunStore } from "../../../src/jobs/run/run-store.js";
import { JobRun } from "../../../src/jobs/run/runner.js";
import { WorkerPool } from "../../../src/jobs/run/worker-pool.js";
import type { JobSettings } from "../../../src/jobs/spec/job-settings.js";
import type { TaskSettings } from "../../../src/jobs/spec/task.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const WORKER = join(import.meta.dirname, "scripted-worker.mjs");

export interface RunningJob {
  readonly run: JobRun;
  readonly events: readonly RunEvent[];
  readonly workers: WorkerPool;
  /** Resolves when its processes are gone. */
  readonly ended: Promise<RunState>;
}

export interface RunningJobOptions {
  readonly state?: string;
  readonly childJobs?: ChildJobs;
  readonly heard?: (event: RunEvent, run: () => JobRun) => void;
}

export function startJob(job: JobSettings, options: RunningJobOptions = {}): RunningJob {
  const { state = temporaryFolder(), childJobs, heard } = options;
  const workers = new WorkerPool(WORKER);
  workers.limit = 4;
  const events: RunEvent[] = [];
  const run: JobRun = JobRun.start({
    plan: planJob(job, job.name ?? "scripted"),
    specFile: "job.json",
    jobReference: "scripted",
    overrides: {},
    store: new RunStore(state),
    workers,
    listeners: [
      {
        event: (event) => {
          events.push(event);
          heard?.(event, () => run);
        },
      },
    ],
    ...(childJobs && { childJobs }),
  });
  const ended = run.finished().finally(() => workers.close());
  return { run, events, workers, ended };
}

/** A notebook_task that does what `script` says. */
export function scripted(script: string): Pick<TaskSettings, "notebook_task"> {
  return { notebook_task: { notebook_path: "n", base_parameters: { script } } };
}

/** Result states by task and iteration, and the run's own under `run`. */
export function resultsOf(state: RunState): Readonly<Record<string, string | undefined>> {
  return {
    ...Object.fromEntries([...state.tasks].map(([key, task]) => [key, task.resultState])),
    run: state.resultState,
  };
}
