/** What follows each run of the project besides the terminal: notifications, history, logs. */
import type { RunListener } from "../jobs/run/run-listener.js";
import type { WorkerPool } from "../jobs/run/worker-pool.js";
import type { LoadedJob } from "./load-job.js";
import type { Project } from "./project.js";
import { historyAttachment } from "./record-history.js";
import { runNotifications } from "./run-notifications.js";

export interface RunAttachment {
  readonly listener: RunListener;
  /** Awaited after the run while its processes are still there. */
  ended?(workers: WorkerPool): Promise<void>;
  /** Awaited after the run; it delays the caller, never the run. */
  close(): Promise<void>;
}

export interface AttachedRun {
  readonly project: Project;
  readonly job: LoadedJob;
}

/** Made before the run, in this order. Each one begins its own work with the run's first event. */
export async function attachTo({ project, job }: AttachedRun): Promise<readonly RunAttachment[]> {
  const notifications = await runNotifications(project, job);
  return [historyAttachment(project), notifications].filter((one) => one !== undefined);
}
