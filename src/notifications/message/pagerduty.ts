/** A notification as an event of PagerDuty's Events API, version 2. */
import { cut, type MessageContent } from "./content.js";
import type { JsonBody } from "./webhook.js";

const MAX_SUMMARY = 1_024;
const MAX_KEY = 255;
const SEVERITIES = { good: "info", bad: "error", warning: "warning", neutral: "info" } as const;

/**
 * A failure and a duration warning trigger an alert, a success resolves the one that the same run (or task of it) triggered: so a repair
 * that succeeds closes the incident. So does a SQL alert that is OK again.
 */
export function pagerDutyBody(content: MessageContent, integrationKey: string): JsonBody {
  const { notification, job, tone, headline, reason, facts, failures } = content;
  const { event, task, at, alert } = notification;
  const of = task === undefined ? "" : `-${task.key}`;
  // The state of an alert is that of its data, from run to run.
  const subject = alert ? `alert-${job.id}-${alert.alertId}` : `${job.runId}${of}`;
  const key = { routing_key: integrationKey, dedup_key: cut(`lakelet-${subject}`, MAX_KEY) };
  if (event === "on_success" || alert?.state === "OK") return { ...key, event_action: "resolve" };
  return {
    ...key,
    event_action: "trigger",
    client: "lakelet",
    payload: {
      summary: cut([headline, reason].filter(Boolean).join(": ").replaceAll("\n", " "), MAX_SUMMARY),
      source: "lakelet",
      severity: SEVERITIES[tone],
      timestamp: new Date(at).toISOString(),
      component: job.name,
      group: job.id,
      class: `jobs.${event}`,
      custom_details: {
        ...Object.fromEntries(facts),
        ...(failures.length > 0 && { Failures: failures.map((one) => `${one.taskKey}: ${one.state}: ${one.message}`) }),
      },
    },
  };
}
