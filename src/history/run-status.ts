/** `state` and `status` of runs and tasks: the same said in the words of API 2.1 and of 2.2. */
import type { AttemptFailure } from "../jobs/run/attempt.js";
import type { ResultState } from "../jobs/run/run-event.js";
import type { LifeCycleState } from "../jobs/run/run-state.js";
import { terminationOf } from "./termination.js";

export interface StateBody {
  readonly state: Readonly<Record<string, unknown>>;
  readonly status: Readonly<Record<string, unknown>>;
}

export interface HowItStands {
  readonly lifeCycleState: LifeCycleState;
  readonly resultState?: ResultState | undefined;
  readonly message?: string | undefined;
  readonly terminating?: unknown;
  readonly failure?: AttemptFailure | undefined;
}

const QUEUED = "MAX_CONCURRENT_RUNS_REACHED";

export function runStatus({ lifeCycleState, resultState, message = "", terminating, failure }: HowItStands): StateBody {
  const waits = lifeCycleState === "QUEUED" && resultState === undefined;
  const byUser = terminating !== undefined || resultState === "CANCELED" || resultState === "TIMEDOUT";
  return {
    state: {
      life_cycle_state: lifeCycleState,
      ...(resultState && { result_state: resultState }),
      state_message: message,
      user_cancelled_or_timedout: byUser,
      ...(waits && { queue_reason: message }),
    },
    status: {
      state: resultState ? "TERMINATED" : v2State(lifeCycleState),
      ...(waits && { queue_details: { code: QUEUED, message } }),
      ...(resultState && { termination_details: { ...terminationOf(resultState, failure), message } }),
    },
  };
}

function v2State(state: LifeCycleState): string {
  return state === "WAITING_FOR_RETRY" ? "WAITING" : state;
}
