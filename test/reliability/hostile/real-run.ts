/** Hostile values through a real run: the command line, a file of parameters, the log, notebooks, SQL, Python, a loop, a child job. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { RunState } from "../../../src/jobs/run/run-state.js";
import { RunStore } from "../../../src/jobs/run/run-store.js";
import { lastAttempt } from "../../../src/jobs/run/task-state.js";
import { lakelet } from "../../support/built-package.js";
import { randomNumbers, type SuiteOptions, type SuiteResult, sample } from "../suite.js";
import { CANARY, hostileValues } from "./values.js";

/** A task value may have 48 KiB, which the few long ones would fill. */
const LONGEST = 400;
const BY_OPTION = 30;

const KEEP = `import { dbutils } from "lakelet/notebook";
const all = dbutils.widgets.getAll();
const values = Object.keys(all).filter((name) => /^p\\d+$/.test(name)).sort((a, b) => Number(a.slice(1)) - Number(b.slice(1))).map((name) => all[name]);
dbutils.jobs.taskValues.set("list", values);
dbutils.jobs.taskValues.set("first", values[0]);
dbutils.notebook.exit(values);
`;
const CHILD = `import { dbutils } from "lakelet/notebook";
dbutils.notebook.exit(dbutils.widgets.getAll());
`;
const PYTHON = `import json, sys
with open("argv.json", "w", encoding="utf-8") as file:
    json.dump(sys.argv[1:], file)
`;

/** `count`: values to try, all in one run. */
export async function run({ count, seed, log }: SuiteOptions): Promise<SuiteResult> {
  const all = hostileValues().filter((value) => value.length <= LONGEST);
  const values = sample(all, count, randomNumbers(seed));
  const outer = mkdtempSync(join(tmpdir(), "lakelet-hostile-run-"));
  for (const [name, text] of Object.entries(filesOf(values))) {
    mkdirSync(dirname(join(outer, name)), { recursive: true });
    writeFileSync(join(outer, name), text);
  }
  const project = join(outer, "project");
  const anomalies: string[] = [];
  try {
    await lakelet(project, ["sql", "CREATE TABLE victim AS SELECT 1 AS id"]);
    // No program can be given the character NUL.
    const byOption = values
      .slice(0, BY_OPTION)
      .flatMap((value, i) => (value.includes("\0") ? [] : ["-p", `p${i}=${value}`]));
    const ran = await lakelet(project, ["run", "daily", "--params-file", "../parameters.json", ...byOption]);
    log?.(ran.stdout.trim().split("\n").at(-1) ?? "");
    const store = new RunStore(join(project, ".lakelet"));
    const runs = store.ids().map((id) => store.read(id));
    const parent = runs.find((one) => one.created.job.name === "Daily");
    if (!parent) throw new Error(`nothing ran: ${ran.stdout}${ran.stderr}`);
    anomalies.push(...arrivedWrongly(parent, runs, values, join(project, "argv.json")));
    const shown = await lakelet(project, ["runs", "show", parent.created.runId, "--output"]);
    const page = await lakelet(project, ["runs", "show", parent.created.runId]);
    anomalies.push(...controlCharacters("run", ran.stdout), ...controlCharacters("runs show", page.stdout));
    if (shown.code !== 0) anomalies.push(`runs show --output: ${shown.stderr}`);
    const victim = await lakelet(project, ["sql", "--format", "json", "SELECT * FROM victim"]);
    if (!victim.stdout.includes('"rows":[[1]]')) anomalies.push(`the table victim: ${victim.stdout}${victim.stderr}`);
    anomalies.push(...strangers(outer, project));
  } finally {
    rmSync(outer, { recursive: true, force: true });
  }
  return { count: values.length * WAYS, anomalies, notes: [`${values.length} values in one run`] };
}

const WAYS = 7;

function filesOf(values: readonly string[]): Readonly<Record<string, string>> {
  const names = values.map((_, i) => `p${i}`);
  const declared = (list: readonly string[]) => list.map((name) => ({ name, default: "" }));
  const referring = (i: number) => `{{job.parameters.p${i}}}`;
  const tasks = [
    { task_key: "keep", notebook_task: { notebook_path: "keep" } },
    { task_key: "query", sql_task: { query: { query_id: "query" }, warehouse_id: "w" } },
    {
      task_key: "python",
      spark_python_task: {
        python_file: "argv.py",
        parameters: values.flatMap((value, i) => (value.includes("\0") ? [] : [referring(i)])),
      },
    },
    {
      task_key: "loop",
      depends_on: [{ task_key: "keep" }],
      for_each_task: {
        inputs: "{{tasks.keep.values.list}}",
        concurrency: 4,
        task: {
          task_key: "loop_one",
          sql_task: { query: { query_id: "one" }, warehouse_id: "w", parameters: { v: "{{input}}" } },
        },
      },
    },
    {
      task_key: "condition",
      depends_on: [{ task_key: "keep" }],
      condition_task: { op: "EQUAL_TO", left: "{{tasks.keep.values.first}}", right: referring(0) },
    },
    {
      task_key: "child",
      run_job_task: {
        job_id: "child",
        job_parameters: Object.fromEntries(names.map((name, i) => [name, referring(i)])),
      },
    },
  ];
  const child = {
    name: "Child",
    parameters: declared(names),
    tasks: [{ task_key: "keep", notebook_task: { notebook_path: "child" } }],
  };
  const given = Object.fromEntries(values.map((value, i) => [`p${i}`, value]));
  return {
    "parameters.json": JSON.stringify({ job_parameters: given }),
    "project/lakelet.yml": "",
    "project/keep.ts": KEEP,
    "project/child.ts": CHILD,
    "project/argv.py": PYTHON,
    "project/queries/query.sql": `SELECT ${names.map((name) => `:${name} AS ${name}`).join(", ")}`,
    "project/queries/one.sql": "SELECT :v AS v",
    "project/pipelines/daily.json": JSON.stringify({ name: "Daily", parameters: declared(names), tasks }),
    "project/pipelines/child.json": JSON.stringify(child),
  };
}

function arrivedWrongly(
  parent: RunState,
  runs: readonly RunState[],
  values: readonly string[],
  argvFile: string,
): readonly string[] {
  const without = values.filter((value) => !value.includes("\0"));
  const child = runs.find((one) => one.created.job.name === "Child");
  const given = child && exitOf(child, "keep");
  const iterations = values.map((_, i) => rowsOf(parent, `loop[${i}]`)?.[0]?.v);
  const query = rowsOf(parent, "query")?.[0] ?? {};
  return [
    ...differing("a parameter of the run", Object.values(parent.parameters), values),
    ...differing("a widget", exitOf(parent, "keep"), values),
    ...differing("a parameter in SQL", Object.values(query), values),
    ...differing("an argument of Python", readArguments(argvFile), without),
    ...differing("an input of a loop", iterations, values),
    ...differing("a parameter of a child", Object.values(given ?? {}), values),
    ...(parent.tasks.get("condition")?.outcome === "true" ? [] : ["a side of a condition is not the other one"]),
    ...[...parent.tasks].flatMap(([key, task]) =>
      task.resultState === "SUCCESS" ? [] : [`${key} ended ${task.resultState}: ${task.message}`],
    ),
  ];
}

function readArguments(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    return String(error);
  }
}

function differing(what: string, found: unknown, values: readonly string[]): readonly string[] {
  if (!Array.isArray(found)) return [`${what}: nothing arrived: ${JSON.stringify(found)}`];
  if (found.length !== values.length) return [`${what}: ${found.length} of ${values.length} arrived`];
  return values.flatMap((value, i) =>
    found[i] === value ? [] : [`${what}: ${JSON.stringify(value)} arrived as ${JSON.stringify(found[i])}`],
  );
}

function exitOf(run: RunState, key: string): object | undefined {
  const task = run.tasks.get(key);
  const result = task && lastAttempt(task)?.result;
  return result?.state === "SUCCESS" && result.exitValue !== undefined
    ? (JSON.parse(result.exitValue) as object)
    : undefined;
}

function rowsOf(run: RunState, key: string): readonly Readonly<Record<string, unknown>>[] | undefined {
  const task = run.tasks.get(key);
  const result = task && lastAttempt(task)?.result;
  return result?.state === "SUCCESS" ? result.rows : undefined;
}

/** A terminal would act on them. */
function controlCharacters(what: string, text: string): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  const found = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.exec(text);
  if (!found) return [];
  return [
    `${what} prints a control character: ${JSON.stringify(text.slice(Math.max(0, found.index - 60), found.index + 20))}`,
  ];
}

function strangers(outer: string, project: string): readonly string[] {
  const expected = ["project", "parameters.json"];
  const outside = readdirSync(outer).filter((name) => !expected.includes(name));
  const inside = readdirSync(project, { recursive: true, encoding: "utf8" }).filter((name) => name.includes(CANARY));
  return [...outside, ...inside].map((name) => `${name} was made`);
}
