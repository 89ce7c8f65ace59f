/** A real `lakelet serve` with a schedule of every two seconds, killed with -9 at random instants, away for a while, started again. */
import { type ChildProcess, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunStore } from "../../../src/jobs/run/run-store.js";
import type { MissedPolicy } from "../../../src/scheduler/due-times.js";
import type { JournalEvent } from "../../../src/scheduler/journal-event.js";
import { builtPackage } from "../../support/built-package.js";
import { eventually } from "../../support/eventually.js";

const EVERY_MS = 2000;
const TURNS = 5;
/** So long may a busy machine take to start a scheduler. */
const BUSY_MS = 120_000;
const POLICIES: readonly MissedPolicy[] = ["skip", "run_once", "run_all"];

const JOB = {
  name: "tick",
  max_concurrent_runs: 100,
  schedule: { quartz_cron_expression: "0/2 * * * * ?", timezone_id: "UTC" },
  tasks: [{ task_key: "q", sql_task: { file: { path: "./q.sql" } } }],
};

export interface KilledServe {
  readonly kills: number;
  readonly runs: number;
  readonly missed: number;
}

/** Throws what was run twice, or neither run nor recorded as missed, and a run that a killed scheduler left open. */
export async function killedServe(random: () => number): Promise<KilledServe> {
  const folder = mkdtempSync(join(tmpdir(), "lakelet-serve-"));
  try {
    const policy = POLICIES[Math.floor(random() * POLICIES.length)] ?? "skip";
    mkdirSync(join(folder, "pipelines/tick"), { recursive: true });
    writeFileSync(join(folder, "lakelet.yml"), `scheduler: { missed: ${policy}, poll_seconds: 1 }\n`);
    writeFileSync(join(folder, "pipelines/tick/job.json"), JSON.stringify(JOB));
    writeFileSync(join(folder, "pipelines/tick/q.sql"), "SELECT 1");
    for (let turn = 0; turn < TURNS; turn++) {
      const child = start(folder);
      // The first one is let begin; those after it are killed while they start, too.
      if (turn === 0) await eventually(() => journalSize(folder) > 0, BUSY_MS);
      await pause(1500 + random() * 4000);
      child.kill("SIGKILL");
      await exit(child);
      await pause(random() * 3000);
    }
    const last = start(folder);
    const before = journalSize(folder);
    await eventually(() => journalSize(folder) > before, BUSY_MS);
    await pause(4000);
    last.kill("SIGTERM");
    await exit(last);
    return { kills: TURNS, ...check(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function start(folder: string): ChildProcess {
  return spawn(process.execPath, [builtPackage().command, "serve"], { cwd: folder, stdio: "ignore" });
}

function exit(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once("exit", () => resolve());
  });
}

/** Of the job's journal; 0 before the job is first seen. */
function journalSize(folder: string): number {
  const journals = join(folder, ".lakelet/scheduler/jobs");
  if (!existsSync(journals)) return 0;
  return readdirSync(journals).reduce((sum, name) => sum + statSync(join(journals, name)).size, 0);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function check(folder: string): { readonly runs: number; readonly missed: number } {
  const journals = join(folder, ".lakelet/scheduler/jobs");
  const [journal] = readdirSync(journals);
  if (journal === undefined) throw new Error("the job was never seen");
  const events = readFileSync(join(journals, journal), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as JournalEvent);
  const store = new RunStore(join(folder, ".lakelet"));
  const runs = store.ids().map((id) => store.read(id));
  const open = runs.filter(({ endedAt }) => endedAt === undefined).map(({ created }) => created.runId);
  if (open.length > 0) throw new Error(`runs that nobody ended: ${open.join(", ")}`);
  const seen = new Map<number, number>();
  const count = (time: number) => seen.set(time, (seen.get(time) ?? 0) + 1);
  for (const { created } of runs) count(created.trigger.at);
  let missed = 0;
  for (const event of events) {
    if (event.type === "refused") throw new Error(`refused: ${event.message}`);
    if (event.type !== "missed") continue;
    missed += event.count;
    for (let time = event.first; time <= event.last; time += EVERY_MS) count(time);
  }
  const first = events.find((event) => event.type === "watched");
  const decided = Math.max(...seen.keys());
  if (first?.type !== "watched") throw new Error("the job was never followed");
  const wrong: string[] = [];
  for (let time = Math.ceil((first.cursor + 1) / EVERY_MS) * EVERY_MS; time <= decided; time += EVERY_MS) {
    if (seen.get(time) !== 1) wrong.push(`${new Date(time).toISOString()}: ${seen.get(time) ?? 0} times`);
  }
  if (wrong.length > 0) throw new Error(wrong.slice(0, 5).join(", "));
  return { runs: runs.length, missed };
}
