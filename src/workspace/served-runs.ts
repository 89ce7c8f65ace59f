/** The runs that a scheduler performs: side by side, over processes that stay warm between them. */
import { rmSync } from "node:fs";
import { isLakeletError } from "../errors/lakelet-error.js";
import { logHasEnd } from "../jobs/run/event-log.js";
import { isAlive } from "../jobs/run/process-identity.js";
import { runIdAt } from "../jobs/run/run-id.js";
import type { RunListener } from "../jobs/run/run-listener.js";
import type { RunState } from "../jobs/run/run-state.js";
import { RunStore } from "../jobs/run/run-store.js";
import type { RunTrigger } from "../jobs/run/run-trigger.js";
import { WorkerPool } from "../jobs/run/worker-pool.js";
import type { WorkerStock } from "../jobs/run/worker-stock.js";
import type { StartedRun, StartRequest } from "../scheduler/scheduled-job.js";
import { type LoadedJob, loadJob } from "./load-job.js";
import type { Project } from "./project.js";
import { resumeRun } from "./repair-run.js";
import { runJob, spillFolder } from "./run-job.js";
import type { ScheduleScope } from "./scheduled-jobs.js";
import { openWorkerStock } from "./start-workers.js";

/** An id is made from the clock, which may have been put back since. */
const CLOCK_CHANGE_MS = 3_600_000;

export type ResumeNews =
  | { readonly kind: "resumed"; readonly runId: string; readonly name: string }
  | { readonly kind: "not-resumed"; readonly runId: string; readonly name: string; readonly message: string };

export interface ServedRunsOptions {
  readonly project: Project;
  readonly scope: ScheduleScope;
  /** Follow each run. */
  readonly listeners?: (job: string) => readonly RunListener[];
  /** Aborting cancels the runs that are going; its reason is the message. */
  readonly cancel: AbortSignal;
  readonly tell: (news: ResumeNews) => void;
}

type Perform = (listeners: readonly RunListener[], means: RunMeans) => Promise<RunState>;

/** What a run has to work with. */
interface RunMeans {
  readonly project: Project;
  readonly workers: WorkerPool;
  readonly temporaryFolder: string;
}

export class ServedRuns {
  readonly #options: ServedRunsOptions;
  readonly #store: RunStore;
  readonly #going = new Map<string, Promise<string>>();
  readonly #stock: WorkerStock;
  readonly #temporaryFolder: string;
  readonly #width: () => number;

  /** @param width how many runs may be expected side by side: they share the memory */
  constructor(options: ServedRunsOptions, width: () => number) {
    this.#options = options;
    this.#width = width;
    this.#stock = openWorkerStock();
    this.#temporaryFolder = spillFolder(options.project);
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
    const { project, cancel: signal, scope } = this.#options;
    const loaded = loadJob(project, job.reference, [], scope.bundle);
    const plan = retriesTasks ? loaded : withoutTaskRetries(loaded);
    return this.#perform(job.name, (listeners, means) =>
      runJob({ ...means, job: plan, parameters: {}, listeners, signal, trigger }),
    );
  }

  /** Ends the processes that wait for another run. */
  async close(): Promise<void> {
    await this.#stock.close();
    rmSync(this.#temporaryFolder, { recursive: true, force: true });
  }

  /** Goes on with the runs of schedulers that were killed; a run that somebody started by hand is left to them. */
  resumeKilled(): void {
    const { cancel: signal, scope, tell } = this.#options;
    const variables = scope.bundle?.variables;
    for (const id of this.#unended()) {
      const run = this.#store.read(id);
      const { job, trigger } = run.created;
      if (run.endedAt !== undefined || isAlive(run.runner) || !isScheduled(trigger)) continue;
      const resumed = this.#perform(
        job.name,
        async (listeners, means) => {
          const options = { ...means, runId: id, listeners, signal, ...(variables && { variables }) };
          return (await resumeRun(options)).state;
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
  #perform(name: string, run: Perform, runId?: string): Promise<StartedRun> {
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
      const listeners = [begin, ...(this.#options.listeners?.(name) ?? [])];
      const ended = this.#withMeans((means) => run(listeners, means)).then(
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

  async #withMeans(run: (means: RunMeans) => Promise<RunState>): Promise<RunState> {
    const { project } = this.#options;
    const memory = Math.floor(project.memory / Math.max(this.#width(), 1));
    const workers = new WorkerPool(this.#stock);
    try {
      return await run({ project: { ...project, memory }, workers, temporaryFolder: this.#temporaryFolder });
    } finally {
      await workers.close();
    }
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
