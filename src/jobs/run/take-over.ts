/** Takes a run over from the process that began it: one that has ended, to repair it, or one whose runner was killed. */
import { linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LakeletError } from "../../errors/lakelet-error.js";
import { closeKilledRun } from "./close-run.js";
import { endLeftover } from "./leftover-process.js";
import { isAlive, processMark, thisProcess } from "./process-identity.js";
import { killMarked } from "./process-tree.js";
import type { ProcessIdentity, RunEvent } from "./run-event.js";
import { type RunState, replay } from "./run-state.js";
import type { RunStore } from "./run-store.js";
import { hasActiveAttempt, lastAttempt } from "./task-state.js";

/** A run that no other process writes. */
export interface TakenRun {
  readonly state: RunState;
  /** Lets others take it, where it did not go on after all. */
  release(): void;
}

/**
 * Of several processes one gets the run: a file in its folder says which. What a killed runner left at work is ended first, so that
 * nothing is done twice at once.
 *
 * @throws RUN_NOT_FOUND, RUN_NOT_TERMINATED where its runner lives, RUN_TAKEN_OVER where another process was faster
 */
export async function takeOver(store: RunStore, runId: string): Promise<TakenRun> {
  const state = store.read(runId);
  if (state.endedAt === undefined && isAlive(state.runner)) throw stillRuns(state);
  const before = takeOvers(store.events(runId));
  const claim = claimRun(store.folderOf(runId), before, runId);
  const release = () => rmSync(claim, { force: true });
  try {
    // Between the look and the claim another process may have done it all.
    const events = store.events(runId);
    const now = replay(events);
    if (!now || takeOvers(events) !== before) throw takenOver(runId, undefined);
    await endLeftovers(store, now);
    return { state: now, release };
  } catch (error) {
    release();
    throw error;
  }
}

/** How often the run has been given to a process; the next one is claimed under that number. */
function takeOvers(events: readonly RunEvent[]): number {
  return events.filter(({ type }) => type === "run-resumed" || type === "repair-started").length;
}

/** The file appears with its content, or not at all. One of a process that died before it wrote to the log is passed over. */
function claimRun(folder: string, number: number, runId: string): string {
  const me = thisProcess();
  const staged = join(folder, `.taking-${me.pid}-${Date.now()}`);
  writeFileSync(staged, JSON.stringify(me));
  try {
    for (let attempt = 0; ; attempt++) {
      const claim = join(folder, `taken-${number}.${attempt}`);
      try {
        linkSync(staged, claim);
        removeOldClaims(folder, number);
        return claim;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const owner = JSON.parse(readFileSync(claim, "utf8")) as ProcessIdentity;
      if (isAlive(owner)) throw takenOver(runId, owner);
    }
  } finally {
    rmSync(staged, { force: true });
  }
}

/** Of take-overs that are in the log: who comes late with their number finds it there. */
function removeOldClaims(folder: string, number: number): void {
  for (const name of readdirSync(folder)) {
    const [, of] = /^taken-(\d+)\.\d+$/.exec(name) ?? [];
    if (of !== undefined && Number(of) < number) rmSync(join(folder, name), { force: true });
  }
}

/** Processes of attempts, and runs that run_job_tasks started: those tasks start new ones. */
async function endLeftovers(store: RunStore, run: RunState): Promise<void> {
  if (run.endedAt !== undefined) return;
  if (run.runner.host === thisProcess().host) killMarked(processMark(run.runner));
  for (const task of run.tasks.values()) {
    if (!hasActiveAttempt(task)) continue;
    const { pid, startedAt, childRunId } = lastAttempt(task) ?? {};
    if (pid !== undefined && startedAt !== undefined) await endLeftover(pid, startedAt);
    if (childRunId === undefined || store.read(childRunId).endedAt !== undefined) continue;
    const child = await takeOver(store, childRunId);
    if (child.state.endedAt === undefined) closeKilledRun(store, child.state);
  }
}

function stillRuns({ created, runner }: RunState): LakeletError {
  return new LakeletError({
    condition: "RUN_NOT_TERMINATED",
    sqlState: "42000",
    problem: `The run ${created.runId} has not ended.`,
    reason: `The process ${runner.pid} on ${runner.host} runs it.`,
    cure: `Wait for its end, or cancel it with \`lakelet runs cancel ${created.runId}\`.`,
    parameters: { runId: created.runId },
  });
}

function takenOver(runId: string, owner: ProcessIdentity | undefined): LakeletError {
  return new LakeletError({
    condition: "RUN_TAKEN_OVER",
    sqlState: "42000",
    problem: `Another process has taken over the run ${runId}.`,
    ...(owner && { reason: `It is the process ${owner.pid} on ${owner.host}.` }),
    cure: `\`lakelet runs show ${runId}\` shows what it does.`,
    parameters: { runId },
  });
}
