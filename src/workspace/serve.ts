/** The scheduler of a project: its triggers start runs here until it is told to stop. */
import { isLakeletError } from "../errors/lakelet-error.js";
import { logHasEnd } from "../jobs/run/event-log.js";
import { isAlive } from "../jobs/run/process-identity.js";
import { runIdAt } from "../jobs/run/run-id.js";
import type { RunListener } from "../jobs/run/run-listener.js";
import type { RunState } from "../jobs/run/run-state.js";
import { RunStore } from "../jobs/run/run-store.js";
import type { RunTrigger } from "../jobs/run/run-trigger.js";
import { type Clock, systemClock } from "../scheduler/clock.js";
import { JournalFolder } from "../scheduler/journal.js";
import type { ScheduledJob, SchedulerNews, StartedRun, StartRequest } from "../scheduler/scheduled-job.js";
import { Scheduler } from "../scheduler/scheduler.js";
import { takeSchedulerLock } from "../scheduler/scheduler-lock.js";
import { type LoadedJob, loadJob } from "./load-job.js";
import { filesBelow } from "./location-files.js";
import type { Project } from "./project.js";
import { resumeRun } from "./repair-run.js";
import { runJob } from "./run-job.js";
import { keepNotifying } from "./run-notifications.js";
import { type ScheduleScope, SpecWatch } from "./scheduled-jobs.js";
import { startWorkers } from "./start-workers.js";
import { TableUpdates } from "./table-updates.js";

export type ServeNews =
  | SchedulerNews
  | { readonly kind: "serving"; readonly jobs: readonly ScheduledJob[] }
  | { readonly kind: "trouble"; readonly job: string; readonly message: string }
  | { readonly kind: "resumed"; readonly runId: string; readonly name: string }
  | { readonly kind: "not-resumed"; readonly runId: string; readonly name: string; readonly message: string }
  | { readonly kind: "stopping"; readonly runs: readonly string[]; readonly how: "wait" | "cancel" }
  | { readonly kind: "stopped" };

export interface ServeOptions {
  readonly project: Project;
  readonly scope: ScheduleScope;
  readonly tell: (news: ServeNews) => void;
  /** Follow each run. */
  readonly listeners?: (job: string) => readonly RunListener[];
  /** Aborting ends the scheduler: nothing new is started. */
  readonly stop: AbortSignal;
  /** Aborting cancels the runs that are going; its reason is the message. */
  readonly cancel: AbortSignal;
  readonly clock?: Clock;
}

/** An id is made from the clock, which may have been put back since. */
const CLOCK_CHANGE_MS = 3_600_000;

/** Resolves once it was stopped and all its runs have ended. Throws SCHEDULER_ALREADY_RUNNING, JOB_NOT_FOUND. */
export async function serve(options: ServeOptions): Promise<void> {
  const { project, scope, tell, stop, cancel, clock = systemClock } = options;
  const lock = takeSchedulerLock(project.state, clock.now());
  const notifications = await keepNotifying(project);
  try {
    const runs = new ServedRuns(options);
    const specs = new SpecWatch(project, scope, ({ job, message }) => tell({ kind: "trouble", job, message }));
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
    notifications.close();
    lock.release();
  }
}

/** The runs that this process performs. */
class ServedRuns {
  readonly #options: ServeOptions;
  readonly #store: RunStore;
  readonly #going = new Map<string, Promise<string>>();

  constructor(options: ServeOptions) {
    this.#options = options;
    this.#store = new RunStore(options.project.state);
  }

  ids(): readonly string[] {
    return [...this.#going.keys()];
  }

  async allEnded(): Promise<void> {
    while (this.#going.size > 0) await Promise.allSettled(this.#going.values());
  }

  /** Resolves when the run is written down. */
  start({ job, trigger, retriesTasks }: StartRequest): Promise<StartedRun> {
    const { project, cancel, scope } = this.#options;
    const loaded = loadJob(project, job.reference, [], scope.bundle);
    const plan = retriesTasks ? loaded : withoutTaskRetries(loaded);
    return this.#perform(job.name, async (listeners) => {
      const workers = startWorkers();
      try {
        return await runJob({ project, job: plan, parameters: {}, workers, listeners, signal: cancel, trigger });
      } finally {
        await workers.close();
      }
    });
  }

  /** Goes on with the runs of schedulers that were killed; a run that somebody started by hand is left to them. */
  resumeKilled(): void {
    const { project, cancel, tell } = this.#options;
    for (const id of this.#unended()) {
      const run = this.#store.read(id);
      const { job, trigger } = run.created;
      if (run.endedAt !== undefined || isAlive(run.runner) || !isScheduled(trigger)) continue;
      const resumed = this.#perform(
        job.name,
        async (listeners) => {
          const workers = startWorkers();
          try {
            return (await resumeRun({ project, runId: id, workers, listeners, signal: cancel })).state;
          } finally {
            await workers.close();
          }
        },
        id,
      );
      resumed.then(
        () => tell({ kind: "resumed", runId: id, name: job.name }),
        (error: unknown) => tell({ kind: "not-resumed", runId: id, name: job.name, message: messageOf(error) }),
      );
    }
  }

  /** @param runId known where the run goes on */
  #perform(
    name: string,
    run: (listeners: readonly RunListener[]) => Promise<RunState>,
    runId?: string,
  ): Promise<StartedRun> {
    return new Promise((resolve, reject) => {
      let begun: string | undefined = runId;
      const begin: RunListener = {
        event: (event) => {
          if (event.type === "run-created") begun = event.runId;
          if (event.type !== "run-created" && event.type !== "run-resumed") return;
          if (begun !== undefined) resolve({ runId: begun, ended });
          if (begun !== undefined) this.#going.set(begun, ended);
        },
      };
      const ended = run([begin, ...(this.#options.listeners?.(name) ?? [])]).then(
        (state) => state.resultState ?? "KILLED",
        (error: unknown) => {
          reject(error);
          throw error;
        },
      );
      if (runId !== undefined) this.#going.set(runId, ended);
      const forget = () => {
        if (begun !== undefined) this.#going.delete(begun);
      };
      ended.then(forget, forget);
    });
  }

  /** Runs are written down after they were decided: older ones need not be looked at. */
  find(jobId: string, { type, at }: RunTrigger): StartedRun | undefined {
    for (const id of this.#idsSince(at)) {
      const { created } = this.#store.read(id);
      if (created.job.id === jobId && created.trigger.type === type && created.trigger.at === at)
        return this.#found(id);
    }
    return undefined;
  }

  #idsSince(at: number): readonly string[] {
    const first = runIdAt(at - CLOCK_CHANGE_MS);
    return this.#store.ids().filter((id) => Number(id) >= first);
  }

  /** Oldest first. */
  #unended(): readonly string[] {
    return [...this.#store.ids()].reverse().filter((id) => !logHasEnd(this.#store.logOf(id)));
  }

  #found(runId: string): StartedRun {
    const going = this.#going.get(runId);
    if (going) return { runId, ended: going };
    const { resultState } = this.#store.read(runId);
    return { runId, ended: Promise.resolve(resultState ?? "KILLED") };
  }

  isActive(jobId: string): boolean {
    return this.#store.activeBefore(jobId, String(Number.MAX_SAFE_INTEGER)).length > 0;
  }
}

function isScheduled({ type }: RunTrigger): boolean {
  return type === "PERIODIC" || type === "CONTINUOUS" || type === "FILE_ARRIVAL" || type === "TABLE";
}

/** `task_retry_mode: NEVER`: a continuous job starts anew instead. */
function withoutTaskRetries(job: LoadedJob): LoadedJob {
  const tasks = job.plan.tasks.map((task) => ({ ...task, retry: { ...task.retry, maxRetries: 0 } }));
  return { ...job, plan: { ...job.plan, tasks } };
}

function messageOf(error: unknown): string {
  return isLakeletError(error)
    ? error.message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error);
}
