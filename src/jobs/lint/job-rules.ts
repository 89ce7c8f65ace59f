/** Limits of a job as a whole, and keys that do not belong where they stand. */
import type { Finding, SpecRule } from "./rule.js";

const bytes = (text: string) => Buffer.byteLength(text);

function tooLong(path: readonly (string | number)[], text: string | undefined, limit: number): Finding[] {
  if (text === undefined || bytes(text) <= limit) return [];
  return [
    {
      path,
      what: `It has ${bytes(text)} bytes in UTF-8.`,
      databricks: `at most ${limit} are taken; the job is refused.`,
      here: "it is used as it is.",
      fix: "shorten it.",
    },
  ];
}

const MAX_NAME = 4096;
const MAX_DESCRIPTION = 27_700;
const MAX_TASK_DESCRIPTION = 1000;
const MAX_TAGS = 25;
const MAX_PARAMETERS = 1_000_000;
const SECRET = /(?:password|passwd|secret|token|api_?key|access_?key|connection_?string)$/i;

export const JOB_RULES: readonly SpecRule[] = [
  {
    id: "too-long",
    check: ({ settings, tasks }) => [
      ...tooLong(["name"], settings.name, MAX_NAME),
      ...tooLong(["description"], settings.description, MAX_DESCRIPTION),
      ...tasks.flatMap(({ task, path }) => tooLong([...path, "description"], task.description, MAX_TASK_DESCRIPTION)),
    ],
  },
  {
    id: "too-many-tags",
    check: ({ settings: { tags = {} } }) =>
      Object.keys(tags).length > MAX_TAGS
        ? [
            {
              path: ["tags"],
              what: `The job has ${Object.keys(tags).length} tags.`,
              databricks: `at most ${MAX_TAGS} are taken; the job is refused.`,
              here: "they are kept.",
              fix: "remove some.",
            },
          ]
        : [],
  },
  {
    id: "parameters-too-large",
    check: ({ tasks }) =>
      tasks.flatMap(({ task, path }) => {
        const parameters = task.notebook_task?.base_parameters;
        const size = parameters === undefined ? 0 : bytes(JSON.stringify(parameters));
        if (size <= MAX_PARAMETERS) return [];
        return [
          {
            path: [...path, "notebook_task", "base_parameters"],
            what: `The parameters have ${size} bytes as JSON.`,
            databricks: "at most 1 MB is taken; the job is refused.",
            fix: "put the data in a file or a table, and pass its name.",
          },
        ];
      }),
  },
  {
    id: "duplicate-parameter",
    check: ({ settings: { parameters = [] } }) =>
      parameters.flatMap(({ name }, i): Finding[] =>
        parameters.findIndex((one) => one.name === name) === i
          ? []
          : [
              {
                path: ["parameters", i, "name"],
                severity: "error",
                what: `Two parameters are called \`${name}\`.`,
                databricks: "the job is refused.",
                fix: "rename one.",
              },
            ],
      ),
  },
  {
    id: "duplicate-environment",
    check: ({ settings: { environments = [] } }) =>
      environments.flatMap(({ environment_key: key }, i): Finding[] =>
        environments.findIndex((one) => one.environment_key === key) === i
          ? []
          : [
              {
                path: ["environments", i, "environment_key"],
                severity: "error",
                what: `Two environments are called \`${key}\`.`,
                databricks: "the job is refused.",
                fix: "rename one.",
              },
            ],
      ),
  },
  {
    id: "no-runs-allowed",
    check: ({ settings }) =>
      settings.max_concurrent_runs === 0
        ? [
            {
              path: ["max_concurrent_runs"],
              what: "max_concurrent_runs is 0.",
              databricks: "every run is skipped.",
              fix: "write 1, or pause the schedule.",
            },
          ]
        : [],
  },
  {
    id: "every-task-disabled",
    check: ({ settings: { tasks = [] } }) =>
      tasks.length > 0 && tasks.every((task) => task.disabled === true)
        ? [
            {
              path: ["tasks", 0, "disabled"],
              what: "Every task is disabled.",
              databricks: "a run does nothing.",
              fix: "enable one, or pause the schedule.",
            },
          ]
        : [],
  },
  {
    id: "git-reference",
    check: ({ settings: { git_source: git } }) => {
      const given = (["git_branch", "git_tag", "git_commit"] as const).filter((key) => git?.[key] !== undefined);
      if (git === undefined || given.length === 1) return [];
      return [
        {
          path: ["git_source"],
          part: "key",
          what: `git_source has ${given.length === 0 ? "none" : given.join(" and ")} of git_branch, git_tag and git_commit.`,
          databricks: "one of them is wanted; the job is refused.",
          here: "the files are those of this folder.",
          fix: "give one.",
        },
      ];
    },
  },
  {
    id: "source-git-without-git-source",
    check: ({ settings, tasks }) =>
      settings.git_source
        ? []
        : tasks.flatMap(({ task, path }) =>
            (["notebook_task", "spark_python_task", "dbt_task"] as const).flatMap((type): Finding[] =>
              task[type]?.source === "GIT"
                ? [
                    {
                      path: [...path, type, "source"],
                      what: "source is GIT, and the job has no git_source.",
                      databricks: "the job is refused.",
                      here: "the files are those of this folder.",
                      fix: "add git_source, or remove source.",
                    },
                  ]
                : [],
            ),
          ),
  },
  {
    id: "secret-in-the-open",
    check: ({ settings, tasks }) => {
      const places = [
        ...(settings.parameters ?? []).map((one, i) => ({
          name: one.name,
          value: one.default,
          path: ["parameters", i, "default"],
        })),
        ...tasks.flatMap(({ task, path }) => [
          ...Object.entries(task.notebook_task?.base_parameters ?? {}).map(([name, value]) => ({
            name,
            value,
            path: [...path, "notebook_task", "base_parameters", name],
          })),
          ...Object.entries(task.new_cluster?.spark_env_vars ?? {}).map(([name, value]) => ({
            name,
            value,
            path: [...path, "new_cluster", "spark_env_vars", name],
          })),
        ]),
        ...(settings.job_clusters ?? []).flatMap((one, i) =>
          Object.entries(one.new_cluster?.spark_env_vars ?? {}).map(([name, value]) => ({
            name,
            value,
            path: ["job_clusters", i, "new_cluster", "spark_env_vars", name],
          })),
        ),
      ];
      return places.flatMap(({ name, value, path }): Finding[] =>
        SECRET.test(name) && value !== "" && !value.includes("{{")
          ? [
              {
                path,
                what: `\`${name}\` looks like a secret, and its value stands in the spec.`,
                databricks: "everybody who may see the job or its runs reads it.",
                fix: "keep it in a secret scope and read it with dbutils.secrets.get().",
              },
            ]
          : [],
      );
    },
  },
  {
    id: "bundle-reference-outside-a-bundle",
    check: ({ settings }) => {
      const found: Finding[] = [];
      eachText(settings, [], (text, path) => {
        // A job of a bundle keeps this one: the runner finds the job by it.
        if (path.at(-1) === "job_id") return;
        const [, reference] = /\$\{((?:var|bundle|workspace|resources)\.[\w.-]+)\}/.exec(text) ?? [];
        if (reference === undefined) return;
        found.push({
          path,
          what: `\${${reference}} is a reference of Asset Bundles.`,
          databricks: "in a body of the Jobs API it stays literal text.",
          fix: "put the job under resources.jobs of a databricks.yml, or use {{...}}.",
        });
      });
      return found;
    },
  },
];

function eachText(
  value: unknown,
  path: readonly (string | number)[],
  visit: (text: string, path: readonly (string | number)[]) => void,
): void {
  if (typeof value === "string") {
    if (value.includes("${")) visit(value, path);
  } else if (Array.isArray(value)) for (const [i, item] of value.entries()) eachText(item, [...path, i], visit);
  else if (value !== null && typeof value === "object") {
    for (const [key, inner] of Object.entries(value)) eachText(inner, [...path, key], visit);
  }
}
