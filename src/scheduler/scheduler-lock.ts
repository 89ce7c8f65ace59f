/** One scheduler a lake: who holds the place is written down, and a place whose holder is dead is taken over by one only. */
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { LakeletError } from "../errors/lakelet-error.js";
import { isAlive, thisProcess } from "../jobs/run/process-identity.js";
import type { ProcessIdentity } from "../jobs/run/run-event.js";

export interface SchedulerHolder extends ProcessIdentity {
  /** Milliseconds since 1970. */
  readonly since: number;
  /** It has ended in peace. */
  readonly released?: true;
}

export interface SchedulerLock {
  release(): void;
}

const NAME = /^holder-(\d+)\.json$/;

/**
 * Takes the place. Files are numbered and each is linked into place, so that of two that find a dead holder only one writes the next.
 *
 * @param stateFolder `state` of lakelet.yml
 * @throws SCHEDULER_ALREADY_RUNNING
 */
export function takeSchedulerLock(stateFolder: string, since: number): SchedulerLock {
  const folder = join(stateFolder, "scheduler");
  mkdirSync(folder, { recursive: true });
  const own: SchedulerHolder = { ...thisProcess(), since };
  for (;;) {
    const highest = highestIn(folder);
    const holder = highest === 0 ? undefined : readHolder(folder, highest);
    if (holder && holder.released === undefined && isAlive(holder))
      throw alreadyRunning(holder, fileOf(folder, highest));
    const number = highest + 1;
    if (!place(folder, number, own)) continue;
    for (const older of numbersIn(folder)) if (older < number) rmSync(fileOf(folder, older), { force: true });
    return { release: () => replace(folder, number, { ...own, released: true }) };
  }
}

/** Who schedules this lake now. */
export function schedulerHolder(stateFolder: string): SchedulerHolder | undefined {
  const folder = join(stateFolder, "scheduler");
  const highest = existsSync(folder) ? highestIn(folder) : 0;
  const holder = highest === 0 ? undefined : readHolder(folder, highest);
  return holder && holder.released === undefined && isAlive(holder) ? holder : undefined;
}

function numbersIn(folder: string): readonly number[] {
  return readdirSync(folder)
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number);
}

function highestIn(folder: string): number {
  return Math.max(0, ...numbersIn(folder));
}

function fileOf(folder: string, number: number): string {
  return join(folder, `holder-${number}.json`);
}

/** undefined where it is gone already: its follower removes it. */
function readHolder(folder: string, number: number): SchedulerHolder | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(folder, number), "utf8")) as SchedulerHolder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Whole or not at all; false where another was first. */
function place(folder: string, number: number, holder: SchedulerHolder): boolean {
  const staged = join(folder, `.holder-${process.pid}-${number}`);
  writeFileSync(staged, JSON.stringify(holder));
  try {
    linkSync(staged, fileOf(folder, number));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(staged, { force: true });
  }
}

/** The file stays, for its number must not be given out a second time. */
function replace(folder: string, number: number, holder: SchedulerHolder): void {
  const staged = join(folder, `.holder-${process.pid}-${number}`);
  writeFileSync(staged, JSON.stringify(holder));
  renameSync(staged, fileOf(folder, number));
}

function alreadyRunning(holder: SchedulerHolder, file: string): LakeletError {
  const since = new Date(holder.since).toISOString().replace("T", " ").slice(0, 19);
  const here = holder.host === hostname();
  return new LakeletError({
    condition: "SCHEDULER_ALREADY_RUNNING",
    sqlState: "55000",
    problem: "Another scheduler serves this lake.",
    reason: `Process ${holder.pid} on ${holder.host} holds it since ${since} UTC${here ? "" : `; whether it still runs cannot be seen from ${hostname()}`}.`,
    cure: here
      ? `Stop that one first (kill ${holder.pid}), or give this project a \`state\` folder of its own.`
      : `Stop it there. If that machine or container is gone, delete ${file}.`,
    parameters: { pid: String(holder.pid), host: holder.host, since, file },
  });
}
