/** Whether the process that runs a run is still alive: its number and, where the system tells, the moment it started. */
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { ProcessIdentity } from "./run-event.js";

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, host: hostname(), startMark: startMarkOf(process.pid) };
}

/** A process of another host cannot be asked: it counts as alive. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.host !== hostname()) return true;
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    // EPERM: it is there, but another user's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const mark = startMarkOf(identity.pid);
  return mark === undefined || identity.startMark === undefined || mark === identity.startMark;
}

/** Linux: the start time in ticks since boot. A number given to a new process does not bring the old one back. */
function startMarkOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold blanks; the start time is the 22nd field of all.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
