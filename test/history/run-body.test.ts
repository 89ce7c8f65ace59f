/** A run as `runs/get` answers it: repairs, loops, conditions, queues and ends in the Jobs API's words. */
import { expect, test } from "vitest";
import { runBody } from "../../src/history/run-body.js";
import { replay } from "../../src/jobs/run/run-state.js";
import { repairedRun, runOfAllKinds } from "./sample-runs.js";

const bodyOf = (events: Parameters<typeof replay>[0]) => {
  const state = replay(events);
  if (!state) throw new Error("the log has no beginning");
  return JSON.parse(JSON.stringify(runBody(state)));
};

test("a repaired run has its history, the run itself first", () => {
  const body = bodyOf(repairedRun());
  expect(body.state).toMatchObject({ life_cycle_state: "TERMINATED", result_state: "SUCCESS" });
  expect(body.repair_history).toMatchObject([
    { type: "ORIGINAL", state: { result_state: "FAILED" }, task_run_ids: [1011] },
    { type: "REPAIR", id: 7, state: { result_state: "SUCCESS" }, task_run_ids: [1013, 1014] },
  ]);
  expect(body.repair_history[0].status.termination_details).toEqual({
    code: "RUN_EXECUTION_ERROR",
    type: "CLIENT_ERROR",
    message: "a failed",
  });
  expect(body.tasks.map((task: Record<string, unknown>) => [task.task_key, task.run_id, task.attempt_number])).toEqual([
    ["a", 1013, 1],
    ["b", 1014, 0],
  ]);
  expect(body.schedule.timezone_id).toBe("Europe/Warsaw");
  expect(body.job_parameters).toEqual([{ name: "run_date", value: "2024-01-15" }]);
});

test("conditions, loops, child runs and what did not run", () => {
  const body = bodyOf(runOfAllKinds());
  const task = (key: string) => body.tasks.find((one: { task_key: string }) => one.task_key === key);
  expect(task("check")).toMatchObject({
    condition_task: { op: "EQUAL_TO", left: "{{job.parameters.run_date}}", right: "x", outcome: "false" },
    resolved_values: { condition_task: { left: "2024-01-15", right: "x" } },
  });
  expect(task("then")).toMatchObject({
    depends_on: [{ task_key: "check", outcome: "true" }],
    state: { life_cycle_state: "SKIPPED", result_state: "EXCLUDED" },
    status: { state: "TERMINATED", termination_details: { code: "SKIPPED" } },
  });
  expect(task("loop").for_each_task).toMatchObject({
    concurrency: 2,
    stats: {
      task_run_stats: { total_iterations: 2, completed_iterations: 2, failed_iterations: 1, succeeded_iterations: 1 },
      error_message_stats: [{ count: 1, error_message: "no such table" }],
    },
  });
  expect(body.iterations.map((one: { task_key: string }) => one.task_key)).toEqual(["loop[0]", "loop[1]"]);
  expect(task("child")).toMatchObject({ run_job_output: { run_id: 2000 } });
  expect(task("lost").status.termination_details).toMatchObject({ code: "DRIVER_ERROR", type: "CLOUD_FAILURE" });
  expect(body.trigger_info).toEqual({ run_id: 50 });
  expect(body.queue_duration).toBe(5000);
});

test("a run that waits in the queue says for what", () => {
  const body = bodyOf(runOfAllKinds().slice(0, 2));
  expect(body.state).toMatchObject({ life_cycle_state: "QUEUED", queue_reason: "1 run is at work" });
  expect(body.status).toEqual({
    state: "QUEUED",
    queue_details: { code: "MAX_CONCURRENT_RUNS_REACHED", message: "1 run is at work" },
  });
});
