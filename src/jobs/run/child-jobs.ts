/** A run_job_task: another job's run, and what its end makes of the task. */
import type { RunParameters } from "../run-parameters.js";
import type { AttemptResult } from "./attempt.js";
import type { RunState } from "./run-state.js";
import type { ParentTask } from "./run-trigger.js";

export interface ChildJob {
  /** As the spec names the job: its id, its name, or its key in the bundle. */
  readonly jobId: string | number;
  readonly parameters: Readonly<Record<string, string>>;
  readonly runParameters: RunParameters;
  readonly parent: ParentTask;
}

/** Starts runs of other jobs; the composition root knows how. */
export interface ChildJobs {
  /**
   * @param created is told the run's id before the run begins
   * @param signal ends the run; its reason is the message
   * @throws what keeps the run from beginning
   */
  run(job: ChildJob, created: (runId: string) => void, signal: AbortSignal): Promise<RunState>;
}

/** The parameters of the child, from the task's settings with references replaced. */
export function childJob(settings: Readonly<Record<string, unknown>>, parent: ParentTask): ChildJob {
  const {
    job_id,
    job_parameters = {},
    ...runParameters
  } = settings as {
    readonly job_id: string | number;
    readonly job_parameters?: Readonly<Record<string, string>>;
  } & RunParameters;
  return { jobId: job_id, parameters: job_parameters, runParameters, parent };
}

export function resultOfChild(run: RunState): AttemptResult {
  const { job, runId } = run.created;
  const state = run.resultState ?? "FAILED";
  if (state === "SUCCESS" || state === "SUCCESS_WITH_FAILURES") return { state: "SUCCESS" };
  const message = `The run ${runId} of the job ${job.name} ended ${state}. ${run.message ?? ""}`.trim();
  if (state === "CANCELED") return { state: "CANCELED", failure: { message, retryable: false } };
  return { state: "FAILED", failure: { message, condition: "RUN_JOB_TASK_FAILED", retryable: true } };
}
