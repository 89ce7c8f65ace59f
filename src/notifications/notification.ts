/** One thing that somebody is to be told of a run, or of a task of it. */
import type { AlertResult } from "../jobs/run/attempt.js";
import type { ResultState } from "../jobs/run/run-event.js";

/** By their keys in a spec; the streaming ones never come about here. */
export const NOTIFICATION_EVENTS = [
  "on_start",
  "on_success",
  "on_failure",
  "on_duration_warning_threshold_exceeded",
] as const;
export type NotificationEvent = (typeof NOTIFICATION_EVENTS)[number];

/** Events that a spec may name and nothing here can bring about, with what they would need. */
export const EVENTS_NOT_EVALUATED = {
  on_streaming_backlog_exceeded: "there are no continuous streams whose backlog could grow",
  on_maintenance_start: "no table is maintained behind your back",
  on_maintenance_complete: "no table is maintained behind your back",
} as const;

export interface Notification {
  /** The same for the same occasion whoever works it out, and whenever: two of one id are one. */
  readonly id: string;
  /** `on_alert`: an alert's task has told its state, and its subscribers are to know. */
  readonly event: NotificationEvent | "on_alert";
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Undefined while it is at work. */
  readonly resultState: ResultState | "INTERNAL_ERROR" | undefined;
  /** The run that was not begun, or the task that did not run because of those before it. */
  readonly skipped: boolean;
  /** Why it ended so. */
  readonly message: string;
  /** Undefined where it is about the job's run as a whole. */
  readonly task: NotifiedTask | undefined;
  readonly alert?: AlertResult;
  /** Of a duration warning. */
  readonly thresholdSeconds?: number;
}

export interface NotifiedTask {
  readonly key: string;
  /** Undefined for one that never began. */
  readonly runId: string | undefined;
  /** From 0, since the run or its last repair began. */
  readonly attempt: number;
  /**
   * `attempt`: an attempt has ended, and whether another one follows is not known. `last-attempt`: the same, and none follows. `task`:
   * it is about the task as a whole.
   */
  readonly moment: "attempt" | "last-attempt" | "task";
}
