/** When the jobs of the project run next, and what their triggers have done so far. */
import { nextTime } from "../jobs/quartz/cron.js";
import { isAlive } from "../jobs/run/process-identity.js";
import { RunStore } from "../jobs/run/run-store.js";
import { type JobTrigger, triggerText } from "../scheduler/job-trigger.js";
import { foldJournal, JournalFolder } from "../scheduler/journal.js";
import { stateOf, type TriggerState } from "../scheduler/journal-event.js";
import { type SchedulerHolder, schedulerHolder } from "../scheduler/scheduler-lock.js";
import type { Project } from "./project.js";
import { readScheduledJobs, type ScheduleScope, type SpecTrouble } from "./scheduled-jobs.js";

export { triggerText } from "../scheduler/job-trigger.js";
export type { ScheduledJob } from "../scheduler/scheduled-job.js";

export interface Schedule {
  readonly jobId: string;
  readonly job: string;
  /** As `lakelet run` takes it. */
  readonly reference: string;
  readonly trigger: string;
  readonly paused: boolean;
  /** Milliseconds since 1970; empty for what is not a matter of time. */
  readonly next: readonly number[];
  readonly lastRunId: string | undefined;
  /** `RUNNING` where it has not ended. */
  readonly lastResult: string | undefined;
  /** Occurrences that were not run, ever. */
  readonly missed: number;
  /** The last occurrence, where its run could not be started. */
  readonly refused: { readonly occurrence: number; readonly message: string } | undefined;
}

export interface Schedules {
  readonly schedules: readonly Schedule[];
  readonly troubles: readonly SpecTrouble[];
  /** The scheduler that serves this lake. */
  readonly holder: SchedulerHolder | undefined;
}

/** @param count how many of the next occurrences */
export function listSchedules(project: Project, scope: ScheduleScope, count: number, now = Date.now()): Schedules {
  const { jobs, troubles } = readScheduledJobs(project, scope);
  const journals = new JournalFolder(project.state);
  const schedules = jobs.flatMap((job) => {
    const journal = foldJournal(journals.read(job.id));
    return job.triggers.map((trigger): Schedule => {
      const state = stateOf(journal, trigger.key);
      return {
        jobId: job.id,
        job: job.name,
        reference: job.reference,
        trigger: triggerText(trigger),
        paused: trigger.paused,
        next: trigger.paused ? [] : nextTimes(trigger, state, now, count),
        lastRunId: state.lastRunId,
        lastResult: state.lastRunId === undefined ? state.lastResult : resultOf(project, state.lastRunId, state),
        missed: state.missed,
        refused: state.refused,
      };
    });
  });
  return { schedules, troubles, holder: schedulerHolder(project.state) };
}

/** Milliseconds since 1970; undefined for what is no matter of a calendar, and where nothing is left. */
export function nextOccurrence(trigger: JobTrigger, now: number): number | undefined {
  return trigger.kind === "cron" ? nextTime(trigger.cron, trigger.zone, now) : undefined;
}

function nextTimes(trigger: JobTrigger, state: TriggerState, now: number, count: number): readonly number[] {
  const times: number[] = [];
  if (trigger.kind === "periodic" && state.watched) {
    const passed = Math.max(Math.floor((now - state.cursor) / trigger.everyMs), 0);
    for (let i = 1; i <= count; i++) times.push(state.cursor + (passed + i) * trigger.everyMs);
  }
  if (trigger.kind !== "cron") return times;
  for (let time = nextTime(trigger.cron, trigger.zone, now); time !== undefined && times.length < count; ) {
    times.push(time);
    time = nextTime(trigger.cron, trigger.zone, time);
  }
  return times;
}

function resultOf(project: Project, runId: string, { lastResult }: TriggerState): string | undefined {
  const store = new RunStore(project.state);
  // Its folder may have been cleaned up.
  if (!store.ids().includes(runId)) return lastResult;
  const run = store.read(runId);
  return run.resultState ?? (isAlive(run.runner) ? run.lifeCycleState : "KILLED");
}
