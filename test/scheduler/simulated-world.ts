/** A world for the scheduler without time and processes: its clock is set, its runs are entries in a list, and it can be killed at any step. */
import type { RunTrigger, TableUpdate } from "../../src/jobs/run/run-trigger.js";
import type { JobSettings } from "../../src/jobs/spec/job-settings.js";
import type { MissedPolicy } from "../../src/scheduler/due-times.js";
import { triggersOf } from "../../src/scheduler/job-trigger.js";
import type { JournalEvent } from "../../src/scheduler/journal-event.js";
import type { ScheduledJob, SchedulerHost, SchedulerNews } from "../../src/scheduler/scheduled-job.js";
import { Scheduler } from "../../src/scheduler/scheduler.js";

export interface SimulatedRun {
  readonly runId: string;
  readonly jobId: string;
  readonly trigger: RunTrigger;
  readonly startedAt: number;
  readonly retriesTasks: boolean;
  result: string | undefined;
  end: (result: string) => void;
  ended: Promise<string>;
}

class Killed extends Error {}

export class SimulatedWorld {
  now: number;
  policy: MissedPolicy = "run_once";
  jobs: ScheduledJob[] = [];
  files: readonly string[] | undefined = [];
  /** Listing files waits for it. */
  listing: Promise<void> = Promise.resolve();
  listings = 0;
  tables: TableUpdate[] = [];
  refuse: string | undefined;
  readonly runs: SimulatedRun[] = [];
  readonly news: SchedulerNews[] = [];
  readonly #journal = new Map<string, JournalEvent[]>();
  #scheduler: Scheduler | undefined;
  /** Steps left until the scheduler is killed. */
  #life = Number.POSITIVE_INFINITY;

  constructor(start: string) {
    this.now = Date.parse(start);
  }

  job(name: string, settings: Partial<JobSettings>): ScheduledJob {
    const job = { id: name, name, reference: name, triggers: triggersOf(settings).triggers };
    this.jobs = [...this.jobs.filter(({ id }) => id !== name), job];
    return job;
  }

  /** Lets the scheduler do what is due; false where it was killed meanwhile. Steps are writes and starts. */
  async tick(killAfter = Number.POSITIVE_INFINITY): Promise<boolean> {
    this.#life = killAfter;
    this.#scheduler ??= new Scheduler(this.#host());
    await this.#scheduler.tick();
    await settled();
    const lives = this.#life > 0;
    this.#life = Number.POSITIVE_INFINITY;
    if (!lives) this.#scheduler = undefined;
    return lives;
  }

  /** The next look is a new scheduler's. */
  kill(): void {
    this.#scheduler = undefined;
  }

  /** Moves the clock in steps, with a look at each. */
  async pass(seconds: number, step = 1): Promise<void> {
    for (let passed = 0; passed < seconds; passed += step) {
      this.now += step * 1000;
      await this.tick();
    }
  }

  async end(runId: string | undefined, result = "SUCCESS"): Promise<void> {
    this.runs.find((run) => run.runId === runId)?.end(result);
    await settled();
  }

  journal(jobId: string): readonly JournalEvent[] {
    return this.#journal.get(jobId) ?? [];
  }

  /** Times of the runs' occurrences, as a clock shows them in UTC. */
  occurrences(): readonly string[] {
    return this.runs.map(({ trigger }) => new Date(trigger.at).toISOString().slice(11, 19));
  }

  #host(): SchedulerHost {
    const mine = { alive: true };
    const step = () => {
      if (!mine.alive || this.#life <= 0) {
        mine.alive = false;
        throw new Killed("killed");
      }
      this.#life -= 1;
    };
    return {
      clock: {
        now: () => this.now,
        sleepUntil: () => Promise.resolve(),
        atMost: async (work) => void (await Promise.race([work, settled().then(settled)])),
      },
      missed: this.policy,
      pollMs: 10_000,
      journal: {
        read: (jobId) => [...(this.#journal.get(jobId) ?? [])],
        append: (jobId, event) => {
          step();
          const events = this.#journal.get(jobId) ?? [];
          this.#journal.set(jobId, events);
          events.push(event);
        },
      },
      jobs: () => this.jobs,
      start: async ({ job, trigger, retriesTasks }) => {
        if (this.refuse !== undefined) throw new Error(this.refuse);
        step();
        return this.#begin(job.id, trigger, retriesTasks);
      },
      find: (jobId, { type, at }) =>
        this.runs.find((run) => run.jobId === jobId && run.trigger.type === type && run.trigger.at === at),
      isActive: (jobId) => this.runs.some((run) => run.jobId === jobId && run.result === undefined),
      files: async () => {
        this.listings += 1;
        await this.listing;
        if (this.files === undefined) throw new Error("The location does not exist.");
        return this.files;
      },
      tables: async (names) => this.tables.filter(({ name }) => names.includes(name)),
      tell: (news) => this.news.push(news),
    };
  }

  #begin(jobId: string, trigger: RunTrigger, retriesTasks: boolean): SimulatedRun {
    const run: SimulatedRun = {
      runId: String(this.runs.length + 1),
      jobId,
      trigger,
      startedAt: this.now,
      retriesTasks,
      result: undefined,
      end: () => undefined,
      ended: Promise.resolve(""),
    };
    run.ended = new Promise((resolve) => {
      run.end = (result) => {
        run.result = result;
        resolve(result);
      };
    });
    this.runs.push(run);
    return run;
  }
}

/** Promises that are ready have been followed. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
