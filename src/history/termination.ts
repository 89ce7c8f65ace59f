/** Termination codes and types of the Jobs API, by how a run or a task ended. */
import type { AttemptFailure } from "../jobs/run/attempt.js";
import type { ResultState } from "../jobs/run/run-event.js";

export interface Termination {
  readonly code: string;
  readonly type: "SUCCESS" | "CLIENT_ERROR" | "INTERNAL_ERROR" | "CLOUD_FAILURE";
}

const CODES: Readonly<Record<ResultState, Termination>> = {
  SUCCESS: { code: "SUCCESS", type: "SUCCESS" },
  SUCCESS_WITH_FAILURES: { code: "SUCCESS_WITH_FAILURES", type: "SUCCESS" },
  FAILED: { code: "RUN_EXECUTION_ERROR", type: "CLIENT_ERROR" },
  TIMEDOUT: { code: "RUN_EXECUTION_ERROR", type: "CLIENT_ERROR" },
  CANCELED: { code: "USER_CANCELED", type: "SUCCESS" },
  MAXIMUM_CONCURRENT_RUNS_REACHED: { code: "MAX_CONCURRENT_RUNS_EXCEEDED", type: "CLIENT_ERROR" },
  EXCLUDED: { code: "SKIPPED", type: "SUCCESS" },
  DISABLED: { code: "DISABLED", type: "SUCCESS" },
  UPSTREAM_FAILED: { code: "RUN_EXECUTION_ERROR", type: "CLIENT_ERROR" },
  UPSTREAM_CANCELED: { code: "CANCELED", type: "SUCCESS" },
};

/** Conditions of failures that have a code of their own. */
const CONDITIONS: Readonly<Record<string, Termination>> = {
  WORKER_LOST: { code: "DRIVER_ERROR", type: "CLOUD_FAILURE" },
  NOTEBOOK_NOT_FOUND: { code: "RESOURCE_NOT_FOUND", type: "CLIENT_ERROR" },
  LIBRARY_INSTALLATION_FAILED: { code: "LIBRARY_INSTALLATION_ERROR", type: "CLIENT_ERROR" },
};

export function terminationOf(state: ResultState, failure?: AttemptFailure): Termination {
  return (state === "FAILED" && CONDITIONS[failure?.condition ?? ""]) || CODES[state];
}
