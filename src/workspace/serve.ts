/** The scheduler of a project: its triggers start runs here until it is told to stop. */
import { type Clock, systemClock } from "../scheduler/clock.js";
import { JournalFolder } from "../scheduler/journal.js";
import type { ScheduledJob, SchedulerNews } from "../scheduler/scheduled-job.js";
import { Scheduler } from "../scheduler/scheduler.js";
import { takeSchedulerLock } from "../scheduler/scheduler-lock.js";
import { filesBelow } from "./location-files.js";
import { keepNotifying } from "./run-notifications.js";
import { SpecWatch } from "./scheduled-jobs.js";
import { type ResumeNews, ServedRuns, type ServedRunsOptions } from "./served-runs.js";
import { TableUpdates } from "./table-updates.js";

export type ServeNews =
  | SchedulerNews
  | { readonly kind: "serving"; readonly jobs: readonly ScheduledJob[] }
  | { readonly kind: "trouble"; readonly job: string; readonly message: string }
  | ResumeNews
  | { readonly kind: "stopping"; readonly runs: readonly string[]; readonly how: "wait" | "cancel" }
  | { readonly kind: "stopped" };

export interface ServeOptions extends Omit<ServedRunsOptions, "tell"> {
  readonly tell: (news: ServeNews) => void;
  /** Aborting ends the scheduler: nothing new is started. */
  readonly stop: AbortSignal;
  readonly clock?: Clock;
}

/** Resolves once it was stopped and all its runs have ended. Throws SCHEDULER_ALREADY_RUNNING, JOB_NOT_FOUND. */
export async function serve(options: ServeOptions): Promise<void> {
  const { project, scope, tell, stop, cancel, clock = systemClock } = options;
  const lock = takeSchedulerLock(project.state, clock.now());
  const notifications = await keepNotifying(project);
  const specs = new SpecWatch(project, scope, ({ job, message }) => tell({ kind: "trouble", job, message }));
  const runs = new ServedRuns(options, () => specs.width());
  try {
    tell({ kind: "serving", jobs: specs.jobs() });
    runs.resumeKilled();
    const tables = new TableUpdates(project.warehouse);
    const scheduler = new Scheduler({
      clock,
      journal: new JournalFolder(project.state),
      missed: project.scheduler.missed,
      pollMs: project.scheduler.pollMs,
      jobs: () => specs.jobs(),
      start: (request) => runs.start(request),
      find: (jobId, trigger) => runs.find(jobId, trigger),
      isActive: (jobId) => runs.isActive(jobId),
      files: (location) => filesBelow(project, location),
      tables: (names) => tables.of(names),
      tell,
    });
    await scheduler.run(stop);
    const going = runs.ids();
    if (going.length > 0) tell({ kind: "stopping", runs: going, how: cancel.aborted ? "cancel" : "wait" });
    await runs.allEnded();
    tell({ kind: "stopped" });
  } finally {
    await runs.close();
    notifications.close();
    lock.release();
  }
}
