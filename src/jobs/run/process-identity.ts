/** Whether the process that runs a run is still alive: its number and, where the system tells, the moment it started. */
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { ProcessIdentity } from "./run-event.js";

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, host: hostname(), startMark: procStat(process.pid)?.startMark };
}

/** How the marks of all processes begin that it starts: no other process's marks do. */
export function processMark({ pid, startMark = "" }: ProcessIdentity): string {
  return `${pid}.${startMark}.`;
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
  const found = procStat(identity.pid);
  if (found === undefined) return true;
  // Killed, and not yet taken note of by its parent: in a container nobody may ever do so.
  if (found.state === "Z" || found.state === "X") return false;
  return identity.startMark === undefined || found.startMark === identity.startMark;
}

/** Linux: the state's letter, and the start time in ticks since boot. A number given to a new process does not bring the old one back. */
function procStat(pid: number): { readonly state: string; readonly startMark: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold blanks; the state is the third field of all, the start time the 22nd.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", startMark: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}
