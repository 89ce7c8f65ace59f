/** The body that Databricks posts to a generic webhook. */
import type { MessageContent } from "./content.js";

export type JsonBody = Readonly<Record<string, unknown>>;

/**
 * Ids are texts. A task's run has the job's run as its parent. There is one workspace here, and it has no number. What
 * Databricks posts of an alert is not published: it is the same with the alert's own facts.
 */
export function webhookBody({ notification, job }: MessageContent): JsonBody {
  const { event, task, alert } = notification;
  return {
    event_type: alert ? "alert" : `jobs.${event}`,
    workspace_id: "0",
    ...(task === undefined
      ? { run: { run_id: job.runId } }
      : { task: { task_key: task.key }, run: { run_id: task.runId ?? "", parent_run_id: job.runId } }),
    job: { job_id: job.id, name: job.name },
    ...(alert && { alert: { alert_id: alert.alertId, name: alert.name, state: alert.state, value: alert.value } }),
  };
}
