/** The processes of a run, the first started before anything else is loaded. */
import { fileURLToPath } from "node:url";
import { WorkerPool } from "../jobs/run/worker-pool.js";
import { WorkerStock } from "../jobs/run/worker-stock.js";

/** The entry of the worker's process, as it is built. */
const WORKER_FILE = fileURLToPath(new URL("../worker.js", import.meta.url));

export function startWorkers(file = WORKER_FILE): WorkerPool {
  const workers = new WorkerPool(file);
  workers.prewarm(1);
  return workers;
}

/** For a program that performs many runs. */
export function openWorkerStock(file = WORKER_FILE): WorkerStock {
  return new WorkerStock(file);
}
