/** Mistakes in what a task runs, and in how it is tried again. */
import type { Finding, SpecContext, SpecRule } from "./rule.js";

type Placed = SpecContext["tasks"][number];

function eachTask(check: (placed: Placed, context: SpecContext) => readonly Finding[]): SpecRule["check"] {
  return (context) => context.tasks.flatMap((placed) => check(placed, context));
}

const NUMBER = /^-?\d+(?:\.\d+)?$/;
const isReference = (text: string) => text.includes("{{");

export const TASK_RULES: readonly SpecRule[] = [
  {
    id: "dbt-profiles-and-warehouse",
    check: eachTask(({ task: { dbt_task: dbt }, path }) =>
      dbt?.warehouse_id !== undefined && dbt.profiles_directory !== undefined
        ? [
            {
              path: [...path, "dbt_task", "profiles_directory"],
              part: "key",
              what: "warehouse_id and profiles_directory exclude each other.",
              databricks: "profiles_directory may only be given without warehouse_id; the job is refused.",
              here: "the profile that is made for DuckDB is used, as it is for a warehouse.",
              fix: "remove profiles_directory to run on the warehouse, or warehouse_id to use your own profile.",
            },
          ]
        : [],
    ),
  },
  {
    id: "dbt-command",
    check: eachTask(({ task: { dbt_task: dbt }, path }) =>
      (dbt?.commands ?? []).flatMap((command, i): Finding[] =>
        /^dbt(?:\s|$)/.test(command.trim()) || command.includes("{{")
          ? []
          : [
              {
                path: [...path, "dbt_task", "commands", i],
                severity: "error",
                what: `"${command}" does not begin with dbt.`,
                databricks: "only dbt commands are taken; the job is refused.",
                fix: `write "dbt ${command}", or a task of another type.`,
              },
            ],
      ),
    ),
  },
  {
    id: "sql-without-warehouse",
    check: eachTask(({ task: { sql_task: sql }, path }) =>
      sql && sql.warehouse_id === undefined
        ? [
            {
              path: [...path, "sql_task"],
              part: "key",
              what: "The sql_task names no warehouse_id.",
              databricks: "a SQL task runs on a warehouse; the job is refused.",
              here: "it runs: the engine is on this machine.",
              fix: "add warehouse_id.",
            },
          ]
        : [],
    ),
  },
  {
    id: "retry-interval-without-retries",
    check: eachTask(({ task, path }) =>
      (task.min_retry_interval_millis ?? 0) > 0 && (task.max_retries ?? 0) === 0
        ? [
            {
              path: [...path, "min_retry_interval_millis"],
              part: "key",
              what: `\`${task.task_key}\` has min_retry_interval_millis and no retries.`,
              databricks: "max_retries is 0 where it is not given: the interval has no effect.",
              fix: "add max_retries.",
            },
          ]
        : [],
    ),
  },
  {
    id: "retry-on-timeout-without-timeout",
    check: eachTask(({ task, path }) => {
      if (task.retry_on_timeout !== true) return [];
      const missing = [
        ...((task.timeout_seconds ?? 0) === 0 ? ["timeout_seconds"] : []),
        ...((task.max_retries ?? 0) === 0 ? ["max_retries"] : []),
      ];
      if (missing.length === 0) return [];
      return [
        {
          path: [...path, "retry_on_timeout"],
          part: "key",
          what: `\`${task.task_key}\` has retry_on_timeout and no ${missing.join(" and no ")}.`,
          databricks: "it never times out or is never retried: the key has no effect.",
          fix: `add ${missing.join(" and ")}.`,
        },
      ];
    }),
  },
  {
    id: "timeout-longer-than-job",
    check: eachTask(({ task, path }, { settings }) => {
      const own = task.timeout_seconds ?? 0;
      const whole = settings.timeout_seconds ?? 0;
      if (own === 0 || whole === 0 || own <= whole) return [];
      return [
        {
          path: [...path, "timeout_seconds"],
          what: `\`${task.task_key}\` may take ${own} seconds, but the job ${whole}.`,
          databricks: "the job's timeout ends the run first; the task's is never reached.",
          fix: "make the job's timeout_seconds the larger one.",
        },
      ];
    }),
  },
  {
    id: "run-if-without-dependencies",
    check: eachTask(({ task, path }) =>
      task.run_if !== undefined && task.run_if !== "ALL_SUCCESS" && (task.depends_on ?? []).length === 0
        ? [
            {
              path: [...path, "run_if"],
              part: "key",
              what: `\`${task.task_key}\` has run_if and depends on nothing.`,
              databricks: "it runs in any case.",
              fix: "add depends_on, or remove run_if.",
            },
          ]
        : [],
    ),
  },
  {
    id: "failure-hidden-by-leaves",
    check: ({ settings }) => {
      const tasks = settings.tasks ?? [];
      const needed = new Set(tasks.flatMap((task) => (task.depends_on ?? []).map((one) => one.task_key)));
      const leaves = tasks.filter((task) => !needed.has(task.task_key));
      const handles = (word: string | undefined) =>
        ["ALL_DONE", "AT_LEAST_ONE_FAILED", "ALL_FAILED"].includes(word ?? "");
      const [leaf] = leaves;
      if (leaf === undefined || !leaves.every((task) => handles(task.run_if) && task.depends_on?.length)) return [];
      return [
        {
          path: ["tasks", tasks.indexOf(leaf), "run_if"],
          what: `Every last task (${leaves.map((task) => `\`${task.task_key}\``).join(", ")}) runs after failures too.`,
          databricks:
            "a run's result is that of its last tasks: a run that failed before them ends SUCCESS_WITH_FAILURES, and on_success is sent.",
          fix: "let another last task depend on the work with ALL_SUCCESS, or let the handler fail.",
        },
      ];
    },
  },
  {
    id: "outcome-of-no-condition",
    check: ({ settings }) => {
      const byKey = new Map((settings.tasks ?? []).map((task) => [task.task_key, task]));
      return (settings.tasks ?? []).flatMap((task, i) =>
        (task.depends_on ?? []).flatMap(({ task_key: key, outcome }, j): Finding[] => {
          const upstream = byKey.get(key);
          if (outcome === undefined || upstream === undefined) return [];
          const path = ["tasks", i, "depends_on", j, "outcome"];
          const fix = 'write outcome "true" or "false" after a condition_task.';
          if (!upstream.condition_task) {
            return [
              {
                path,
                severity: "error",
                what: `\`${key}\` is no condition_task: it has no outcome.`,
                databricks: "the job is refused.",
                fix,
              },
            ];
          }
          if (outcome === "true" || outcome === "false") return [];
          return [
            {
              path,
              severity: "error",
              what: `The outcome of a condition is never "${outcome}".`,
              databricks: "the job is refused.",
              fix,
            },
          ];
        }),
      );
    },
  },
  {
    id: "condition-compares-texts",
    check: eachTask(({ task: { condition_task: condition }, path }) => {
      if (!condition) return [];
      const { op, left, right } = condition;
      const sides = [left, right].filter((side) => !isReference(side));
      if (op === "EQUAL_TO" || op === "NOT_EQUAL") {
        const number = sides.find((side) => NUMBER.test(side) && (side.includes(".") || /^-?0\d/.test(side)));
        if (number === undefined) return [];
        return [
          {
            path: [...path, "condition_task", number === left ? "left" : "right"],
            what: `${op} compares texts, and one of them is ${number}.`,
            databricks: '"12.0" is not EQUAL_TO "12".',
            fix: "use GREATER_THAN_OR_EQUAL and LESS_THAN_OR_EQUAL for numbers.",
          },
        ];
      }
      const text = sides.find((side) => !NUMBER.test(side.trim()));
      if (text === undefined) return [];
      return [
        {
          path: [...path, "condition_task", text === left ? "left" : "right"],
          what: `${op} compares numbers, and "${text}" is none.`,
          databricks: "the task fails.",
          fix: "use EQUAL_TO or NOT_EQUAL for texts.",
        },
      ];
    }),
  },
  {
    id: "constant-condition",
    check: eachTask(({ task: { condition_task: condition }, path }) =>
      condition && !isReference(condition.left) && !isReference(condition.right)
        ? [
            {
              path: [...path, "condition_task"],
              what: "Neither side of the condition is a reference: it is always the same.",
              databricks: "one branch is excluded in every run.",
              fix: "compare {{tasks.<task>.values.<key>}} or {{job.parameters.<name>}}.",
            },
          ]
        : [],
    ),
  },
  {
    id: "loop-in-loop",
    check: eachTask(({ task, path, loop }) =>
      loop && task.for_each_task !== undefined
        ? [
            {
              path: [...path, "for_each_task"],
              part: "key",
              severity: "error",
              what: "A for_each_task stands in a for_each_task.",
              databricks: "loops do not nest; the job is refused.",
              fix: "let the inner one be a job, and run it by run_job_task.",
            },
          ]
        : [],
    ),
  },
  {
    id: "loop-inputs",
    check: eachTask(({ task: { for_each_task: loop }, path }) => {
      const inputs = (loop as { inputs?: unknown } | undefined)?.inputs;
      if (typeof inputs !== "string" || isReference(inputs)) return [];
      const found = arrayOf(inputs);
      if (found !== undefined && found.length > 0) return [];
      return [
        {
          path: [...path, "for_each_task", "inputs"],
          ...(found === undefined && { severity: "error" as const }),
          what: found === undefined ? "inputs is neither a JSON array nor a reference." : "inputs is an empty array.",
          databricks: found === undefined ? "the job is refused." : "the task succeeds without an iteration.",
          fix: 'write ["a", "b"], or a reference such as {{tasks.<task>.values.<key>}}.',
        },
      ];
    }),
  },
  {
    id: "loop-without-input",
    check: eachTask(({ task, path, loop }) =>
      loop && !/\{\{\s*input\b/.test(JSON.stringify(task))
        ? [
            {
              path,
              what: `\`${task.task_key}\` never uses {{input}}.`,
              databricks: "each iteration does the same.",
              fix: "give it a parameter with {{input}} or {{input.<key>}}.",
            },
          ]
        : [],
    ),
  },
  {
    id: "job-parameter-wins",
    check: eachTask(({ task, path }, { settings }) => {
      const job = new Map((settings.parameters ?? []).map((one) => [one.name, one.default]));
      const own = {
        "notebook_task.base_parameters": task.notebook_task?.base_parameters,
        "sql_task.parameters": task.sql_task?.parameters,
      };
      return Object.entries(own).flatMap(([place, parameters]) =>
        Object.entries(parameters ?? {}).flatMap(([name, value]): Finding[] => {
          const wins = job.get(name);
          if (wins === undefined || wins === value || value.includes(`job.parameters.${name}`)) return [];
          return [
            {
              path: [...path, ...place.split("."), name],
              what: `\`${name}\` is a parameter of the job too, with another value.`,
              databricks: `the job's value ("${wins}") is used, never this one.`,
              fix: "rename one of them, or remove this one.",
            },
          ];
        }),
      );
    }),
  },
  {
    id: "deprecated-run-job-parameters",
    check: eachTask(({ task: { run_job_task: child }, path }) =>
      (
        [
          "notebook_params",
          "jar_params",
          "python_params",
          "python_named_params",
          "sql_params",
          "dbt_commands",
          "spark_submit_params",
        ] as const
      ).flatMap((key): Finding[] =>
        child?.[key] === undefined
          ? []
          : [
              {
                path: [...path, "run_job_task", key],
                part: "key",
                what: `${key} of a run_job_task is deprecated.`,
                databricks: "it is still passed, and not together with job_parameters.",
                fix: "declare parameters in the other job and pass job_parameters.",
              },
            ],
      ),
    ),
  },
  {
    id: "refresh-all-and-some",
    check: eachTask(({ task: { pipeline_task: pipeline }, path }) =>
      pipeline?.full_refresh === true && (pipeline.refresh_selection || pipeline.full_refresh_selection)
        ? [
            {
              path: [...path, "pipeline_task", "full_refresh"],
              what: "full_refresh refreshes everything, and a selection is given too.",
              databricks: "the update is refused.",
              fix: "keep full_refresh or the selection.",
            },
          ]
        : [],
    ),
  },
  {
    id: "deprecated-spark-submit",
    check: eachTask(({ task: { spark_submit_task: submit }, path }) =>
      submit
        ? [
            {
              path: [...path, "spark_submit_task"],
              part: "key",
              what: "spark_submit_task is deprecated.",
              databricks: "it runs on classic compute alone, for now.",
              fix: "use spark_python_task, spark_jar_task or python_wheel_task.",
            },
          ]
        : [],
    ),
  },
];

function arrayOf(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
