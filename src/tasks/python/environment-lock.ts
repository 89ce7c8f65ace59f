/** One process at a time makes an environment; those that wait use what it made. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, thisProcess } from "../../jobs/run/process-identity.js";
import type { ProcessIdentity } from "../../jobs/run/run-event.js";

const POLL_MS = 200;

/**
 * Does the work while holding the lock file. A lock of a process that is gone is taken over; two that do so at once both work, which costs
 * time and no more: what they make gets its name by one atomic step.
 */
export async function withLock<Result>(
  file: string,
  work: () => Promise<Result>,
  waiting: (owner: ProcessIdentity) => void,
): Promise<Result> {
  let told = false;
  while (!take(file)) {
    const owner = ownerOf(file);
    if (owner === undefined || !isAlive(owner)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!told) waiting(owner);
    told = true;
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string): boolean {
  try {
    writeFileSync(file, JSON.stringify(thisProcess()), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Undefined where it has just gone, or was never written whole. */
function ownerOf(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
