/** Runs of every kind as logs: what listings and bodies are made of in tests. */
import type { TaskPlan } from "../../src/jobs/job-plan.js";
import type { RunEvent } from "../../src/jobs/run/run-event.js";
import { taskPlan } from "../jobs/run/simulated-run.js";
import { attempt, badRun, created, DEAD, SETTINGS, taskEnded } from "./system-tables/run-log.js";

const AT = Date.UTC(2024, 0, 15, 9, 30);

/** `a` fails, is repaired, and `b` runs after it. */
export function repairedRun(): readonly RunEvent[] {
  const bad = badRun({ runId: "101", at: AT });
  const later = AT + 600_000;
  return [
    ...bad,
    {
      type: "repair-started",
      at: later,
      repairId: "7",
      tasks: created({ runId: "101", at: AT }).tasks,
      rerun: ["a", "b"],
      parameters: { run_date: "2024-01-15" },
      overrides: {},
      settings: SETTINGS,
      runner: DEAD,
    },
    ...attempt("a", [later, later, later + 60_000], "1013", "SUCCESS", 1),
    taskEnded("a", later + 60_000, "SUCCESS"),
    ...attempt("b", [later + 60_000, later + 61_000, later + 120_000], "1014"),
    taskEnded("b", later + 120_000, "SUCCESS"),
    { type: "run-ended", at: later + 120_000, resultState: "SUCCESS", message: "" },
  ];
}

/** Queued, started by a run_job_task; with a condition, a loop, a child run and a task whose process was lost. */
export function runOfAllKinds(): readonly RunEvent[] {
  const nested = taskPlan("loop_task", {});
  const tasks: TaskPlan[] = [
    { ...taskPlan("check", {}), work: { type: "condition_task", settings: CONDITION } },
    { ...taskPlan("then", { after: ["check"] }), outcomes: { check: "true" } },
    {
      ...taskPlan("loop", {}),
      work: { type: "for_each_task", settings: { inputs: '["a","b"]', concurrency: 2, task: NESTED } },
      forEach: { inputs: '["a","b"]', concurrency: 2, task: nested },
    },
    { ...taskPlan("child", {}), work: { type: "run_job_task", settings: { job_id: 42 } } },
    taskPlan("lost", {}),
  ];
  const start = AT + 5000;
  const parent = { runId: "50", taskKey: "run_it", taskRunId: "501" };
  const base = { runId: "102", at: AT, settings: { name: "all_kinds" } };
  return [
    created({ ...base, created: { tasks, trigger: { type: "RUN_JOB_TASK", at: AT, parent } } }),
    { type: "run-queued", at: AT, message: "1 run is at work" },
    { type: "run-started", at: start },
    { type: "attempt-scheduled", at: start, taskKey: "check", attempt: 0, runId: "1021", notBefore: start },
    {
      type: "attempt-started",
      at: start,
      taskKey: "check",
      attempt: 0,
      pid: undefined,
      settings: { ...CONDITION, left: "2024-01-15" },
    },
    { type: "attempt-ended", at: start, taskKey: "check", attempt: 0, result: { state: "SUCCESS" } },
    { type: "task-ended", at: start, taskKey: "check", resultState: "SUCCESS", message: "", outcome: "false" },
    taskEnded("then", start, "EXCLUDED", "check is false"),
    { type: "attempt-scheduled", at: start, taskKey: "loop", attempt: 0, runId: "1022", notBefore: start },
    { type: "iterations-created", at: start, taskKey: "loop", inputs: ["a", "b"] },
    ...attempt("loop[0]", [start, start, start + 1000], "1023"),
    taskEnded("loop[0]", start + 1000, "SUCCESS"),
    ...attempt("loop[1]", [start, start, start + 2000], "1024", "FAILED"),
    taskEnded("loop[1]", start + 2000, "FAILED", "no such table"),
    {
      type: "attempt-ended",
      at: start + 2000,
      taskKey: "loop",
      attempt: 0,
      result: { state: "FAILED", failure: { message: "1 iteration failed", retryable: false } },
    },
    taskEnded("loop", start + 2000, "FAILED", "1 iteration failed"),
    ...attempt("child", [start, start, start + 3000], "1025"),
    { type: "child-run", at: start, taskKey: "child", attempt: 0, runId: "2000" },
    taskEnded("child", start + 3000, "SUCCESS"),
    { type: "attempt-scheduled", at: start, taskKey: "lost", attempt: 0, runId: "1026", notBefore: start },
    {
      type: "attempt-ended",
      at: start + 4000,
      taskKey: "lost",
      attempt: 0,
      result: {
        state: "INTERNAL_ERROR",
        failure: {
          message: "The process of the task was ended by SIGKILL.",
          condition: "WORKER_LOST",
          retryable: true,
        },
      },
    },
    taskEnded("lost", start + 4000, "FAILED", "The process of the task was ended by SIGKILL."),
    { type: "run-ended", at: start + 4000, resultState: "FAILED", message: "loop, lost failed" },
  ];
}

const CONDITION = { op: "EQUAL_TO", left: "{{job.parameters.run_date}}", right: "x" };
const NESTED = { task_key: "loop_task", notebook_task: { notebook_path: "n.ts" } };
