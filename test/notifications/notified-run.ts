/** Whom a simulated run tells of what. */
import type { RunCreated, RunEvent } from "../../src/jobs/run/run-event.js";
import { applyEvent, initialState, type RunState } from "../../src/jobs/run/run-state.js";
import type { JobSettings } from "../../src/jobs/spec/job-settings.js";
import type { Notification } from "../../src/notifications/notification.js";
import { notificationsOf } from "../../src/notifications/notification-rules.js";
import { type Recipients, recipientsOf } from "../../src/notifications/recipients.js";
import { type SimulatedTask, type SimulationOptions, simulate } from "../jobs/run/simulated-run.js";

export interface Told {
  readonly notification: Notification;
  readonly recipients: Recipients;
  readonly state: RunState;
}

/** All occasions in order, whoever is told or not. @param settings the alerts of the job, and of its tasks by their keys */
export function occasions(events: readonly RunEvent[]): readonly Told[] {
  const told: Told[] = [];
  let state: RunState | undefined;
  for (const event of events) {
    state = event.type === "run-created" ? initialState(event) : state && applyEvent(state, event);
    if (!state) throw new Error("a log begins with run-created");
    for (const notification of notificationsOf(event, state)) {
      told.push({ notification, recipients: recipientsOf(notification, state), state });
    }
  }
  return told;
}

/** The events of a run that has such settings. */
export function logOf(
  tasks: Readonly<Record<string, SimulatedTask>>,
  settings: JobSettings,
  options: SimulationOptions = {},
): readonly RunEvent[] {
  const [created, ...rest] = simulate(tasks, options).log;
  return [{ ...(created as RunCreated), settings }, ...rest];
}

/** `on_failure a FAILED -> x@y.z, #slack`, one text for each that reaches somebody. */
export function toldLines(told: readonly Told[]): readonly string[] {
  return told.flatMap(({ notification, recipients }) => {
    const to = [...recipients.addresses, ...recipients.destinations.map((id) => `#${id}`)];
    if (to.length === 0) return [];
    const { event, task, resultState } = notification;
    return [`${[event, task?.key, resultState].filter(Boolean).join(" ")} -> ${to.join(", ")}`];
  });
}
