/** Rows of `job_run_timeline` and `job_task_run_timeline` of one recording. Pure: the same log gives the same rows. */
import type { TaskPlan } from "../../jobs/job-plan.js";
import type { RunState } from "../../jobs/run/run-state.js";
import type { AttemptState, TaskState } from "../../jobs/run/task-state.js";
import { type Period, periodsOf } from "./periods.js";
import type { Recording } from "./recordings.js";
import { attemptWords, type EndWords, endWords, LOST, triggerWord } from "./result-words.js";

/** A row by its columns' names; times are `Date`s, maps `Map`s. */
export type Row = Readonly<Record<string, unknown>>;

export const WORKSPACE_ID = "0";

const NO_END = { result_state: null, termination_code: null, termination_type: null };

export interface Ancestry {
  /** The run_job task that started the run, and the first of the chain. */
  readonly source: string | null;
  readonly root: string | null;
}

export function runRows(recording: Recording, ancestry: Ancestry): readonly Row[] {
  const { state, from, to, killed, events } = recording;
  const { created } = state;
  const last = events.at(-1);
  const words =
    killed || (last?.type !== "run-ended" && last?.type !== "run-skipped") || state.resultState === undefined
      ? LOST
      : endWords(state.resultState);
  const started = events.find((event) => event.type === "run-started")?.at ?? from;
  const queued = events.some((event) => event.type === "run-queued") ? started - from : 0;
  const retried = events[0]?.type === "repair-started";
  const common = {
    ...identity(state),
    run_id: created.runId,
    trigger_type: retried ? "ONETIME_RETRY" : triggerWord(created.trigger.type, state.settings),
    run_type: "JOB_RUN",
    run_name: created.job.name,
    ...computeOf([...state.tasks.values()].map((task) => task.plan)),
    job_parameters: mapOf(state.parameters),
    source_task_run_id: ancestry.source,
    root_task_run_id: ancestry.root,
  };
  return sliced({ from, to }, words, common, {
    run_duration_seconds: seconds(to - from),
    setup_duration_seconds: 0n,
    queue_duration_seconds: seconds(queued),
    execution_duration_seconds: seconds(to - from - queued),
    cleanup_duration_seconds: 0n,
  });
}

/** Attempts that began in this recording, and tasks that ended in it without one. */
export function taskRows(recording: Recording): readonly Row[] {
  const { state, events } = recording;
  const scheduled = new Set<string>();
  const rows: Row[] = [];
  for (const event of events) {
    if (event.type !== "attempt-scheduled") continue;
    const task = state.tasks.get(event.taskKey);
    const attempt = task && [...task.attempts, ...task.earlier].find((one) => one.runId === event.runId);
    scheduled.add(event.taskKey);
    if (task && attempt) rows.push(...attemptRows(recording, task, attempt));
  }
  for (const event of events) {
    const task = event.type === "task-ended" && !scheduled.has(event.taskKey) && state.tasks.get(event.taskKey);
    if (!task || event.type !== "task-ended") continue;
    // One that went on with an attempt of before the recording ended with it.
    if (task.attempts.length > 0) continue;
    const at = { from: event.at, to: event.at };
    rows.push(...sliced(at, endWords(event.resultState), taskColumns(state, task, undefined), NO_DURATION));
  }
  return rows;
}

function attemptRows({ state, to }: Recording, task: TaskState, attempt: AttemptState): readonly Row[] {
  const end = attempt.endedAt ?? to;
  const begin = Math.min(Math.max(attempt.notBefore, attempt.scheduledAt), end);
  const started = attempt.startedAt ?? end;
  return sliced({ from: begin, to: end }, attemptWords(attempt.result), taskColumns(state, task, attempt), {
    setup_duration_seconds: seconds(started - begin),
    execution_duration_seconds: seconds(end - started),
    cleanup_duration_seconds: 0n,
  });
}

const NO_DURATION = { setup_duration_seconds: 0n, execution_duration_seconds: 0n, cleanup_duration_seconds: 0n };

function taskColumns(state: RunState, { plan }: TaskState, attempt: AttemptState | undefined): Row {
  const { runId } = state.created;
  const parent = plan.iteration && state.tasks.get(plan.iteration.of)?.attempts.at(-1)?.runId;
  return {
    ...identity(state),
    run_id: attempt?.runId ?? null,
    job_run_id: runId,
    parent_run_id: parent ?? runId,
    task_key: plan.key,
    ...computeOf([plan]),
    task_parameters: taskParameters(attempt?.settings),
  };
}

function identity({ created }: RunState): Row {
  return { account_id: null, workspace_id: WORKSPACE_ID, job_id: created.job.id };
}

/** A row for each clock hour; the end and the durations stand in the last one. */
function sliced(
  whole: Period,
  end: EndWords,
  common: Row,
  durations: Readonly<Record<string, bigint>>,
): readonly Row[] {
  const periods = periodsOf(whole);
  const none = Object.fromEntries(Object.keys(durations).map((name) => [name, null]));
  return periods.map(({ from, to }, i) => ({
    ...common,
    period_start_time: new Date(from),
    period_end_time: new Date(to),
    ...(i === periods.length - 1 ? { ...end, ...durations } : { ...NO_END, ...none }),
  }));
}

/** Only what the spec names: a free process has no identity worth telling. */
function computeOf(plans: readonly TaskPlan[]): Row {
  const keys = new Set(plans.flatMap(({ compute }) => (compute.kind === "shared" ? [compute.key] : [])));
  return {
    compute_ids: [...keys],
    compute: [...keys].map((key) => ({ type: "LOCAL_PROCESS", cluster_id: key, warehouse_id: null })),
  };
}

const PARAMETERS = ["base_parameters", "parameters", "named_parameters", "job_parameters"];

function taskParameters(settings: Readonly<Record<string, unknown>> | undefined): ReadonlyMap<string, string> | null {
  for (const name of PARAMETERS) {
    const value = settings?.[name];
    if (typeof value !== "object" || value === null || Array.isArray(value)) continue;
    return new Map(
      Object.entries(value).map(([key, one]) => [key, typeof one === "string" ? one : JSON.stringify(one)]),
    );
  }
  return null;
}

function mapOf(record: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(record));
}

function seconds(milliseconds: number): bigint {
  return BigInt(Math.max(0, Math.round(milliseconds / 1000)));
}
