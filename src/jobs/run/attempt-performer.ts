/** Performs attempts: waits for their time and a process, watches their timeout, and tells how each ended. */
import { isLakeletError } from "../../errors/lakelet-error.js";
import type { TaskWork } from "../job-plan.js";
import { attemptSettings } from "../parameters.js";
import type { FinishedTask, ReferenceScope } from "../reference.js";
import type { AttemptFailure, AttemptRequest, AttemptResult, TaskOutput } from "./attempt.js";
import { failureOf } from "./attempt.js";
import { OutputFile } from "./output-file.js";
import type { RunEvent } from "./run-event.js";
import { type RunState, repairCount } from "./run-state.js";
import { type AttemptState, lastAttempt, type TaskState } from "./task-state.js";
import type { WorkerLease, WorkerPool } from "./worker-pool.js";

export interface AttemptPerformerOptions {
  readonly workers: WorkerPool;
  /** Receives a file an attempt with what it printed. */
  readonly outputFolder: string;
  state(): RunState;
  post(event: RunEvent): void;
  output(taskKey: string, attempt: number, output: TaskOutput): void;
}

interface Stop {
  readonly state: "CANCELED" | "TIMEDOUT";
  readonly message: string;
}

export class AttemptPerformer {
  readonly #options: AttemptPerformerOptions;
  readonly #stops = new Map<string, AbortController>();

  constructor(options: AttemptPerformerOptions) {
    this.#options = options;
  }

  /** Begins an attempt that the log says is scheduled. Its end comes as an event. */
  start(taskKey: string, attempt: number): void {
    const stop = new AbortController();
    this.#stops.set(taskKey, stop);
    void this.#perform(taskKey, attempt, stop.signal).then((result) => {
      this.#stops.delete(taskKey);
      this.#options.post({ type: "attempt-ended", at: Date.now(), taskKey, attempt, result });
    });
  }

  /** Kills every attempt at work, and calls off those that wait. */
  stopAll(state: Stop["state"], message: string): void {
    for (const stop of this.#stops.values()) stop.abort({ state, message } satisfies Stop);
  }

  async #perform(taskKey: string, number: number, signal: AbortSignal): Promise<AttemptResult> {
    const task = this.#options.state().tasks.get(taskKey);
    const attempt = task && lastAttempt(task);
    if (!task || attempt?.number !== number) return failed("FAILED", "The attempt is not in the run's log.");
    await until(attempt.notBefore, signal);
    if (signal.aborted) return stopped(signal);
    const request = this.#request(task, attempt);
    if ("state" in request) return request;
    const lease = await this.#options.workers.acquire(task.plan.compute, signal);
    if (!lease) return stopped(signal);
    const result = await this.#runIn(lease, task, request, signal);
    // A process whose attempt did not end well is not trusted with another one.
    lease.release(result.state === "SUCCESS" ? "keep" : "discard");
    return result;
  }

  /** The request, or the failure of a reference in it. */
  #request(task: TaskState, attempt: AttemptState): AttemptRequest | AttemptResult {
    const state = this.#options.state();
    const { created } = state;
    const { id, name } = created.job;
    const job = { id, name, runId: created.runId, startTime: created.at };
    const { key, work, sparkConf } = task.plan;
    const finished = finishedTasks(state);
    const scope: ReferenceScope = {
      job: { ...job, repairCount: repairCount(state), trigger: created.trigger, parameters: state.parameters },
      task: { key, runId: attempt.runId, executionCount: attempt.number + 1, notebookPath: notebookPathOf(work) },
      tasks: finished,
      input: task.plan.iteration && { value: task.plan.iteration.input },
      backfillDate: created.backfillDate,
    };
    try {
      return {
        job,
        task: { key, type: work.type, runId: attempt.runId, attempt: attempt.number },
        settings: attemptSettings(work, scope, state.overrides, created.runParameters),
        taskValues: Object.fromEntries(
          [...finished].map(([one, { values, exitValue }]) => [one, withExit(values, exitValue)]),
        ),
        sparkConf,
      };
    } catch (error) {
      if (!isLakeletError(error)) throw error;
      return { state: "FAILED", failure: { message: error.message, condition: error.condition, retryable: false } };
    }
  }

  async #runIn(
    lease: WorkerLease,
    task: TaskState,
    request: AttemptRequest,
    signal: AbortSignal,
  ): Promise<AttemptResult> {
    const { key: taskKey, timeoutMs } = task.plan;
    const { attempt, runId } = request.task;
    const file = new OutputFile(this.#options.outputFolder, runId);
    const expired = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const kill = () => lease.worker.killNow();
    const ends = AbortSignal.any([signal, expired.signal]);
    ends.addEventListener("abort", kill);
    if (ends.aborted) kill();
    const result = await lease.worker.run(request, {
      started: (pid) => {
        const at = Date.now();
        this.#options.post({ type: "attempt-started", at, taskKey, attempt, pid, settings: request.settings });
        if (timeoutMs === undefined) return;
        const message = `The task ran longer than its timeout_seconds, ${timeoutMs / 1000}.`;
        const expire = () => expired.abort({ state: "TIMEDOUT", message } satisfies Stop);
        timer = setTimeout(expire, Math.min(timeoutMs, 2 ** 31 - 1));
      },
      event: (event) => {
        if (event.type === "output") {
          file.append(event.output);
          this.#options.output(taskKey, attempt, event.output);
        } else if (event.type === "report") {
          this.#options.post({ type: "task-report", at: Date.now(), taskKey, attempt, report: event.report });
        } else {
          const { key, value } = event;
          this.#options.post({ type: "task-value", at: Date.now(), taskKey, attempt, key, value });
        }
      },
    });
    clearTimeout(timer);
    ends.removeEventListener("abort", kill);
    file.close();
    // What was done before the kill arrived is done.
    return ends.aborted && result.state === "INTERNAL_ERROR" ? stopped(ends) : result;
  }
}

function finishedTasks(state: RunState): ReadonlyMap<string, FinishedTask> {
  const finished = new Map<string, FinishedTask>();
  for (const [key, task] of state.tasks) {
    if (task.resultState === undefined) continue;
    const last = lastAttempt(task);
    const success = last?.result?.state === "SUCCESS" ? last.result : undefined;
    finished.set(key, {
      runId: last?.runId ?? "",
      resultState: task.resultState,
      executionCount: task.earlier.length + task.attempts.length,
      errorCode: failureOf(last?.result)?.condition,
      values: task.values,
      exitValue: success?.exitValue,
      rows: success?.rows,
      omittedRows: success?.omittedRows,
      alertState: success?.alert?.state,
      notebookPath: notebookPathOf(task.plan.work),
    });
  }
  return finished;
}

function notebookPathOf({ type, settings }: TaskWork): string | undefined {
  return type === "notebook_task" ? (settings as { readonly notebook_path: string }).notebook_path : undefined;
}

function withExit(
  values: Readonly<Record<string, unknown>>,
  exitValue: string | undefined,
): Readonly<Record<string, unknown>> {
  return exitValue === undefined ? values : { default: exitValue, ...values };
}

function failed(state: "FAILED" | "CANCELED" | "TIMEDOUT", message: string): AttemptResult {
  const failure: AttemptFailure = { message, retryable: false };
  return { state, failure };
}

function stopped(signal: AbortSignal): AttemptResult {
  const { state, message } = (signal.reason ?? { state: "CANCELED", message: "The run was ended." }) as Stop;
  return failed(state, message);
}

/** Resolves at that time, or at once where the signal comes first. */
function until(time: number, signal: AbortSignal): Promise<void> {
  const wait = time - Date.now();
  if (wait <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.min(wait, 2 ** 31 - 1));
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
