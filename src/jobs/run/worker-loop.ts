/** The worker's side of the protocol: takes one attempt at a time and answers; ends when its runner is gone. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { AttemptRequest, TaskHandler, TaskResult } from "./attempt.js";
import type { FromWorker, ToWorker } from "./worker-protocol.js";

export interface WorkerHost {
  /** Called before the first attempt, and again where another run has other settings: loads what attempts will need. */
  prepare(project: unknown): Promise<void>;
  handlerOf(type: AttemptRequest["task"]["type"]): TaskHandler | undefined;
  /** Called when the end of an attempt has been told: clears up after it, and makes ready for the next one, which waits for it. */
  afterAttempt(): Promise<void>;
  /** Does what the runner's process asks for beside attempts. */
  call(name: string, argument: unknown): Promise<void>;
}

/** Serves the parent process until it disconnects. `load` is called at once, so that modules load while the runner still reads the spec. */
export function serveWorker(load: () => Promise<WorkerHost>): void {
  const loading = load();
  // Reported by the attempt that needs it.
  loading.catch(() => undefined);
  let prepared: Promise<unknown> = loading;
  const strays = new StrayErrors();
  process.on("disconnect", endGroup);
  process.on("message", (message: ToWorker) => {
    if (message.type === "prepare") {
      // One that served another run may still be clearing up after it.
      prepared = prepared.then(ignore, ignore).then(async () => (await loading).prepare(message.project));
      prepared.catch(() => undefined);
      return;
    }
    if (message.type === "call") {
      void answer(message.name, message.argument, loading, prepared);
      return;
    }
    prepared = runAttempt(message.request, loading, prepared, strays);
  });
}

function ignore(): void {}

/** Its runner is gone. The programs that a task started would go on without it. */
function endGroup(): void {
  try {
    if (process.platform !== "win32") process.kill(-process.pid, "SIGKILL");
  } catch {
    // It leads no group: somebody else started it.
  }
  process.exit(0);
}

async function runAttempt(
  request: AttemptRequest,
  loading: Promise<WorkerHost>,
  prepared: Promise<unknown>,
  strays: StrayErrors,
): Promise<void> {
  let result: TaskResult;
  let host: WorkerHost | undefined;
  try {
    await prepared;
    host = await loading;
    const handler = host.handlerOf(request.task.type);
    if (!handler) throw new Error(`no handler for ${request.task.type}`);
    send({ type: "started" });
    result = await strays.during(() => handler.run(request, (event) => send({ type: "event", event })));
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    result = { state: "FAILED", failure: { message, ...(stack !== undefined && { stack }), retryable: true } };
  }
  send({ type: "ended", result });
  await host?.afterAttempt();
}

async function answer(
  name: string,
  argument: unknown,
  loading: Promise<WorkerHost>,
  prepared: Promise<unknown>,
): Promise<void> {
  try {
    await prepared;
    await (await loading).call(name, argument);
    send({ type: "called", error: undefined });
  } catch (error) {
    send({ type: "called", error: error instanceof Error ? error.message : String(error) });
  }
}

/**
 * Errors that no code waits for: a promise that was not awaited, a callback. They fail the attempt at work, unless it was one before it
 * that began them.
 */
class StrayErrors {
  readonly #attempts = new AsyncLocalStorage<number>();
  #attempt = 0;
  #fail: ((error: Error) => void) | undefined;

  constructor() {
    process.on("unhandledRejection", (reason) => this.#hear(reason, "A promise that was not awaited failed"));
    process.on("uncaughtException", (error) => this.#hear(error, "A callback threw"));
  }

  /** Rejects with the first stray error that comes before the work has ended. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    const stray = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    try {
      const ended = this.#attempts.run(++this.#attempt, work).then(async (result) => {
        // What the work left behind may fail with its session's end: it is this attempt's, not the next one's.
        await new Promise((resolve) => setImmediate(resolve));
        return result;
      });
      return await Promise.race([ended, stray]);
    } finally {
      this.#fail = undefined;
    }
  }

  #hear(reason: unknown, what: string): void {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    if (!this.#fail) {
      process.stderr.write(`${error.stack}\n`);
      process.exit(1);
    }
    const of = this.#attempts.getStore();
    if (of !== undefined && of !== this.#attempt) {
      process.stderr.write(`Of a task that has ended, in the same process: ${what}: ${error.message}\n`);
      return;
    }
    this.#fail(new Error(`${what}: ${error.message}`, { cause: error }));
  }
}

function send(message: FromWorker): void {
  // A runner that is gone hears nothing; `disconnect` ends this process.
  if (process.connected) process.send?.(message);
}
