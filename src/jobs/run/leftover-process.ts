/** The process of an attempt whose runner was killed: it may still be at work. */
import { readFileSync } from "node:fs";
import { LakeletError } from "../../errors/lakelet-error.js";

/** The system counts starts in whole ticks from a boot time in whole seconds. */
const CLOCK_SLACK_MS = 3_000;
const TICKS_PER_SECOND = 100;
const WAIT_MS = 5_000;

/**
 * Kills the process and what it started, and waits until it is gone. A number that the system has given to another process since is
 * left alone.
 *
 * @param startedAt of the attempt, in milliseconds since 1970: the process is older
 * @throws WORKER_STILL_ALIVE where it cannot be told whose the process is, or it does not end
 */
export async function endLeftover(pid: number, startedAt: number): Promise<void> {
  if (!exists(pid)) return;
  const began = startOf(pid);
  if (began !== undefined && began > startedAt + CLOCK_SLACK_MS) return;
  // Where the system does not tell when a process began, a worker is given the time to notice that its runner is gone.
  if (began !== undefined) killGroup(pid);
  const until = Date.now() + WAIT_MS;
  while (exists(pid) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
  if (!exists(pid)) return;
  throw new LakeletError({
    condition: "WORKER_STILL_ALIVE",
    problem: `The process ${pid} of the killed run may still be at work.`,
    cure: `End it (kill -9 ${pid}) if it is a worker of lakelet, then try again.`,
  });
}

/** Not one that is only waiting for its parent to take note. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const state = statOf(pid)?.[0];
  return state !== "Z" && state !== "X";
}

/** Milliseconds since 1970, on Linux. */
function startOf(pid: number): number | undefined {
  const ticks = Number(statOf(pid)?.[19]);
  if (!Number.isFinite(ticks)) return undefined;
  const boot = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
  return Number.isFinite(boot) ? (boot + ticks / TICKS_PER_SECOND) * 1000 : undefined;
}

/** The fields behind the name in parentheses: the state is the first, the start the 20th. */
function statOf(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

function killGroup(pid: number): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, "SIGKILL");
    } catch {
      // Gone already.
    }
  }
}
