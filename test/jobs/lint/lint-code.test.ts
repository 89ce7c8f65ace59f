/** Each rule over notebooks and queries: code that breaks it, and the line that it points at. */
import { describe, expect, test } from "vitest";
import { type CodeLanguage, codePiece } from "../../../src/jobs/lint/code.js";
import { CODE_RULES, lintCode } from "../../../src/jobs/lint/code-rules.js";
import { contextOf } from "../../../src/jobs/lint/rule.js";
import { jobSettings } from "../../../src/jobs/spec/job-settings.js";

interface Case {
  readonly code: string;
  readonly language?: CodeLanguage;
  /** Of the task that runs the code. */
  readonly task?: object;
  /** Of the task `up` before it. */
  readonly up?: string;
}

function lint({ code, language = "typescript", task = {}, up = "" }: Case) {
  const runs =
    language === "sql" ? { sql_task: { query: { query_id: "q" } } } : { notebook_task: { notebook_path: "a" } };
  const settings = jobSettings.parse({
    tasks: [
      { task_key: "up", notebook_task: { notebook_path: "up" } },
      { task_key: "a", depends_on: [{ task_key: "up" }], ...runs, ...task },
    ],
  });
  const context = contextOf(settings);
  const [first, second] = context.tasks;
  if (!first || !second) throw new Error("two tasks are expected");
  const codes = [
    { placed: first, file: "up.ts", pieces: [codePiece("typescript", up, 1)] },
    { placed: second, file: "a.ts", pieces: [codePiece(language, code, 1)] },
  ];
  return lintCode({ ...context, codes }, (problem) => ({
    ...problem,
    location: { file: "job.json", line: 0, column: 0 },
  }));
}

const get = (key: string, taskKey = "up") => `dbutils.jobs.taskValues.get({ taskKey: "${taskKey}", key: "${key}" })`;

const BROKEN: readonly (readonly [rule: string, place: string, broken: Case])[] = [
  ["exit-value-as-task-value", "a.ts:2", { code: `\nconst x = ${get("default")};` }],
  ["exit-value-as-task-value", "a.ts:1", { code: 'taskValues.get(taskKey="up",\n key="default")', language: "python" }],
  ["task-value-never-set", "a.ts:1", { code: get("rows"), up: 'dbutils.jobs.taskValues.set("row", 1)' }],
  ["task-value-of-no-task", "a.ts:1", { code: get("rows", "nope") }],
  [
    "referenced-value-never-set",
    "job.json:0",
    { code: "", task: { notebook_task: { notebook_path: "a", base_parameters: { n: "{{tasks.up.values.n}}" } } } },
  ],
  [
    "exit-reports-failure",
    "a.ts:2",
    { code: '{\n  dbutils.notebook.exit(JSON.stringify({ status: "FAILED", e }));\n}' },
  ],
  [
    "exit-reports-failure",
    "a.ts:1",
    { code: 'dbutils.notebook.exit(json.dumps({"status": "FAILED"}))', language: "python" },
  ],
  ["exit-value-not-a-text", "a.ts:1", { code: "dbutils.notebook.exit({ rows: 1 });" }],
  ["code-after-exit", "a.ts:3", { code: 'dbutils.notebook.exit("x");\n// done\nconsole.log(1);' }],
  ["no-such-system-table", "a.ts:1", { code: "SELECT * FROM system.lakeflow.job_runs", language: "sql" }],
  ["no-such-system-table", "a.ts:1", { code: "await spark.sql(`SELECT * FROM system.lakeflow.runs`);" }],
  [
    "result-state-of-system-table",
    "a.ts:2",
    { code: "SELECT * FROM system.lakeflow.job_run_timeline\nWHERE result_state = 'SUCCESS'", language: "sql" },
  ],
  ["job-id-as-run-id", "a.ts:1", { code: 'const row = { job_run_id: context.tags().get("jobId").get() };' }],
  ["input-file-name", "a.ts:1", { code: 'df.withColumn("f", input_file_name())' }],
  ["widget-without-value", "a.ts:1", { code: 'dbutils.widgets.get("day")' }],
  [
    "parameter-nobody-reads",
    "job.json:0",
    { code: "", task: { notebook_task: { notebook_path: "a", base_parameters: { day: "x" } } } },
  ],
  [
    "append-with-retries",
    "a.ts:1",
    { code: 'await df.write.mode("append").saveAsTable("t");', task: { max_retries: 2 } },
  ],
];

describe("broken", () => {
  test.each(BROKEN)("%s at %s", (rule, place, broken) => {
    const found = lint(broken).filter((one) => one.rule === rule);
    expect(found.map(({ location }) => `${location.file}:${location.line}`)).toEqual([place]);
  });

  test("every rule has a case", () => {
    expect(CODE_RULES.map((rule) => rule.id).filter((id) => !BROKEN.some(([rule]) => rule === id))).toEqual([]);
  });
});

test.each<[string, Case]>([
  ["comments", { code: `// ${get("default")}\n/* dbutils.notebook.exit({}) */\n-1;` }],
  ["comments in SQL", { code: "-- system.lakeflow.job_runs\nSELECT 1", language: "sql" }],
  ["a value that is set", { code: get("rows"), up: 'dbutils.jobs.taskValues.set({ key: "rows", value: 1 })' }],
  ["a key that is reckoned", { code: get("rows"), up: "for (const k of keys) dbutils.jobs.taskValues.set(k, 1)" }],
  ["the value `default` that is set", { code: get("default"), up: 'dbutils.jobs.taskValues.set("default", 1)' }],
  ["an exit inside a condition", { code: 'if (x) {\n  dbutils.notebook.exit("x");\n}\nconsole.log(1);' }],
  ["an exit at the end", { code: 'dbutils.notebook.exit("done (it\'s) fine");\n// the end\n' }],
  [
    "a widget that is made, one that is given",
    { code: 'dbutils.widgets.text("day", "x"); dbutils.widgets.get("day")' },
  ],
  [
    "a parameter of the task",
    {
      code: 'dbutils.widgets.get("day")',
      task: { notebook_task: { notebook_path: "a", base_parameters: { day: "x" } } },
    },
  ],
  [
    "the system tables' own words",
    { code: "SELECT * FROM system.lakeflow.job_run_timeline WHERE result_state = 'SUCCEEDED'", language: "sql" },
  ],
  ["an append that is tried once", { code: 'df.write.mode("append")' }],
])("nothing is said of %s", (_, sound) => {
  expect(lint(sound)).toEqual([]);
});
