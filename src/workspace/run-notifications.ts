/** A run's notifications as an attachment of it. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { RunListener } from "../jobs/run/run-listener.js";
import type { RunState } from "../jobs/run/run-state.js";
import { notifiesAnybody } from "../notifications/recipients.js";
import type { LoadedJob } from "./load-job.js";
import type { Project } from "./project.js";

/** What a command that has run a job waits for its last messages; those of a server that is slower stay in the queue. */
const PATIENCE_MS = 3_000;

export interface FollowedRun {
  readonly listener: RunListener;
  close(): Promise<void>;
}

/** Undefined where nobody is to be told of anything and nothing waits to be sent: such a run pays nothing. */
export async function runNotifications(project: Project, job: LoadedJob): Promise<FollowedRun | undefined> {
  if (!notifiesAnybody(job.plan.settings) && !hasWaiting(project.state)) return undefined;
  const { openNotificationDesk } = await import("./notification-desk.js");
  const desk = openNotificationDesk(project);
  const listener = desk.follow();
  return {
    listener,
    close: async () => {
      try {
        await listener.close(PATIENCE_MS);
      } finally {
        desk.close();
      }
    },
  };
}

/** How often messages are looked for that other processes left. */
const LOOK_MS = 60_000;

/** Sends what waits, whoever left it, until it is closed: for a program that stays. */
export async function keepNotifying(project: Project): Promise<{ close(): void }> {
  const { openNotificationDesk } = await import("./notification-desk.js");
  const desk = openNotificationDesk(project);
  const timer = setInterval(() => desk.courier.takeOver(), LOOK_MS);
  timer.unref();
  return {
    close: () => {
      clearInterval(timer);
      desk.close();
    },
  };
}

/** Messages of earlier runs. */
function hasWaiting(stateFolder: string): boolean {
  return ["pending", "open"].some((name) => {
    const folder = join(stateFolder, "notifications", name);
    return existsSync(folder) && readdirSync(folder).length > 0;
  });
}

/** Whether the job of that run tells anybody of anything. */
export function tellsAnybody({ settings }: RunState): boolean {
  return notifiesAnybody(settings);
}
