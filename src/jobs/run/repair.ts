/** What a repair of a run runs again. Pure; Databricks' rules of `jobs/runs/repair`. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { JobPlan, TaskPlan } from "../job-plan.js";
import { jobParameters } from "../parameters.js";
import { requireKnown } from "../secrets/redacted-event.js";
import { didYouMean } from "../spec/nearest-name.js";
import { descendantsOf } from "../task-graph.js";
import { thisProcess } from "./process-identity.js";
import type { RepairStarted, ResultState } from "./run-event.js";
import { runIdAt } from "./run-id.js";
import { outcomeOf } from "./run-if.js";
import type { RunState } from "./run-state.js";

/** `rerun_tasks` xor `rerun_all_failed_tasks`, and what goes with them. */
export interface RepairRequest {
  /** Undefined: all tasks that did not succeed. */
  readonly rerunTasks?: readonly string[];
  /** Also what depends on them, even where it succeeded. */
  readonly rerunDependentTasks: boolean;
  /** The id of the last repair; wanted from the second repair on, so that two people do not repair on top of each other. */
  readonly latestRepairId?: string;
}

export interface RepairPlan {
  /** All tasks of the run as the spec has them now; a disabled one that was asked for by name is not. */
  readonly tasks: readonly TaskPlan[];
  /** Keys in the order of the tasks. */
  readonly rerun: readonly string[];
}

/**
 * @param tasks as the spec has them now. One that the run did not have runs, for it has not succeeded.
 * @throws RUN_NOT_TERMINATED, INVALID_REPAIR, TASK_NOT_FOUND
 */
export function planRepair(run: RunState, tasks: readonly TaskPlan[], request: RepairRequest): RepairPlan {
  const { runId } = run.created;
  if (run.endedAt === undefined) {
    throw refused("RUN_NOT_TERMINATED", runId, `it is ${run.lifeCycleState}`, "Wait for its end, or cancel it first.");
  }
  if (run.lifeCycleState === "SKIPPED") {
    throw refused("INVALID_REPAIR", runId, "it was skipped: no task of it ever began", "Start a new run.");
  }
  checkLatestRepair(run, request);
  const keys = tasks.map((task) => task.key);
  const asked = request.rerunTasks;
  const unknown = asked?.find((key) => !keys.includes(key));
  if (unknown !== undefined) {
    throw new LakeletError({
      condition: "TASK_NOT_FOUND",
      sqlState: "42000",
      problem: `The job has no task \`${unknown}\`.`,
      cure: didYouMean(unknown, keys) || `Its tasks: ${keys.join(", ")}.`,
    });
  }
  const chosen = new Set(asked ?? keys.filter((key) => hasFailed(run.tasks.get(key)?.resultState)));
  if (request.rerunDependentTasks) {
    for (const key of [...chosen]) for (const one of descendantsOf(tasks, key)) chosen.add(one);
  }
  for (const key of keys) if (!run.tasks.has(key)) chosen.add(key);
  if (chosen.size === 0) {
    throw refused(
      "INVALID_REPAIR",
      runId,
      "none of its tasks failed",
      "Name the tasks to run again: --rerun-tasks a,b.",
    );
  }
  const forced = new Set(asked);
  return {
    tasks: tasks.map((task) => (forced.has(task.key) && task.disabled ? { ...task, disabled: false } : task)),
    rerun: keys.filter((key) => chosen.has(key)),
  };
}

/** The event that begins a repair. @param parameters beat what the run and its repairs before were given */
export function repairStarted(
  run: RunState,
  plan: JobPlan,
  request: RepairRequest,
  parameters: Readonly<Record<string, string>>,
): RepairStarted {
  const { created } = run;
  const at = Date.now();
  const overrides = { ...run.overrides, ...parameters };
  requireKnown(overrides, created.runId);
  const job = {
    id: plan.jobId,
    name: plan.name,
    runId: created.runId,
    startTime: created.at,
    trigger: created.trigger,
  };
  const repairCount = run.executions.length;
  return {
    type: "repair-started",
    at,
    repairId: nextRepairId(run, at),
    ...planRepair(run, plan.tasks, request),
    parameters: jobParameters(plan.parameters, overrides, {
      job: { ...job, repairCount, parameters: {} },
      tasks: new Map(),
      backfillDate: created.backfillDate,
    }),
    overrides,
    settings: plan.settings,
    runner: thisProcess(),
  };
}

function nextRepairId(run: RunState, at: number): string {
  return String(Math.max(runIdAt(at), Number(latestRepairId(run) ?? 0) + 1));
}

/** The id of the run's last repair; undefined where it has not been repaired. */
export function latestRepairId(run: RunState): string | undefined {
  return run.executions.at(-1)?.repairId;
}

function checkLatestRepair(run: RunState, { latestRepairId: given }: RepairRequest): void {
  const latest = latestRepairId(run);
  if (latest === given) return;
  const { runId } = run.created;
  if (latest === undefined)
    throw refused("INVALID_REPAIR", runId, "it has not been repaired yet", "Leave out --latest-repair-id.");
  const reason =
    given === undefined
      ? "it has been repaired before, and the id of that repair was not given"
      : `its latest repair is ${latest}, not ${given}`;
  throw refused(
    "INVALID_REPAIR",
    runId,
    reason,
    `Look at the run as it is now, then add --latest-repair-id ${latest}.`,
  );
}

/** Everything but a success and what was left out on purpose. */
function hasFailed(state: ResultState | undefined): boolean {
  if (state === undefined) return true;
  const outcome = outcomeOf(state);
  return outcome === "failed" || outcome === "canceled";
}

function refused(condition: string, runId: string, reason: string, cure: string): LakeletError {
  return new LakeletError({
    condition,
    sqlState: "42000",
    problem: `The run ${runId} cannot be repaired.`,
    reason: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`,
    cure,
    parameters: { runId },
  });
}
