/** Performs attempts: waits for their time, does what their task's type asks for, and tells how each ended. */
import { secretsOfProcess } from "../secrets/known-secrets.js";
import { redactedValue } from "../secrets/redacted-attempt.js";
import type { AttemptFailure, AttemptResult, TaskOutput } from "./attempt.js";
import { attemptRequest, orFailure, scopeOf } from "./attempt-request.js";
import { type ChildJobs, childJob, resultOfChild } from "./child-jobs.js";
import { type ConditionSettings, evaluateCondition } from "./condition.js";
import { type Deadline, startDeadline, until } from "./deadline.js";
import { loopInputs } from "./loop-inputs.js";
import type { RunEvent } from "./run-event.js";
import type { RunState } from "./run-state.js";
import { type AttemptState, lastAttempt, type TaskState } from "./task-state.js";
import { runInWorker } from "./worker-attempt.js";
import type { WorkerPool } from "./worker-pool.js";

export interface AttemptPerformerOptions {
  readonly workers: WorkerPool;
  readonly childJobs: ChildJobs | undefined;
  /** Receives a file an attempt with what it printed. */
  readonly outputFolder: string;
  state(): RunState;
  post(event: RunEvent): void;
  output(taskKey: string, attempt: number, output: TaskOutput): void;
}

/** Why an attempt is ended before its time. */
export interface Stop {
  readonly state: "CANCELED" | "TIMEDOUT";
  readonly message: string;
}

interface AttemptAtWork {
  readonly stop: AbortController;
  readonly timers: Deadline[];
}

export class AttemptPerformer {
  readonly #options: AttemptPerformerOptions;
  readonly #atWork = new Map<string, AttemptAtWork>();

  constructor(options: AttemptPerformerOptions) {
    this.#options = options;
  }

  /** Begins an attempt that the log says is scheduled. Its end comes as an event. */
  start(taskKey: string, attempt: number): void {
    const atWork: AttemptAtWork = { stop: new AbortController(), timers: [] };
    this.#atWork.set(taskKey, atWork);
    void this.#perform(taskKey, attempt, atWork)
      .catch(internalError)
      .then((result) => {
        // A loop ends with its last iteration: the rules say when.
        if (result === "goes on") return;
        this.#options.post({ type: "attempt-ended", at: Date.now(), taskKey, attempt, result });
      });
  }

  /** Takes up a loop whose runner was killed: its iterations are known. */
  resumeLoop(taskKey: string): void {
    const atWork: AttemptAtWork = { stop: new AbortController(), timers: [] };
    this.#atWork.set(taskKey, atWork);
    const task = this.#options.state().tasks.get(taskKey);
    const attempt = task && lastAttempt(task);
    if (task && attempt) this.#watchTime(task, atWork, attempt.startedAt ?? Date.now(), this.#endLoop(taskKey));
  }

  /** The attempt has ended: nothing that waited for its time or its stop is left. */
  ended(taskKey: string): void {
    for (const timer of this.#atWork.get(taskKey)?.timers ?? []) timer.stop();
    this.#atWork.delete(taskKey);
  }

  /** Kills the attempts of a task at work, or calls off one that waits. */
  stop(taskKey: string, stop: Stop): void {
    this.#atWork.get(taskKey)?.stop.abort(stop);
  }

  stopAll(stop: Stop): void {
    for (const taskKey of [...this.#atWork.keys()]) this.stop(taskKey, stop);
  }

  async #perform(taskKey: string, number: number, atWork: AttemptAtWork): Promise<AttemptResult | "goes on"> {
    const { signal } = atWork.stop;
    const scheduled = this.#options.state().tasks.get(taskKey)?.attempts.at(-1);
    if (scheduled?.number !== number) throw new Error(`attempt ${number} of ${taskKey} is not in the run's log`);
    await until(scheduled.notBefore, signal);
    if (signal.aborted) return stopped(signal);
    const task = this.#options.state().tasks.get(taskKey);
    if (task === undefined) throw new Error(`the run has no task ${taskKey}`);
    switch (task.plan.work.type) {
      case "condition_task":
        return this.#evaluate(task, scheduled);
      case "for_each_task":
        return this.#beginLoop(task, scheduled, atWork);
      case "run_job_task":
        return this.#runChild(task, scheduled, atWork);
      default:
        return this.#work(task, scheduled, atWork);
    }
  }

  #evaluate(task: TaskState, attempt: AttemptState): AttemptResult {
    const settings = task.plan.work.settings as ConditionSettings;
    const scope = scopeOf(this.#options.state(), task, attempt);
    const evaluated = orFailure(() => evaluateCondition(settings, scope));
    if ("state" in evaluated) return evaluated;
    this.#started(task, attempt, { ...evaluated.settings });
    return { state: "SUCCESS", outcome: evaluated.outcome };
  }

  #beginLoop(task: TaskState, attempt: AttemptState, atWork: AttemptAtWork): AttemptResult | "goes on" {
    const { key, forEach } = task.plan;
    const scope = scopeOf(this.#options.state(), task, attempt);
    const inputs = orFailure(() => loopInputs(forEach?.inputs ?? "", scope));
    if ("state" in inputs) return inputs;
    this.#watchTime(task, atWork, Date.now(), this.#endLoop(key));
    this.#started(task, attempt, { inputs: JSON.stringify(inputs), concurrency: forEach?.concurrency ?? 1 });
    this.#options.post({ type: "iterations-created", at: Date.now(), taskKey: key, inputs });
    return "goes on";
  }

  #endLoop(taskKey: string): (stop: Stop) => void {
    return ({ state: cause, message }) =>
      this.#options.post({ type: "task-terminating", at: Date.now(), taskKey, cause, message });
  }

  async #runChild(task: TaskState, attempt: AttemptState, atWork: AttemptAtWork): Promise<AttemptResult> {
    const { childJobs } = this.#options;
    const state = this.#options.state();
    const { key: taskKey } = task.plan;
    const request = attemptRequest(state, task, attempt);
    if ("state" in request) return request;
    const { signal } = atWork.stop;
    this.#watchTime(task, atWork, Date.now(), (stop) => atWork.stop.abort(stop));
    this.#started(task, attempt, request.settings);
    const job = childJob(request.settings, { runId: state.created.runId, taskKey, taskRunId: attempt.runId });
    const created = (runId: string) =>
      this.#options.post({ type: "child-run", at: Date.now(), taskKey, attempt: attempt.number, runId });
    // The child is told why in words.
    const cancel = new AbortController();
    const pass = () => cancel.abort(`The task ${taskKey} of the run ${state.created.runId} was ended.`);
    signal.addEventListener("abort", pass);
    if (signal.aborted) pass();
    try {
      if (childJobs === undefined) throw new Error("this runner starts no other jobs");
      const ended = await childJobs.run(job, created, cancel.signal);
      return signal.aborted && ended.resultState !== "SUCCESS" ? stopped(signal) : resultOfChild(ended);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { state: "FAILED", failure: { message, condition: "RUN_JOB_TASK_FAILED", retryable: false } };
    }
  }

  /** In a process of the pool. */
  async #work(task: TaskState, attempt: AttemptState, atWork: AttemptAtWork): Promise<AttemptResult> {
    const request = attemptRequest(this.#options.state(), task, attempt);
    if ("state" in request) return request;
    const { signal } = atWork.stop;
    const { compute, key } = task.plan;
    const { runId } = this.#options.state().created;
    // Several runs may share the pool: clusters of one name are not one.
    const own = compute.kind === "shared" ? { ...compute, key: `${runId}:${compute.key}` } : compute;
    const lease = await this.#options.workers.acquire(own, signal);
    if (!lease) return stopped(signal);
    const result = await runInWorker(lease.worker, request, {
      outputFolder: this.#options.outputFolder,
      signal,
      started: (pid) => {
        this.#watchTime(task, atWork, Date.now(), (stop) => atWork.stop.abort(stop));
        this.#started(task, attempt, request.settings, pid);
      },
      told: (event) => this.#options.post({ ...event, at: Date.now(), taskKey: key, attempt: attempt.number }),
      output: (output) => this.#options.output(key, attempt.number, output),
    });
    // A process whose attempt did not end well is not trusted with another one.
    lease.release(result.state === "SUCCESS" ? "keep" : "discard");
    // What was done before the kill arrived is done.
    return signal.aborted && result.state === "INTERNAL_ERROR" ? stopped(signal) : result;
  }

  #started(task: TaskState, { number }: AttemptState, settings: Readonly<Record<string, unknown>>, pid?: number): void {
    const at = Date.now();
    const kept = redactedValue(settings, secretsOfProcess().redact);
    this.#options.post({ type: "attempt-started", at, taskKey: task.plan.key, attempt: number, pid, settings: kept });
  }

  /** The timeout of the attempt, and the health rule, which only warns. */
  #watchTime({ plan }: TaskState, { timers }: AttemptAtWork, since: number, expire: (stop: Stop) => void): void {
    const { key: taskKey, timeoutMs, warnAfterSeconds } = plan;
    if (timeoutMs !== undefined) {
      const message = `The task ran longer than its timeout_seconds, ${timeoutMs / 1000}.`;
      timers.push(startDeadline(since + timeoutMs, () => expire({ state: "TIMEDOUT", message })));
    }
    if (warnAfterSeconds === undefined) return;
    const warn = () => {
      const warned = this.#options.state().tasks.get(taskKey)?.warnedAt !== undefined;
      const event = { type: "duration-warning", at: Date.now(), taskKey, thresholdSeconds: warnAfterSeconds } as const;
      if (!warned) this.#options.post(event);
    };
    timers.push(startDeadline(since + warnAfterSeconds * 1000, warn));
  }
}

function stopped(signal: AbortSignal): AttemptResult {
  const { state, message } = (signal.reason ?? { state: "CANCELED", message: "The run was ended." }) as Stop;
  const failure: AttemptFailure = { message, retryable: false };
  return { state, failure };
}

/** A mistake of the runner ends the attempt, not the run of the others. */
function internalError(error: unknown): AttemptResult {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const failure = { message, condition: "INTERNAL_ERROR", retryable: false, ...(stack !== undefined && { stack }) };
  return { state: "INTERNAL_ERROR", failure };
}
