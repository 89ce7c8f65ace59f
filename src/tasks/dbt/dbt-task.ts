/** The dbt_task: real dbt, command by command, on DuckDB over the lake's tables; what it built and did not refuse becomes Delta tables. */
import { rmSync } from "node:fs";
import { join, relative } from "node:path";
import { checkDbtCommands, dbtWords } from "../../jobs/dbt-command.js";
import type { AttemptEvent, AttemptFailure, AttemptRequest, TaskResult } from "../../jobs/run/attempt.js";
import type { SparkSession } from "../../session/contract.js";
import { failureFrom } from "../failure.js";
import type { ProcessEnd } from "../python/python-process.js";
import { type PythonProgram, PythonServer } from "../python/python-server.js";
import { taskVariables, type Variables } from "../python/task-variables.js";
import type { PythonTaskEnvironment } from "../task-environment.js";
import { type DbtManifest, type DbtResult, readManifest, readResults } from "./dbt-artifacts.js";
import { type DbtProfile, dbtProfile, writeLakeProfile } from "./dbt-profile.js";
import { type DbtProject, openDbtProject } from "./dbt-project.js";
import { dbtPython } from "./dbt-python.js";
import { checkRecords, checkReports, resultTable } from "./dbt-report.js";
import type { DbtTaskSettings } from "./dbt-settings.js";
import { type DbtStep, dbtVerdict } from "./dbt-verdict.js";
import { LakeDatabase } from "./lake-database.js";
import { publishModels } from "./publish-models.js";

type Emit = (event: AttemptEvent) => void;

/** As its console script does. */
const DBT = "import sys; sys.argv[0] = 'dbt'; from dbt.cli.main import cli; cli()";
/** Subcommands that touch no table. */
const WITHOUT_TABLES: readonly string[] = ["deps", "clean", "parse", "list", "ls", "debug", "init"];
/** Of a command that `dbt parse` takes, too: they decide what the nodes are called. */
const PARSING_OPTIONS = ["--vars", "--target", "-t", "--profile", "--profiles-dir", "--project-dir"];

export async function runDbtTask(
  environment: PythonTaskEnvironment,
  request: AttemptRequest,
  emit: Emit,
): Promise<TaskResult> {
  const settings = request.settings as unknown as DbtTaskSettings;
  const work = join(environment.temporaryFolder, `dbt-${request.task.runId}-${request.task.attempt}`);
  let spark: SparkSession | undefined;
  try {
    checkDbtCommands(settings.commands);
    const commands = settings.commands.map((text) => ({ text, words: dbtWords(text) }));
    const project = openDbtProject(settings.project_directory, environment.paths);
    const targets = commands.flatMap(({ words }) => optionOf(words, ["--target", "-t"]) ?? []);
    const profile = dbtProfile(settings, project, environment.paths, targets);
    const python = await dbtPython(environment, request, emit);
    if (profile.kind === "lake") spark = await environment.openSession(request, emit);
    const run = new DbtRun({ environment, request, emit, project, profile, python, work, spark });
    return await run.perform(commands);
  } catch (error) {
    return { state: "FAILED", failure: failureFrom(error, { file: "", text: "" }, {}) };
  } finally {
    await spark?.stop();
    rmSync(work, { recursive: true, force: true });
  }
}

interface DbtRunOptions {
  readonly environment: PythonTaskEnvironment;
  readonly request: AttemptRequest;
  readonly emit: Emit;
  readonly project: DbtProject;
  readonly profile: DbtProfile;
  readonly python: string;
  /** Receives all that is the attempt's own. */
  readonly work: string;
  /** Where the lake is dbt's database. */
  readonly spark: SparkSession | undefined;
}

interface Command {
  readonly text: string;
  readonly words: readonly string[];
}

class DbtRun {
  readonly #options: DbtRunOptions;
  readonly #target: string;
  readonly #server: PythonServer;
  #lake: LakeDatabase | undefined;
  #parsed: string | undefined;
  /** The end of what the command at work has printed. */
  #said = "";

  constructor(options: DbtRunOptions) {
    this.#options = options;
    this.#target = join(options.work, "target");
    const { python, project } = options;
    this.#server = new PythonServer({
      command: python,
      cwd: project.folder,
      env: this.#variables(),
      // Not the adapter: DuckDB has threads, which a fork does not.
      modules: ["dbt.cli.main"],
    });
  }

  async perform(commands: readonly Command[]): Promise<TaskResult> {
    try {
      await this.#openLake();
      return await this.#commands(commands);
    } finally {
      this.#server.close();
    }
  }

  async #commands(commands: readonly Command[]): Promise<TaskResult> {
    const steps: DbtStep[] = [];
    let failure: AttemptFailure | undefined;
    for (const command of commands) {
      const { step, end } = await this.#step(command);
      steps.push(step);
      if (step.succeeded) continue;
      failure = this.#failure(command, step, end);
      break;
    }
    const left = commands.slice(steps.length).map(({ words }) => subcommandOf(words));
    await this.#publish(steps, left);
    return failure ? { state: "FAILED", failure } : { state: "SUCCESS" };
  }

  async #openLake(): Promise<void> {
    const { profile, project, work, spark, environment } = this.#options;
    if (profile.note !== undefined) this.#say(profile.note);
    if (profile.kind === "own" || spark === undefined) return;
    const { timeZone, memoryLimit, threads } = environment.engine;
    const settings = { TimeZone: timeZone, memory_limit: memoryLimit, temp_directory: join(work, "spill") };
    const { catalog } = profile;
    const run = (program: PythonProgram) => this.#server.run(program);
    this.#lake = new LakeDatabase({ spark, run, folder: join(work, "database"), catalog, threads, settings });
    const { path, attached } = await this.#lake.open();
    const folder = join(work, "profiles");
    writeLakeProfile({ profile, name: project.profile, folder, database: path, attached, settings, threads });
  }

  async #step({ text, words }: Command): Promise<{ readonly step: DbtStep; readonly end: ProcessEnd }> {
    const { emit } = this.#options;
    const subcommand = subcommandOf(words);
    this.#say(`$ ${text}`);
    if (this.#lake && !WITHOUT_TABLES.includes(subcommand)) {
      const parsed = await this.#parse(words);
      if (parsed.code !== 0)
        return { step: { subcommand, results: undefined, manifest: undefined, succeeded: false }, end: parsed };
      const manifest = this.#manifest(words);
      if (manifest) await this.#lake.show(manifest);
    }
    // A file's time may be coarser than the clock.
    const since = Date.now() - 10;
    const end = await this.#dbt(words, emit);
    const results = readResults(this.#targetOf(words), since);
    const manifest = results && this.#manifest(words);
    if (results && manifest && results.length > 0) await this.#tell(results, manifest);
    return { step: { subcommand, results, manifest, succeeded: end.code === 0 }, end };
  }

  /** What the project's nodes are called decides which tables dbt is shown. Its complaints are those of the command itself. */
  async #parse(words: readonly string[]): Promise<ProcessEnd> {
    const options = PARSING_OPTIONS.flatMap((name) => {
      const value = optionOf(words, [name]);
      return value === undefined ? [] : [name, value];
    });
    const key = JSON.stringify(options);
    if (this.#parsed === key) return { code: 0, signal: null, stderr: "" };
    const printed: AttemptEvent[] = [];
    const end = await this.#dbt(["parse", ...options], (event) => printed.push(event));
    if (end.code === 0) this.#parsed = key;
    else for (const event of printed) this.#options.emit(event);
    return end;
  }

  #dbt(words: readonly string[], emit: Emit): Promise<ProcessEnd> {
    this.#said = "";
    const heard: Emit = (event) => {
      if (event.type === "output" && event.output.kind === "text")
        this.#said = (this.#said + event.output.text).slice(-KEPT_TEXT);
      emit(event);
    };
    return this.#server.run({ code: DBT, args: words, emit: heard });
  }

  #variables(): Variables {
    const { environment, request, profile, work } = this.#options;
    return {
      ...taskVariables(request, environment),
      DBT_PROFILES_DIR: profile.kind === "own" ? profile.folder : join(work, "profiles"),
      DBT_TARGET_PATH: this.#target,
      DBT_LOG_PATH: join(work, "logs"),
      DBT_USE_COLORS: "False",
      DBT_SEND_ANONYMOUS_USAGE_STATS: "False",
    };
  }

  async #publish(steps: readonly DbtStep[], left: readonly string[]): Promise<void> {
    const { spark } = this.#options;
    if (!this.#lake || !spark) return;
    const { publish, heldBack } = dbtVerdict(steps, left);
    for (const { node, why } of heldBack) this.#say(`${node.name} is not published: ${why}.`);
    const views = publish.filter(({ materialized }) => materialized === "view").map(({ name }) => name);
    if (views.length > 0)
      this.#say(`Published as tables, for DuckDB's SQL is no view of the lake: ${views.join(", ")}`);
    if (publish.length > 0) this.#say("Publishing to the lake:");
    await publishModels(spark, await this.#lake.take(publish), (text) => this.#say(`  ${text}`));
  }

  async #tell(results: readonly DbtResult[], manifest: DbtManifest): Promise<void> {
    const { emit, spark } = this.#options;
    for (const report of checkReports(results, manifest)) emit({ type: "report", report });
    emit({ type: "output", output: resultTable(results, manifest) });
    // Of a database of the user's own the lake keeps nothing.
    await spark?.recordChecks(checkRecords(results, manifest));
  }

  #failure({ text }: Command, { results = [], manifest }: DbtStep, end: ProcessEnd): AttemptFailure {
    const { project } = this.#options;
    if (results.length === 0) {
      const said = this.#said.trim().split("\n").slice(-SHOWN_LINES).join("\n");
      return { message: `${said}\n\`${text}\` ${howItEnded(end)}.`.trim(), retryable: true };
    }
    const broken = results.filter(
      ({ status }) => status === "error" || status === "fail" || status === "runtime error",
    );
    const said = broken.map(
      ({ id, message }) => `${manifest?.get(id)?.name ?? id}: ${firstLines(message ?? "failed")}`,
    );
    const file = manifest?.get(broken[0]?.id ?? "")?.file;
    const location = file && { file: relative(process.cwd(), join(project.folder, file)) };
    return {
      message: [`\`${text}\` ${howItEnded(end)}.`, ...said].join("\n"),
      retryable: true,
      ...(location && { location }),
    };
  }

  #manifest(words: readonly string[]): DbtManifest | undefined {
    return readManifest(this.#targetOf(words));
  }

  #targetOf(words: readonly string[]): string {
    const given = optionOf(words, ["--target-path"]);
    return given === undefined ? this.#target : join(this.#options.project.folder, given);
  }

  #say(text: string): void {
    this.#options.emit({ type: "output", output: { kind: "text", stream: "stdout", text: `${text}\n` } });
  }
}

const SHOWN_LINES = 6;
const KEPT_TEXT = 8 * 1024;

function howItEnded({ code, signal }: ProcessEnd): string {
  return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
}

function firstLines(text: string): string {
  return text.trim().split("\n").slice(0, SHOWN_LINES).join("\n");
}

/** @example subcommandOf(["--quiet", "run", "--select", "a"]) // "run" */
function subcommandOf(words: readonly string[]): string {
  return words.find((word, i) => !word.startsWith("-") && !takesValue(words[i - 1])) ?? "";
}

/** Options that may stand before the subcommand, with their value in the next word. */
function takesValue(option: string | undefined): boolean {
  return ["--log-level", "--log-format", "--log-path", "--profiles-dir", "--project-dir", "--target-path"].includes(
    option ?? "",
  );
}

/** The value of an option, in either spelling; the last one where it is given several times. */
function optionOf(words: readonly string[], names: readonly string[]): string | undefined {
  let value: string | undefined;
  for (const [i, word] of words.entries()) {
    if (names.includes(word)) value = words[i + 1];
    const joined = names.find((name) => name.startsWith("--") && word.startsWith(`${name}=`));
    if (joined !== undefined) value = word.slice(joined.length + 1);
  }
  return value;
}
