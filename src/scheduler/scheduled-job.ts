/** A job as the scheduler knows it, and what it asks of the rooms that know runs, files and tables. */
import type { RunTrigger, TableUpdate } from "../jobs/run/run-trigger.js";
import type { Clock } from "./clock.js";
import type { MissedPolicy } from "./due-times.js";
import type { JobTrigger } from "./job-trigger.js";
import type { JournalStore } from "./journal.js";
import type { JournalEvent } from "./journal-event.js";

export interface ScheduledJob {
  readonly id: string;
  readonly name: string;
  /** As the user can name the job. */
  readonly reference: string;
  readonly triggers: readonly JobTrigger[];
}

export interface StartedRun {
  readonly runId: string;
  /** Resolves with the run's result state; `KILLED` for one whose runner is gone. */
  readonly ended: Promise<string>;
}

export interface StartRequest {
  readonly job: ScheduledJob;
  readonly trigger: RunTrigger;
  /** A continuous job retries itself as a whole: its tasks are retried only where it says so. */
  readonly retriesTasks: boolean;
}

export interface SchedulerHost {
  readonly clock: Clock;
  readonly journal: JournalStore;
  readonly missed: MissedPolicy;
  /** How often specs, files and tables are looked at. */
  readonly pollMs: number;
  /** As the specs are now. */
  jobs(): readonly ScheduledJob[];
  /** Resolves once the run is written down; rejects where it cannot begin. */
  start(request: StartRequest): Promise<StartedRun>;
  /** The run that has been written down for that occurrence. */
  find(jobId: string, trigger: RunTrigger): StartedRun | undefined;
  /** Whether any run of the job is going, whoever started it. */
  isActive(jobId: string): boolean;
  /** Names of all files below a location. Rejects where it is not there. */
  files(location: string): Promise<readonly string[]>;
  /** The last version of each table in which data changed; tables that do not exist are left out. */
  tables(names: readonly string[]): Promise<readonly TableUpdate[]>;
  tell(news: SchedulerNews): void;
}

/** What the scheduler says to whoever follows it. */
export type SchedulerNews =
  | {
      readonly kind: "event";
      readonly job: ScheduledJob;
      readonly trigger: JobTrigger | undefined;
      readonly event: JournalEvent;
    }
  | { readonly kind: "problem"; readonly job: ScheduledJob; readonly message: string };
