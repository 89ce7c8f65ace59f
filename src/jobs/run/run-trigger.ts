/** What made a run begin. */

/** The Jobs API's words. A cron schedule is PERIODIC. */
export type TriggerType =
  | "ONE_TIME"
  | "PERIODIC"
  | "RETRY"
  | "RUN_JOB_TASK"
  | "FILE_ARRIVAL"
  | "CONTINUOUS"
  | "CONTINUOUS_RESTART"
  | "TABLE";

export interface TableUpdate {
  /** `catalog.schema.table` */
  readonly name: string;
  readonly version: number;
  /** Of that commit, in milliseconds since 1970. */
  readonly timestamp: number;
}

/** The run_job_task that started the run. */
export interface ParentTask {
  readonly runId: string;
  readonly taskKey: string;
  readonly taskRunId: string;
}

export interface RunTrigger {
  readonly type: TriggerType;
  /** The moment the run was due, in milliseconds since 1970: the occurrence of a schedule. */
  readonly at: number;
  readonly fileArrival?: { readonly location: string };
  readonly tableUpdate?: { readonly tables: readonly TableUpdate[] };
  readonly parent?: ParentTask;
}
