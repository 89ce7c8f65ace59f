/** An attempt in a process of its own: begun, listened to, and killed where it has to end before its time. */
import type { AttemptRequest, AttemptResult, TaskOutput, TaskReport } from "./attempt.js";
import { OutputFile } from "./output-file.js";
import type { WorkerProcess } from "./worker-process.js";

/** What an attempt tells beside its outputs. */
export type ToldByAttempt =
  | { readonly type: "task-report"; readonly report: TaskReport }
  | { readonly type: "task-value"; readonly key: string; readonly value: unknown };

export interface WorkerAttemptOptions {
  /** Receives the file of what it printed. */
  readonly outputFolder: string;
  /** Kills the process and all that it started. */
  readonly signal: AbortSignal;
  started(pid: number | undefined): void;
  told(event: ToldByAttempt): void;
  output(output: TaskOutput): void;
}

/** Resolves whatever befalls the process: INTERNAL_ERROR where it was lost or killed. */
export async function runInWorker(
  worker: WorkerProcess,
  request: AttemptRequest,
  { outputFolder, signal, started, told, output }: WorkerAttemptOptions,
): Promise<AttemptResult> {
  const file = new OutputFile(outputFolder, request.task.runId);
  const kill = () => worker.killNow();
  signal.addEventListener("abort", kill);
  if (signal.aborted) kill();
  const result = await worker.run(request, {
    started,
    event: (event) => {
      if (event.type === "output") {
        file.append(event.output);
        output(event.output);
      } else if (event.type === "report") {
        told({ type: "task-report", report: event.report });
      } else if (event.type === "value") {
        told({ type: "task-value", key: event.key, value: event.value });
      }
    },
  });
  signal.removeEventListener("abort", kill);
  file.close();
  return result;
}
