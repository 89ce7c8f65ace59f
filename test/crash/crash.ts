/**
 * kill -9 of the runner or of a task's process at random moments of the example job, then a plain re-run: the rows must be those of a run
 * that was never killed, and every table must be readable at each point. `npm run test:crash -- --count 100 --seed 7`
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createLocalSession } from "../../src/session/local-session.js";
import { differences, lakeContents } from "../support/lake-contents.js";

const root = join(import.meta.dirname, "../..");
const lakelet = join(root, "dist/cli/main.js");
const { values } = parseArgs({ options: { count: { type: "string", default: "10" }, seed: { type: "string" } } });
const count = Number(values.count);
const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);

type Contents = Awaited<ReturnType<typeof lakeContents>>;

function random(state: number): () => number {
  let current = state;
  return () => {
    current = (current * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return current / 4_294_967_296;
  };
}

function newProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "lakelet-crash-"));
  cpSync(join(root, "pipelines/orders"), join(folder, "pipelines/orders"), { recursive: true });
  mkdirSync(join(folder, "data"));
  cpSync(join(root, "data/orders"), join(folder, "data/orders"), { recursive: true });
  writeFileSync(
    join(folder, "lakelet.yml"),
    [
      "warehouse: ./lake",
      "paths:",
      "  /Workspace/KION/jobs: ./pipelines/orders",
      "  /Volumes/main/default/kion_data: ./data",
      "queries: ./pipelines/orders/queries",
    ].join("\n"),
  );
  return folder;
}

function start(project: string): ChildProcess {
  return spawn(process.execPath, [lakelet, "run", "orders"], { cwd: project, stdio: ["ignore", "pipe", "pipe"] });
}

function finished(child: ChildProcess): Promise<{ readonly code: number | null; readonly output: string }> {
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, output })));
}

/** Processes of tasks under the runner. */
function children(pid: number): readonly number[] {
  try {
    return execFileSync("pgrep", ["-P", String(pid)], { encoding: "utf8" })
      .trim()
      .split("\n")
      .map(Number);
  } catch {
    return [];
  }
}

async function contentsOf(project: string): Promise<Contents> {
  const spark = await createLocalSession({ warehouse: join(project, "lake"), threads: 1 });
  try {
    return await lakeContents(spark);
  } finally {
    await spark.stop();
  }
}

async function killedRun(project: string, after: number, ofRunner: boolean, pick: number): Promise<string> {
  const child = start(project);
  const end = finished(child);
  await Promise.race([new Promise((resolve) => setTimeout(resolve, after)), end]);
  const workers = child.pid === undefined ? [] : children(child.pid);
  const victim = ofRunner || workers.length === 0 ? child.pid : workers[Math.floor(pick * workers.length)];
  try {
    if (victim !== undefined) process.kill(victim, "SIGKILL");
  } catch {
    return "ended before the kill";
  }
  await end;
  return `${victim === child.pid ? "runner" : "task"} killed after ${Math.round(after)} ms`;
}

async function rerun(project: string): Promise<void> {
  const { code, output } = await finished(start(project));
  if (code !== 0) throw new Error(`the plain re-run ended with ${code}:\n${output}`);
}

async function main(): Promise<void> {
  const next = random(seed);
  const untouched = newProject();
  const began = performance.now();
  await rerun(untouched);
  const duration = performance.now() - began;
  const expected = await contentsOf(untouched);
  console.log(`${count} kills over a run of ${Math.round(duration)} ms, seed ${seed}`);
  let failures = 0;
  for (let i = 1; i <= count; i++) {
    const project = newProject();
    const what = await killedRun(project, next() * duration, next() < 0.5, next());
    let problems: readonly string[];
    try {
      await contentsOf(project);
      await rerun(project);
      problems = differences(expected, await contentsOf(project));
    } catch (error) {
      problems = [error instanceof Error ? error.message : String(error)];
    }
    failures += problems.length > 0 ? 1 : 0;
    console.log(
      `${String(i).padStart(4)}  ${what}: ${problems.length === 0 ? "the same rows" : `FAILED\n${problems.join("\n")}\nkept: ${project}`}`,
    );
    if (problems.length === 0) rmSync(project, { recursive: true, force: true });
  }
  rmSync(untouched, { recursive: true, force: true });
  console.log(failures === 0 ? `All ${count} recovered.` : `${failures} of ${count} did not recover (seed ${seed}).`);
  process.exitCode = failures === 0 ? 0 : 1;
}

await main();
