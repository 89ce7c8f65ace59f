/**
 * How a run ends, by Databricks' documentation alone: written from the rules of run_if, outcomes, retries, leaves and repair,
 * as a table and set operations, and not from the runner, which is held against it.
 */
import type { ResultState } from "../../../src/jobs/run/run-event.js";
import type { RunIf } from "../../../src/jobs/spec/task.js";

/** How one execution of a task's own work ends. */
export type Execution = "SUCCESS" | "FAILED" | "TIMEDOUT" | "INTERNAL_ERROR" | "GATE_FAILED" | "CANCELED";
export type Answer = "true" | "false";

export interface Edge {
  readonly key: string;
  /** Of a condition task. */
  readonly outcome?: Answer;
}

export type Work =
  /** `executions`: the n-th over the whole run, repairs included; the last one repeats. */
  | { readonly kind: "task"; readonly executions: readonly Execution[] }
  | { readonly kind: "condition"; readonly answers: readonly (Answer | "error")[] }
  /** Each iteration with its own executions. */
  | { readonly kind: "for_each"; readonly iterations: readonly (readonly Execution[])[]; readonly concurrency: number };

export interface ModelTask {
  readonly key: string;
  readonly after: readonly Edge[];
  readonly runIf: RunIf;
  readonly disabled: boolean;
  readonly maxRetries: number;
  readonly retryOnTimeout: boolean;
  readonly work: Work;
}

/** Tasks stand after those that they depend on. */
export type ModelJob = readonly ModelTask[];

export interface TaskEnd {
  readonly result: ResultState;
  /** Of its own work over the whole run; of a for_each those of each iteration. */
  readonly executions: readonly number[];
  readonly answer?: Answer;
}

export interface RunEnd {
  readonly result: ResultState;
  readonly tasks: ReadonlyMap<string, TaskEnd>;
}

export interface RepairRequest {
  /** Undefined: all that failed. */
  readonly rerunTasks: readonly string[] | undefined;
  readonly rerunDependentTasks: boolean;
}

type Kind = "good" | "skipped" | "failed" | "canceled";

const KIND: Readonly<Record<ResultState, Kind>> = {
  SUCCESS: "good",
  SUCCESS_WITH_FAILURES: "good",
  EXCLUDED: "skipped",
  DISABLED: "skipped",
  FAILED: "failed",
  TIMEDOUT: "failed",
  UPSTREAM_FAILED: "failed",
  MAXIMUM_CONCURRENT_RUNS_REACHED: "failed",
  CANCELED: "canceled",
  UPSTREAM_CANCELED: "canceled",
};

/** What must be so of the dependencies, counted by kind, and what a task becomes where it is not. */
const RULES: Readonly<
  Record<RunIf, readonly [met: (n: Readonly<Record<Kind, number>>) => boolean, else_: "blocked" | "EXCLUDED"]>
> = {
  ALL_SUCCESS: [(n) => n.failed + n.canceled === 0, "blocked"],
  AT_LEAST_ONE_SUCCESS: [(n) => n.good + n.skipped > 0, "blocked"],
  NONE_FAILED: [(n) => n.failed + n.canceled === 0, "blocked"],
  ALL_DONE: [() => true, "blocked"],
  AT_LEAST_ONE_FAILED: [(n) => n.failed + n.canceled > 0, "EXCLUDED"],
  ALL_FAILED: [(n) => n.good + n.skipped === 0, "EXCLUDED"],
};

/** A run from its beginning to its end. */
export function modelRun(job: ModelJob): RunEnd {
  return rerun(job, new Map(), new Set(job.map((task) => task.key)), new Set());
}

/** A repair of a run that has ended: the tasks chosen run again after those that they depend on, the others stay as they are. */
export function modelRepair(job: ModelJob, before: RunEnd, request: RepairRequest): RunEnd {
  const chosen = repairedTasks(job, before, request);
  return rerun(job, before.tasks, chosen, new Set(request.rerunTasks));
}

/** Which tasks a repair runs again. */
export function repairedTasks(job: ModelJob, before: RunEnd, request: RepairRequest): ReadonlySet<string> {
  const bad = job.filter(({ key }) => ["failed", "canceled"].includes(KIND[before.tasks.get(key)?.result ?? "FAILED"]));
  const chosen = new Set(request.rerunTasks ?? bad.map(({ key }) => key));
  if (request.rerunDependentTasks) {
    // In the order of the job: what depends on a chosen one is chosen.
    for (const { key, after } of job) if (after.some((edge) => chosen.has(edge.key))) chosen.add(key);
  }
  return chosen;
}

function rerun(
  job: ModelJob,
  before: ReadonlyMap<string, TaskEnd>,
  chosen: ReadonlySet<string>,
  forced: ReadonlySet<string>,
): RunEnd {
  const tasks = new Map<string, TaskEnd>();
  for (const task of job) {
    const old = before.get(task.key);
    const end = old !== undefined && !chosen.has(task.key) ? old : taskEnd(task, tasks, old, forced.has(task.key));
    tasks.set(task.key, end);
  }
  return { tasks, result: runResult(job, tasks) };
}

function taskEnd(
  task: ModelTask,
  ended: ReadonlyMap<string, TaskEnd>,
  old: TaskEnd | undefined,
  forced: boolean,
): TaskEnd {
  const executions = old?.executions ?? [];
  // "The outcome of the dependent task that must be met for this task to run."
  if (task.after.some((edge) => hasOtherAnswer(edge, ended))) return { result: "EXCLUDED", executions };
  const kinds = task.after.map(({ key }) => KIND[endOf(key, ended).result]);
  const count = (kind: Kind) => kinds.filter((one) => one === kind).length;
  const n = { good: count("good"), skipped: count("skipped"), failed: count("failed"), canceled: count("canceled") };
  const [met, otherwise] = RULES[task.runIf];
  if (kinds.length > 0 && n.skipped === kinds.length) return { result: "EXCLUDED", executions };
  if (kinds.length > 0 && !met(n)) {
    const blocked = n.failed > 0 ? "UPSTREAM_FAILED" : "UPSTREAM_CANCELED";
    return { result: otherwise === "EXCLUDED" ? "EXCLUDED" : blocked, executions };
  }
  if (task.disabled && !forced) return { result: "DISABLED", executions };
  return workEnd(task, executions);
}

function hasOtherAnswer({ key, outcome }: Edge, ended: ReadonlyMap<string, TaskEnd>): boolean {
  const { result, answer } = endOf(key, ended);
  return outcome !== undefined && result === "SUCCESS" && answer !== outcome;
}

function endOf(key: string, ended: ReadonlyMap<string, TaskEnd>): TaskEnd {
  const end = ended.get(key);
  if (end === undefined) throw new Error(`${key} must stand before what depends on it`);
  return end;
}

function workEnd(task: ModelTask, before: readonly number[]): TaskEnd {
  const { work } = task;
  if (work.kind === "condition") {
    const [done = 0] = before;
    const answer = nth(work.answers, done);
    return answer === "error"
      ? { result: "FAILED", executions: [done + 1] }
      : { result: "SUCCESS", executions: [done + 1], answer };
  }
  if (work.kind === "task") {
    const { result, executions } = tries(task, work.executions, before[0] ?? 0);
    return { result, executions: [executions] };
  }
  const ends = work.iterations.map((executions, i) => tries(task, executions, before[i] ?? 0));
  const fine = ends.every((end) => end.result === "SUCCESS");
  return { result: fine ? "SUCCESS" : "FAILED", executions: ends.map((end) => end.executions) };
}

/** Tried until it succeeds, may not be tried again, or has used its retries up. */
function tries(
  { maxRetries, retryOnTimeout }: ModelTask,
  script: readonly Execution[],
  before: number,
): { readonly result: ResultState; readonly executions: number } {
  for (let retries = 0; ; retries++) {
    const end = nth(script, before + retries);
    const again = end === "FAILED" || end === "INTERNAL_ERROR" || (end === "TIMEDOUT" && retryOnTimeout);
    if (again && retries < maxRetries) continue;
    const result = end === "INTERNAL_ERROR" || end === "GATE_FAILED" ? "FAILED" : end;
    return { result, executions: before + retries + 1 };
  }
}

function nth<Item>(items: readonly Item[], n: number): Item {
  const item = items[Math.min(n, items.length - 1)];
  if (item === undefined) throw new Error("a script says at least how the first execution ends");
  return item;
}

function runResult(job: ModelJob, ended: ReadonlyMap<string, TaskEnd>): ResultState {
  const needed = new Set(job.flatMap((task) => task.after.map((edge) => edge.key)));
  const bad = job.filter(({ key }) => ["failed", "canceled"].includes(KIND[ended.get(key)?.result ?? "FAILED"]));
  if (bad.length === 0) return "SUCCESS";
  return bad.some(({ key }) => !needed.has(key)) ? "FAILED" : "SUCCESS_WITH_FAILURES";
}
