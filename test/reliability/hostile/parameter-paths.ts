/** The ways that a parameter's value goes within one process, each with what it must come to: the same text, or a typed refusal. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isLakeletError } from "../../../src/errors/lakelet-error.js";
import { dbtWords } from "../../../src/jobs/dbt-command.js";
import { attemptSettings } from "../../../src/jobs/parameters.js";
import { type ReferenceScope, resolveReferences } from "../../../src/jobs/reference.js";
import type { AttemptEvent, AttemptRequest, TaskResult } from "../../../src/jobs/run/attempt.js";
import type { RunCreated, RunEvent } from "../../../src/jobs/run/run-event.js";
import { applyEvent, initialState } from "../../../src/jobs/run/run-state.js";
import type { TaskType } from "../../../src/jobs/spec/task.js";
import { messageContent } from "../../../src/notifications/message/content.js";
import { mailText } from "../../../src/notifications/message/mail.js";
import { slackBody } from "../../../src/notifications/message/slack.js";
import type { SparkSession } from "../../../src/session/contract.js";
import { createLocalSession } from "../../../src/session/local-session.js";
import { notebookFile } from "../../../src/tasks/notebook/notebook-file.js";
import { ProjectPaths } from "../../../src/tasks/project-paths.js";
import { alertTask, sqlTask } from "../../../src/tasks/sql/sql-task.js";
import { readRunParameterFile } from "../../../src/workspace/run-parameter-file.js";
import { CANARY } from "./values.js";

/** `undefined`: refused by a condition of ours. */
type Arrived = string | undefined;

export interface ParameterPath {
  readonly name: string;
  /** Whether a refusal is an answer, as for the name of a file. */
  readonly mayRefuse: boolean;
  send(value: string): Promise<Arrived> | Arrived;
}

const VICTIM = [[1n], [2n]];

export class HostileBench {
  readonly #outer: string;
  readonly #project: string;
  readonly #spark: SparkSession;

  private constructor(outer: string, spark: SparkSession) {
    this.#outer = outer;
    this.#project = join(outer, "project");
    this.#spark = spark;
  }

  /** @param outer a folder of its own: nothing may appear in it beside the project */
  static async open(outer: string): Promise<HostileBench> {
    const project = join(outer, "project");
    for (const folder of ["queries", "sql", "notebooks"]) mkdirSync(join(project, folder), { recursive: true });
    // What a value would find if it led out of the folder that it completes.
    for (const ending of [".sql", ".alert.yml", ""])
      writeFileSync(join(project, `${CANARY}${ending}`), "DROP TABLE victim");
    const spark = await createLocalSession({ warehouse: join(project, "lake"), workingFolder: project, threads: 1 });
    await spark.execute(
      "CREATE TABLE victim AS SELECT CAST(id + 1 AS BIGINT) AS id FROM range(2); CREATE TABLE kept (n INT, s STRING)",
    );
    return new HostileBench(outer, spark);
  }

  close(): Promise<void> {
    return this.#spark.stop();
  }

  /** What was executed, or left the project. */
  async damage(): Promise<readonly string[]> {
    const { rows } = await this.#spark.execute("SELECT id FROM victim ORDER BY id");
    const found = JSON.stringify(rows, (_, one) => (typeof one === "bigint" ? String(one) : one));
    const outside = readdirSync(this.#outer).filter((name) => name !== "project");
    const planted = readdirSync(this.#project).filter((name) => name.startsWith(CANARY)).length;
    return [
      ...(rows.length === VICTIM.length ? [] : [`the table victim holds ${found}`]),
      ...outside.map((name) => `${name} is there beside the project`),
      ...(planted === 3 ? [] : ["a canary was made or removed"]),
      ...(existsSync(join(process.cwd(), CANARY)) ? ["a canary in the working folder"] : []),
      ...(Object.hasOwn(Object.prototype, "polluted") ? ["Object.prototype is polluted"] : []),
    ];
  }

  /** All in one INSERT, bound: what the table holds then, and what a comparison finds. */
  async writtenWrongly(values: readonly string[]): Promise<readonly string[]> {
    const bound = Object.fromEntries(values.map((value, i) => [`v${i}`, value]));
    const rows = values.map((_, i) => `(${i}, :v${i})`).join(", ");
    await this.#spark.execute(`INSERT INTO kept VALUES ${rows}`, bound);
    const cases = values.map((_, i) => `WHEN ${i} THEN s = :v${i} AND concat(s, 'x') = concat(:v${i}, 'x')`).join(" ");
    const read = await this.#spark.execute(`SELECT n, s, CASE n ${cases} END AS equal FROM kept ORDER BY n`, bound);
    return values.flatMap((value, i) => {
      const [, held, equal] = read.rows[i] ?? [];
      return held === value && equal === true ? [] : [`written: ${JSON.stringify(value)} is ${JSON.stringify(held)}`];
    });
  }

  paths(): readonly ParameterPath[] {
    return [...this.#references(), ...this.#sql(), ...this.#files(), ...this.#messages()];
  }

  #references(): readonly ParameterPath[] {
    const referring = "{{job.parameters.p}}";
    const texts = (type: TaskType, field: string, settings: object, value: string, overrides = {}) =>
      attemptSettings({ type, settings }, scopeOf(value), overrides)[field] as Readonly<Record<string, string>>;
    const list = (type: TaskType, field: string, items: readonly string[], value: string) =>
      attemptSettings({ type, settings: { [field]: items } }, scopeOf(value), {})[field] as readonly string[];
    return [
      same("a job parameter into a widget", (value) => texts("notebook_task", "base_parameters", {}, value).p),
      same("run-now into a widget", (p) => texts("notebook_task", "base_parameters", {}, "x", { p }).p),
      same("the name of a parameter", (value) => {
        const given = texts("notebook_task", "base_parameters", {}, "x", { [value]: "here" });
        return Object.hasOwn(given, value) && given[value] === "here" ? value : "lost";
      }),
      same("an argument of a list", (value) => {
        const given = list("spark_python_task", "parameters", ["--p", referring], value);
        return given.length === 2 ? given[1] : "torn";
      }),
      same(
        "a named argument",
        (value) =>
          texts("python_wheel_task", "named_parameters", { named_parameters: { q: referring, p: "" } }, value).q,
      ),
      same("a side of a condition", (value) => resolveReferences(referring, scopeOf(value))),
      same(
        "a parameter of a child job",
        (value) => texts("run_job_task", "job_parameters", { job_parameters: { q: referring } }, value).q,
      ),
      same("a value in a dbt command", (value) => {
        const command = `dbt run --select ${referring} --vars '{"p": "${referring}"}'`;
        const words = dbtWords(list("dbt_task", "commands", [command], value)[0] ?? "");
        if (words.length !== 5 || words[2] !== value) return `words ${JSON.stringify(words)}`;
        return (JSON.parse(words[4] ?? "") as { readonly p: string }).p;
      }),
      same("a task value", (value) => resolveReferences("{{tasks.up.values.v}}", scopeOf("", { v: value }))),
      same("a row of a query", (value) => resolveReferences("{{tasks.up.output.first_row.c}}", scopeOf("", {}, value))),
      same("an exit value", (value) => resolveReferences("{{tasks.up.values.default}}", scopeOf("", {}, "", value))),
      same("an input of a loop", (value) => {
        // As for_each_task reads its inputs: a list in a task value, through the log of the run.
        const inputs = JSON.parse(resolveReferences("{{tasks.up.values.v}}", scopeOf("", { v: [value] })));
        const scope: ReferenceScope = { ...scopeOf(""), input: { value: throughLog(inputs)[0] } };
        return resolveReferences("{{input}}", scope);
      }),
      same("a key of an input", (value) =>
        resolveReferences("{{input.k}}", { ...scopeOf(""), input: { value: { k: value } } }),
      ),
      same("the location of files that arrived", (value) => {
        const scope = scopeOf("");
        const trigger = { type: "FILE_ARRIVAL", at: 0, fileArrival: { location: value } };
        return resolveReferences("{{job.trigger.file_arrival.location}}", { ...scope, job: { ...scope.job, trigger } });
      }),
      same("a file of parameters", (value) => {
        const file = join(this.#project, "parameters.json");
        writeFileSync(file, JSON.stringify({ job_parameters: { p: value } }));
        return readRunParameterFile(file).parameters.p;
      }),
    ];
  }

  #sql(): readonly ParameterPath[] {
    const first = async (text: string, values: Readonly<Record<string, string>>) =>
      String((await this.#spark.execute(text, values)).rows[0]?.[0]);
    const query = async (text: string, p: string) => {
      writeFileSync(join(this.#project, "queries", "q.sql"), text);
      return this.#run("sql_task", { query: { query_id: "q" }, parameters: { p } });
    };
    return [
      same("a bound parameter", (p) => first("SELECT :p", { p })),
      same("the name of a bound parameter", async (p) => {
        await first("SELECT 1", { [p]: "x" });
        return p;
      }),
      same("a sql_task's parameter", async (p) => String((await query("SELECT :p AS v", p))?.v)),
      same("{{ p }} in a string", async (p) => String((await query("SELECT 'a{{ p }}b' AS v", p))?.v).slice(1, -1)),
      same("{{ p }} alone", async (p) => {
        const row = await query("SELECT {{ p }} AS v", p);
        return /^-?\d+(\.\d+)?$/.test(p) && Number(row?.v) === Number(p) ? p : String(row?.v);
      }),
      refusable("{{ p }} in a quoted name", async (p) => {
        await query("SELECT `{{ p }}` AS v FROM victim", p);
        return p;
      }),
      refusable("IDENTIFIER", async (p) => {
        await this.#spark.execute("SELECT * FROM IDENTIFIER(:p) LIMIT 0", { p });
        return p;
      }),
      refusable("the name of a new table", async (p) => {
        // One part: what stands in backticks is a name, whatever is in it.
        const name = `\`${p.replaceAll("`", "``")}\``;
        await this.#spark.execute("CREATE TABLE IF NOT EXISTS IDENTIFIER(:p) (id INT)", { p: `scratch.${name}` });
        return p;
      }),
      refusable("a parameter of an alert", async (p) => {
        const text = "SELECT :p AS v";
        const evaluation = {
          source: { name: "v" },
          comparison_operator: "EQUAL",
          threshold: { value: { string_value: p } },
        };
        const subject = "{{ALERT_NAME}}|{{QUERY_RESULT_VALUE}}";
        const definition = { display_name: "a", query_text: text, evaluation, custom_summary: subject };
        writeFileSync(join(this.#project, "queries", "a.alert.json"), JSON.stringify(definition));
        const result = await this.#result("alert_task", { alert_id: "a", parameters: { p } });
        const alert = result.state === "SUCCESS" ? result.alert : undefined;
        return alert?.state === "TRIGGERED" && alert.subject === `a|${p}` ? p : `${JSON.stringify(result)}`;
      }),
    ];
  }

  #files(): readonly ParameterPath[] {
    const never = async (type: "sql_task" | "alert_task", settings: object, value: string): Promise<Arrived> => {
      const resolved = attemptSettings({ type, settings }, scopeOf(value), {});
      const result = await this.#result(type, resolved);
      if (result.state === "SUCCESS") throw new Error("a file was found and run");
      if (result.failure.condition === undefined) throw new Error(result.failure.message);
      return undefined;
    };
    return [
      refusable("the id of a query", (value) =>
        never("sql_task", { query: { query_id: "{{job.parameters.p}}" } }, value),
      ),
      refusable("the id of an alert", (value) =>
        never("sql_task", { alert: { alert_id: "{{job.parameters.p}}" } }, value),
      ),
      refusable("a part of a file's name", (value) =>
        never("sql_task", { file: { path: "sql/{{job.parameters.p}}.sql" } }, value),
      ),
      refusable("the whole of a file's name", (value) =>
        never("sql_task", { file: { path: "{{job.parameters.p}}" } }, value),
      ),
      refusable("the path of a notebook", (value) => {
        const settings = { notebook_path: "{{job.parameters.p}}" };
        const resolved = attemptSettings({ type: "notebook_task", settings }, scopeOf(value), {});
        const file = notebookFile(String(resolved.notebook_path), this.#projectPaths());
        throw new Error(`${file} was found`);
      }),
      refusable("the path of an alert", (value) =>
        never("alert_task", { workspace_path: "{{job.parameters.p}}" }, value),
      ),
    ];
  }

  #messages(): readonly ParameterPath[] {
    return [
      same("a mail's subject is one line", (value) => {
        const { subject } = mail(value);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
        return /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(subject) ? `subject ${JSON.stringify(subject)}` : value;
      }),
      same("a message of Slack mentions nobody and links nowhere", (value) => {
        const text = JSON.stringify(slackBody(content(value)));
        return /<[!@#a-z]/i.test(text) ? text : value;
      }),
      same("a mail's HTML has no tags but its template's", (value) => {
        const tags = (html: string) => html.match(/<[^>]*>?/g) ?? [];
        const known = new Set([...tags(mail("plain\ntext").html), "<br>"]);
        const strange = tags(mail(value).html).find((tag) => !known.has(tag));
        return strange ?? value;
      }),
    ];
  }

  async #run(
    type: "sql_task" | "alert_task",
    settings: object,
  ): Promise<Readonly<Record<string, unknown>> | undefined> {
    const result = await this.#result(type, settings as AttemptRequest["settings"]);
    if (result.state === "SUCCESS") return result.rows?.[0];
    throw new Refused(result.failure.condition, result.failure.message);
  }

  #projectPaths(): ProjectPaths {
    return new ProjectPaths({ root: this.#project, mappings: { "/Workspace": join(this.#project, "notebooks") } });
  }

  #result(type: "sql_task" | "alert_task", settings: AttemptRequest["settings"]): Promise<TaskResult> {
    const session = Object.assign(this.#spark.newSession(), { stop: async () => undefined });
    const environment = {
      paths: this.#projectPaths(),
      queries: join(this.#project, "queries"),
      openSession: async () => session,
    };
    const handler = type === "sql_task" ? sqlTask(environment) : alertTask(environment);
    const request: AttemptRequest = {
      job: { id: "1", name: "j", runId: "2", startTime: 0 },
      task: { key: "t", type, runId: "3", attempt: 0 },
      settings,
      taskValues: {},
      sparkConf: {},
    };
    return handler.run(request, (_: AttemptEvent) => undefined);
  }
}

class Refused extends Error {
  constructor(
    readonly condition: string | undefined,
    message: string,
  ) {
    super(message);
  }
}

function same(name: string, send: ParameterPath["send"]): ParameterPath {
  return { name, mayRefuse: false, send };
}

function refusable(name: string, send: ParameterPath["send"]): ParameterPath {
  return { name, mayRefuse: true, send };
}

/** What is wrong with how a value fared; undefined: nothing. */
export async function anomalyOf(path: ParameterPath, value: string): Promise<string | undefined> {
  const shown = `${path.name}: ${JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}...` : value)}`;
  try {
    const arrived = await path.send(value);
    if (arrived === value || (arrived === undefined && path.mayRefuse)) return undefined;
    return `${shown} arrived as ${JSON.stringify(arrived)?.slice(0, 300)}`;
  } catch (error) {
    const condition = error instanceof Refused ? error.condition : conditionOf(error);
    if (condition !== undefined && path.mayRefuse) return undefined;
    return `${shown} ${condition === undefined ? "crashed" : "was refused"}: ${error instanceof Error ? error.message.slice(0, 300) : String(error)}`;
  }
}

function conditionOf(error: unknown): string | undefined {
  if (isLakeletError(error)) return error.condition;
  return error instanceof Error && isLakeletError(error.cause) ? error.cause.condition : undefined;
}

function scopeOf(
  value: string,
  values: Readonly<Record<string, unknown>> = {},
  cell = "",
  exitValue?: string,
): ReferenceScope {
  const up = {
    runId: "4",
    resultState: "SUCCESS",
    executionCount: 1,
    errorCode: undefined,
    values: throughLog(values),
    exitValue: throughLog(exitValue),
    rows: throughLog([{ c: cell }]),
  };
  return {
    job: {
      id: "1",
      name: "j",
      runId: "2",
      repairCount: 0,
      startTime: 0,
      trigger: { type: "ONE_TIME", at: 0 },
      parameters: { p: throughLog(value) },
    },
    tasks: new Map([["up", up]]),
  };
}

/** A line of a log, and a message to a process. */
function throughLog<Value>(value: Value): Value {
  if (value === undefined) return value;
  const line = JSON.stringify(value);
  if (line.includes("\n")) throw new Error("the log's line is torn");
  return JSON.parse(line) as Value;
}

function mail(value: string) {
  return mailText(content(value));
}

/** Of a run whose every text is the value. */
function content(value: string) {
  const created = {
    type: "run-created",
    at: 0,
    runId: "2",
    job: { id: "1", name: value, maxConcurrentRuns: 1 },
    jobReference: value,
    specFile: value,
    trigger: { type: "ONE_TIME", at: 0 },
    queue: false,
    only: [],
    settings: {},
    parameters: { p: value },
    overrides: { p: value },
    timeoutMs: undefined,
    tasks: [],
    runner: { pid: 1, host: "h", startMark: undefined },
  } as unknown as RunCreated;
  const events: readonly RunEvent[] = [
    { type: "run-started", at: 1 },
    { type: "run-ended", at: 2, resultState: "FAILED", message: value },
  ];
  const state = events.reduce(applyEvent, initialState(created));
  const notification = {
    id: "1",
    event: "on_failure",
    at: 2,
    resultState: "FAILED",
    skipped: false,
    message: value,
    task: undefined,
  } as const;
  return messageContent(notification, state);
}
