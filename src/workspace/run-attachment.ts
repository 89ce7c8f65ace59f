/** Whoever follows a run besides the terminal, and has something to do when it has ended. */
import type { RunListener } from "../jobs/run/run-listener.js";
import type { WorkerPool } from "../jobs/run/worker-pool.js";

export interface RunAttachment {
  readonly listener: RunListener;
  /** Awaited after the run while its processes are still there. */
  ended?(workers: WorkerPool): Promise<void>;
  /** Awaited after the run; it delays the caller, never the run. */
  close(): Promise<void>;
}
