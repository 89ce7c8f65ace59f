/** A job spec as the runner uses it: defaults filled in, durations in milliseconds, compute resolved to processes. */
import { createHash } from "node:crypto";
import { type ClusterPlan, planCluster } from "./cluster-plan.js";
import type { JobSettings } from "./spec/job-settings.js";
import { type RunIf, type TaskSettings, type TaskType, typesOf } from "./spec/task.js";
import { selectTasks } from "./task-graph.js";
import { librariesOf, type TaskLibraries } from "./task-libraries.js";

export interface TaskWork {
  readonly type: TaskType;
  /** The settings under that key, references not yet resolved. */
  readonly settings: unknown;
}

/** `own`: any free process. `shared`: one process for all tasks of that key, in turn. */
export type Compute = { readonly kind: "own" } | { readonly kind: "shared"; readonly key: string };

export interface RetryPolicy {
  /** -1 = without end. */
  readonly maxRetries: number;
  /** Counted from the start of the failed attempt. */
  readonly minIntervalMs: number;
  readonly onTimeout: boolean;
}

/** A for_each_task: what it loops over, and the task that runs for each. */
export interface ForEachPlan {
  /** JSON array, or a reference to one, not yet resolved. */
  readonly inputs: string;
  /** Iterations at once. */
  readonly concurrency: number;
  readonly task: TaskPlan;
}

/** One turn of a for_each_task. */
export interface Iteration {
  /** The key of the for_each_task. */
  readonly of: string;
  /** From 0. */
  readonly index: number;
  readonly input: unknown;
  /** The key of the nested task. */
  readonly taskKey: string;
}

export interface TaskPlan extends ClusterPlan {
  readonly key: string;
  readonly dependsOn: readonly string[];
  /** Of a dependency that is a condition_task: the outcome that this task runs after. */
  readonly outcomes?: Readonly<Record<string, "true" | "false">>;
  readonly runIf: RunIf;
  readonly disabled: boolean;
  readonly retry: RetryPolicy;
  /** Of one attempt. */
  readonly timeoutMs: number | undefined;
  /** Of the health rule RUN_DURATION_SECONDS. */
  readonly warnAfterSeconds?: number;
  readonly work: TaskWork;
  readonly compute: Compute;
  /** What is to be installed for it. */
  readonly libraries?: TaskLibraries;
  readonly forEach?: ForEachPlan;
  readonly iteration?: Iteration;
}

export interface JobPlan {
  readonly jobId: string;
  readonly name: string;
  readonly timeoutMs: number | undefined;
  readonly maxConcurrentRuns: number;
  /** A run too many waits for its turn instead of being skipped. */
  readonly queue: boolean;
  /** The spec as it is. */
  readonly settings: JobSettings;
  /** As `--only` gave them; empty where the whole job runs. */
  readonly only: readonly string[];
  /** Defaults of the job's parameters, references not yet resolved. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly tasks: readonly TaskPlan[];
}

/**
 * @param identity what the job's id is made from: a text that stays the same as long as the job does (its file in the project, its key
 * in a bundle)
 * @param queues whether a run too many waits where the spec does not say: in bundles it does, by the raw API it does not
 */
export function planJob(settings: JobSettings, identity: string, queues = false): JobPlan {
  const tasks = settings.tasks ?? [];
  const compute = computeOf(tasks);
  const clusters = new Map((settings.job_clusters ?? []).map((one) => [one.job_cluster_key, one.new_cluster]));
  const perTask = (task: TaskSettings): PerTask => {
    const libraries = librariesOf(task, settings);
    const spec = task.new_cluster ?? clusters.get(task.job_cluster_key ?? "");
    const key = task.environment_variables_key;
    const named = settings.environment_variables?.find((one) => one.environment_variables_key === key);
    return { ...planCluster(spec, named?.spec?.variables), ...(libraries && { libraries }) };
  };
  return {
    jobId: jobIdOf(identity),
    name: settings.name ?? "Untitled",
    timeoutMs: milliseconds(settings.timeout_seconds),
    maxConcurrentRuns: settings.max_concurrent_runs ?? 1,
    queue: settings.queue?.enabled ?? queues,
    settings,
    only: [],
    parameters: Object.fromEntries((settings.parameters ?? []).map((one) => [one.name, one.default])),
    tasks: tasks.map((task) => planTask(task, compute.get(task.task_key) ?? { kind: "own" }, perTask)),
  };
}

/** What a task has from elsewhere in the job: its cluster and its environment. */
type PerTask = ClusterPlan & Pick<TaskPlan, "libraries">;

function planTask(task: TaskSettings, compute: Compute, perTask: (task: TaskSettings) => PerTask): TaskPlan {
  const dependencies = task.depends_on ?? [];
  const outcomes = dependencies.flatMap(({ task_key, outcome }) =>
    outcome === "true" || outcome === "false" ? [[task_key, outcome] as const] : [],
  );
  const loop = task.for_each_task;
  const warning = warnAfter(task.health);
  return {
    key: task.task_key,
    dependsOn: [...new Set(dependencies.map((one) => one.task_key))],
    ...(outcomes.length > 0 && { outcomes: Object.fromEntries(outcomes) }),
    runIf: task.run_if ?? "ALL_SUCCESS",
    disabled: task.disabled ?? false,
    retry: {
      maxRetries: task.max_retries ?? 0,
      minIntervalMs: task.min_retry_interval_millis ?? 0,
      onTimeout: task.retry_on_timeout ?? false,
    },
    timeoutMs: milliseconds(task.timeout_seconds),
    ...(warning !== undefined && { warnAfterSeconds: warning }),
    work: workOf(task),
    compute,
    ...perTask(task),
    ...(loop && {
      forEach: {
        inputs: loop.inputs,
        concurrency: loop.concurrency ?? 1,
        task: planTask(loop.task as TaskSettings, nestedCompute(loop.task as TaskSettings), perTask),
      },
    }),
  };
}

/** Iterations side by side cannot take turns on one process: only a cluster that is named is shared. */
function nestedCompute(task: TaskSettings): Compute {
  if (task.job_cluster_key !== undefined) return { kind: "shared", key: `job_cluster:${task.job_cluster_key}` };
  return { kind: "own" };
}

/** The least of the health rules RUN_DURATION_SECONDS. */
export function warnAfter(health: JobSettings["health"]): number | undefined {
  const seconds = (health?.rules ?? []).flatMap((rule) => (rule.metric === "RUN_DURATION_SECONDS" ? [rule.value] : []));
  return seconds.length === 0 ? undefined : Math.min(...seconds);
}

/** The plan with only the tasks that `--only` names; their dependencies on tasks left out are dropped. */
export function partialPlan(plan: JobPlan, only: readonly string[]): { plan: JobPlan; unknown: readonly string[] } {
  const { selected, unknown } = selectTasks(plan.tasks, only);
  const tasks = plan.tasks
    .filter((task) => selected.has(task.key))
    .map((task) => ({ ...task, dependsOn: task.dependsOn.filter((key) => selected.has(key)) }));
  return { plan: { ...plan, tasks, only }, unknown };
}

/** A decimal integer of up to 15 digits, below 2^53: the same wherever the project lies. */
export function jobIdOf(identity: string): string {
  const digest = createHash("sha256").update(identity).digest();
  return String(digest.readUIntBE(0, 6) + 2 ** 48);
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined || seconds === 0 ? undefined : seconds * 1000;
}

function workOf(task: TaskSettings): TaskWork {
  const [type] = typesOf(task);
  if (type === undefined) throw new Error(`task ${task.task_key} was not checked: it has no type`);
  return { type, settings: task[type] };
}

const PREVIOUS = "{{previous_task_cluster}}";

/** Tasks that name a cluster share its process; `{{previous_task_cluster}}` shares that of the first task depended on. */
function computeOf(tasks: readonly TaskSettings[]): ReadonlyMap<string, Compute> {
  const byKey = new Map(tasks.map((task) => [task.task_key, task]));
  const shared = new Map<string, Compute>();
  const keyOf = (task: TaskSettings): string | undefined => {
    if (task.job_cluster_key !== undefined) return `job_cluster:${task.job_cluster_key}`;
    if (task.existing_cluster_id !== undefined && task.existing_cluster_id !== PREVIOUS) {
      return `existing_cluster:${task.existing_cluster_id}`;
    }
    return undefined;
  };
  for (const task of tasks) {
    const key = keyOf(task);
    if (key !== undefined) shared.set(task.task_key, { kind: "shared", key });
  }
  for (const task of tasks) {
    const chain = [task.task_key];
    let owner: TaskSettings | undefined = task;
    while (owner?.existing_cluster_id === PREVIOUS) {
      const before: string | undefined = owner.depends_on?.[0]?.task_key;
      owner = before === undefined ? undefined : byKey.get(before);
      if (owner) chain.push(owner.task_key);
    }
    if (!owner || chain.length === 1) continue;
    const compute: Compute = { kind: "shared", key: keyOf(owner) ?? `task:${owner.task_key}` };
    for (const key of chain) shared.set(key, compute);
  }
  return shared;
}
