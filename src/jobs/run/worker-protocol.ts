/** What a runner and its workers say to each other over IPC. */
import type { AttemptEvent, AttemptRequest, TaskResult } from "./attempt.js";

/** Runner to worker. `prepare` comes first; its content is the composition root's own. */
export type ToWorker =
  | { readonly type: "prepare"; readonly project: unknown }
  | { readonly type: "run"; readonly request: AttemptRequest }
  /** Work of the composition root's own, between attempts. */
  | { readonly type: "call"; readonly name: string; readonly argument: unknown };

/** Worker to runner. `started` and `ended` frame the events of an attempt. */
export type FromWorker =
  | { readonly type: "started" }
  | { readonly type: "event"; readonly event: AttemptEvent }
  | { readonly type: "ended"; readonly result: TaskResult }
  | { readonly type: "called"; readonly error: string | undefined };
