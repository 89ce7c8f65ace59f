/**
 * R3: every call on the table's files fails once with each error that it can have. The answer is a typed error or success; the table is as it
 * was or has the commit, as the answer says; what was staged is gone; a failed fsync is never told as success; a later write works.
 */
import { randomNumbers, type SuiteResult, sample } from "../suite.js";
import { chosenOperations, FaultBench, onLanes, type PreparedOperation } from "./fault-bench.js";
import type { FaultOptions } from "./kills.js";
import { onTable } from "./operations.js";
import { type Answer, Program } from "./program.js";
import { checkLater, checkLog, leftOvers, sameState, stateOf } from "./table-check.js";
import { concerns, isMutating, pathsOf, type SystemCall } from "./trace-log.js";

interface FailurePoint {
  readonly operation: PreparedOperation;
  readonly call: SystemCall;
  readonly error: string;
  /** This call and all of its name after it. */
  readonly persistent: boolean;
}

const ERRORS: Readonly<Record<string, readonly string[]>> = {
  openat: ["EIO", "EACCES", "EMFILE"],
  read: ["EIO"],
  pread64: ["EIO"],
  getdents64: ["EIO"],
  statx: ["EIO", "EACCES"],
  newfstatat: ["EIO", "EACCES"],
  close: ["EIO"],
};
const ERRORS_OF_CHANGES: Readonly<Record<string, readonly string[]>> = {
  openat: ["EIO", "EACCES", "EMFILE", "ENOSPC"],
  write: ["EIO", "ENOSPC"],
  pwrite64: ["EIO", "ENOSPC"],
  fsync: ["EIO", "ENOSPC"],
  fdatasync: ["EIO", "ENOSPC"],
};
const OTHER_ERRORS: readonly string[] = ["EIO", "ENOSPC", "EACCES"];

/** Calls that no other file descriptor of the process needs: these may go on failing without the program losing its own pipes. */
const MAY_GO_ON = new Set(["openat", "fsync", "link", "rename", "unlink", "mkdir"]);

/** The commit may be there or not, and the error says so. */
const UNKNOWN = /^(FAILED_WRITE_FILE\.UNKNOWN_OUTCOME|DELTA_COMMIT_NOT_DURABLE)$/;

export async function run(options: FaultOptions): Promise<SuiteResult> {
  const { count, seed, log = () => undefined, lanes = 2 } = options;
  const bench = options.bench ?? (await FaultBench.open(options.operations));
  const operations = chosenOperations(bench, options.operations);
  const notes = bench.missing.map((one) => `not there yet: ${one}`);
  const tally = new Tally();
  const next = randomNumbers(seed);
  try {
    const first = await readyProgram(bench, operations, undefined);
    const points = await allPoints(bench, operations, first);
    const chosen = sample(points, count, next);
    notes.push(`${points.length} points in all`);
    const programs: (Program | undefined)[] = [first];
    await onLanes(chosen, lanes, async (point, lane) => {
      const program = await readyProgram(bench, operations, programs[lane]);
      programs[lane] = program;
      const problem = await tryFailure(bench, program, point, tally);
      if (problem !== undefined) tally.anomalies.push(`${describe(point)}: ${problem}`);
      if (++tally.tried % 100 === 0)
        log(`${tally.tried} of ${chosen.length} failures, ${tally.anomalies.length} anomalies`);
    });
    await Promise.all(programs.map((program) => program?.stop()));
    return { count: tally.hit, anomalies: tally.anomalies, notes: [...notes, ...tally.notes()] };
  } finally {
    if (options.bench === undefined) await bench.close();
  }
}

class Tally {
  readonly anomalies: string[] = [];
  tried = 0;
  hit = 0;
  readonly #outcomes = new Map<string, number>();

  add(outcome: string): void {
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
  }
  notes(): readonly string[] {
    return [...this.#outcomes].sort(([, a], [, b]) => b - a).map(([outcome, count]) => `${outcome}: ${count}`);
  }
}

function describe({ operation, call, error, persistent }: FailurePoint): string {
  const times = persistent ? " from then on" : "";
  return `${operation.name}, ${error}${times} at ${call.name} #${call.ordinal} (${call.parameters.slice(0, 160)})`;
}

/** A program in which every operation has run once, so that nothing has to be loaded any more. */
async function readyProgram(
  bench: FaultBench,
  operations: readonly PreparedOperation[],
  known: Program | undefined,
): Promise<Program> {
  if (known !== undefined && !known.ended) return known;
  const program = await Program.start(bench.packageFolder, bench.scratch);
  for (const operation of operations) {
    const location = bench.copyOf(operation.template);
    await program.ask({ sql: onTable(operation.statements, location) });
    bench.remove(location);
  }
  return program;
}

async function allPoints(
  bench: FaultBench,
  operations: readonly PreparedOperation[],
  program: Program,
): Promise<readonly FailurePoint[]> {
  const points: FailurePoint[] = [];
  for (const operation of operations) {
    const location = bench.copyOf(operation.template);
    const { calls } = await program.traced({ sql: onTable(operation.statements, location) });
    for (const call of calls.filter((one) => concerns(one, location))) points.push(...pointsOf(operation, call));
    bench.remove(location);
  }
  return points;
}

function pointsOf(operation: PreparedOperation, call: SystemCall): readonly FailurePoint[] {
  const own = isMutating(call) ? (ERRORS_OF_CHANGES[call.name] ?? OTHER_ERRORS) : (ERRORS[call.name] ?? []);
  const once = own.map((error) => ({ operation, call, error, persistent: false }));
  if (!MAY_GO_ON.has(call.name)) return once;
  const error = call.name === "openat" ? "EMFILE" : call.name === "unlink" ? "EACCES" : "ENOSPC";
  return [...once, { operation, call, error, persistent: true }];
}

async function tryFailure(
  bench: FaultBench,
  program: Program,
  point: FailurePoint,
  tally: Tally,
): Promise<string | undefined> {
  const { operation, call, error, persistent } = point;
  const location = bench.copyOf(operation.template);
  const inject = `${call.name}:error=${error}:when=${call.ordinal}${persistent ? "+" : ""}`;
  const { answer, calls } = await program.traced({ sql: onTable(operation.statements, location) }, { inject });
  const injected = calls.findIndex((one) => one.injected && concerns(one, location));
  if (injected < 0) {
    // The program's own pipes are hit now and then, for the calls on them are counted too.
    tally.add("hit something else");
    if (answer === undefined) await program.stop();
    bench.remove(location);
    return undefined;
  }
  tally.hit++;
  try {
    if (answer === undefined) throw new Error(`the program died: ${program.errors}`);
    tally.add(answer.error === undefined ? "done" : (answer.error.condition ?? answer.error.name));
    await checkAnswer(bench, point, location, answer, calls.slice(0, injected + 1));
    bench.remove(location);
    return undefined;
  } catch (caught) {
    return `${caught instanceof Error ? caught.message : String(caught)} (kept: ${location})`;
  }
}

async function checkAnswer(
  bench: FaultBench,
  { operation, persistent }: FailurePoint,
  location: string,
  { error }: Answer,
  calls: readonly SystemCall[],
): Promise<void> {
  if (error !== undefined) checkTyped(error);
  const facts = checkLog(location);
  const state = await stateOf(bench.spark, location);
  const isNew = sameState(state, operation.after);
  const isOld = sameState(state, operation.before);
  if (!isNew && !isOld) throw new Error(`neither the old nor the new state: ${JSON.stringify(state)?.slice(0, 300)}`);
  const failed = calls.at(-1);
  if (error === undefined) {
    if (!isNew) throw new Error("told as done, and is not");
    if (failed?.name === "fsync" && !isCommitDurable(calls)) throw new Error("a failed fsync was told as success");
  } else if (!isOld && !UNKNOWN.test(error.condition ?? "")) {
    throw new Error(`told as failed (${error.condition}), and is done`);
  }
  const unknown = UNKNOWN.test(error?.condition ?? "");
  if (!unknown && !persistent && failed?.name !== "unlink") {
    const left = leftOvers(location, facts, operation.files, error === undefined);
    if (left.length > 0) throw new Error(`left behind: ${left.join(", ")} after ${error?.condition ?? "success"}`);
  }
  await checkLater(bench.spark, location, state);
  checkLog(location);
}

function checkTyped(error: NonNullable<Answer["error"]>): void {
  if (error.name !== "LakeletError" || error.condition === undefined || error.condition === "INTERNAL_ERROR") {
    throw new Error(`no typed error: ${error.name} ${error.condition ?? ""} ${error.message}\n${error.stack ?? ""}`);
  }
}

/** Whether the version had its name, and its folder was flushed, before the last of the calls. */
function isCommitDurable(calls: readonly SystemCall[]): boolean {
  const linked = calls.findIndex(
    (call) => call.name === "link" && call.result === "0" && /\d{20}\.json"/.test(call.parameters),
  );
  if (linked < 0) return false;
  return calls
    .slice(linked, -1)
    .some(
      (call) =>
        call.name === "fsync" && call.result === "0" && pathsOf(call).some((path) => path.endsWith("_delta_log")),
    );
}
