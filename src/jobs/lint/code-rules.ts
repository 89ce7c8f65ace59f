/** Mistakes in notebooks and queries that Databricks runs without a word, or fails of hours later. */
import type { SourceLocation } from "../../errors/lakelet-error.js";
import type { DocumentPath } from "../spec/document.js";
import type { LocatedProblem, Problem } from "../spec/problem.js";
import { type CodePiece, callsOf, literalArgument, placeIn, type TaskCode } from "./code.js";
import { type Finding, problemOf, type SpecContext } from "./rule.js";

export interface CodeContext extends SpecContext {
  /** Of the tasks whose file is there; several tasks may run one file. */
  readonly codes: readonly TaskCode[];
}

interface CodeFinding extends Omit<Finding, "path"> {
  readonly code: TaskCode;
  /** In the code; absent where the spec is what has to change. */
  readonly location?: SourceLocation;
  /** In the spec; the task where absent. */
  readonly path?: DocumentPath;
}

export interface CodeRule {
  readonly id: string;
  check(context: CodeContext): readonly CodeFinding[];
}

type PieceFinding = Omit<Finding, "path"> & { readonly at: number };

/** A rule that looks at each piece for itself. */
function eachPiece(
  check: (piece: CodePiece, code: TaskCode, context: CodeContext) => readonly PieceFinding[],
): CodeRule["check"] {
  return (context) =>
    context.codes.flatMap((code) =>
      code.pieces.flatMap((piece) =>
        check(piece, code, context).map(({ at, ...finding }) => ({
          ...finding,
          code,
          location: placeIn(code, piece, at),
        })),
      ),
    );
}

const GET = /taskValues\s*\.\s*get/;
const SET = /taskValues\s*\.\s*set/;
const EXIT = /notebook\s*\.\s*exit/;
const WIDGET = /widgets\s*\.\s*(?:text|dropdown|combobox|multiselect)/;
const READ_WIDGET = /widgets\s*\.\s*get/;
const INPUT_FILE = /\binput_file_name/;
const FAILURE = /["']?status["']?\s*[:=]\s*["'`](FAILED|FAILURE|FAIL|ERROR)["'`]/i;
const LAKEFLOW = [
  "jobs",
  "job_tasks",
  "job_run_timeline",
  "job_task_run_timeline",
  "pipelines",
  "pipeline_update_timeline",
];

function codeOf(context: CodeContext, key: string): readonly TaskCode[] {
  return context.codes.filter((one) => one.placed.task.task_key === key);
}

function valuesSet(codes: readonly TaskCode[]): ReadonlySet<string> | undefined {
  const calls = codes.flatMap((code) => code.pieces.flatMap((piece) => callsOf(piece, SET)));
  const keys = calls.map((call) => literalArgument(call, "key", 0));
  // A key that is reckoned may be any.
  return keys.includes(undefined) ? undefined : new Set(keys.filter((key) => key !== undefined));
}

const TASK_VALUE_RULES: readonly CodeRule[] = [
  {
    id: "exit-value-as-task-value",
    check: eachPiece((piece, _code, context) =>
      callsOf(piece, GET).flatMap((call): PieceFinding[] => {
        const task = literalArgument(call, "taskKey", 0);
        if (literalArgument(call, "key", 1) !== "default") return [];
        const set = task === undefined ? undefined : valuesSet(codeOf(context, task));
        if (set?.has("default")) return [];
        return [
          {
            at: call.at,
            what: `The exit value of ${task === undefined ? "a task" : `\`${task}\``} is read as the task value "default".`,
            databricks: "an exit value is no task value: get() gives its default, silently.",
            here: "it gives the exit value.",
            fix: 'leave it with dbutils.jobs.taskValues.set("result", ...) before the exit, and get that key.',
          },
        ];
      }),
    ),
  },
  {
    id: "task-value-never-set",
    check: eachPiece((piece, _code, context) =>
      callsOf(piece, GET).flatMap((call): PieceFinding[] => {
        const task = literalArgument(call, "taskKey", 0);
        const key = literalArgument(call, "key", 1);
        if (task === undefined || key === undefined || key === "default") return [];
        const codes = codeOf(context, task);
        const set = valuesSet(codes);
        if (codes.length === 0 || set === undefined || set.has(key)) return [];
        return [
          {
            at: call.at,
            what: `\`${task}\` never sets the task value \`${key}\`${set.size > 0 ? `, only ${[...set].join(", ")}` : ""}.`,
            databricks: "get() gives its default, or fails without one.",
            fix: `set it in ${codes[0]?.file ?? "that task"}: dbutils.jobs.taskValues.set("${key}", ...).`,
          },
        ];
      }),
    ),
  },
  {
    id: "task-value-of-no-task",
    check: eachPiece((piece, code, { tasks }) =>
      callsOf(piece, GET).flatMap((call): PieceFinding[] => {
        const task = literalArgument(call, "taskKey", 0);
        if (task === undefined || tasks.some((one) => one.task.task_key === task)) return [];
        return [
          {
            at: call.at,
            what: `\`${code.placed.task.task_key}\` reads a value of the task \`${task}\`, and no task is called so.`,
            databricks: "get() gives its default, or fails without one.",
            fix: `name one of ${tasks.map((one) => one.task.task_key).join(", ")}.`,
          },
        ];
      }),
    ),
  },
  {
    id: "referenced-value-never-set",
    check: (context) =>
      context.tasks.flatMap(({ task, path }) =>
        [...JSON.stringify(task).matchAll(/\{\{\s*tasks\.([\w-]+)\.values\.([\w-]+)\s*\}\}/g)].flatMap(
          ([source, name = "", key = ""]): CodeFinding[] => {
            const [code] = codeOf(context, name);
            const set = valuesSet(codeOf(context, name));
            if (code === undefined || set === undefined || set.has(key) || key === "default") return [];
            return [
              {
                code: { ...code, placed: { task, path } },
                what: `${source} in \`${task.task_key}\`, but \`${name}\` never sets \`${key}\`.`,
                databricks: "the task fails when the reference is resolved.",
                fix: `set it there: dbutils.jobs.taskValues.set("${key}", ...).`,
              },
            ];
          },
        ),
      ),
  },
];

const EXIT_RULES: readonly CodeRule[] = [
  {
    id: "exit-reports-failure",
    check: eachPiece((piece) =>
      callsOf(piece, EXIT).flatMap((call): PieceFinding[] => {
        const [, word] = FAILURE.exec(call.argument) ?? [];
        if (word === undefined) return [];
        return [
          {
            at: call.at,
            what: `The notebook leaves with an exit value that says ${word}.`,
            databricks: "the task is SUCCESS: nothing is retried, no alert is sent, and the tasks after it run.",
            fix: "throw the error, or `throw new Error(...)`.",
          },
        ];
      }),
    ),
  },
  {
    id: "exit-value-not-a-text",
    check: eachPiece((piece) =>
      callsOf(piece, EXIT).flatMap((call): PieceFinding[] =>
        call.argument.trim().startsWith("{")
          ? [
              {
                at: call.at,
                what: "exit() is given an object.",
                databricks: "it takes a text; of a dict it makes Python's own writing, which is no JSON.",
                here: "it is made JSON.",
                fix: "write exit(JSON.stringify(...)).",
              },
            ]
          : [],
      ),
    ),
  },
  {
    id: "code-after-exit",
    check: ({ codes }) =>
      codes.flatMap((code): CodeFinding[] => {
        for (const [i, piece] of code.pieces.entries()) {
          const call = callsOf(piece, EXIT).find(({ at }) =>
            /(?:^|\n)(?:await\s+)?dbutils\s*\.\s*$/.test(piece.code.slice(0, at)),
          );
          if (call === undefined) continue;
          const rest = /[^\s;]/.exec(piece.code.slice(call.end));
          const later = code.pieces.slice(i + 1).find((one) => one.language !== "text" && /\S/.test(one.code));
          const location = rest
            ? placeIn(code, piece, call.end + rest.index)
            : later && placeIn(code, later, /\S/.exec(later.code)?.index ?? 0);
          if (location === undefined) return [];
          return [
            {
              code,
              location,
              what: "This code stands after dbutils.notebook.exit().",
              databricks: "the notebook ends at the exit: the code never runs.",
              fix: "put it before the exit, or remove it.",
            },
          ];
        }
        return [];
      }),
  },
];

const SYSTEM_RULES: readonly CodeRule[] = [
  {
    id: "no-such-system-table",
    check: eachPiece((piece) =>
      [...piece.code.matchAll(/\bsystem\.lakeflow\.(\w+)/gi)].flatMap((match): PieceFinding[] => {
        const name = (match[1] ?? "").toLowerCase();
        if (LAKEFLOW.includes(name)) return [];
        const runs = name === "job_runs";
        return [
          {
            at: match.index,
            what: `system.lakeflow has no table ${name}.`,
            databricks: "the query fails with TABLE_OR_VIEW_NOT_FOUND.",
            here: runs ? "job_runs is a view over the runs, with SUCCESS and FAILED." : "it fails too.",
            fix: "query system.lakeflow.job_run_timeline, joined with system.lakeflow.jobs for the name; its result_state says SUCCEEDED.",
          },
        ];
      }),
    ),
  },
  {
    id: "result-state-of-system-table",
    check: eachPiece((piece) => {
      if (!/\bsystem\.lakeflow\.job_(?:task_)?run_timeline\b/i.test(piece.code)) return [];
      const pattern = /result_state\s*(?:==?|<>|!=|in\s*\()\s*'(SUCCESS|SUCCESS_WITH_FAILURES|CANCELED|TIMEDOUT)'/gi;
      return [...piece.code.matchAll(pattern)].map((match): PieceFinding => {
        const word = (match[1] ?? "").toUpperCase();
        const right = { SUCCESS: "SUCCEEDED", CANCELED: "CANCELLED", TIMEDOUT: "TIMED_OUT" }[word] ?? "SUCCEEDED";
        return {
          at: match.index,
          what: `result_state is never '${word}' in the system tables.`,
          databricks: "the condition matches nothing, silently: these tables have words of their own.",
          fix: `write '${right}'.`,
        };
      });
    }),
  },
  {
    id: "job-id-as-run-id",
    check: eachPiece((piece) =>
      [...piece.code.matchAll(/run_?id["']?\s*[:=][^\n]*?tags\(\)[^\n]*?["']jobId["']/gi)].map(
        (match): PieceFinding => ({
          at: match.index,
          what: "The tag jobId is the job's id, and is kept as the id of the run.",
          databricks: "every run has the same one; no row leads back to its run.",
          fix: "pass {{job.run_id}} as a parameter.",
        }),
      ),
    ),
  },
  {
    id: "input-file-name",
    check: eachPiece((piece) =>
      callsOf(piece, INPUT_FILE).map(
        ({ at }): PieceFinding => ({
          at,
          what: "input_file_name() is deprecated.",
          databricks: "it is refused on shared and serverless compute.",
          here: "it works.",
          fix: "use the column _metadata.file_path.",
        }),
      ),
    ),
  },
];

const PARAMETER_RULES: readonly CodeRule[] = [
  {
    id: "widget-without-value",
    check: eachPiece((piece, code, { settings }) => {
      const { task } = code.placed;
      if (task.notebook_task === undefined) return [];
      const made = code.pieces.flatMap((one) => callsOf(one, WIDGET).map((call) => literalArgument(call, "name", 0)));
      const given = [
        ...Object.keys(task.notebook_task.base_parameters ?? {}),
        ...(settings.parameters ?? []).map((one) => one.name),
      ];
      if (made.includes(undefined)) return [];
      return callsOf(piece, READ_WIDGET).flatMap((call): PieceFinding[] => {
        const name = literalArgument(call, "name", 0);
        if (name === undefined || made.includes(name) || given.includes(name)) return [];
        return [
          {
            at: call.at,
            what: `The widget \`${name}\` is read, and neither made here nor given by \`${task.task_key}\`.`,
            databricks: "the notebook fails with InputWidgetNotDefined.",
            fix: `add it to base_parameters, or dbutils.widgets.text("${name}", "...").`,
          },
        ];
      });
    }),
  },
  {
    id: "parameter-nobody-reads",
    check: ({ codes }) =>
      codes.flatMap((code): CodeFinding[] => {
        const { task, path } = code.placed;
        const [place, given] = task.notebook_task
          ? (["notebook_task.base_parameters", task.notebook_task.base_parameters ?? {}] as const)
          : (["sql_task.parameters", task.sql_task?.parameters ?? {}] as const);
        const text = code.pieces.map((piece) => piece.code).join("\n");
        if (/widgets\s*\.\s*getAll/.test(text)) return [];
        return Object.keys(given)
          .filter((name) => !text.includes(name))
          .map((name) => ({
            code,
            path: [...path, ...place.split("."), name],
            part: "key" as const,
            what: `\`${task.task_key}\` passes \`${name}\`, and nothing in ${code.file} reads it.`,
            databricks: "it is passed and has no effect.",
            fix: "read it, or remove it from the task.",
          }));
      }),
  },
  {
    id: "append-with-retries",
    check: eachPiece((piece, code) => {
      const { task } = code.placed;
      if ((task.max_retries ?? 0) === 0) return [];
      const pattern = /\.mode\(\s*["'`]append["'`]\s*\)|\bINSERT\s+INTO\b/i;
      const found = pattern.exec(piece.code);
      if (found === null || /txnAppId|replaceWhere/.test(piece.code)) return [];
      return [
        {
          at: found.index,
          what: `\`${task.task_key}\` appends, and is tried again when it fails.`,
          databricks: "an attempt that fails after its append leaves the rows, and the next one adds them once more.",
          fix: "use COPY INTO, MERGE, an overwrite with replaceWhere, or the options txnAppId and txnVersion.",
        },
      ];
    }),
  },
];

export const CODE_RULES: readonly CodeRule[] = [
  ...TASK_VALUE_RULES,
  ...EXIT_RULES,
  ...SYSTEM_RULES,
  ...PARAMETER_RULES,
];

/**
 * In the order of the rules; a file that several tasks run has each mistake once.
 *
 * @param at the place of a problem that is the spec's
 */
export function lintCode(
  context: CodeContext,
  at: (problem: Problem, part?: "key" | "value") => LocatedProblem,
): readonly LocatedProblem[] {
  const told = new Set<string>();
  return CODE_RULES.flatMap((rule) =>
    rule.check(context).flatMap(({ code, location, ...finding }): LocatedProblem[] => {
      const problem = problemOf(rule.id, { path: code.placed.path, ...finding });
      if (location === undefined) return [at(problem, problem.part)];
      const key = `${rule.id} ${location.file}:${location.line}:${location.column} ${finding.what}`;
      if (told.has(key)) return [];
      told.add(key);
      return [{ ...problem, location }];
    }),
  );
}
