/** What follows each run of the project besides the terminal: notifications, history, logs. */
import { runLogs } from "../history/logs/run-logs.js";
import { RunStore } from "../jobs/run/run-store.js";
import type { LoadedJob } from "./load-job.js";
import type { Project } from "./project.js";
import { historyAttachment } from "./record-history.js";
import type { RunAttachment } from "./run-attachment.js";
import { runNotifications } from "./run-notifications.js";

export interface AttachedRun {
  readonly project: Project;
  readonly job: LoadedJob;
}

/** Made before the run, in this order. Each one begins its own work with the run's first event. */
export async function attachTo({ project, job }: AttachedRun): Promise<readonly RunAttachment[]> {
  const notifications = await runNotifications(project, job);
  const logs = runLogs((runId) => new RunStore(project.state).folderOf(runId));
  const written = { listener: logs, close: () => logs.close() };
  return [written, historyAttachment(project), notifications].filter((one) => one !== undefined);
}
