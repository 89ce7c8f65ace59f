/** What becomes of tasks and runs: run_if by outcome, retries, cancel, timeout, disabled, leaf results. */
import { describe, expect, test } from "vitest";
import type { RunIf } from "../../../src/jobs/spec/task.js";
import { type Outcome, resultStates, type SimulatedTask, simulate } from "./simulated-run.js";

/** A dependency that ends so: `E` is excluded by its own run_if. */
const DEPENDENCY: Readonly<Record<string, (key: string) => Readonly<Record<string, SimulatedTask>>>> = {
  S: (key) => ({ [key]: {} }),
  F: (key) => ({ [key]: { outcomes: ["FAILED"] } }),
  T: (key) => ({ [key]: { outcomes: ["TIMEDOUT"] } }),
  C: (key) => ({ [key]: { outcomes: ["CANCELED"] } }),
  E: (key) => ({ [`${key}0`]: {}, [key]: { after: [`${key}0`], runIf: "ALL_FAILED" } }),
  D: (key) => ({ [key]: { disabled: true } }),
  U: (key) => ({ [`${key}0`]: { outcomes: ["FAILED"] }, [key]: { after: [`${key}0`] } }),
};

const RUNS = "SUCCESS";
const UF = "UPSTREAM_FAILED";
const UC = "UPSTREAM_CANCELED";
const EX = "EXCLUDED";

/** Rows: how two dependencies ended. Columns: what a task after both does under each run_if. */
const TABLE: readonly (readonly [string, ...string[]])[] = [
  //     ALL_SUCCESS  AT_LEAST_ONE_SUCCESS  NONE_FAILED  ALL_DONE  AT_LEAST_ONE_FAILED  ALL_FAILED
  ["SS", RUNS, RUNS, RUNS, RUNS, EX, EX],
  ["SF", UF, RUNS, UF, RUNS, RUNS, EX],
  ["FF", UF, UF, UF, RUNS, RUNS, RUNS],
  ["ST", UF, RUNS, UF, RUNS, RUNS, EX],
  ["SU", UF, RUNS, UF, RUNS, RUNS, EX],
  ["FU", UF, UF, UF, RUNS, RUNS, RUNS],
  ["SC", UC, RUNS, UC, RUNS, RUNS, EX],
  ["CC", UC, UC, UC, RUNS, RUNS, RUNS],
  ["CF", UF, UF, UF, RUNS, RUNS, RUNS],
  ["SE", RUNS, RUNS, RUNS, RUNS, EX, EX],
  ["FE", UF, RUNS, UF, RUNS, RUNS, EX],
  ["SD", RUNS, RUNS, RUNS, RUNS, EX, EX],
  ["EE", EX, EX, EX, EX, EX, EX],
  ["ED", EX, EX, EX, EX, EX, EX],
];
const RUN_IFS: readonly RunIf[] = [
  "ALL_SUCCESS",
  "AT_LEAST_ONE_SUCCESS",
  "NONE_FAILED",
  "ALL_DONE",
  "AT_LEAST_ONE_FAILED",
  "ALL_FAILED",
];

describe.each(TABLE)("run_if after %s", (dependencies, ...expected) => {
  test.each(RUN_IFS.map((runIf, i) => [runIf, expected[i]] as const))("%s: %s", (runIf, state) => {
    const [left = "", right = ""] = dependencies;
    const tasks = { ...DEPENDENCY[left]?.("a"), ...DEPENDENCY[right]?.("b"), last: { after: ["a", "b"], runIf } };
    expect(resultStates(simulate(tasks)).last).toBe(state);
  });
});

describe("the run's result is that of its last tasks", () => {
  test.each<[string, Readonly<Record<string, SimulatedTask>>, string]>([
    ["all succeed", { a: {}, b: { after: ["a"] } }, "SUCCESS"],
    ["a last task fails", { a: {}, b: { after: ["a"], outcomes: ["FAILED"] } }, "FAILED"],
    ["a failure takes the last task with it", { a: { outcomes: ["FAILED"] }, b: { after: ["a"] } }, "FAILED"],
    [
      "a failure handler succeeds",
      { a: { outcomes: ["FAILED"] }, b: { after: ["a"], runIf: "AT_LEAST_ONE_FAILED" } },
      "SUCCESS_WITH_FAILURES",
    ],
    [
      "one of two last tasks fails",
      { a: {}, b: { after: ["a"], outcomes: ["FAILED"] }, c: { after: ["a"] } },
      "FAILED",
    ],
    ["a last task is excluded", { a: {}, b: { after: ["a"], runIf: "ALL_FAILED" } }, "SUCCESS"],
    ["a last task is disabled", { a: {}, b: { after: ["a"], disabled: true } }, "SUCCESS"],
    ["a task times out", { a: { outcomes: ["TIMEDOUT"] } }, "FAILED"],
    ["a process dies", { a: { outcomes: ["INTERNAL_ERROR"] } }, "FAILED"],
  ])("%s: %s", (_, tasks, state) => {
    expect(resultStates(simulate(tasks)).run).toBe(state);
  });
});

describe("retries", () => {
  const attempts = (task: SimulatedTask) => {
    const run = simulate({ a: task });
    return [run.state.tasks.get("a")?.attempts.length, run.state.tasks.get("a")?.resultState];
  };
  test.each<[string, SimulatedTask, number, string]>([
    ["none by default", { outcomes: ["FAILED"] }, 1, "FAILED"],
    ["as many as asked for", { maxRetries: 2, outcomes: ["FAILED"] }, 3, "FAILED"],
    ["until one succeeds", { maxRetries: 5, outcomes: ["FAILED", "INTERNAL_ERROR", "SUCCESS"] }, 3, "SUCCESS"],
    ["without end", { maxRetries: -1, outcomes: [...Array<Outcome>(40).fill("FAILED"), "SUCCESS"] }, 41, "SUCCESS"],
    ["not after a timeout", { maxRetries: 2, outcomes: ["TIMEDOUT"] }, 1, "TIMEDOUT"],
    ["after a timeout where asked for", { maxRetries: 2, retryOnTimeout: true, outcomes: ["TIMEDOUT"] }, 3, "TIMEDOUT"],
    ["never after a failed quality gate", { maxRetries: 2, outcomes: ["GATE_FAILED"] }, 1, "FAILED"],
    ["never after a cancel", { maxRetries: 2, outcomes: ["CANCELED"] }, 1, "CANCELED"],
  ])("%s", (_, task, count, state) => {
    expect(attempts(task)).toEqual([count, state]);
  });

  test("each attempt has a run id of its own", () => {
    const ids = simulate({ a: { maxRetries: 3, outcomes: ["FAILED"] }, b: {} }).state.tasks;
    const all = [...ids.values()].flatMap((task) => task.attempts.map((one) => one.runId));
    expect(new Set(all).size).toBe(5);
    for (const id of all) expect(Number.isSafeInteger(Number(id))).toBe(true);
  });
});

describe("a run that is ended", () => {
  const tasks = { a: {}, b: { after: ["a"] }, c: { after: ["b"] }, d: { after: ["a"], runIf: "ALL_DONE" as const } };

  test("canceled: nothing more begins", () => {
    const run = simulate(tasks, { terminateAfter: { attempts: 1, cause: "CANCELED" } });
    expect(resultStates(run)).toEqual({
      a: "SUCCESS",
      b: "CANCELED",
      c: "UPSTREAM_CANCELED",
      d: "CANCELED",
      run: "CANCELED",
    });
  });

  test("its timeout over: the task at work is TIMEDOUT, and so is the run", () => {
    const run = simulate(tasks, { terminateAfter: { attempts: 0, cause: "TIMEDOUT" } });
    expect(resultStates(run)).toMatchObject({
      a: "TIMEDOUT",
      b: "UPSTREAM_CANCELED",
      c: "UPSTREAM_CANCELED",
      run: "TIMEDOUT",
    });
  });
});
