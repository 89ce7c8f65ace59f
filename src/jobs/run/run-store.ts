/** Where runs are kept: a folder a run, named by its id, with its event log and its tasks' outputs. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LakeletError } from "../../errors/lakelet-error.js";
import { ActiveRuns } from "./active-runs.js";
import { CANCEL_REQUEST } from "./cancel-request.js";
import { EventLog, endLastLine, logHasEnd, readEventLog } from "./event-log.js";
import { isAlive } from "./process-identity.js";
import type { RunCreated, RunEvent } from "./run-event.js";
import { isRunId, runIdAt } from "./run-id.js";
import { type RunState, replay } from "./run-state.js";

const LOG_NAME = "events.ndjson";

export class RunStore {
  readonly #folder: string;
  readonly #active: ActiveRuns;

  /** @param stateFolder `state` of lakelet.yml */
  constructor(stateFolder: string) {
    this.#folder = join(stateFolder, "runs");
    this.#active = new ActiveRuns(this.#folder);
  }

  folderOf(runId: string): string {
    return join(this.#folder, runId);
  }

  /** The run's event log. */
  logOf(runId: string): string {
    return join(this.folderOf(runId), LOG_NAME);
  }

  /**
   * Gives the run an id and writes its first event. The folder appears under its name with the event inside, in one rename: another
   * process sees all of it or nothing, and two never get the same id. A run is the newest when it appears: one that came late with its
   * id, and that a newer one has not seen before it, takes another id.
   */
  create(make: (runId: string) => RunCreated): { readonly created: RunCreated; readonly log: EventLog } {
    mkdirSync(this.#folder, { recursive: true });
    for (let id = Math.max(runIdAt(Date.now()), this.#highestId() + 1); ; id++) {
      const created = make(String(id));
      const staged = join(this.#folder, `.new-${process.pid}-${id}`);
      const log = stage(staged, created);
      if (this.#appears(staged, created.runId)) return { created, log };
      log.close();
      rmSync(staged, { recursive: true, force: true });
      id = Math.max(id, this.#highestId());
    }
  }

  /** False where the id is taken, or another run got a higher one meanwhile. */
  #appears(staged: string, runId: string): boolean {
    const folder = this.folderOf(runId);
    try {
      renameSync(staged, folder);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "ENOTEMPTY" || code === "EEXIST" || code === "EPERM") return false;
      throw error;
    }
    if (this.#highestId() === Number(runId)) return true;
    renameSync(folder, staged);
    return false;
  }

  /** The log of a run, to go on with. What its writer was writing when it died is taken off. Throws `RUN_NOT_FOUND`, FAILED_WRITE_FILE. */
  reopen(runId: string): EventLog {
    const path = join(this.folderOf(this.read(runId).created.runId), LOG_NAME);
    endLastLine(path);
    rmSync(join(this.folderOf(runId), CANCEL_REQUEST), { force: true });
    return new EventLog(path, this.#active.mark(runId));
  }

  #highestId(): number {
    return this.#folders().reduce((highest, id) => Math.max(highest, Number(id)), 0);
  }

  /** Ids of all runs, newest first. A folder without a log is what is left of one. */
  ids(): readonly string[] {
    return this.#folders()
      .filter((id) => existsSync(this.logOf(id)))
      .sort((a, b) => Number(b) - Number(a));
  }

  #folders(): readonly string[] {
    return existsSync(this.#folder) ? readdirSync(this.#folder).filter(isRunId) : [];
  }

  /** The run as its log gives it; throws `RUN_NOT_FOUND`. */
  read(runId: string): RunState {
    const state = replay(this.events(runId));
    if (state) return state;
    throw this.#notFound(runId);
  }

  /** What the run's log holds; throws `RUN_NOT_FOUND`. */
  events(runId: string): readonly RunEvent[] {
    const log = join(this.folderOf(runId), LOG_NAME);
    if (isRunId(runId) && existsSync(log)) return readEventLog(log);
    throw this.#notFound(runId);
  }

  #notFound(runId: string): LakeletError {
    return new LakeletError({
      condition: "RUN_NOT_FOUND",
      sqlState: "42000",
      problem: `There is no run ${runId}.`,
      cure: "`lakelet runs list` shows those that there are.",
      parameters: { runId },
    });
  }

  /** Newest first. */
  list(limit: number): readonly RunState[] {
    return this.ids()
      .slice(0, limit)
      .map((id) => this.read(id));
  }

  /** By the end of its log alone. One that has been removed has ended. */
  hasEnded(runId: string): boolean {
    const log = this.logOf(runId);
    return !existsSync(log) || logHasEnd(log);
  }

  /** Runs of a job made before `runId` that have not ended and whose runner lives: a killed runner blocks nobody. */
  activeBefore(jobId: string, runId: string): readonly RunState[] {
    return this.#folders()
      .filter((id) => Number(id) < Number(runId) && !this.hasEnded(id))
      .sort((a, b) => Number(b) - Number(a))
      .map((id) => this.read(id))
      .filter((run) => run.created.job.id === jobId && run.endedAt === undefined && isAlive(run.runner));
  }
}

function stage(folder: string, created: RunCreated): EventLog {
  try {
    mkdirSync(folder, { recursive: true });
    const log = new EventLog(join(folder, LOG_NAME));
    log.append([created]);
    return log;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
