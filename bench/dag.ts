/** B11: jobs of a thousand tasks that do nothing, as a chain, a fan-out and a lattice; with `--peers` beside Dagster, Prefect and Airflow. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "./rounds.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const LAKELET = join(ROOT, "dist/cli/main.js");
const TASKS = 1000;
const VALIDATIONS = 5;
const VALIDATE_BAR_MILLISECONDS = 200;
const TASK_BAR_MILLISECONDS = 5;
/** Processes load, and V8 compiles, during the first tasks. */
const WARM_AFTER = 100;
/** Of the runner's memory from the warm run to its end. */
const MEMORY_BAR = 1.3;
const WIDTH = 10;
const SHAPES = ["chain", "fan-out", "lattice"] as const;
type Shape = (typeof SHAPES)[number];
const PEERS = ["dagster", "prefect", "airflow"] as const;

export interface DagFigure {
  readonly shape: string;
  readonly tasks: number;
  /** Milliseconds of the whole command `lakelet validate`. */
  readonly validate: number;
  /** From the run's first event to its last. */
  readonly seconds: number;
  /** Median milliseconds from the end of a task to the end of the next one, once it is warm. */
  readonly perTask: number;
  /** Megabytes of the runner's process, warm and at the end. */
  readonly memory: { readonly warm: number; readonly end: number };
  readonly peers: readonly { readonly name: string; readonly version: string; readonly seconds: number }[];
  readonly met: { readonly validate: boolean; readonly perTask: boolean; readonly memory: boolean };
}

/** @param folder an empty one */
export async function dagRuns(
  folder: string,
  withPeers: boolean,
  tell: (text: string) => void,
): Promise<readonly DagFigure[]> {
  if (!existsSync(LAKELET)) throw new Error("B11 starts the built command: run `npm run build` first.");
  const figures: DagFigure[] = [];
  for (const shape of SHAPES) {
    tell(`B11: ${shape} of ${TASKS} tasks`);
    figures.push(await figureOf(shape, join(folder, shape), withPeers ? peerSeconds(shape) : []));
  }
  return figures;
}

async function figureOf(shape: Shape, folder: string, peers: DagFigure["peers"]): Promise<DagFigure> {
  makeProject(shape, folder);
  const validations = Array.from({ length: VALIDATIONS }, () => {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, [LAKELET, "validate", shape], { cwd: folder });
    if (status !== 0) throw new Error(`lakelet validate ${shape}: ${stderr}`);
    return performance.now() - start;
  });
  const memory = await run(shape, folder);
  const { seconds, perTask } = runTimes(folder);
  const validate = median(validations);
  const met = {
    validate: validate <= VALIDATE_BAR_MILLISECONDS,
    perTask: perTask <= TASK_BAR_MILLISECONDS,
    memory: memory.end <= memory.warm * MEMORY_BAR,
  };
  return { shape, tasks: TASKS, validate, seconds, perTask, memory, peers, met };
}

/** Numbers of the tasks that task i depends on. */
function upstream(shape: Shape, i: number): readonly number[] {
  if (i === 0) return [];
  if (shape === "chain") return [i - 1];
  if (shape === "fan-out") return i === TASKS - 1 ? Array.from({ length: TASKS - 2 }, (_, n) => n + 1) : [0];
  const layer = Math.floor((i - 1) / WIDTH);
  if (layer === 0) return [0];
  const first = 1 + (layer - 1) * WIDTH;
  const place = (i - 1) % WIDTH;
  return [first + place, first + ((place + 1) % WIDTH)];
}

function makeProject(shape: Shape, folder: string): void {
  mkdirSync(join(folder, "pipelines"), { recursive: true });
  mkdirSync(join(folder, "queries"), { recursive: true });
  writeFileSync(join(folder, "lakelet.yml"), "timezone: UTC\n");
  writeFileSync(join(folder, "queries/nothing.sql"), "SELECT 1 AS nothing\n");
  const tasks = Array.from({ length: TASKS }, (_, i) => ({
    task_key: `t${i}`,
    depends_on: upstream(shape, i).map((n) => ({ task_key: `t${n}` })),
    sql_task: { warehouse_id: "none", query: { query_id: "nothing" } },
  }));
  writeFileSync(join(folder, `pipelines/${shape}.json`), JSON.stringify({ name: shape, tasks }, undefined, 1));
}

/** The runner's memory, looked at while it runs. */
function run(shape: Shape, folder: string): Promise<DagFigure["memory"]> {
  const child = spawn(process.execPath, [LAKELET, "run", shape], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  const seen: number[] = [];
  const timer = setInterval(() => seen.push(residentMegabytes(child.pid ?? 0)), 200);
  child.stdout.resume();
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      clearInterval(timer);
      if (code !== 0) return reject(new Error(`lakelet run ${shape} ended with ${code}`));
      const read = seen.filter((one) => one > 0);
      const warm = read[Math.floor(read.length / 5)] ?? 0;
      resolve({ warm, end: median(read.slice(-5)) });
    });
  });
}

function residentMegabytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

interface LoggedEvent {
  readonly type: string;
  readonly at: number;
}

function runTimes(folder: string): { readonly seconds: number; readonly perTask: number } {
  const runs = join(folder, ".lakelet/runs");
  const [id = ""] = readdirSync(runs).filter((name) => /^\d+$/.test(name));
  const lines = readFileSync(join(runs, id, "events.ndjson"), "utf8")
    .trim()
    .split("\n");
  const events = lines.map((line) => JSON.parse(line) as LoggedEvent);
  const ends = events.filter(({ type }) => type === "task-ended").map(({ at }) => at);
  if (ends.length !== TASKS) throw new Error(`${ends.length} of ${TASKS} tasks have ended`);
  const gaps = ends.slice(WARM_AFTER).map((at, i) => at - (ends[WARM_AFTER + i - 1] ?? at));
  return { seconds: ((events.at(-1)?.at ?? 0) - (events[0]?.at ?? 0)) / 1000, perTask: median(gaps) };
}

/** The same job on each orchestrator; installed where it is missing (some minutes the first time). */
function peerSeconds(shape: Shape): DagFigure["peers"] {
  const script = join(ROOT, "bench/peers/dag-peers.sh");
  const installed = execFileSync(script, [], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
  return PEERS.map((name) => {
    const python = join(installed, name, "bin/python");
    const args = [join(ROOT, "bench/peers/dag.py"), name, shape, String(TASKS)];
    const text = execFileSync(python, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const { seconds, version } = JSON.parse(text.trim().split("\n").at(-1) ?? "{}");
    return { name, version: String(version), seconds: Number(seconds) };
  });
}
