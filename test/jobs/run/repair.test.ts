/** What a repair is refused for, what it begins with, and that one process alone gets a run. */
import { spawn } from "node:child_process";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { planJob } from "../../../src/jobs/job-plan.js";
import { closeKilledRun } from "../../../src/jobs/run/close-run.js";
import { isAlive, thisProcess } from "../../../src/jobs/run/process-identity.js";
import { planRepair, type RepairRequest, repairStarted } from "../../../src/jobs/run/repair.js";
import type { RunEvent } from "../../../src/jobs/run/run-event.js";
import { applyEvent, type RunState } from "../../../src/jobs/run/run-state.js";
import { RunStore } from "../../../src/jobs/run/run-store.js";
import { takeOver } from "../../../src/jobs/run/take-over.js";
import { eventually } from "../../support/eventually.js";
import { temporaryFolder } from "../../support/temporary-folder.js";
import { parseJob, parseSteps } from "./scenario.js";
import { simulateScenario } from "./simulated-scenario.js";

const DEAD = { ...thisProcess(), startMark: "another" };
const ALL_FAILED: RepairRequest = { rerunDependentTasks: false };

function ran(job: string, steps = ""): RunState {
  return simulateScenario(parseJob(job), parseSteps(steps)).state;
}

function plans(run: RunState) {
  return [...run.tasks.values()].map(({ plan }) => plan);
}

describe("a repair is refused", () => {
  test.each<[why: string, run: () => RunState, request: Partial<RepairRequest>, condition: string, message: string]>([
    ["nothing failed", () => ran("a; b<a"), {}, "INVALID_REPAIR", "None of its tasks failed."],
    ["no such task", () => ran("load =F"), { rerunTasks: ["laod"] }, "TASK_NOT_FOUND", "Did you mean `load`?"],
    ["not repaired yet", () => ran("a =F"), { latestRepairId: "1" }, "INVALID_REPAIR", "not been repaired yet"],
    ["no latest repair", () => ran("a =F", "repair"), {}, "INVALID_REPAIR", "add --latest-repair-id 1."],
    ["another latest repair", () => ran("a =F", "repair"), { latestRepairId: "9" }, "INVALID_REPAIR", "is 1, not 9"],
    ["at work", () => active(ran("a =F")), {}, "RUN_NOT_TERMINATED", "It is RUNNING."],
    ["skipped", () => skipped(ran("a =F")), {}, "INVALID_REPAIR", "no task of it ever began"],
  ])("%s", (_, run, request, condition, message) => {
    const state = run();
    const call = () => planRepair(state, plans(state), { ...ALL_FAILED, ...request });
    expect(call).toThrow(expect.objectContaining({ condition }));
    expect(call).toThrow(message);
  });

  const active = ({ endedAt: _, ...run }: RunState): RunState => ({ ...run, lifeCycleState: "RUNNING" });
  const skipped = (run: RunState): RunState =>
    applyEvent(active(run), { type: "run-skipped", at: 1, message: "too many" });
});

test("a repair goes by the settings of now: new tasks run, removed ones are gone, what was given stays given", () => {
  const run = { ...ran("a; b<a =F; old<a =F"), overrides: { day: "1", other: "2" } };
  const task = (task_key: string) => ({ task_key, notebook_task: { notebook_path: "n" } });
  const plan = planJob(
    {
      name: "now",
      tasks: [task("a"), { ...task("b"), depends_on: [{ task_key: "a" }] }, task("new")],
      parameters: [
        { name: "day", default: "0" },
        { name: "count", default: "{{job.repair_count}}" },
      ],
    },
    "simulated",
  );
  const event = repairStarted(run, plan, ALL_FAILED, { day: "3" });
  expect(event).toMatchObject({
    rerun: ["b", "new"],
    parameters: { day: "3", count: "1" },
    overrides: { day: "3", other: "2" },
    settings: { name: "now" },
  });
  const state = applyEvent(run, event);
  expect([...state.tasks].map(([key, one]) => [key, one.resultState])).toEqual([
    ["a", "SUCCESS"],
    ["b", undefined],
    ["new", undefined],
  ]);
});

/** A run's folder with a log whose writer is gone. */
function killedRun(events: readonly RunEvent[]): { readonly store: RunStore; readonly runId: string } {
  const store = new RunStore(temporaryFolder());
  const [created, ...rest] = events;
  if (created?.type !== "run-created") throw new Error("a log begins with run-created");
  const { log } = store.create((runId) => ({ ...created, runId, runner: DEAD }));
  log.append(rest);
  log.close();
  return { store, runId: store.ids()[0] ?? "" };
}

const { log: chain } = simulateScenario(parseJob("a; b<a; c<b"), []);
const whileAtWork = chain.slice(0, chain.findIndex((one) => one.type === "attempt-started" && one.taskKey === "b") + 1);

describe("taking a run over", () => {
  test("of several at once one gets it; once it has let go of it, another", async () => {
    const { store, runId } = killedRun(chain.slice(0, 2));
    const tries = await Promise.allSettled([1, 2, 3, 4].map(() => takeOver(store, runId)));
    const won = tries.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(won).toHaveLength(1);
    await expect(takeOver(store, runId)).rejects.toMatchObject({ condition: "RUN_TAKEN_OVER" });
    won[0]?.release();
    expect((await takeOver(store, runId)).state.created.runId).toBe(runId);
  });

  test("a claim of a process that died before it wrote to the log does not stand in the way", async () => {
    const { store, runId } = killedRun(chain.slice(0, 2));
    writeFileSync(join(store.folderOf(runId), "taken-0.0"), JSON.stringify(DEAD));
    expect((await takeOver(store, runId)).state.endedAt).toBeUndefined();
  });

  test("a run whose runner lives is not to be had", async () => {
    const { store, runId } = killedRun(chain.slice(0, 2));
    const log = store.reopen(runId);
    log.append([{ type: "run-resumed", at: 9, runner: thisProcess() }]);
    log.close();
    await expect(takeOver(store, runId)).rejects.toMatchObject({ condition: "RUN_NOT_TERMINATED" });
  });

  test("what the killed runner left at work is ended before the run goes on", async () => {
    const worker = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { detached: true, stdio: "ignore" });
    const pid = worker.pid ?? 0;
    const identity = { ...thisProcess(), pid, startMark: undefined };
    const events = whileAtWork.map((one) =>
      one.type === "attempt-started" && one.taskKey === "b" ? { ...one, pid, at: Date.now() } : one,
    );
    const { store, runId } = killedRun(events);
    await takeOver(store, runId);
    await eventually(() => !isAlive(identity));
  });

  test("the run that a run_job_task had started ends with it", async () => {
    const { store, runId: child } = killedRun(whileAtWork);
    const [created] = whileAtWork;
    if (created?.type !== "run-created") throw new Error("a log begins with run-created");
    const { log } = store.create((runId) => ({ ...created, runId, runner: DEAD }));
    log.append([...whileAtWork.slice(1), { type: "child-run", at: 1, taskKey: "b", attempt: 0, runId: child }]);
    log.close();
    await takeOver(store, store.ids()[0] ?? "");
    expect(store.read(child)).toMatchObject({ resultState: "CANCELED" });
  });

  test("a number that another process has got since is left alone", async () => {
    const events = whileAtWork.map((one) =>
      one.type === "attempt-started" && one.taskKey === "b" ? { ...one, pid: process.pid, at: 1000 } : one,
    );
    const { store, runId } = killedRun(events);
    // This very process: it would not live to see the end of the test.
    expect((await takeOver(store, runId)).state.endedAt).toBeUndefined();
  });
});

test("a killed run that is not resumed ends CANCELED; half a line at its end is taken off", async () => {
  const { store, runId } = killedRun(whileAtWork);
  appendFileSync(join(store.folderOf(runId), "events.ndjson"), '{"type":"attempt-en');
  const { state } = await takeOver(store, runId);
  closeKilledRun(store, state);
  const closed = store.read(runId);
  expect(closed).toMatchObject({ lifeCycleState: "TERMINATED", resultState: "CANCELED" });
  expect(closed.message).toMatch(/^The process \d+ on .*, which ran the run, was killed\.$/);
  expect([...closed.tasks.values()].map((one) => one.resultState)).toEqual(["SUCCESS", "FAILED", "CANCELED"]);
});
