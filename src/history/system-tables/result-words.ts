/** The words of the system tables for how runs and tasks end and begin: not those of the Jobs API. */
import { type AttemptFailure, type AttemptResult, failureOf } from "../../jobs/run/attempt.js";
import type { ResultState } from "../../jobs/run/run-event.js";
import type { TriggerType } from "../../jobs/run/run-trigger.js";
import type { JobSettings } from "../../jobs/spec/job-settings.js";
import { terminationOf } from "../termination.js";

export interface EndWords {
  readonly result_state: string;
  readonly termination_code: string;
  readonly termination_type: string;
}

const STATES: Readonly<Record<ResultState, string>> = {
  SUCCESS: "SUCCEEDED",
  SUCCESS_WITH_FAILURES: "SUCCEEDED",
  FAILED: "FAILED",
  TIMEDOUT: "TIMED_OUT",
  CANCELED: "CANCELLED",
  MAXIMUM_CONCURRENT_RUNS_REACHED: "SKIPPED",
  EXCLUDED: "SKIPPED",
  DISABLED: "SKIPPED",
  UPSTREAM_FAILED: "BLOCKED",
  UPSTREAM_CANCELED: "BLOCKED",
};

export function endWords(state: ResultState, failure?: AttemptFailure): EndWords {
  const { code, type } = terminationOf(state, failure);
  return { result_state: STATES[state], termination_code: code, termination_type: type };
}

/** Of an attempt; without a result it was at work when its runner was killed. */
export function attemptWords(result: AttemptResult | undefined): EndWords {
  if (result === undefined) return LOST;
  if (result.state === "INTERNAL_ERROR") return { ...endWords("FAILED", result.failure), result_state: "ERROR" };
  return endWords(result.state, failureOf(result));
}

/** A run whose runner was killed. */
export const LOST: EndWords = {
  result_state: "ERROR",
  termination_code: "INTERNAL_ERROR",
  termination_type: "INTERNAL_ERROR",
};

/** A schedule is CRON here, although the Jobs API calls it PERIODIC. */
export function triggerWord(type: TriggerType, settings: JobSettings): string {
  switch (type) {
    case "ONE_TIME":
      return "ONETIME";
    case "RETRY":
      return "ONETIME_RETRY";
    case "CONTINUOUS_RESTART":
      return "CONTINUOUS";
    case "PERIODIC":
      return settings.trigger?.periodic ? "PERIODIC" : "CRON";
    default:
      return type;
  }
}

/** Of a job: what starts it. */
export function jobTriggerWord({ schedule, continuous, trigger, triggers }: JobSettings): string {
  if (schedule) return "CRON";
  if (continuous) return "CONTINUOUS";
  if (trigger?.periodic) return "PERIODIC";
  if (trigger?.file_arrival) return "FILE_ARRIVAL";
  if (trigger?.table_update ?? trigger?.table) return "TABLE";
  const [first] = triggers ?? [];
  return first ? jobTriggerWord({ ...first, trigger: first } as JobSettings) : "ONETIME";
}
