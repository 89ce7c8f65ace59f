/** The worker's side of the protocol: takes one attempt at a time and answers; ends when its runner is gone. */
import type { AttemptRequest, TaskHandler, TaskResult } from "./attempt.js";
import type { FromWorker, ToWorker } from "./worker-protocol.js";

export interface WorkerHost {
  /** Called once, before the first attempt: loads what attempts will need. */
  prepare(project: unknown): Promise<void>;
  handlerOf(type: AttemptRequest["task"]["type"]): TaskHandler | undefined;
}

/** Serves the parent process until it disconnects. `load` is called at once, so that modules load while the runner still reads the spec. */
export function serveWorker(load: () => Promise<WorkerHost>): void {
  const loading = load();
  // Reported by the attempt that needs it.
  loading.catch(() => undefined);
  let prepared: Promise<unknown> = loading;
  process.on("disconnect", () => process.exit(0));
  process.on("message", (message: ToWorker) => {
    if (message.type === "prepare") {
      prepared = loading.then((host) => host.prepare(message.project));
      prepared.catch(() => undefined);
      return;
    }
    void runAttempt(message.request, loading, prepared);
  });
}

async function runAttempt(request: AttemptRequest, loading: Promise<WorkerHost>, prepared: Promise<unknown>) {
  let result: TaskResult;
  try {
    await prepared;
    const handler = (await loading).handlerOf(request.task.type);
    if (!handler) throw new Error(`no handler for ${request.task.type}`);
    send({ type: "started" });
    result = await handler.run(request, (event) => send({ type: "event", event }));
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    const { message, stack } = failure;
    result = { state: "FAILED", failure: { message, ...(stack !== undefined && { stack }), retryable: true } };
  }
  send({ type: "ended", result });
}

function send(message: FromWorker): void {
  // A runner that is gone hears nothing; `disconnect` ends this process.
  if (process.connected) process.send?.(message);
}
