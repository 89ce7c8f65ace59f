/** Occurrences that are over: which are run now, and which are recorded as missed. */
import { nextTime } from "../jobs/quartz/cron.js";
import type { TriggerKind } from "./job-trigger.js";

/** What becomes of occurrences that no scheduler was there for: none is run, only the last one, each in its turn. */
export type MissedPolicy = "skip" | "run_once" | "run_all";

/** An occurrence that is noticed this late is still on time: a busy machine is not an absent one. */
export const ON_TIME_MS = 60_000;
/** Of run_all; what is beyond is recorded as missed. */
export const MOST_LATE_RUNS = 1000;
/** Looking through years of absence is cut into pieces of this size. */
const MOST_COUNTED = 100_000;

export type TimeTrigger = Extract<TriggerKind, { kind: "cron" | "periodic" }>;

/** The first occurrence after `after`; a periodic trigger counts from when it was watched, which its cursor keeps. */
export function nextOccurrence(trigger: TimeTrigger, after: number): number | undefined {
  return trigger.kind === "cron" ? nextTime(trigger.cron, trigger.zone, after) : after + trigger.everyMs;
}

export interface DueTimes {
  /** Ascending; late ones are those of the policy. */
  readonly run: readonly { readonly time: number; readonly late: boolean }[];
  readonly missed: { readonly first: number; readonly last: number; readonly count: number } | undefined;
}

/** Divides the occurrences in `(cursor, now]`. */
export function dueTimes(trigger: TimeTrigger, cursor: number, now: number, policy: MissedPolicy): DueTimes {
  const times: number[] = [];
  for (
    let time = nextOccurrence(trigger, cursor);
    time !== undefined && time <= now && times.length < MOST_COUNTED;
    time = nextOccurrence(trigger, time)
  ) {
    times.push(time);
  }
  const onTime = times.filter((time) => now - time <= ON_TIME_MS);
  const late = times.filter((time) => now - time > ON_TIME_MS);
  const kept = policy === "skip" ? 0 : policy === "run_all" ? MOST_LATE_RUNS : onTime.length > 0 ? 0 : 1;
  const cut = Math.max(late.length - kept, 0);
  const [missed, lateRuns] = [late.slice(0, cut), late.slice(cut)];
  const [first, last] = [missed[0], missed.at(-1)];
  return {
    run: [...lateRuns.map((time) => ({ time, late: true })), ...onTime.map((time) => ({ time, late: false }))],
    missed: first === undefined || last === undefined ? undefined : { first, last, count: missed.length },
  };
}
