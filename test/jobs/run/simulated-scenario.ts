/** A scenario on the runner's own rules without processes: executions end as their script says, in the order that `pick` chooses. */
import type { TaskPlan } from "../../../src/jobs/job-plan.js";
import type { AttemptResult } from "../../../src/jobs/run/attempt.js";
import { planRepair } from "../../../src/jobs/run/repair.js";
import type { ResultState, RunEvent } from "../../../src/jobs/run/run-event.js";
import {
  applyEvent,
  initialState,
  type RunState,
  replay,
  taskLifeCycleState,
} from "../../../src/jobs/run/run-state.js";
import { settle } from "../../../src/jobs/run/settle.js";
import { hasActiveAttempt, type TaskState } from "../../../src/jobs/run/task-state.js";
import type { Execution, ModelJob, ModelTask } from "./reference-model.js";
import type { Step } from "./scenario.js";
import { createdRun, taskPlan } from "./simulated-run.js";

export interface Simulated {
  readonly state: RunState;
  readonly log: readonly RunEvent[];
}

export interface SimulatedEnd {
  readonly lifeCycleState: string;
  readonly resultState: ResultState | undefined;
  readonly attempts: number;
}

/** @param pick which of the attempts at work ends next, given how many there are */
export function simulateScenario(
  job: ModelJob,
  steps: readonly Step[],
  pick: (count: number) => number = () => 0,
): Simulated {
  const run = new ScenarioRun(job, pick);
  for (const step of steps) run.take(step);
  run.finish();
  return run;
}

/** By task, iterations among them, and the run's own under `run`. */
export function endsOf(state: RunState): Readonly<Record<string, SimulatedEnd>> {
  const tasks = [...state.tasks].map(([key, task]): [string, SimulatedEnd] => [
    key,
    {
      lifeCycleState: taskLifeCycleState(task, state),
      resultState: task.resultState,
      attempts: task.earlier.length + task.attempts.length,
    },
  ]);
  const { lifeCycleState, resultState, attemptCount } = state;
  return Object.fromEntries([...tasks, ["run", { lifeCycleState, resultState, attempts: attemptCount }]]);
}

class ScenarioRun implements Simulated {
  state: RunState;
  readonly log: RunEvent[] = [];
  readonly #job: ModelJob;
  readonly #plans: readonly TaskPlan[];
  readonly #pick: (count: number) => number;
  /** Executions of each script that have been used. */
  #used = new Map<string, number>();
  #usedBefore: ReadonlyMap<string, number> = new Map();
  #lastWrite: { readonly from: number; readonly used: ReadonlyMap<string, number> } = { from: 1, used: new Map() };
  #now = 0;

  constructor(job: ModelJob, pick: (count: number) => number) {
    this.#job = job;
    this.#pick = pick;
    this.#plans = job.map(planOf);
    const created = createdRun(this.#plans);
    this.log.push(created);
    this.state = initialState(created);
    this.#post({ type: "run-started", at: ++this.#now });
  }

  /** `after`: that many attempts since the step before. */
  take(step: Step): void {
    if (step.kind === "repair") this.#repair(step);
    else this.#interrupt(step);
  }

  #interrupt(step: Exclude<Step, { kind: "repair" }>): void {
    for (let ended = 0; ended < step.after && this.#endOne(); ended++);
    this.#openLoops();
    if (step.kind === "kill") {
      this.#kill(step.torn);
      return;
    }
    if (this.state.endedAt !== undefined) return;
    const cause = step.kind === "cancel" ? "CANCELED" : "TIMEDOUT";
    this.#post({ type: "run-terminating", at: ++this.#now, cause, message: `ended by ${step.kind}` });
    this.finish();
  }

  /** Of the last write some events may be missing, as after a kill in the middle of it; what they told happens again. */
  #kill(torn: number): void {
    const { from, used } = this.#lastWrite;
    const kept = this.log[from]?.type === "repair-started" ? 1 : 0;
    const lost = Math.min(torn, this.log.length - from - kept);
    if (lost > 0) {
      this.log.splice(-lost);
      if (this.log.length === from) this.#usedBefore = used;
      if (this.log.length === from) this.#used = new Map(used);
      const state = replay(this.log);
      if (!state) throw new Error("the log gives no state");
      this.state = state;
    }
    if (this.state.endedAt !== undefined) return;
    const { runner } = this.state;
    this.#post({ type: "run-resumed", at: ++this.#now, runner: { ...runner, pid: runner.pid + 1 } });
    if (this.state.lifeCycleState === "PENDING") this.#post({ type: "run-started", at: ++this.#now });
  }

  finish(): void {
    while (this.#endOne());
    if (this.state.endedAt === undefined) throw new Error("nothing is at work, and the run has not ended");
  }

  #repair(step: Extract<Step, { kind: "repair" }>): void {
    this.finish();
    // Refused: nothing failed.
    if (!step.rerunTasks && this.state.resultState === "SUCCESS") return;
    const { parameters, overrides, settings, runner } = this.state;
    const latestRepairId = this.state.executions.at(-1)?.repairId;
    const { tasks, rerun } = planRepair(this.state, this.#plans, {
      ...(step.rerunTasks && { rerunTasks: step.rerunTasks }),
      rerunDependentTasks: step.rerunDependentTasks,
      ...(latestRepairId !== undefined && { latestRepairId }),
    });
    const repairId = String(this.state.executions.length);
    const at = ++this.#now;
    this.#post({ type: "repair-started", at, repairId, tasks, rerun, parameters, overrides, settings, runner });
  }

  #post(event: RunEvent): void {
    this.#lastWrite = { from: this.log.length, used: this.#usedBefore };
    this.#usedBefore = new Map(this.#used);
    this.log.push(event);
    const settled = settle(applyEvent(this.state, event), this.#now, event);
    this.log.push(...settled.events);
    this.state = settled.state;
  }

  /** What takes no time: a loop that begins knows its inputs. */
  #openLoops(): void {
    if (this.state.terminating) return;
    const closed = (task: TaskState) => hasActiveAttempt(task) && task.plan.forEach && !task.iterations;
    for (let task = this.#find(closed); task; task = this.#find(closed)) {
      const { work } = this.#taskOf(task);
      const inputs = work.kind === "for_each" ? work.iterations.map((_, i) => i) : [];
      this.#start(task);
      this.#post({ type: "iterations-created", at: ++this.#now, taskKey: task.plan.key, inputs });
    }
  }

  #find(wanted: (task: TaskState) => unknown): TaskState | undefined {
    return [...this.state.tasks.values()].find(wanted);
  }

  /** False where nothing is at work. */
  #endOne(): boolean {
    this.#openLoops();
    const active = [...this.state.tasks.values()].filter((task) => hasActiveAttempt(task) && !task.iterations);
    const task = active[this.#pick(active.length)] ?? active[0];
    if (!task) return false;
    if (!this.state.terminating) this.#start(task);
    const { key } = task.plan;
    const attempt = task.attempts.at(-1)?.number ?? 0;
    this.#post({ type: "attempt-ended", at: ++this.#now, taskKey: key, attempt, result: this.#result(task) });
    return true;
  }

  #start({ plan: { key: taskKey }, attempts }: TaskState): void {
    const attempt = attempts.at(-1)?.number ?? 0;
    this.#post({ type: "attempt-started", at: ++this.#now, taskKey, attempt, pid: 1, settings: {} });
  }

  #result(task: TaskState): AttemptResult {
    const { terminating } = this.state;
    if (terminating) return resultOf(terminating.cause);
    const { key, iteration } = task.plan;
    const { work } = this.#taskOf(task);
    const used = this.#used.get(key) ?? 0;
    this.#used.set(key, used + 1);
    if (work.kind === "condition") {
      const answer = work.answers[Math.min(used, work.answers.length - 1)] ?? "error";
      // No retry helps a condition that cannot be compared.
      return answer === "error" ? resultOf("GATE_FAILED") : { state: "SUCCESS", outcome: answer };
    }
    const script = work.kind === "for_each" ? (work.iterations[iteration?.index ?? 0] ?? []) : work.executions;
    return resultOf(script[Math.min(used, script.length - 1)] ?? "SUCCESS");
  }

  #taskOf({ plan }: TaskState): ModelTask {
    const key = plan.iteration?.of ?? plan.key;
    const found = this.#job.find((one) => one.key === key);
    if (!found) throw new Error(`the job has no task ${key}`);
    return found;
  }
}

function planOf(task: ModelTask): TaskPlan {
  const { key, after, runIf, disabled, maxRetries, retryOnTimeout, work } = task;
  const own = { after: after.map((edge) => edge.key), runIf, disabled };
  const outcomes = after.flatMap((edge) => (edge.outcome ? [[edge.key, edge.outcome] as const] : []));
  const edges = outcomes.length > 0 ? { outcomes: Object.fromEntries(outcomes) } : {};
  if (work.kind === "condition") {
    return { ...taskPlan(key, own), ...edges, work: { type: "condition_task", settings: {} } };
  }
  if (work.kind === "task") return { ...taskPlan(key, { ...own, maxRetries, retryOnTimeout }), ...edges };
  return {
    ...taskPlan(key, own),
    ...edges,
    work: { type: "for_each_task", settings: {} },
    // Retries are those of the nested task.
    forEach: {
      inputs: "[]",
      concurrency: work.concurrency,
      task: taskPlan("nested", { maxRetries, retryOnTimeout }),
    },
  };
}

function resultOf(execution: Execution): AttemptResult {
  if (execution === "SUCCESS") return { state: "SUCCESS" };
  const failure = { message: `ended ${execution}`, retryable: execution !== "GATE_FAILED" };
  return { state: execution === "GATE_FAILED" ? "FAILED" : execution, failure };
}
