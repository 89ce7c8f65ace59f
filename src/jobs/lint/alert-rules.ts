/** Alerts that never come, or come to nobody. */
import type { DocumentPath } from "../spec/document.js";
import type { JobSettings } from "../spec/job-settings.js";
import type { NestedTask, TaskSettings } from "../spec/task.js";
import type { Finding, SpecContext, SpecRule } from "./rule.js";

interface Alerted {
  readonly of: JobSettings | TaskSettings | NestedTask;
  readonly path: DocumentPath;
  readonly name: string;
}

function alertedIn({ settings, tasks }: SpecContext): readonly Alerted[] {
  const each = tasks.map(({ task, path }) => ({ of: task, path, name: `\`${task.task_key}\`` }));
  return [{ of: settings, path: [], name: "The job" }, ...each];
}

function eachAlerted(check: (alerted: Alerted, context: SpecContext) => readonly Finding[]): SpecRule["check"] {
  return (context) => alertedIn(context).flatMap((one) => check(one, context));
}

const SLOW = "on_duration_warning_threshold_exceeded";
const BACKLOG = "on_streaming_backlog_exceeded";

const rulesOf = ({ of }: Alerted) => of.health?.rules ?? [];
const toldOf = ({ of }: Alerted, event: typeof SLOW | typeof BACKLOG) => [
  ...(of.email_notifications?.[event]?.length ? (["email_notifications"] as const) : []),
  ...(of.webhook_notifications?.[event]?.length ? (["webhook_notifications"] as const) : []),
];

export const ALERT_RULES: readonly SpecRule[] = [
  {
    id: "duration-warning-without-rule",
    check: eachAlerted((alerted) => {
      if (rulesOf(alerted).some((rule) => rule.metric === "RUN_DURATION_SECONDS")) return [];
      return toldOf(alerted, SLOW).map((key) => ({
        path: [...alerted.path, key, SLOW],
        part: "key" as const,
        what: `${alerted.name} has ${SLOW} and no health rule for RUN_DURATION_SECONDS.`,
        databricks: "nothing is ever sent: the threshold is a health rule.",
        fix: "add health: { rules: [{ metric: RUN_DURATION_SECONDS, op: GREATER_THAN, value: 3600 }] }.",
      }));
    }),
  },
  {
    id: "duration-rule-tells-nobody",
    check: eachAlerted((alerted) => {
      const index = rulesOf(alerted).findIndex((rule) => rule.metric === "RUN_DURATION_SECONDS");
      if (index < 0 || toldOf(alerted, SLOW).length > 0) return [];
      return [
        {
          path: [...alerted.path, "health", "rules", index],
          what: `${alerted.name} has a rule for its duration, and nobody is told.`,
          databricks: "the run is marked as slow and goes on; nothing is sent.",
          here: "the warning is shown and kept; nothing is sent.",
          fix: `name somebody under email_notifications.${SLOW}.`,
        },
      ];
    }),
  },
  {
    id: "backlog-without-rule",
    check: eachAlerted((alerted) => {
      if (rulesOf(alerted).some((rule) => rule.metric.startsWith("STREAMING_BACKLOG"))) return [];
      return toldOf(alerted, BACKLOG).map((key) => ({
        path: [...alerted.path, key, BACKLOG],
        part: "key" as const,
        what: `${alerted.name} has ${BACKLOG} and no health rule for a STREAMING_BACKLOG metric.`,
        databricks: "nothing is ever sent.",
        fix: "add the rule, or remove the key.",
      }));
    }),
  },
  {
    id: "streaming-metric",
    check: eachAlerted((alerted) =>
      rulesOf(alerted).flatMap((rule, i): Finding[] =>
        rule.metric === "RUN_DURATION_SECONDS"
          ? []
          : [
              {
                path: [...alerted.path, "health", "rules", i, "metric"],
                what: `${rule.metric} measures a streaming query.`,
                databricks: "the average of ten minutes is compared with the threshold.",
                here: "there are no streaming queries: the rule is not evaluated.",
                fix: "use RUN_DURATION_SECONDS for a run that takes too long.",
              },
            ],
      ),
    ),
  },
  {
    id: "deprecated-skipped-runs",
    check: eachAlerted((alerted) =>
      alerted.of.email_notifications?.no_alert_for_skipped_runs === undefined
        ? []
        : [
            {
              path: [...alerted.path, "email_notifications", "no_alert_for_skipped_runs"],
              part: "key" as const,
              what: "email_notifications.no_alert_for_skipped_runs is deprecated.",
              databricks: "it still mutes e-mails of skipped runs, and webhooks it does not.",
              fix: "write notification_settings: { no_alert_for_skipped_runs: true }.",
            },
          ],
    ),
  },
  {
    id: "no-address",
    check: eachAlerted((alerted) =>
      Object.entries(alerted.of.email_notifications ?? {}).flatMap(([event, addresses]) =>
        (Array.isArray(addresses) ? addresses : []).flatMap((address: string, i): Finding[] =>
          /^[^\s@]+@[^\s@]+$/.test(address) || /\$\{|\{\{/.test(address)
            ? []
            : [
                {
                  path: [...alerted.path, "email_notifications", event, i],
                  what: `"${address}" is no e-mail address.`,
                  databricks: "the job is refused.",
                  here: "nothing reaches it.",
                  fix: "write name@example.com; channels are webhook_notifications.",
                },
              ],
        ),
      ),
    ),
  },
  {
    id: "condition-task-alerts",
    check: ({ tasks }) =>
      tasks.flatMap(({ task, path }) =>
        task.condition_task
          ? (["max_retries", "email_notifications", "webhook_notifications"] as const).flatMap((key): Finding[] =>
              task[key] === undefined
                ? []
                : [
                    {
                      path: [...path, key],
                      part: "key",
                      what: `A condition_task has ${key}.`,
                      databricks: "conditions are neither retried nor notified about.",
                      fix: `remove ${key}.`,
                    },
                  ],
            )
          : [],
      ),
  },
  {
    id: "alert-without-parameters",
    check: ({ tasks }) =>
      tasks.flatMap(({ task: { sql_task: sql }, path }) =>
        sql?.alert && Object.keys(sql.parameters ?? {}).length > 0
          ? [
              {
                path: [...path, "sql_task", "parameters"],
                part: "key" as const,
                what: "The alert of a sql_task takes no parameters.",
                databricks: "they are ignored: the query runs with the values that are saved with it.",
                fix: "remove them, or write an alert_task, whose parameters reach its query.",
              },
            ]
          : [],
      ),
  },
];
