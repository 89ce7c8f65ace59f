/** Performs a run: hands outside events to the rules, writes every event to the log, and does what the events say. */
import type { JobPlan } from "../job-plan.js";
import { jobParameters } from "../parameters.js";
import type { RunParameters } from "../run-parameters.js";
import { AttemptPerformer } from "./attempt-performer.js";
import { watchCancelRequest } from "./cancel-request.js";
import type { EventLog } from "./event-log.js";
import { thisProcess } from "./process-identity.js";
import type { RunCreated, RunEvent } from "./run-event.js";
import type { RunListener } from "./run-listener.js";
import { applyEvent, initialState, type RunState } from "./run-state.js";
import type { RunStore } from "./run-store.js";
import type { RunTrigger } from "./run-trigger.js";
import { settle } from "./settle.js";
import type { WorkerPool } from "./worker-pool.js";

export interface StartRunOptions {
  readonly plan: JobPlan;
  readonly specFile: string;
  /** As the user can name the job again. */
  readonly jobReference: string;
  /** What run-now gives. */
  readonly overrides: Readonly<Record<string, string>>;
  /** The deprecated kinds of it. */
  readonly runParameters?: RunParameters;
  /** Where absent, a user starts it now. */
  readonly trigger?: RunTrigger;
  readonly backfillDate?: string;
  readonly store: RunStore;
  readonly workers: WorkerPool;
  readonly listeners: readonly RunListener[];
}

/** A run at work. Closing the pool is the caller's. */
export class JobRun {
  readonly #options: StartRunOptions;
  readonly #log: EventLog;
  readonly #attempts: AttemptPerformer;
  readonly #finished: Promise<RunState>;
  #resolve: (state: RunState) => void = () => undefined;
  #state: RunState;
  #deadline: NodeJS.Timeout | undefined;
  #cancelWatch: { stop(): void } | undefined;

  /** Writes the run down and begins it, unless the job has as many runs as it may: then it ends SKIPPED at once. */
  constructor(options: StartRunOptions) {
    this.#options = options;
    const { created, log } = options.store.create((runId) => createdEvent(options, runId));
    this.#log = log;
    this.#state = initialState(created);
    this.#finished = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#attempts = new AttemptPerformer({
      workers: options.workers,
      outputFolder: options.store.folderOf(created.runId),
      state: () => this.#state,
      post: (event) => this.#post(event),
      output: (taskKey, attempt, output) => {
        for (const one of options.listeners) one.output?.(taskKey, attempt, output);
      },
    });
    this.#tell(created);
    const active = options.store.activeBefore(created.job.id, created.runId);
    if (active.length >= created.job.maxConcurrentRuns) {
      this.#post({ type: "run-skipped", at: Date.now(), message: skippedMessage(created, active) });
      return;
    }
    this.#cancelWatch = watchCancelRequest(options.store.folderOf(created.runId), (message) => this.cancel(message));
    this.#post({ type: "run-started", at: Date.now() });
    if (created.timeoutMs !== undefined) this.#startDeadline(created.timeoutMs);
  }

  get state(): RunState {
    return this.#state;
  }

  /** Resolves with the last state; a run never rejects. */
  finished(): Promise<RunState> {
    return this.#finished;
  }

  /** Kills what runs; the run ends CANCELED. Without effect on one that has ended. */
  cancel(message: string): void {
    this.#terminate("CANCELED", message);
  }

  #terminate(cause: "CANCELED" | "TIMEDOUT", message: string): void {
    if (this.#state.lifeCycleState !== "RUNNING") return;
    this.#post({ type: "run-terminating", at: Date.now(), cause, message });
  }

  #startDeadline(timeoutMs: number): void {
    const expire = () =>
      this.#terminate("TIMEDOUT", `The job ran longer than its timeout_seconds, ${timeoutMs / 1000}.`);
    this.#deadline = setTimeout(expire, Math.min(timeoutMs, 2 ** 31 - 1));
    if (this.#state.endedAt !== undefined) clearTimeout(this.#deadline);
  }

  #post(event: RunEvent): void {
    if (this.#state.endedAt !== undefined) return;
    this.#record(event);
    const settled = settle(this.#state, Date.now(), event);
    for (const follows of settled.events) this.#record(follows);
    // Only now, that the log has it all, is anything done about it.
    for (const one of [event, ...settled.events]) this.#perform(one);
  }

  #record(event: RunEvent): void {
    this.#log.append(event);
    this.#state = applyEvent(this.#state, event);
    this.#tell(event);
  }

  #tell(event: RunEvent): void {
    for (const one of this.#options.listeners) one.event?.(event, this.#state);
  }

  #perform(event: RunEvent): void {
    if (event.type === "attempt-scheduled") this.#attempts.start(event.taskKey, event.attempt);
    else if (event.type === "run-terminating") this.#attempts.stopAll(event.cause, event.message);
    else if (event.type === "task-ended") this.#releaseCompute(event.taskKey);
    else if (event.type === "run-ended" || event.type === "run-skipped") {
      clearTimeout(this.#deadline);
      this.#cancelWatch?.stop();
      this.#log.close();
      this.#resolve(this.#state);
    }
  }

  #releaseCompute(taskKey: string): void {
    const compute = this.#state.tasks.get(taskKey)?.plan.compute;
    if (compute?.kind !== "shared") return;
    const waits = [...this.#state.tasks.values()].some(
      ({ plan, resultState }) =>
        resultState === undefined && plan.compute.kind === "shared" && plan.compute.key === compute.key,
    );
    if (!waits) this.#options.workers.endShared(compute.key);
  }
}

function createdEvent(options: StartRunOptions, runId: string): RunCreated {
  const { plan, specFile, jobReference, overrides, runParameters, backfillDate } = options;
  const at = Date.now();
  const trigger = options.trigger ?? { type: "ONE_TIME", at };
  const job = { id: plan.jobId, name: plan.name, runId, repairCount: 0, startTime: at, trigger };
  return {
    type: "run-created",
    at,
    runId,
    job: { id: plan.jobId, name: plan.name, maxConcurrentRuns: plan.maxConcurrentRuns },
    jobReference,
    specFile,
    trigger,
    ...(backfillDate !== undefined && { backfillDate }),
    queue: plan.queue,
    only: plan.only,
    settings: plan.settings,
    parameters: jobParameters(plan.parameters, overrides, {
      job: { ...job, parameters: {} },
      tasks: new Map(),
      backfillDate,
    }),
    overrides,
    ...(runParameters && { runParameters }),
    timeoutMs: plan.timeoutMs,
    tasks: plan.tasks,
    runner: thisProcess(),
  };
}

function skippedMessage(created: RunCreated, active: readonly RunState[]): string {
  const limit = created.job.maxConcurrentRuns;
  if (limit === 0) return "max_concurrent_runs is 0, so that every run is skipped.";
  const runs = active.map((run) => run.created.runId).join(", ");
  return `max_concurrent_runs is ${limit}, and ${runs} ${active.length === 1 ? "is" : "are"} still running.`;
}
