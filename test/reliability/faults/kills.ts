/**
 * R1: kill -9 at every system call that changes the disk. After each kill the table is in its old or in its new state, for lakelet and for
 * delta-rs, its versions have no gap, and a write that follows works.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { RunStore } from "../../../src/jobs/run/run-store.js";
import { randomNumbers, type SuiteOptions, type SuiteResult, sample } from "../suite.js";
import { DeltaRs } from "./delta-rs.js";
import { chosenOperations, FaultBench, onLanes, type PreparedOperation } from "./fault-bench.js";
import { onTable } from "./operations.js";
import { Program, type Request } from "./program.js";
import { checkLater, checkLog, sameState, stateOf } from "./table-check.js";
import { concerns, isMutating, type SystemCall } from "./trace-log.js";

export interface FaultOptions extends SuiteOptions {
  /** Names of operations; all where absent. */
  readonly operations?: readonly string[];
  /** Programs at work at once. */
  readonly lanes?: number;
  /** Where suites share one; else each opens its own. */
  readonly bench?: FaultBench;
}

const JOB_STATE = "job state";

interface Target {
  readonly name: string;
  readonly operation: PreparedOperation | undefined;
}

interface KillPoint {
  readonly target: Target;
  readonly call: SystemCall;
}

/** One program that was started ahead, so that the next kill need not wait for it. */
class ReadyProgram {
  #next: Promise<Program> | undefined;
  constructor(private readonly bench: FaultBench) {}
  /** @param last no other one is started */
  async take(last: boolean): Promise<Program> {
    const program = await (this.#next ?? this.#start());
    this.#next = last ? undefined : this.#start();
    return program;
  }
  async stop(): Promise<void> {
    await (await this.#next)?.stop();
  }
  #start(): Promise<Program> {
    return Program.start(this.bench.packageFolder, this.bench.scratch);
  }
}

export async function run(options: FaultOptions): Promise<SuiteResult> {
  const { count, seed, log = () => undefined, lanes = 2 } = options;
  const bench = options.bench ?? (await FaultBench.open(options.operations));
  const deltaRs = DeltaRs.start(options.operations === undefined);
  const anomalies: string[] = [];
  const notes = bench.missing.map((one) => `not there yet: ${one}`);
  if (deltaRs.missing !== undefined) notes.push(`delta-rs did not read along: ${deltaRs.missing}`);
  try {
    const points = sample(await allPoints(bench, options.operations), count, randomNumbers(seed));
    const ready = Array.from({ length: Math.min(lanes, points.length) }, () => new ReadyProgram(bench));
    let begun = 0;
    let tried = 0;
    let killed = 0;
    await onLanes(points, ready.length, async (point, lane) => {
      const isLast = ++begun + ready.length > points.length;
      const { problem, died } = await tryKill(bench, deltaRs, await (ready[lane] as ReadyProgram).take(isLast), point);
      if (died) killed++;
      if (problem !== undefined) anomalies.push(`${describe(point)}: ${problem}`);
      if (++tried % 100 === 0) log(`${tried} of ${points.length} kills, ${anomalies.length} anomalies`);
    });
    await Promise.all(ready.map((one) => one.stop()));
    if (killed < points.length) notes.push(`${points.length - killed} programs were done before their kill came`);
    return { count: killed, anomalies, notes };
  } finally {
    if (options.bench === undefined) await bench.close();
  }
}

function describe({ target, call }: KillPoint): string {
  return `${target.name}, killed at ${call.name} #${call.ordinal} (${call.parameters.slice(0, 160)})`;
}

async function allPoints(bench: FaultBench, only: readonly string[] | undefined): Promise<readonly KillPoint[]> {
  const targets: Target[] = chosenOperations(bench, only).map((operation) => ({ name: operation.name, operation }));
  if (only === undefined || only.includes(JOB_STATE)) targets.push({ name: JOB_STATE, operation: undefined });
  const points: KillPoint[] = [];
  for (const target of targets) {
    const program = await Program.start(bench.packageFolder, bench.scratch);
    const location = copyFor(bench, target);
    const { calls } = await program.traced(requestOf(target, location));
    await program.stop();
    const own = calls.filter((call) => isMutating(call) && concerns(call, join(location, "..")));
    points.push(...own.map((call) => ({ target, call })));
    bench.remove(location);
  }
  return points;
}

function copyFor(bench: FaultBench, { operation }: Target): string {
  return bench.copyOf(operation?.template ?? join(bench.scratch, "none"));
}

function requestOf({ operation }: Target, location: string): Request {
  if (operation === undefined) return { jobState: location };
  return { sql: onTable(operation.statements, location) };
}

async function tryKill(
  bench: FaultBench,
  deltaRs: DeltaRs,
  program: Program,
  { target, call }: KillPoint,
): Promise<{ readonly problem: string | undefined; readonly died: boolean }> {
  const location = copyFor(bench, target);
  const inject = `${call.name}:signal=SIGKILL:when=${call.ordinal}`;
  const { answer } = await program.traced(requestOf(target, location), { inject });
  const died = answer === undefined;
  await program.stop();
  try {
    if (target.operation === undefined) checkJobState(location, !died);
    else await checkTable(bench, deltaRs, target.operation, location, !died);
    bench.remove(location);
    return { problem: undefined, died };
  } catch (error) {
    return { problem: `${error instanceof Error ? error.message : String(error)} (kept: ${location})`, died };
  }
}

async function checkTable(
  bench: FaultBench,
  deltaRs: DeltaRs,
  operation: PreparedOperation,
  location: string,
  acknowledged: boolean,
): Promise<void> {
  checkLog(location);
  const state = await stateOf(bench.spark, location);
  const isNew = sameState(state, operation.after);
  if (acknowledged && !isNew) throw new Error("an acknowledged commit is lost");
  if (!isNew && !sameState(state, operation.before)) {
    throw new Error(`neither the old nor the new state: ${JSON.stringify(state)?.slice(0, 300)}`);
  }
  await deltaRs.checkSame(location, state);
  await checkLater(bench.spark, location, state);
  checkLog(location);
}

/** The run is there with all that was written, or it is not there; a next run can be made. */
function checkJobState(folder: string, acknowledged: boolean): void {
  const store = new RunStore(folder);
  const runs = existsSync(join(folder, "runs")) ? readdirSync(join(folder, "runs")) : [];
  const states = store.list(10);
  if (acknowledged && states[0]?.endedAt === undefined) throw new Error("an acknowledged end of a run is lost");
  if (states.length > 1) throw new Error(`several runs: ${runs.join(", ")}`);
}
