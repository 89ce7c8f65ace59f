/** Tasks that the runner performs itself: conditions, loops, other jobs; and runs that wait for their turn. */
import { describe, expect, test } from "vitest";
import type { ChildJob } from "../../../src/jobs/run/child-jobs.js";
import { evaluateCondition } from "../../../src/jobs/run/condition.js";
import { readEventLog } from "../../../src/jobs/run/event-log.js";
import { loopInputs } from "../../../src/jobs/run/loop-inputs.js";
import { initialState, iterationsOf, replay } from "../../../src/jobs/run/run-state.js";
import { RunStore } from "../../../src/jobs/run/run-store.js";
import { temporaryFolder } from "../../support/temporary-folder.js";
import { resultsOf, scripted, startJob } from "./running-job.js";
import { createdRun } from "./simulated-run.js";

const scope: Parameters<typeof loopInputs>[1] = {
  job: {
    id: "1",
    name: "j",
    runId: "2",
    repairCount: 0,
    startTime: 0,
    trigger: { type: "ONE_TIME", at: 0 },
    parameters: { list: '["x","y"]', hostile: '"], "evil": ["', n: "12.0" },
  },
  tasks: new Map([
    [
      "t",
      {
        runId: "3",
        resultState: "SUCCESS",
        executionCount: 1,
        errorCode: undefined,
        values: { flag: true, count: 7, list: [1, "two", { k: 3 }], none: null },
        exitValue: undefined,
        rows: undefined,
      },
    ],
  ]),
};

describe("condition_task", () => {
  test.each([
    ["EQUAL_TO", "{{job.parameters.n}}", "12", "false"],
    ["NOT_EQUAL", "12.0", "12", "true"],
    ["GREATER_THAN_OR_EQUAL", "{{job.parameters.n}}", "12", "true"],
    ["LESS_THAN", "9", "10", "true"],
    ["GREATER_THAN", "9007199254740993", "9007199254740992", "true"],
    ["GREATER_THAN", "-1e3", "0.5", "false"],
    ["EQUAL_TO", "{{tasks.t.values.flag}}", "true", "true"],
    ["LESS_THAN_OR_EQUAL", "{{tasks.t.values.count}}", " 7 ", "true"],
  ] as const)("%s: %s and %s: %s", (op, left, right, outcome) => {
    expect(evaluateCondition({ op, left, right }, scope).outcome).toBe(outcome);
  });

  test.each([
    ["GREATER_THAN", "many", "3", "GREATER_THAN compares numbers"],
    ["GREATER_THAN", "", "3", "INVALID_CONDITION_TASK"],
    ["LESS_THAN", "0x10", "3", "INVALID_CONDITION_TASK"],
    ["EQUAL_TO", "{{tasks.t.values.list}}", "x", "is a list"],
    ["EQUAL_TO", "{{tasks.t.values.none}}", "x", "is null"],
  ] as const)("%s: %s and %s fails", (op, left, right, message) => {
    expect(() => evaluateCondition({ op, left, right }, scope)).toThrow(message);
  });

  test("each branch runs after its outcome, and what follows both runs after either", async () => {
    const { ended } = startJob({
      tasks: [
        { task_key: "if", max_retries: 3, condition_task: { op: "LESS_THAN", left: "1", right: "2" } },
        { task_key: "yes", depends_on: [{ task_key: "if", outcome: "true" }], ...scripted("succeed") },
        { task_key: "no", depends_on: [{ task_key: "if", outcome: "false" }], ...scripted("succeed") },
        {
          task_key: "end",
          run_if: "NONE_FAILED",
          depends_on: [{ task_key: "yes" }, { task_key: "no" }],
          condition_task: { op: "GREATER_THAN", left: "no number", right: "2" },
          max_retries: 3,
        },
      ],
    });
    const state = await ended;
    expect(resultsOf(state)).toEqual({
      if: "SUCCESS",
      yes: "SUCCESS",
      no: "EXCLUDED",
      end: "FAILED",
      run: "FAILED",
    });
    expect(state.tasks.get("if")).toMatchObject({ outcome: "true" });
    expect(state.tasks.get("end")?.attempts).toHaveLength(1);
  });
});

describe.concurrent("for_each_task", () => {
  test("inputs: an array, or a reference to one; a value inside stays a value", () => {
    expect(loopInputs('[1, "a", {"k": [2]}]', scope)).toEqual([1, "a", { k: [2] }]);
    expect(loopInputs("{{tasks.t.values.list}}", scope)).toEqual([1, "two", { k: 3 }]);
    expect(loopInputs("{{job.parameters.list}}", scope)).toEqual(["x", "y"]);
    expect(loopInputs('["{{job.parameters.hostile}}", 2]', scope)).toEqual(['"], "evil": ["', 2]);
    expect(() => loopInputs('{"a": 1}', scope)).toThrow("not a JSON array");
    expect(() => loopInputs("{{job.parameters.n}}", scope)).toThrow("INVALID_FOR_EACH_INPUTS");
  });

  test("as many at once as it says, retries for each, and the loop fails with how many", async () => {
    const loop = { inputs: '["succeed", "fail|succeed", "sleep:100", "fail", "sleep:100"]', concurrency: 2 };
    const { ended, events } = startJob({
      tasks: [
        {
          task_key: "loop",
          for_each_task: { ...loop, task: { task_key: "each", max_retries: 1, ...scripted("{{input}}") } },
        },
        { task_key: "after", depends_on: [{ task_key: "loop" }], ...scripted("succeed") },
        { task_key: "rescue", depends_on: [{ task_key: "loop" }], run_if: "ALL_FAILED", ...scripted("succeed") },
      ],
    });
    const state = await ended;
    expect(resultsOf(state)).toMatchObject({
      loop: "FAILED",
      "loop[0]": "SUCCESS",
      "loop[1]": "SUCCESS",
      "loop[2]": "SUCCESS",
      "loop[3]": "FAILED",
      "loop[4]": "SUCCESS",
      after: "UPSTREAM_FAILED",
      rescue: "SUCCESS",
      run: "FAILED",
    });
    const loopState = state.tasks.get("loop");
    expect(loopState).toMatchObject({ iterations: { total: 5, begun: 5, ended: 5, failed: 1 } });
    expect(loopState?.message).toBe("1 of 5 iterations failed. The first, loop[3]: failed as told");
    expect(loopState && iterationsOf(state, loopState).map((one) => one.attempts.length)).toEqual([1, 2, 1, 2, 1]);
    let atWork = 0;
    let most = 0;
    for (const event of events) {
      if (!("taskKey" in event) || !event.taskKey?.startsWith("loop[")) continue;
      if (event.type === "attempt-scheduled" && event.attempt === 0) most = Math.max(most, ++atWork);
      if (event.type === "task-ended") atWork--;
    }
    expect(most).toBe(2);
    expect(replay(JSON.parse(JSON.stringify(events)))).toEqual(state);
  });

  test("no inputs: nothing to do; its timeout ends what is at work; a cancel ends all", async () => {
    const nested = (script: string) => ({ task_key: "each", ...scripted(script) });
    const empty = startJob({ tasks: [{ task_key: "loop", for_each_task: { inputs: "[]", task: nested("fail") } }] });
    const slow = startJob({
      tasks: [
        { task_key: "loop", timeout_seconds: 1, for_each_task: { inputs: "[1, 2, 3]", task: nested("sleep:60000") } },
      ],
    });
    const canceled = startJob(
      { tasks: [{ task_key: "loop", for_each_task: { inputs: "[1, 2]", task: nested("hang") } }] },
      { heard: (event, run) => event.type === "attempt-started" && event.pid && run().cancel("enough") },
    );
    expect(resultsOf(await empty.ended)).toEqual({ loop: "SUCCESS", run: "SUCCESS" });
    expect(resultsOf(await slow.ended)).toEqual({
      loop: "TIMEDOUT",
      "loop[0]": "CANCELED",
      "loop[1]": "CANCELED",
      "loop[2]": "CANCELED",
      run: "FAILED",
    });
    expect(resultsOf(await canceled.ended)).toEqual({
      loop: "CANCELED",
      "loop[0]": "CANCELED",
      "loop[1]": "CANCELED",
      run: "CANCELED",
    });
  });
});

describe.concurrent("run_job_task", () => {
  const job = { tasks: [{ task_key: "child", run_job_task: { job_id: 7, job_parameters: { day: "{{job.name}}" } } }] };

  test("takes the child's result, and says which run it was", async () => {
    const asked: ChildJob[] = [];
    const child = { ...initialState(createdRun([])), resultState: "SUCCESS_WITH_FAILURES" as const };
    const { ended } = startJob(job, {
      childJobs: {
        run: async (one, created) => {
          asked.push(one);
          created("99");
          return child;
        },
      },
    });
    const state = await ended;
    expect(asked).toMatchObject([{ jobId: 7, parameters: { day: "Untitled" }, parent: { taskKey: "child" } }]);
    expect(state.tasks.get("child")).toMatchObject({ resultState: "SUCCESS", attempts: [{ childRunId: "99" }] });
  });

  test("a child that fails or cannot begin fails the task; a cancel reaches it", async () => {
    const failed = { ...initialState(createdRun([])), resultState: "FAILED" as const, message: "a failed" };
    const fails = startJob(job, { childJobs: { run: async () => failed } });
    const absent = startJob(job);
    const reasons: unknown[] = [];
    const canceled = startJob(job, {
      childJobs: {
        run: (_, created, signal) =>
          new Promise((resolve) => {
            signal.addEventListener("abort", () => {
              reasons.push(signal.reason);
              resolve({ ...failed, resultState: "CANCELED" });
            });
            created("99");
          }),
      },
      heard: (event, run) => event.type === "child-run" && run().cancel("enough"),
    });
    expect((await fails.ended).tasks.get("child")).toMatchObject({
      resultState: "FAILED",
      message: "The run 1000 of the job simulated ended FAILED. a failed",
    });
    expect(resultsOf(await absent.ended)).toEqual({ child: "FAILED", run: "FAILED" });
    expect(resultsOf(await canceled.ended)).toEqual({ child: "CANCELED", run: "CANCELED" });
    expect(reasons).toEqual([expect.stringContaining("The task child of the run")]);
  });
});

describe.concurrent("max_concurrent_runs", () => {
  const job = (script: string) => ({
    name: "queued",
    queue: { enabled: true },
    tasks: [{ task_key: "a", ...scripted(script) }],
  });

  test("runs too many wait for their turn, in their order; one that waits can be canceled", async () => {
    const state = temporaryFolder();
    const order: string[] = [];
    const start = (script: string, name: string) =>
      startJob(job(script), { state, heard: (event) => void order.push(`${name} ${event.type}`) });
    const first = start("sleep:400", "1");
    const second = start("succeed", "2");
    const third = start("succeed", "3");
    const fourth = start("succeed", "4");
    expect(second.run.state).toMatchObject({
      lifeCycleState: "QUEUED",
      message: `max_concurrent_runs is 1, and ${first.run.state.created.runId} is still to end.`,
    });
    third.run.cancel("not needed");
    for (const one of [first, second, fourth]) expect((await one.ended).resultState).toBe("SUCCESS");
    expect((await third.ended).resultState).toBe("CANCELED");
    const steps = order.filter((one) => /run-(started|ended)/.test(one));
    expect(steps).toEqual([
      "1 run-started",
      "3 run-ended",
      "1 run-ended",
      "2 run-started",
      "2 run-ended",
      "4 run-started",
      "4 run-ended",
    ]);
    const log = readEventLog(new RunStore(state).logOf(second.run.state.created.runId));
    expect(log.map(({ type }) => type).slice(0, 3)).toEqual(["run-created", "run-queued", "run-started"]);
  });
});

test.concurrent("a health rule warns once, and nothing ends", async () => {
  const rule = (value: number) => ({
    rules: [{ metric: "RUN_DURATION_SECONDS" as const, op: "GREATER_THAN" as const, value }],
  });
  const states: string[] = [];
  const { ended, events } = startJob(
    { health: rule(1), tasks: [{ task_key: "a", health: rule(1), ...scripted("hang") }] },
    {
      heard: (event, run) => {
        if (event.type !== "duration-warning") return;
        states.push(run().state.lifeCycleState);
        if (states.length === 2) run().cancel("seen");
      },
    },
  );
  expect(resultsOf(await ended)).toEqual({ a: "CANCELED", run: "CANCELED" });
  expect(states).toEqual(["RUNNING", "RUNNING"]);
  const warnings = events.filter(({ type }) => type === "duration-warning");
  expect(warnings).toMatchObject([{ thresholdSeconds: 1 }, { taskKey: "a", thresholdSeconds: 1 }]);
});
