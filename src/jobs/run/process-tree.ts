/** Ends processes together with all that they started, those in groups of their own included. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/**
 * Kills at once. Each of `leaders` leads a process group. They are held first, so that nothing is started while their descendants are
 * looked for; one that has given its own parent up (a daemon) is not found.
 */
export function killTrees(leaders: readonly number[]): void {
  if (leaders.length === 0) return;
  if (process.platform === "win32") {
    for (const pid of leaders) signal(pid, "SIGKILL");
    return;
  }
  for (const pid of leaders) signal(-pid, "SIGSTOP");
  const descendants = descendantsOf(leaders);
  for (const pid of leaders) {
    if (!signal(-pid, "SIGKILL")) signal(pid, "SIGKILL");
  }
  for (const pid of descendants) signal(pid, "SIGKILL");
}

/** False where there is no such process or group any more, or not yet. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

function descendantsOf(leaders: readonly number[]): readonly number[] {
  const children = new Map<number, number[]>();
  for (const [pid, parent] of parents()) {
    const known = children.get(parent);
    if (known) known.push(pid);
    else children.set(parent, [pid]);
  }
  const found: number[] = [];
  const open = [...leaders];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    const own = children.get(pid) ?? [];
    found.push(...own);
    open.push(...own);
  }
  return found;
}

function parents(): readonly (readonly [pid: number, parent: number])[] {
  return process.platform === "linux" ? linuxParents() : psParents();
}

function linuxParents(): readonly (readonly [number, number])[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      // Behind the name in parentheses: the state's letter, then the parent.
      return [[Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ", 2)[1])] as const];
    } catch {
      // Gone since the folder was read.
      return [];
    }
  });
}

function psParents(): readonly (readonly [number, number])[] {
  try {
    const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
    return lines.map((line) => {
      const [pid, parent] = line.trim().split(/\s+/);
      return [Number(pid), Number(parent)] as const;
    });
  } catch {
    // Without `ps` the groups alone are ended.
    return [];
  }
}
