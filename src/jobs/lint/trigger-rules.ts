/** Mistakes in when a job starts: cron, time zones, triggers that exclude each other. */
import { readCron } from "../quartz/cron.js";
import { javaTimeZone, timeZoneCure } from "../quartz/java-time-zone.js";
import type { DocumentPath } from "../spec/document.js";
import type { Finding, SpecContext, SpecRule } from "./rule.js";

interface PlacedCron {
  readonly expression: string;
  readonly zone: string;
  readonly path: DocumentPath;
}

function cronsOf({ settings: { schedule, triggers } }: SpecContext): readonly PlacedCron[] {
  const placed = (one: { quartz_cron_expression: string; timezone_id: string }, path: DocumentPath): PlacedCron => ({
    expression: one.quartz_cron_expression,
    zone: one.timezone_id,
    path,
  });
  return [
    ...(schedule ? [placed(schedule, ["schedule"])] : []),
    ...(triggers ?? []).flatMap((one, i) => (one.schedule ? [placed(one.schedule, ["triggers", i, "schedule"])] : [])),
  ];
}

/** Settings of `trigger`, and of each of `triggers`. */
function triggersOf({ settings }: SpecContext) {
  const { trigger, triggers = [] } = settings;
  return [
    ...(trigger ? [{ trigger, path: ["trigger"] as DocumentPath }] : []),
    ...triggers.map((one, i) => ({ trigger: one, path: ["triggers", i] as DocumentPath })),
  ];
}

const LEAST_SECONDS = 60;
const MOST_TABLES = 10;

export const TRIGGER_RULES: readonly SpecRule[] = [
  {
    id: "invalid-cron",
    check: (context) =>
      cronsOf(context).flatMap(({ expression, path }): Finding[] => {
        const reading = readCron(expression);
        if (reading.kind === "cron") return [];
        return [
          {
            path: [...path, "quartz_cron_expression"],
            severity: "error",
            what: reading.message,
            databricks: "the job is refused.",
            fix: "write a Quartz expression, e.g. `0 0 2 * * ?` for every day at 02:00.",
          },
        ];
      }),
  },
  {
    id: "unknown-time-zone",
    check: (context) =>
      cronsOf(context).flatMap(({ zone, path }): Finding[] =>
        javaTimeZone(zone)
          ? []
          : [
              {
                path: [...path, "timezone_id"],
                severity: "error",
                what: `${zone} is no Java time zone.`,
                databricks: "the job is refused.",
                fix: timeZoneCure(zone),
              },
            ],
      ),
  },
  {
    id: "starts-exclude-each-other",
    check: ({ settings }) => {
      const given = (["schedule", "continuous", "trigger", "triggers"] as const).filter((key) => {
        const value = settings[key];
        return Array.isArray(value) ? value.length > 0 : value !== undefined;
      });
      const [first, second] = given;
      if (first === undefined || second === undefined) return [];
      return [
        {
          path: [second],
          part: "key",
          severity: "error",
          what: `The job has ${given.join(" and ")}.`,
          databricks: "a job has one of schedule, continuous, trigger and triggers; the request is refused.",
          fix: `keep one${given.includes("triggers") ? "" : ", or put both under triggers"}.`,
        },
      ];
    },
  },
  {
    id: "continuous-runs",
    check: ({ settings: { continuous, max_concurrent_runs: runs } }) =>
      continuous && runs !== undefined && runs > 1
        ? [
            {
              path: ["max_concurrent_runs"],
              what: `A continuous job has one run at a time, but max_concurrent_runs is ${runs}.`,
              databricks: "the job is refused.",
              here: "one run is active at a time.",
              fix: "remove max_concurrent_runs.",
            },
          ]
        : [],
  },
  {
    id: "continuous-retries",
    check: ({ settings, tasks }) => {
      if (!settings.continuous || settings.continuous.task_retry_mode === "ON_FAILURE") return [];
      return tasks.flatMap(({ task, path }): Finding[] =>
        (task.max_retries ?? 0) === 0
          ? []
          : [
              {
                path: [...path, "max_retries"],
                what: "The tasks of a continuous job are not retried: the job starts anew.",
                databricks: "max_retries has no effect while continuous.task_retry_mode is NEVER, its default.",
                fix: "set continuous.task_retry_mode to ON_FAILURE, or remove max_retries.",
              },
            ],
      );
    },
  },
  {
    id: "trigger-timer-too-short",
    check: (context) =>
      triggersOf(context).flatMap(({ trigger, path }) =>
        (["file_arrival", "table_update", "model"] as const).flatMap((kind) =>
          (["min_time_between_triggers_seconds", "wait_after_last_change_seconds"] as const).flatMap(
            (key): Finding[] => {
              const seconds = trigger[kind]?.[key];
              if (seconds === undefined || seconds === 0 || seconds >= LEAST_SECONDS) return [];
              return [
                {
                  path: [...path, kind, key],
                  what: `${key} is ${seconds}.`,
                  databricks: `at least ${LEAST_SECONDS} seconds are wanted; the job is refused.`,
                  here: "it waits as long as it says.",
                  fix: `write ${LEAST_SECONDS} or more.`,
                },
              ];
            },
          ),
        ),
      ),
  },
  {
    id: "too-many-trigger-tables",
    check: (context) =>
      triggersOf(context).flatMap(({ trigger, path }): Finding[] => {
        const names = trigger.table_update?.table_names ?? [];
        if (names.length > 0 && names.length <= MOST_TABLES) return [];
        if (!trigger.table_update) return [];
        return [
          {
            path: [...path, "table_update", "table_names"],
            what: `The trigger watches ${names.length} tables.`,
            databricks: `it takes 1 to ${MOST_TABLES}; the job is refused.`,
            here: "it watches what is named.",
            fix: names.length === 0 ? "name a table." : "split the job, or watch the tables that matter.",
          },
        ];
      }),
  },
  {
    id: "trigger-without-kind",
    check: (context) =>
      triggersOf(context).flatMap(({ trigger, path }): Finding[] => {
        const kinds = Object.keys(trigger).filter((key) => key !== "pause_status" && key !== "sql_condition");
        if (kinds.length === 1) return [];
        return [
          {
            path,
            severity: "error",
            what:
              kinds.length === 0 ? "The trigger says nothing to wait for." : `The trigger has ${kinds.join(" and ")}.`,
            databricks: "the job is refused.",
            fix: "give it one of file_arrival, periodic and table_update.",
          },
        ];
      }),
  },
];
