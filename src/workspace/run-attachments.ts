/** What follows each run of the project besides the terminal: notifications, history, logs. */
import type { RunListener } from "../jobs/run/run-listener.js";
import type { LoadedJob } from "./load-job.js";
import type { Project } from "./project.js";

export interface RunAttachment {
  readonly listener: RunListener;
  /** Awaited after the run; it delays the caller, never the run. */
  close(): Promise<void>;
}

export interface AttachedRun {
  readonly project: Project;
  readonly job: LoadedJob;
}

/** Made before the run, in this order. Each one begins its own work with the run's first event. */
export async function attachTo(_: AttachedRun): Promise<readonly RunAttachment[]> {
  return [];
}
