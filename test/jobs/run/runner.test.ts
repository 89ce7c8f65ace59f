/** Runs with real child processes: order, retries, timeouts that kill, crashes, cancel, reuse of processes. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { planJob } from "../../../src/jobs/job-plan.js";
import { logHasEnd, readEventLog } from "../../../src/jobs/run/event-log.js";
import { isAlive } from "../../../src/jobs/run/process-identity.js";
import type { RunEvent } from "../../../src/jobs/run/run-event.js";
import { type RunState, replay } from "../../../src/jobs/run/run-state.js";
import { RunStore } from "../../../src/jobs/run/run-store.js";
import { JobRun } from "../../../src/jobs/run/runner.js";
import { WorkerPool } from "../../../src/jobs/run/worker-pool.js";
import type { JobSettings } from "../../../src/jobs/spec/job-settings.js";
import type { TaskSettings } from "../../../src/jobs/spec/task.js";
import { eventually } from "../../support/eventually.js";
import { temporaryFolder, writeFiles } from "../../support/temporary-folder.js";

const WORKER = join(import.meta.dirname, "scripted-worker.mjs");

type Told = Partial<TaskSettings> & { readonly script?: string; readonly after?: readonly string[] };

function settings(tasks: Readonly<Record<string, Told>>, more: Partial<JobSettings> = {}): JobSettings {
  return {
    name: "scripted",
    ...more,
    tasks: Object.entries(tasks).map(([task_key, { script = "succeed", after = [], ...rest }]) => ({
      task_key,
      notebook_task: { notebook_path: "n", base_parameters: { script } },
      depends_on: after.map((key) => ({ task_key: key })),
      ...rest,
    })),
  };
}

interface Ran {
  readonly state: RunState;
  readonly events: readonly RunEvent[];
  readonly folder: string;
}

interface RanOptions {
  readonly state?: string;
  readonly overrides?: Readonly<Record<string, string>>;
  readonly during?: (run: JobRun, event: RunEvent) => void;
}

async function runOf(
  job: JobSettings,
  { state = temporaryFolder(), overrides = {}, during }: RanOptions = {},
): Promise<Ran> {
  const workers = new WorkerPool(WORKER);
  workers.limit = 4;
  const events: RunEvent[] = [];
  const store = new RunStore(state);
  // The first events come while the run is being made.
  let run: JobRun | undefined;
  const listener = {
    event: (event: RunEvent) => {
      events.push(event);
      if (run) during?.(run, event);
    },
  };
  const plan = planJob(job, "scripted");
  try {
    run = JobRun.start({
      plan,
      specFile: "job.json",
      jobReference: "scripted",
      overrides,
      store,
      workers,
      listeners: [listener],
    });
    const ended = await run.finished();
    return { state: ended, events, folder: store.folderOf(ended.created.runId) };
  } finally {
    await workers.close();
  }
}

function states({ state }: Ran): Readonly<Record<string, string | undefined>> {
  const tasks = [...state.tasks].map(([key, task]) => [key, task.resultState]);
  return { ...Object.fromEntries(tasks), run: state.resultState };
}

function exitOf(
  { state }: Ran,
  key: string,
): { readonly parameters: object; readonly values: object; readonly pid: number } {
  const result = state.tasks.get(key)?.attempts.at(-1)?.result;
  return JSON.parse(result?.state === "SUCCESS" ? (result.exitValue ?? "null") : "null");
}

function isRunning(pid: number): boolean {
  return isAlive({ pid, host: hostname(), startMark: undefined });
}

describe("order", () => {
  test("a diamond: the middle side by side, the last after both", async () => {
    const ran = await runOf(
      settings({
        a: {},
        b: { after: ["a"], script: "sleep:1000" },
        c: { after: ["a"], script: "sleep:1000" },
        d: { after: ["b", "c"] },
      }),
    );
    expect(states(ran)).toEqual({ a: "SUCCESS", b: "SUCCESS", c: "SUCCESS", d: "SUCCESS", run: "SUCCESS" });
    const order = ran.events.flatMap((event) =>
      event.type === "attempt-started"
        ? [`+${event.taskKey}`]
        : event.type === "task-ended"
          ? [`-${event.taskKey}`]
          : [],
    );
    expect(order.slice(0, 2)).toEqual(["+a", "-a"]);
    expect(order.slice(2, 4).sort()).toEqual(["+b", "+c"]);
    expect(order.slice(-2)).toEqual(["+d", "-d"]);
  });

  test("what a task leaves reaches those after it, and parameters keep their precedence", async () => {
    const job = settings(
      { a: { script: "value" }, b: { after: ["a"], script: "echo" } },
      { parameters: [{ name: "day", default: "{{job.name}}" }] },
    );
    const ran = await runOf(job, { overrides: { now: "{{job.id}}" } });
    expect(exitOf(ran, "b")).toMatchObject({
      parameters: { day: "scripted", now: "{{job.id}}" },
      values: { a: { k: { n: 1 }, default: "left" } },
    });
  });
});

describe("attempts that do not end well", () => {
  test("a failure is tried again, its interval counted from the start of the failed attempt", async () => {
    const ran = await runOf(
      settings({ a: { script: "fail|crash|succeed", max_retries: 3, min_retry_interval_millis: 300 } }),
    );
    const attempts = ran.state.tasks.get("a")?.attempts ?? [];
    expect(attempts.map((one) => one.result?.state)).toEqual(["FAILED", "INTERNAL_ERROR", "SUCCESS"]);
    const [first, second] = attempts;
    const gap = (second?.startedAt ?? 0) - (first?.startedAt ?? 0);
    expect(gap).toBeGreaterThanOrEqual(300);
    expect(gap).toBeLessThan(1500);
    expect(states(ran).run).toBe("SUCCESS");
  });

  test("a failed gate is not tried again, and what depends on it does not run", async () => {
    const ran = await runOf(settings({ a: { script: "gate", max_retries: 3 }, b: { after: ["a"] } }));
    expect(ran.state.tasks.get("a")?.attempts).toHaveLength(1);
    expect(states(ran)).toEqual({ a: "FAILED", b: "UPSTREAM_FAILED", run: "FAILED" });
    expect(ran.state.tasks.get("b")?.message).toBe("a failed");
  });

  test("a timeout kills the attempt and what it started, even in an endless loop", async () => {
    const began = Date.now();
    const ran = await runOf(
      settings({
        a: { script: "child", timeout_seconds: 1 },
        b: { script: "busy", timeout_seconds: 1 },
        c: { script: "child:own", timeout_seconds: 1 },
      }),
    );
    expect(states(ran)).toEqual({ a: "TIMEDOUT", b: "TIMEDOUT", c: "TIMEDOUT", run: "FAILED" });
    expect(Date.now() - began).toBeLessThan(4000);
    const output = join(ran.folder, "output");
    const pids = readdirSync(output).map((file) => readEventLog(join(output, file)) as unknown as { text: string }[]);
    const children = pids.flatMap((outputs) => outputs.map(({ text }) => Number(text)));
    expect(children).toHaveLength(2);
    for (const child of children) await eventually(() => !isRunning(child));
  });

  test("a process that dies is a failed attempt, with its last words", async () => {
    const ran = await runOf(settings({ a: { script: "stderr" } }));
    expect(ran.state.tasks.get("a")?.message).toBe("The process of the task ended with code 3.\nlast words");
  });

  test("kill -9 of a worker is a failed attempt; the next one gets a new process", async () => {
    let killed = 0;
    const ran = await runOf(settings({ a: { script: "hang|echo", max_retries: 1 } }), {
      during: (_, event) => {
        if (event.type !== "attempt-started" || event.attempt > 0) return;
        killed = event.pid ?? 0;
        process.kill(killed, "SIGKILL");
      },
    });
    expect(ran.state.tasks.get("a")?.attempts[0]?.result).toMatchObject({
      state: "INTERNAL_ERROR",
      failure: { message: expect.stringContaining("The process of the task was ended by SIGKILL.") },
    });
    expect(exitOf(ran, "a").pid).not.toBe(killed);
  });

  test("a process that ends by itself leaves nothing at work, not even what has given it up", async (context) => {
    context.skip(process.platform !== "linux", "only Linux shows what environment a process was started with");
    const ran = await runOf(settings({ a: { script: "leave" }, b: { script: "leave:own" } }));
    expect(states(ran)).toMatchObject({ a: "FAILED", b: "FAILED" });
    const output = join(ran.folder, "output");
    const told = readdirSync(output).flatMap(
      (file) => readEventLog(join(output, file)) as unknown as { text: string }[],
    );
    expect(told).toHaveLength(2);
    for (const { text } of told) {
      await eventually(() => !isAlive({ pid: Number(text), host: hostname(), startMark: undefined }));
    }
  });

  test("a reference to a value that was not set fails its task, with no process begun", async () => {
    const job = settings({ a: {}, b: { after: ["a"], max_retries: 2 } });
    const [, b] = job.tasks ?? [];
    if (b?.notebook_task) b.notebook_task.base_parameters = { x: "{{tasks.a.values.nope}}" };
    const ran = await runOf(job);
    expect(states(ran)).toMatchObject({ a: "SUCCESS", b: "FAILED" });
    expect(ran.state.tasks.get("b")).toMatchObject({ message: expect.stringContaining("set no task value `nope`") });
    expect(ran.state.tasks.get("b")?.attempts).toHaveLength(1);
  });
});

describe("ending a run", () => {
  test("cancel kills what runs", async () => {
    const began = Date.now();
    const ran = await runOf(settings({ a: { script: "busy", max_retries: 3 }, b: { after: ["a"] } }), {
      during: (run, event) => {
        if (event.type === "attempt-started") run.cancel("enough");
      },
    });
    expect(states(ran)).toEqual({ a: "CANCELED", b: "UPSTREAM_CANCELED", run: "CANCELED" });
    expect(ran.state.message).toBe("enough");
    expect(Date.now() - began).toBeLessThan(2500);
  });

  test("the job's timeout ends the whole run", async () => {
    const ran = await runOf(
      settings(
        { a: { script: "hang" }, b: { script: "fail", max_retries: 9, min_retry_interval_millis: 60_000 } },
        { timeout_seconds: 1 },
      ),
    );
    expect(states(ran)).toMatchObject({ a: "TIMEDOUT", run: "TIMEDOUT" });
    expect(ran.state.message).toBe("The job ran longer than its timeout_seconds, 1.");
  });
});

describe("processes", () => {
  test("tasks of one cluster share a process, in turn; an own one is used again when free", async () => {
    const cluster = { job_cluster_key: "main", script: "echo" };
    const ran = await runOf(
      settings(
        { a: cluster, b: cluster, c: { after: ["a", "b"], script: "echo" } },
        { job_clusters: [{ job_cluster_key: "main" }] },
      ),
    );
    expect(exitOf(ran, "a").pid).toBe(exitOf(ran, "b").pid);
    expect(exitOf(ran, "c").pid).toBe(exitOf(ran, "a").pid);
    const starts = ran.events.filter((event) => event.type === "attempt-started" || event.type === "attempt-ended");
    expect(starts.map((event) => event.type).slice(0, 4)).toEqual([
      "attempt-started",
      "attempt-ended",
      "attempt-started",
      "attempt-ended",
    ]);
  });
});

describe("the log", () => {
  test("gives the state again, and each run its own id", async () => {
    const state = temporaryFolder();
    const job = settings({ a: { script: "fail|value", max_retries: 1 }, b: { after: ["a"], script: "fail" } });
    const first = await runOf(job, { state });
    const second = await runOf(job, { state });
    expect(replay(readEventLog(join(first.folder, "events.ndjson")))).toEqual(first.state);
    expect(new RunStore(state).ids()).toEqual([second.state.created.runId, first.state.created.runId]);
    expect(Number(second.state.created.runId)).toBeLessThan(2 ** 53);
  });
});

test("a log whose last line was being written when its writer died is read up to it", () => {
  const folder = temporaryFolder({ "events.ndjson": '{"type":"run-started","at":1}\n{"type":"run-en' });
  const path = join(folder, "events.ndjson");
  expect(readEventLog(path)).toEqual([{ type: "run-started", at: 1 }]);
  expect(logHasEnd(path)).toBe(false);
  writeFiles(folder, { "broken.ndjson": '{"type":"run-started"\n{"type":"run-ended","at":2}\n' });
  expect(() => readEventLog(join(folder, "broken.ndjson"))).toThrow(/broken\.ndjson:1: \[CORRUPT_RUN_LOG\]/);
  expect(logHasEnd(join(folder, "broken.ndjson"))).toBe(true);
});

test.each([4_070, 4_096, 20_000, 100_000])("a last line of some %i bytes is seen as the end", (length) => {
  const end = JSON.stringify({ type: "run-ended", at: 2, resultState: "FAILED", message: "ü".repeat(length / 2) });
  const folder = temporaryFolder({
    "one.ndjson": `${end}\n`,
    "two.ndjson": `{"type":"run-started","at":1}\n${end}\n{"type":"task-rep`,
    "going.ndjson": `${end}\n${JSON.stringify({ type: "task-value", value: "x".repeat(length) })}\n`,
    "cut.ndjson": end,
  });
  const found = ["one", "two", "going", "cut"].map((name) => logHasEnd(join(folder, `${name}.ndjson`)));
  expect(found).toEqual([true, true, false, false]);
});

describe("the store of runs", () => {
  const made = async () => {
    const { state } = await runOf(settings({ a: {} }));
    return { store: new RunStore(temporaryFolder()), make: (runId: string) => ({ ...state.created, runId }) };
  };

  test("a run that another overtook while it was made gets the higher id: one of the two sees the other", async () => {
    const { store, make } = await made();
    let overtaker: string | undefined;
    const { created } = store.create((runId) => {
      if (overtaker === undefined) {
        overtaker = "";
        // Its id is of a later millisecond.
        while (Date.now() - 1_704_067_200_000 <= Number(runId));
        const other = store.create(make);
        other.log.close();
        overtaker = other.created.runId;
      }
      return make(runId);
    });
    expect(Number(created.runId)).toBeGreaterThan(Number(overtaker));
    expect(store.ids()).toEqual([created.runId, overtaker]);
    expect(store.activeBefore(created.job.id, created.runId).map((run) => run.created.runId)).toEqual([overtaker]);
    expect(readdirSync(join(store.folderOf(created.runId), ".."))).toHaveLength(2);
  });

  test("a folder without its log is what is left of a run, and disturbs no other", async () => {
    const { store, make } = await made();
    const runs = [store.create(make), store.create(make)];
    for (const { log } of runs) log.close();
    const [older, newer] = runs.map(({ created }) => created.runId);
    rmSync(store.logOf(older ?? ""));
    expect(store.ids()).toEqual([newer]);
    expect(store.list(9)).toHaveLength(1);
    expect(store.activeBefore("any", newer ?? "")).toEqual([]);
  });
});

describe("max_concurrent_runs", () => {
  test("a run too many is skipped; a killed runner's run does not count", async () => {
    const state = temporaryFolder();
    const job = settings({ a: { script: "sleep:600" } });
    const [first, second] = await Promise.all([
      runOf(job, { state }),
      new Promise((resolve) => setTimeout(resolve, 100)).then(() => runOf(job, { state })),
    ]);
    expect(first.state.resultState).toBe("SUCCESS");
    expect(second.state).toMatchObject({ lifeCycleState: "SKIPPED", resultState: "MAXIMUM_CONCURRENT_RUNS_REACHED" });
    expect(second.state.message).toContain(first.state.created.runId);

    const store = new RunStore(state);
    const { log } = store.create((runId) => ({
      ...first.state.created,
      runId,
      runner: { ...first.state.created.runner, startMark: "another" },
    }));
    log.close();
    expect(existsSync(state)).toBe(true);
    expect((await runOf(job, { state })).state.resultState).toBe("SUCCESS");
  });

  test("0 skips every run", async () => {
    const ran = await runOf(settings({ a: {} }, { max_concurrent_runs: 0 }));
    expect(ran.state.resultState).toBe("MAXIMUM_CONCURRENT_RUNS_REACHED");
  });
});
