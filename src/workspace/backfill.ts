/** Runs a job once for each date of a range, one after the other. */
import { backfillParameters } from "../jobs/backfill.js";
import type { RunListener } from "../jobs/run/run-listener.js";
import type { RunState } from "../jobs/run/run-state.js";
import type { WorkerPool } from "../jobs/run/worker-pool.js";
import type { LoadedJob } from "./load-job.js";
import type { Project } from "./project.js";
import { runJob } from "./run-job.js";

export { backfillDates } from "../jobs/backfill.js";

export interface BackfillOptions {
  readonly project: Project;
  readonly job: LoadedJob;
  readonly dates: readonly string[];
  /** Of each run; `{{backfill.iso_date}}` and its like become its date. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Processes for one run. */
  readonly startWorkers: () => WorkerPool;
  /** Who follows the run of a date. */
  readonly listeners: (date: string, index: number) => readonly RunListener[];
  /** Aborting cancels the run at work, and no other begins. */
  readonly signal: AbortSignal;
}

export interface BackfilledRun {
  readonly date: string;
  readonly state: RunState;
}

/** A run that fails does not keep the others from running. Yields each run when it has ended. */
export async function* runBackfill(options: BackfillOptions): AsyncGenerator<BackfilledRun> {
  const { project, job, dates, parameters, startWorkers, listeners, signal } = options;
  for (const [index, date] of dates.entries()) {
    if (signal.aborted) return;
    const workers = startWorkers();
    try {
      const state = await runJob({
        project,
        job,
        parameters: backfillParameters(parameters, date),
        workers,
        listeners: listeners(date, index),
        signal,
        backfillDate: date,
      });
      yield { date, state };
    } finally {
      await workers.close();
    }
  }
}
