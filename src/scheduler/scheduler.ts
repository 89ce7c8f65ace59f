/** Follows the triggers of jobs and starts their runs: each occurrence is run exactly once, or recorded as missed. */
import type { RunTrigger } from "../jobs/run/run-trigger.js";
import { backoffMs } from "./backoff.js";
import { dueTimes, nextOccurrence, type TimeTrigger } from "./due-times.js";
import type { JobTrigger } from "./job-trigger.js";
import { foldJournal } from "./journal.js";
import { applyJournalEvent, type JobJournal, type JournalEvent, stateOf, type TriggerState } from "./journal-event.js";
import type { ScheduledJob, SchedulerHost, StartedRun } from "./scheduled-job.js";
import { Watcher } from "./watcher.js";

/** So long a look waits for all jobs before it goes on with those that are ready. */
const PATIENCE_MS = 500;

/** A job with one of its triggers, and where that stands. */
interface Followed {
  readonly job: ScheduledJob;
  readonly trigger: JobTrigger;
}

/** What a due occurrence brings along. */
type DueFacts = Omit<Extract<JournalEvent, { type: "due" }>, "type" | "at" | "trigger" | "run" | "late">;

export class Scheduler {
  readonly #host: SchedulerHost;
  readonly #journals = new Map<string, JobJournal>();
  readonly #known = new Map<string, ScheduledJob>();
  /** Ids of runs at work, by job. */
  readonly #atWork = new Map<string, Set<string>>();
  readonly #watcher: Watcher;
  readonly #problems = new Map<string, string>();
  /** Ids of jobs that are being looked at. */
  readonly #busy = new Set<string>();
  /** When files or tables of a trigger were looked at, and will be again. */
  readonly #looks = new Map<string, { readonly at: number; readonly again: number }>();
  readonly #beginning = new Set<Promise<void>>();
  #stopped = false;
  #wake = new AbortController();

  constructor(host: SchedulerHost) {
    this.#host = host;
    this.#watcher = new Watcher(host);
  }

  /** Follows the triggers until the signal aborts; resolves when no run is about to begin. Runs at work are the caller's. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#wake = new AbortController();
      const woken = AbortSignal.any([signal, this.#wake.signal]);
      const next = await this.tick();
      await this.#host.clock.sleepUntil(next, woken);
    }
    this.#stopped = true;
    await Promise.allSettled(this.#beginning);
  }

  /** Does everything that is due now; gives the time to look again. */
  async tick(): Promise<number> {
    const now = this.#host.clock.now();
    const jobs = this.#host.jobs();
    for (const job of [...this.#known.values()]) {
      if (!jobs.some(({ id }) => id === job.id)) this.#forget(job);
    }
    let next = now + this.#host.pollMs;
    let patient = true;
    const followed = jobs.map(async (job) => {
      this.#known.set(job.id, job);
      // Its files are still being listed: the other jobs do not wait for that.
      if (this.#busy.has(job.id)) return;
      this.#busy.add(job.id);
      const again = await this.#followJob(job, now);
      this.#busy.delete(job.id);
      next = Math.min(next, again);
      if (!patient) this.#wake.abort();
    });
    await this.#host.clock.atMost(Promise.all(followed), PATIENCE_MS);
    patient = false;
    return next;
  }

  #journalOf(jobId: string): JobJournal {
    const known = this.#journals.get(jobId);
    if (known) return known;
    const journal = foldJournal(this.#host.journal.read(jobId));
    this.#journals.set(jobId, journal);
    return journal;
  }

  #state({ job, trigger }: Followed): TriggerState {
    return stateOf(this.#journalOf(job.id), trigger.key);
  }

  /** First on the disk, then known here. */
  #record(job: ScheduledJob, event: JournalEvent): void {
    this.#host.journal.append(job.id, event);
    this.#journals.set(job.id, applyJournalEvent(this.#journalOf(job.id), event));
    const trigger = job.triggers.find(({ key }) => key === event.trigger);
    this.#host.tell({ kind: "event", job, trigger, event });
  }

  /** @param about a trigger's key; told once as long as it stays */
  #complain(job: ScheduledJob, error: unknown, about = ""): void {
    const message = error instanceof Error ? error.message : String(error);
    const problem = `${job.id}/${about}`;
    if (this.#problems.get(problem) === message) return;
    this.#problems.set(problem, message);
    this.#host.tell({ kind: "problem", job, message });
  }

  #forget(job: ScheduledJob): void {
    this.#unwatchOthers({ ...job, triggers: [] }, "the job is gone");
    this.#known.delete(job.id);
  }

  async #followJob(job: ScheduledJob, now: number): Promise<number> {
    let next = Number.POSITIVE_INFINITY;
    try {
      this.#unwatchOthers(job, "the trigger was changed or taken out");
    } catch (error) {
      this.#complain(job, error);
      return next;
    }
    this.#problems.delete(`${job.id}/`);
    for (const trigger of job.triggers) {
      try {
        next = Math.min(next, await this.#followTrigger({ job, trigger }, now));
        this.#problems.delete(`${job.id}/${trigger.key}`);
      } catch (error) {
        // The others of its job go on.
        this.#complain(job, error, trigger.key);
      }
    }
    return next;
  }

  async #followTrigger(followed: Followed, now: number): Promise<number> {
    const { job, trigger } = followed;
    const { pending, watched } = this.#state(followed);
    // It was decided before the scheduler was killed, or before the trigger was paused.
    if (pending) await this.#begin(followed, pending, true);
    else this.#attachLast(followed);
    if (!trigger.paused) return this.#follow(followed, now);
    if (watched) this.#record(job, { type: "unwatched", at: now, trigger: trigger.key, reason: "paused" });
    return Number.POSITIVE_INFINITY;
  }

  #unwatchOthers(job: ScheduledJob, reason: string): void {
    const at = this.#host.clock.now();
    for (const [key, state] of this.#journalOf(job.id)) {
      if (job.triggers.some((one) => one.key === key)) continue;
      if (state.pending) this.#settlePending(job, key, state.pending, reason);
      if (state.watched) this.#record(job, { type: "unwatched", at, trigger: key, reason });
    }
  }

  #settlePending(job: ScheduledJob, trigger: string, pending: RunTrigger, reason: string): void {
    const at = this.#host.clock.now();
    const occurrence = pending.at;
    const found = this.#host.find(job.id, pending);
    if (found) this.#record(job, { type: "started", at, trigger, occurrence, runId: found.runId });
    else this.#record(job, { type: "refused", at, trigger, occurrence, message: `It was not started: ${reason}.` });
  }

  /** A run that was going when the last scheduler ended. */
  #attachLast(followed: Followed): void {
    const { lastRunId, lastResult, lastDue } = this.#state(followed);
    if (lastRunId === undefined || lastResult !== undefined || lastDue === undefined) return;
    if (this.#runsOf(followed.job.id).has(lastRunId)) return;
    const found = this.#host.find(followed.job.id, { type: triggerType(followed.trigger), at: lastDue });
    const gone = { runId: lastRunId, ended: Promise.resolve("KILLED") };
    this.#await(followed, found?.runId === lastRunId ? found : gone);
  }

  async #follow(followed: Followed, now: number): Promise<number> {
    const { trigger } = followed;
    switch (trigger.kind) {
      case "cron":
      case "periodic":
        return this.#followTime(followed, trigger, now);
      case "continuous":
        return this.#followContinuous(followed, now);
      case "file-arrival":
      case "table-update":
        return this.#followChanges(followed, trigger, now);
    }
  }

  async #followTime(followed: Followed, trigger: TimeTrigger, now: number): Promise<number> {
    const { job } = followed;
    const { missed: policy } = this.#host;
    const { watched, cursor } = this.#state(followed);
    const at = { at: now, trigger: followed.trigger.key };
    if (!watched) this.#record(job, { type: "watched", ...at, cursor: now });
    const { run, missed } = dueTimes(trigger, watched ? cursor : now, now, policy);
    const reason = policy === "skip" ? "scheduler.missed is skip" : "a later one is run";
    if (missed) this.#record(job, { type: "missed", ...at, ...missed, reason });
    for (const { time, late } of run) {
      // One after the other: side by side they would be too many for max_concurrent_runs.
      if (late && policy === "run_all" && this.#runsOf(job.id).size > 0) return Number.POSITIVE_INFINITY;
      await this.#fire(followed, { type: "PERIODIC", at: time }, late, {});
    }
    return nextOccurrence(trigger, this.#state(followed).cursor) ?? Number.POSITIVE_INFINITY;
  }

  async #followContinuous(followed: Followed, now: number): Promise<number> {
    const { job, trigger } = followed;
    const { watched, failures, lastEnded } = this.#state(followed);
    if (!watched) this.#record(job, { type: "watched", at: now, trigger: trigger.key, cursor: now });
    if (this.#runsOf(job.id).size > 0 || this.#host.isActive(job.id)) return Number.POSITIVE_INFINITY;
    const notBefore = watched && lastEnded !== undefined ? lastEnded + backoffMs(failures) : now;
    if (notBefore > now) return notBefore;
    await this.#fire(followed, { type: "CONTINUOUS", at: now }, false, {});
    return Number.POSITIVE_INFINITY;
  }

  async #followChanges(
    followed: Followed,
    trigger: Extract<JobTrigger, { kind: "file-arrival" | "table-update" }>,
    now: number,
  ): Promise<number> {
    const { job } = followed;
    const id = `${job.id}/${trigger.key}`;
    const { watched } = this.#state(followed);
    const last = this.#looks.get(id);
    // Another job's time may come every second: folders and tables are not looked at that often.
    if (watched && last && now >= last.at && now < last.again) return last.again;
    const look = { at: now, again: now + this.#host.pollMs };
    this.#looks.set(id, look);
    const found = await this.#watcher.look(job, trigger, this.#state(followed), now);
    const at = { at: now, trigger: trigger.key };
    if (found.kind === "baseline") this.#record(job, { type: "watched", ...at, cursor: now, ...found.facts });
    if (found.kind === "waiting") this.#looks.set(id, { at: now, again: Math.min(look.again, found.until) });
    if (found.kind === "due") await this.#fire(followed, found.run, false, found.facts);
    return this.#looks.get(id)?.again ?? look.again;
  }

  async #fire(followed: Followed, run: RunTrigger, late: boolean, facts: DueFacts): Promise<void> {
    if (this.#stopped) return;
    const at = this.#host.clock.now();
    this.#record(followed.job, { type: "due", at, trigger: followed.trigger.key, run, late, ...facts });
    await this.#begin(followed, run, false);
  }

  #begin(followed: Followed, run: RunTrigger, again: boolean): Promise<void> {
    const beginning = this.#beginNow(followed, run, again);
    this.#beginning.add(beginning);
    const begun = () => this.#beginning.delete(beginning);
    beginning.then(begun, begun);
    return beginning;
  }

  /** @param again whether the run may have been written down already, by a scheduler that was killed right then */
  async #beginNow(followed: Followed, run: RunTrigger, again: boolean): Promise<void> {
    const { job, trigger } = followed;
    const facts = { trigger: trigger.key, occurrence: run.at };
    const retriesTasks = trigger.kind !== "continuous" || trigger.retriesTasks;
    try {
      const known = again ? this.#host.find(job.id, run) : this.#sameMoment(followed, run);
      const started = known ?? (await this.#host.start({ job, trigger: run, retriesTasks }));
      this.#record(job, { type: "started", at: this.#host.clock.now(), ...facts, runId: started.runId });
      this.#await(followed, started);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#record(job, { type: "refused", at: this.#host.clock.now(), ...facts, message });
    }
  }

  /** Two schedules of a job that meet in one moment start one run. */
  #sameMoment({ job, trigger }: Followed, run: RunTrigger): StartedRun | undefined {
    if (job.triggers.length < 2 || run.type !== "PERIODIC") return undefined;
    const meets = job.triggers.some((other) => {
      const { lastDue, pending } = stateOf(this.#journalOf(job.id), other.key);
      return other.key !== trigger.key && lastDue === run.at && pending === undefined;
    });
    return meets ? this.#host.find(job.id, run) : undefined;
  }

  #runsOf(jobId: string): Set<string> {
    const runs = this.#atWork.get(jobId) ?? new Set();
    this.#atWork.set(jobId, runs);
    return runs;
  }

  #await({ job, trigger }: Followed, { runId, ended }: StartedRun): void {
    const runs = this.#runsOf(job.id);
    runs.add(runId);
    const finish = (resultState: string) => {
      runs.delete(runId);
      try {
        this.#record(job, { type: "ended", at: this.#host.clock.now(), trigger: trigger.key, runId, resultState });
      } catch (error) {
        this.#complain(job, error);
      }
      this.#wake.abort();
    };
    ended.then(finish, (error: unknown) => {
      this.#complain(job, error);
      finish("INTERNAL_ERROR");
    });
  }
}

function triggerType({ kind }: JobTrigger): RunTrigger["type"] {
  const types = {
    cron: "PERIODIC",
    periodic: "PERIODIC",
    continuous: "CONTINUOUS",
    "file-arrival": "FILE_ARRIVAL",
  } as const;
  return kind === "table-update" ? "TABLE" : types[kind];
}
