/** A run without processes: attempts end as a script says, in the order that `pick` chooses. */
import type { TaskPlan } from "../../../src/jobs/job-plan.js";
import type { AttemptResult } from "../../../src/jobs/run/attempt.js";
import type { RunCreated, RunEvent } from "../../../src/jobs/run/run-event.js";
import { applyEvent, initialState, type RunState } from "../../../src/jobs/run/run-state.js";
import { settle } from "../../../src/jobs/run/settle.js";
import { hasActiveAttempt } from "../../../src/jobs/run/task-state.js";
import type { RunIf } from "../../../src/jobs/spec/task.js";

export interface SimulatedTask {
  readonly after?: readonly string[];
  readonly runIf?: RunIf;
  readonly disabled?: boolean;
  readonly maxRetries?: number;
  readonly retryOnTimeout?: boolean;
  /** Of each attempt in turn; the last one repeats. Success where absent. */
  readonly outcomes?: readonly Outcome[];
}

export type Outcome = AttemptResult["state"] | "GATE_FAILED";

export function taskPlan(key: string, task: SimulatedTask): TaskPlan {
  return {
    key,
    dependsOn: task.after ?? [],
    runIf: task.runIf ?? "ALL_SUCCESS",
    disabled: task.disabled ?? false,
    retry: { maxRetries: task.maxRetries ?? 0, minIntervalMs: 0, onTimeout: task.retryOnTimeout ?? false },
    timeoutMs: undefined,
    work: { type: "notebook_task", settings: {} },
    compute: { kind: "own" },
    sparkConf: {},
  };
}

export function createdRun(tasks: readonly TaskPlan[]): RunCreated {
  return {
    type: "run-created",
    at: 0,
    runId: "1000",
    job: { id: "1", name: "simulated", maxConcurrentRuns: 1 },
    jobReference: "simulated",
    specFile: "job.json",
    trigger: { type: "ONE_TIME", at: 0 },
    queue: false,
    only: [],
    settings: {},
    parameters: {},
    overrides: {},
    timeoutMs: undefined,
    tasks,
    runner: { pid: 1, host: "here", startMark: "0" },
  };
}

export function resultOf(outcome: Outcome): AttemptResult {
  if (outcome === "SUCCESS") return { state: "SUCCESS" };
  const failure = { message: `ended ${outcome}`, retryable: outcome !== "GATE_FAILED" };
  return { state: outcome === "GATE_FAILED" ? "FAILED" : outcome, failure };
}

export interface SimulatedRun {
  readonly state: RunState;
  readonly log: readonly RunEvent[];
}

export interface SimulationOptions {
  /** Which of the attempts at work ends next. */
  readonly pick?: (count: number) => number;
  /** Ends the run after that many attempts have ended. */
  readonly terminateAfter?: { readonly attempts: number; readonly cause: "CANCELED" | "TIMEDOUT" };
}

export function simulate(
  tasks: Readonly<Record<string, SimulatedTask>>,
  options: SimulationOptions = {},
): SimulatedRun {
  const { pick = () => 0, terminateAfter } = options;
  const created = createdRun(Object.entries(tasks).map(([key, task]) => taskPlan(key, task)));
  const log: RunEvent[] = [created];
  let state = initialState(created);
  let now = 0;
  const post = (event: RunEvent) => {
    log.push(event);
    const settled = settle(applyEvent(state, event), now, event);
    log.push(...settled.events);
    state = settled.state;
  };
  post({ type: "run-started", at: ++now });
  for (let ended = 0; state.endedAt === undefined; ended++) {
    if (terminateAfter?.attempts === ended) {
      post({ type: "run-terminating", at: ++now, cause: terminateAfter.cause, message: "ended" });
    }
    const active = [...state.tasks.values()].filter(hasActiveAttempt);
    const task = active[pick(active.length)] ?? active[0];
    if (!task) {
      if (state.endedAt === undefined) throw new Error("nothing is at work, and the run has not ended");
      break;
    }
    const { key } = task.plan;
    const attempt = task.attempts.length - 1;
    const outcomes = tasks[key]?.outcomes ?? ["SUCCESS"];
    const outcome = state.terminating ? state.terminating.cause : (outcomes[attempt] ?? outcomes.at(-1) ?? "SUCCESS");
    post({ type: "attempt-started", at: ++now, taskKey: key, attempt, pid: 1, settings: {} });
    post({ type: "attempt-ended", at: ++now, taskKey: key, attempt, result: resultOf(outcome) });
  }
  return { state, log };
}

/** Result states by task, and the run's own under `run`. */
export function resultStates({ state }: SimulatedRun): Readonly<Record<string, string | undefined>> {
  const tasks = [...state.tasks].map(([key, task]) => [key, task.resultState]);
  return { ...Object.fromEntries(tasks), run: state.resultState };
}
