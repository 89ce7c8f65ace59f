/** Real runs, ended by SIGINT, SIGTERM or kill -9 at a random instant, then resumed or repaired: the tables are right, nothing runs twice. */
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "../../../src/jobs/run/process-identity.js";
import { jobTasks, type RunState } from "../../../src/jobs/run/run-state.js";
import { RunStore } from "../../../src/jobs/run/run-store.js";
import { attemptAnomalies } from "../../jobs/run/run-anomalies.js";
import { buildPackage } from "../../support/built-package.js";
import { randomNumbers, type SuiteOptions, type SuiteResult } from "../suite.js";
import { CHECK, EXPECTED, interruptedProject } from "./interrupted-project.js";

const CODES = { SIGINT: 130, SIGTERM: 143, SIGKILL: null } as const;
type Signal = keyof typeof CODES;
const SIGNALS = Object.keys(CODES) as readonly Signal[];

/** For the children of a runner that was asked to end; a busy machine is given a little more. */
const END_MS = 2_000;
const GONE_MS = 10_000;

interface Ended extends Ran {
  /** From the signal to the end. */
  readonly took: number;
}

export async function interruptedRuns({ count, seed, log }: SuiteOptions): Promise<SuiteResult> {
  const next = randomNumbers(seed);
  const anomalies: string[] = [];
  const seen = new Map<string, number>();
  let slowest = 0;
  // A build of its own: those that tests share are cleared away after a while.
  const build = join(import.meta.dirname, "../../../.cache", `runs-${process.pid}`);
  buildPackage(build);
  const command = join(build, "dist/cli/main.js");
  const length = await lengthOfRun(command);
  for (let i = 0; i < count; i++) {
    const signal = SIGNALS[Math.floor(next() * SIGNALS.length)] ?? "SIGKILL";
    const delay = Math.round(next() * length);
    const resumes = next() < 0.5;
    const again = next() < 0.3;
    const trial = new Trial(command, signal, delay, resumes, again ? Math.round(next() * length) : undefined);
    try {
      await trial.run();
    } catch (error) {
      trial.found(`could not be tried: ${error instanceof Error ? error.message : error}`);
    }
    const name = `${signal} after ${delay} ms, ${resumes ? "resume" : "repair"} (seed ${seed}, trial ${i})`;
    anomalies.push(...trial.anomalies.map((one) => `${name}: ${one}`));
    for (const one of trial.anomalies) log?.(`${name}: ${one}`);
    seen.set(trial.met, (seen.get(trial.met) ?? 0) + 1);
    slowest = Math.max(slowest, trial.took);
    if ((i + 1) % 10 === 0) log?.(`${i + 1} interrupted runs, ${anomalies.length} anomalies`);
  }
  rmSync(build, { recursive: true, force: true });
  const met = [...seen].map(([what, times]) => `${what} ${times}×`).join(", ");
  return {
    count,
    anomalies,
    notes: [`${count} real runs were met: ${met}`, `slowest end after a signal: ${slowest} ms`],
  };
}

interface Ran {
  readonly code: number | null;
  readonly output: string;
}

function start(command: string, cwd: string, args: readonly string[]) {
  const child = spawn(process.execPath, [command, ...args], { cwd, env: { ...process.env, NO_COLOR: "1" } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes) => {
      output += bytes;
    });
  }
  const ended = new Promise<Ran>((resolve) => child.once("close", (code) => resolve({ code, output })));
  return { child, ended };
}

/** Until the table of results is printed, on this machine as it is now. */
async function lengthOfRun(command: string): Promise<number> {
  const folder = interruptedProject();
  const began = performance.now();
  const { code, output } = await start(command, folder, ["run", "job"]).ended;
  rmSync(folder, { recursive: true, force: true });
  if (code !== 0) throw new Error(`the job fails by itself: ${output}`);
  return performance.now() - began;
}

class Trial {
  readonly anomalies: string[] = [];
  /** What the signal met. */
  met = "nothing";
  took = 0;
  readonly #folder = interruptedProject();
  readonly #store = new RunStore(join(this.#folder, ".lakelet"));

  constructor(
    readonly command: string,
    readonly signal: Signal,
    readonly delay: number,
    readonly resumes: boolean,
    /** Goes on, and is killed again after that time. */
    readonly secondKill: number | undefined,
  ) {}

  found(anomaly: string): void {
    this.anomalies.push(anomaly);
  }

  async run(): Promise<void> {
    try {
      const ended = await this.#interrupt(["run", "job"], this.signal, this.delay);
      const id = this.#store.ids()[0];
      if (id === undefined) return await this.#runAgain();
      const before = this.#store.read(id);
      this.met = meeting(before);
      await this.#checkEnd(ended, before);
      if (this.secondKill !== undefined && before.resultState !== "SUCCESS") {
        await this.#interrupt(this.#howToGoOn(before), "SIGKILL", this.secondKill);
      }
      await this.#goOn(id);
      await this.#checkTables();
      const state = this.#store.read(id);
      this.anomalies.push(...attemptAnomalies({ state, log: this.#store.events(id) }));
      this.#checkRerun(before, state);
    } finally {
      rmSync(this.#folder, { recursive: true, force: true });
    }
  }

  async #interrupt(args: readonly string[], signal: Signal, delay: number): Promise<Ended> {
    const { child, ended } = start(this.command, this.#folder, args);
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, delay))]);
    const began = performance.now();
    child.kill(signal);
    const { code, output } = await ended;
    return { code, took: Math.round(performance.now() - began), output };
  }

  #run(args: readonly string[]): Promise<Ran> {
    return start(this.command, this.#folder, args).ended;
  }

  /** The signal came before there was a run. */
  async #runAgain(): Promise<void> {
    this.met = "no run yet";
    const { code, output } = await this.#run(["run", "job"]);
    if (code !== 0) this.found(`the next run fails: ${output}`);
    await this.#checkTables();
  }

  async #checkEnd({ code, took, output }: Ended, run: RunState): Promise<void> {
    const pids = [...run.tasks.values()].flatMap((task) => task.attempts.flatMap(({ pid }) => pid ?? []));
    const alive = () => pids.filter((pid) => isAlive({ ...run.runner, pid, startMark: undefined }));
    for (let waited = 0; this.signal === "SIGKILL" && alive().length > 0 && waited < GONE_MS; waited += 50) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    if (alive().length > 0) this.found(`still there: ${alive().join(", ")}`);
    // It had ended by itself, or was about to.
    if (this.signal === "SIGKILL" || run.resultState === "SUCCESS") return;
    this.took = took;
    if (took > END_MS) this.found(`it took ${took} ms to end`);
    if (code !== CODES[this.signal]) this.found(`exit code ${code}: ${output}`);
    if (run.resultState !== "CANCELED") this.found(`the run is ${run.resultState ?? run.lifeCycleState}, not CANCELED`);
  }

  async #goOn(id: string): Promise<void> {
    const run = this.#store.read(id);
    if (run.resultState === "SUCCESS") return;
    const args = this.#howToGoOn(run);
    const { code, output } = await this.#run(args);
    if (code !== 0) this.found(`${args.join(" ")} gives ${code}: ${output}`);
    const { resultState } = this.#store.read(id);
    if (resultState !== "SUCCESS") this.found(`the run is ${resultState} after ${args[0]}`);
  }

  #howToGoOn(run: RunState): readonly string[] {
    const id = run.created.runId;
    if (this.resumes && run.endedAt === undefined) return ["runs", "resume", id];
    const latest = run.executions.at(-1)?.repairId;
    return ["repair", id, ...(latest ? ["--latest-repair-id", latest] : [])];
  }

  async #checkTables(): Promise<void> {
    const { output } = await this.#run(["sql", CHECK, "--format", "json"]);
    const rows = output.startsWith('{"columns"') ? JSON.stringify(JSON.parse(output).rows) : output;
    if (rows !== JSON.stringify([EXPECTED])) this.found(`the tables hold ${rows}`);
  }

  /** What had succeeded is not run again. */
  #checkRerun(before: RunState, now: RunState): void {
    for (const task of jobTasks(before)) {
      if (task.resultState !== "SUCCESS") continue;
      const after = now.tasks.get(task.plan.key);
      const tries = (after?.earlier.length ?? 0) + (after?.attempts.length ?? 0);
      if (tries !== task.attempts.length) this.found(`${task.plan.key} had succeeded, and ran again`);
    }
  }
}

function meeting(run: RunState): string {
  if (run.resultState === "SUCCESS") return "its end";
  const active = [...run.tasks.values()].find((task) => task.attempts.some((one) => one.result === undefined));
  const canceled = [...run.tasks.values()].find((task) => task.resultState === "CANCELED" && task.attempts.length > 0);
  return (active ?? canceled)?.plan.key.replace(/\[.*/, "") ?? "between tasks";
}
