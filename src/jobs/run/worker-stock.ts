/** Processes that outlive the run they served: they wait, warm, for the next run, and end when none comes. */
import { killWorkers, WorkerProcess } from "./worker-process.js";

/** Most that wait; more are killed when their run ends. */
const MOST_IDLE = 3;
const IDLE_MS = 300_000;
/** What users' code leaves in a process adds up. */
const MOST_RUNS = 50;

export interface WorkerStockOptions {
  readonly mostIdle?: number;
  /** How long a process waits before its memory is given back. */
  readonly idleMs?: number;
  /** Runs that a process serves before a new one takes its place. */
  readonly mostRuns?: number;
}

export class WorkerStock {
  readonly #file: string;
  readonly #options: Required<WorkerStockOptions>;
  /** With the timer that ends it. */
  readonly #idle = new Map<WorkerProcess, NodeJS.Timeout>();
  readonly #runs = new WeakMap<WorkerProcess, number>();
  #closed = false;

  /** @param file entry of the worker */
  constructor(file: string, options: WorkerStockOptions = {}) {
    this.#file = file;
    this.#options = { mostIdle: MOST_IDLE, idleMs: IDLE_MS, mostRuns: MOST_RUNS, ...options };
  }

  /** The process that was left last, a new one where none waits. */
  take(): WorkerProcess {
    for (const [worker, timer] of [...this.#idle].reverse()) {
      clearTimeout(timer);
      this.#idle.delete(worker);
      if (worker.alive) return worker;
    }
    return new WorkerProcess(this.#file);
  }

  /** For the next run; killed where it is one too many, or has served long enough. */
  leave(worker: WorkerProcess): void {
    const runs = (this.#runs.get(worker) ?? 0) + 1;
    this.#runs.set(worker, runs);
    const { mostIdle, mostRuns, idleMs } = this.#options;
    if (this.#closed || this.#idle.size >= mostIdle || runs >= mostRuns) {
      worker.killNow();
      return;
    }
    const timer = setTimeout(() => {
      this.#idle.delete(worker);
      worker.killNow();
    }, idleMs);
    timer.unref();
    this.#idle.set(worker, timer);
  }

  /** Kills those that wait; resolves when they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    const workers = [...this.#idle.keys()];
    for (const timer of this.#idle.values()) clearTimeout(timer);
    this.#idle.clear();
    killWorkers(workers);
    await Promise.all(workers.map((worker) => worker.gone()));
  }
}
