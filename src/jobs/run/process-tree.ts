/** Ends processes together with all that they started, those in groups of their own included. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** A process that leads a group, and the text that it and all its descendants have in their environment. */
export interface TreeRoot {
  readonly pid: number;
  readonly mark: string;
}

/** The environment variable of the mark. */
export const MARK_VARIABLE = "LAKELET_WORKER";

/**
 * Kills at once. The groups are held first, so that nothing is started while their descendants are looked for. On Linux the mark finds
 * those, too, that have given up their parent (daemons).
 */
export function killTrees(roots: readonly TreeRoot[]): void {
  if (roots.length === 0) return;
  if (process.platform === "win32") {
    for (const { pid } of roots) signal(pid, "SIGKILL");
    return;
  }
  for (const { pid } of roots) signal(-pid, "SIGSTOP");
  const found = [...descendantsOf(roots.map(({ pid }) => pid)), ...markedWith(roots.map(({ mark }) => mark))];
  for (const { pid } of roots) {
    if (!signal(-pid, "SIGKILL")) signal(pid, "SIGKILL");
  }
  for (const pid of found) signal(pid, "SIGKILL");
}

/** Kills what a process that has just ended by itself left behind. */
export function killRemains({ pid, mark }: TreeRoot): void {
  if (process.platform !== "win32") signal(-pid, "SIGKILL");
  killMarked(mark);
}

/** Kills, on Linux, all processes whose mark begins so. */
export function killMarked(mark: string): void {
  for (const pid of markedWith([mark])) signal(pid, "SIGKILL");
}

/** The system keeps the environment that a process was started with. */
function markedWith(marks: readonly string[]): readonly number[] {
  if (process.platform !== "linux") return [];
  const wanted = marks.map((mark) => `${MARK_VARIABLE}=${mark}`);
  return processNumbers().filter((pid) => {
    if (pid === process.pid) return false;
    try {
      const environment = `\0${readFileSync(`/proc/${pid}/environ`, "latin1")}`;
      return wanted.some((text) => environment.includes(`\0${text}`));
    } catch {
      // Gone since the folder was read, or another user's.
      return false;
    }
  });
}

function processNumbers(): readonly number[] {
  return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
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
  return processNumbers().flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // Behind the name in parentheses: the state's letter, then the parent.
      return [[pid, Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ", 2)[1])] as const];
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
