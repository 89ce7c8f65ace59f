/** The processes of a run: warm ones for tasks with a compute of their own, a kept one for each shared compute. */
import type { Compute } from "../job-plan.js";
import { RunnerWatch } from "./runner-watch.js";
import { killWorkers, WorkerProcess } from "./worker-process.js";
import type { WorkerStock } from "./worker-stock.js";

export interface WorkerLease {
  readonly worker: WorkerProcess;
  /** `keep`: the process may run the next attempt. `discard`: it is killed. */
  release(fate: "keep" | "discard"): void;
}

interface Waiting {
  readonly compute: Compute;
  readonly grant: (lease: WorkerLease | undefined) => void;
}

export class WorkerPool {
  /** Attempts at once; more wait. */
  limit = 1;
  readonly #source: string | WorkerStock;
  readonly #idle: WorkerProcess[] = [];
  readonly #all = new Set<WorkerProcess>();
  readonly #shared = new Map<string, { worker: WorkerProcess; busy: boolean }>();
  readonly #waiting: Waiting[] = [];
  #project: unknown;
  #active = 0;
  #closed = false;
  #watch: RunnerWatch | undefined;

  /** @param source entry of the worker; or where processes are taken from, and left when the pool is closed */
  constructor(source: string | WorkerStock) {
    this.#source = source;
  }

  /** Starts processes so that `count` are there. They load while the caller goes on; {@link prepare} tells them the project. */
  prewarm(count: number): void {
    while (this.#all.size < count) this.#idle.push(this.#start());
  }

  /** What each process is told before its first attempt. */
  prepare(project: unknown): void {
    this.#project = project;
    for (const worker of this.#all) worker.prepare(project);
    this.#watch ??= new RunnerWatch();
    this.#tellWatch();
  }

  /** Waits for a process of that compute. Undefined: the pool was closed, or `signal` came first. */
  acquire(compute: Compute, signal: AbortSignal): Promise<WorkerLease | undefined> {
    return new Promise((resolve) => {
      const waiting: Waiting = { compute, grant: resolve };
      if (signal.aborted || this.#closed) return resolve(undefined);
      signal.addEventListener("abort", () => {
        const at = this.#waiting.indexOf(waiting);
        if (at >= 0) this.#waiting.splice(at, 1);
        resolve(undefined);
      });
      this.#waiting.push(waiting);
      this.#grant();
    });
  }

  /** A process that waits for its next attempt, for work between attempts; undefined where none does. */
  leaseIdle(): WorkerLease | undefined {
    const at = this.#idle.findIndex((worker) => worker.alive);
    const [idle] = at < 0 ? [] : this.#idle.splice(at, 1);
    const kept = [...this.#shared].find(([, { worker, busy }]) => !busy && worker.alive);
    const spare = idle || kept || this.#closed || typeof this.#source === "string" ? undefined : this.#start();
    const worker = idle ?? kept?.[1].worker ?? spare;
    if (!worker || this.#closed) return undefined;
    this.#active++;
    if (idle || !kept) return this.#lease(worker, { kind: "own" });
    kept[1].busy = true;
    return this.#lease(worker, { kind: "shared", key: kept[0] });
  }

  /** No more tasks will come for a shared compute: its process serves others. */
  endShared(key: string): void {
    const kept = this.#shared.get(key);
    this.#shared.delete(key);
    if (kept?.worker.alive && !kept.busy) this.#idle.push(kept.worker);
  }

  /** Kills every process but those that can be left for others; resolves when they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#waiting.splice(0)) waiting.grant(undefined);
    this.#leaveFree();
    killWorkers(this.#all);
    await Promise.all([...this.#all].map((worker) => worker.gone()));
    this.#watch?.end();
  }

  /** For the last moment of the runner's process. */
  killNow(): void {
    killWorkers(this.#all);
  }

  #leaveFree(): void {
    if (typeof this.#source === "string") return;
    const kept = [...this.#shared.values()].filter(({ busy }) => !busy).map(({ worker }) => worker);
    for (const worker of [...this.#idle.splice(0), ...kept]) {
      if (!this.#all.delete(worker) || !worker.alive) continue;
      this.#source.leave(worker);
    }
  }

  #start(): WorkerProcess {
    const worker = typeof this.#source === "string" ? new WorkerProcess(this.#source) : this.#source.take();
    if (this.#project !== undefined) worker.prepare(this.#project);
    this.#all.add(worker);
    this.#tellWatch();
    return worker;
  }

  #tellWatch(): void {
    this.#watch?.tell([...this.#all].flatMap(({ pid }) => pid ?? []));
  }

  #grant(): void {
    for (let i = 0; i < this.#waiting.length && this.#active < this.limit; ) {
      const waiting = this.#waiting[i];
      const worker = waiting && this.#workerFor(waiting.compute);
      if (!waiting || !worker) {
        i++;
        continue;
      }
      this.#waiting.splice(i, 1);
      this.#active++;
      waiting.grant(this.#lease(worker, waiting.compute));
    }
  }

  /** Undefined while the shared process is at work. */
  #workerFor(compute: Compute): WorkerProcess | undefined {
    if (compute.kind === "own") return this.#takeIdle();
    const kept = this.#shared.get(compute.key);
    if (kept?.busy) return undefined;
    const worker = kept?.worker.alive ? kept.worker : this.#takeIdle();
    this.#shared.set(compute.key, { worker, busy: true });
    return worker;
  }

  #takeIdle(): WorkerProcess {
    for (let worker = this.#idle.shift(); worker; worker = this.#idle.shift()) if (worker.alive) return worker;
    return this.#start();
  }

  #lease(worker: WorkerProcess, compute: Compute): WorkerLease {
    return {
      worker,
      release: (fate) => {
        this.#active--;
        const kept = compute.kind === "shared" ? this.#shared.get(compute.key) : undefined;
        if (fate === "discard") {
          this.#all.delete(worker);
          worker.killNow();
          this.#tellWatch();
          if (compute.kind === "shared") this.#shared.delete(compute.key);
        } else if (kept?.worker === worker) {
          kept.busy = false;
        } else if (worker.alive) {
          this.#idle.push(worker);
        }
        this.#grant();
      },
    };
  }
}
