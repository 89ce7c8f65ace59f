/** Performs a run: hands outside events to the rules, writes every event to the log, and does what the events say. */

import { type JobPlan, warnAfter } from "../job-plan.js";
import { jobParameters } from "../parameters.js";
import type { RunParameters } from "../run-parameters.js";
import { AttemptPerformer } from "./attempt-performer.js";
import { watchCancelRequest } from "./cancel-request.js";
import type { ChildJobs } from "./child-jobs.js";
import { type Deadline, startDeadline } from "./deadline.js";
import type { EventLog } from "./event-log.js";
import { thisProcess } from "./process-identity.js";
import type { RepairStarted, RunCreated, RunEvent } from "./run-event.js";
import type { RunListener } from "./run-listener.js";
import { awaitTurn, type Turn, turnOf } from "./run-queue.js";
import { applyEvent, initialState, iterationsOf, type RunState } from "./run-state.js";
import type { RunStore } from "./run-store.js";
import type { RunTrigger } from "./run-trigger.js";
import { settle } from "./settle.js";
import { hasActiveAttempt } from "./task-state.js";
import type { WorkerPool } from "./worker-pool.js";

/** What a run works with. Closing the pool is the caller's. */
export interface RunHost {
  readonly store: RunStore;
  readonly workers: WorkerPool;
  readonly listeners: readonly RunListener[];
  /** For run_job_task; one fails where absent. */
  readonly childJobs?: ChildJobs;
}

export interface StartRunOptions extends RunHost {
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
}

export interface ContinueRunOptions extends RunHost {
  readonly runId: string;
  /** A repair of a run that has ended, or the resumption of one whose runner was killed. The caller has seen to it that it is alone. */
  readonly event: RepairStarted | Extract<RunEvent, { readonly type: "run-resumed" }>;
}

/** A run at work. */
export class JobRun {
  readonly #host: RunHost;
  readonly #log: EventLog;
  readonly #attempts: AttemptPerformer;
  readonly #finished: Promise<RunState>;
  readonly #timers: { stop(): void }[] = [];
  readonly #waiting: RunEvent[] = [];
  #taking = false;
  #failed = false;
  #resolve: (state: RunState) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #state: RunState;

  private constructor(host: RunHost, state: RunState, log: EventLog) {
    this.#host = host;
    this.#log = log;
    this.#state = state;
    this.#finished = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Heard by who waits for the end.
    this.#finished.catch(() => undefined);
    const outputFolder = host.store.folderOf(state.created.runId);
    this.#attempts = new AttemptPerformer({
      workers: host.workers,
      childJobs: host.childJobs,
      outputFolder,
      state: () => this.#state,
      post: (event) => this.#postSoon(event),
      output: (taskKey, attempt, output) => {
        // That it has started is told first.
        this.#takeWaiting();
        for (const one of host.listeners) one.output?.(taskKey, attempt, output);
      },
    });
    this.#timers.push(watchCancelRequest(outputFolder, (message) => this.cancel(message)));
  }

  /** Writes the run down and begins it. One too many waits for its turn, or ends SKIPPED at once. */
  static start(options: StartRunOptions): JobRun {
    const { created, log } = options.store.create((runId) => createdEvent(options, runId));
    const run = new JobRun(options, initialState(created), log);
    run.#tell([created]);
    run.#takeTurn(turnOf(created, options.store));
    return run;
  }

  /** Goes on with a run that is written down. */
  static continue(options: ContinueRunOptions): JobRun {
    const { store, runId, event } = options;
    const run = new JobRun(options, store.read(runId), store.reopen(runId));
    run.#post(event);
    if (run.#state.lifeCycleState === "PENDING" || run.#state.lifeCycleState === "QUEUED") {
      run.#takeTurn(turnOf(run.#state.created, store));
    } else if (run.#state.endedAt === undefined) {
      // The time in which nobody ran it does not count.
      run.#watchTime(event.at);
    }
    return run;
  }

  get state(): RunState {
    return this.#state;
  }

  /** Resolves with the last state. Rejects only where the run cannot be written down: FAILED_WRITE_FILE. */
  finished(): Promise<RunState> {
    return this.#finished;
  }

  /** Kills what runs; the run ends CANCELED. Without effect on one that has ended. */
  cancel(message: string): void {
    this.#terminate("CANCELED", message);
  }

  #takeTurn(turn: Turn): void {
    const at = Date.now();
    if (this.#state.endedAt !== undefined || this.#state.terminating) return;
    if (turn.kind === "skip") this.#post({ type: "run-skipped", at, message: turn.message });
    if (turn.kind === "now") {
      this.#post({ type: "run-started", at });
      this.#watchTime(at);
    }
    if (turn.kind !== "wait") return;
    if (this.#state.lifeCycleState !== "QUEUED") this.#post({ type: "run-queued", at, message: turn.message });
    this.#timers.push(awaitTurn(this.#state.created, this.#host.store, turn, (next) => this.#takeTurn(next)));
  }

  #terminate(cause: "CANCELED" | "TIMEDOUT", message: string): void {
    const { lifeCycleState } = this.#state;
    if (lifeCycleState !== "RUNNING" && lifeCycleState !== "QUEUED") return;
    this.#post({ type: "run-terminating", at: Date.now(), cause, message });
  }

  /** The job's timeout, and its health rule, which only warns. A repair has its own time. */
  #watchTime(since: number): void {
    if (this.#state.endedAt !== undefined) return;
    const { settings } = this.#state;
    const timeout = settings.timeout_seconds ?? 0;
    if (timeout > 0) {
      const message = `The job ran longer than its timeout_seconds, ${timeout}.`;
      this.#after(since, timeout, () => this.#terminate("TIMEDOUT", message));
    }
    const seconds = warnAfter(settings.health);
    if (seconds !== undefined && this.#state.warnedAt === undefined) {
      this.#after(since, seconds, () =>
        this.#post({ type: "duration-warning", at: Date.now(), thresholdSeconds: seconds }),
      );
    }
  }

  #after(since: number, seconds: number, reached: () => void): void {
    const deadline: Deadline = startDeadline(since + seconds * 1000, reached);
    this.#timers.push(deadline);
  }

  /** Takes the event and what follows from it, after those that wait. What a listener posts waits until all are done that it is told of. */
  #post(event: RunEvent): void {
    this.#waiting.push(event);
    this.#takeWaiting();
  }

  /** For what processes tell: events that have come by the end of this turn of the event loop share one write to the disk. */
  #postSoon(event: RunEvent): void {
    this.#waiting.push(event);
    if (this.#waiting.length === 1) setImmediate(() => this.#takeWaiting());
  }

  #takeWaiting(): void {
    if (this.#taking || this.#failed) return;
    this.#taking = true;
    try {
      while (this.#waiting.length > 0) this.#take(this.#waiting.splice(0));
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#taking = false;
    }
  }

  #take(posted: readonly RunEvent[]): void {
    const events: RunEvent[] = [];
    let state = this.#state;
    for (const event of posted) {
      if (state.endedAt !== undefined && event.type !== "repair-started") continue;
      if (event.type === "run-terminating" && state.terminating) continue;
      const settled = settle(applyEvent(state, event), Date.now(), event);
      state = settled.state;
      events.push(event, ...settled.events);
    }
    this.#log.append(events);
    this.#tell(events);
    // Only now, that the log has it all, is anything done about it.
    for (const event of events) this.#perform(event);
  }

  /** The run cannot be written down any more: nothing of it goes on, and the log is left as one whose runner was killed. */
  #fail(error: unknown): void {
    this.#failed = true;
    for (const timer of this.#timers) timer.stop();
    this.#attempts.stopAll({ state: "CANCELED", message: "The run could not be written down." });
    this.#reject(error);
  }

  /** Listeners see each event with the state that it gave. */
  #tell(events: readonly RunEvent[]): void {
    for (const event of events) {
      this.#state = applyEvent(this.#state, event);
      for (const one of this.#host.listeners) one.event?.(event, this.#state);
    }
  }

  #perform(event: RunEvent): void {
    switch (event.type) {
      case "attempt-scheduled":
        this.#attempts.start(event.taskKey, event.attempt);
        break;
      case "attempt-ended":
        this.#attempts.ended(event.taskKey);
        break;
      case "task-terminating":
        this.#stopIterations(event.taskKey, event.message);
        break;
      case "run-resumed":
        this.#resumeLoops();
        break;
      case "run-terminating":
        this.#attempts.stopAll({ state: event.cause, message: event.message });
        break;
      case "task-ended":
        this.#releaseCompute(event.taskKey);
        break;
      case "run-ended":
      case "run-skipped":
        for (const timer of this.#timers) timer.stop();
        this.#log.close();
        this.#resolve(this.#state);
    }
  }

  #stopIterations(taskKey: string, message: string): void {
    const task = this.#state.tasks.get(taskKey);
    for (const one of task ? iterationsOf(this.#state, task) : []) {
      this.#attempts.stop(one.plan.key, { state: "CANCELED", message });
    }
  }

  #resumeLoops(): void {
    for (const [key, task] of this.#state.tasks) {
      if (task.iterations && hasActiveAttempt(task)) this.#attempts.resumeLoop(key);
    }
  }

  #releaseCompute(taskKey: string): void {
    const compute = this.#state.tasks.get(taskKey)?.plan.compute;
    if (compute?.kind !== "shared") return;
    for (const { plan, resultState } of this.#state.tasks.values()) {
      const uses = plan.forEach?.task.compute ?? plan.compute;
      if (resultState === undefined && uses.kind === "shared" && uses.key === compute.key) return;
    }
    this.#host.workers.endShared(`${this.#state.created.runId}:${compute.key}`);
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
