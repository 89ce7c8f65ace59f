/** Logs of runs made by hand, for tests of what is made of them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { thisProcess } from "../../../src/jobs/run/process-identity.js";
import type { ResultState, RunCreated, RunEvent } from "../../../src/jobs/run/run-event.js";
import type { JobSettings } from "../../../src/jobs/spec/job-settings.js";
import { taskPlan } from "../../jobs/run/simulated-run.js";

export const DEAD = { pid: 999_999_999, host: thisProcess().host, startMark: "0" };

export interface LoggedRun {
  readonly runId: string;
  readonly at: number;
  readonly settings?: JobSettings;
  readonly created?: Partial<RunCreated>;
}

/** `a`, then `b` after it, as a spec. */
export const SETTINGS: JobSettings = {
  name: "KION_Daily_Orders_ETL",
  tags: { team: "data" },
  schedule: { quartz_cron_expression: "0 0 2 * * ?", timezone_id: "Europe/Warsaw", pause_status: "UNPAUSED" },
  health: { rules: [{ metric: "RUN_DURATION_SECONDS", op: "GREATER_THAN", value: 3600 }] },
  tasks: [
    { task_key: "a", notebook_task: { notebook_path: "a.ts" } },
    { task_key: "b", depends_on: [{ task_key: "a" }], notebook_task: { notebook_path: "b.ts" } },
  ],
} as JobSettings;

export function created({ runId, at, settings = SETTINGS, created: more }: LoggedRun): RunCreated {
  return {
    type: "run-created",
    at,
    runId,
    job: { id: "281474976710657", name: settings.name ?? "Untitled", maxConcurrentRuns: 1 },
    jobReference: "daily",
    specFile: "pipelines/daily/job.json",
    trigger: { type: "ONE_TIME", at },
    queue: false,
    only: [],
    settings,
    parameters: { run_date: "2024-01-15" },
    overrides: {},
    timeoutMs: undefined,
    tasks: [taskPlan("a", {}), taskPlan("b", { after: ["a"] })],
    runner: DEAD,
    ...more,
  };
}

export function attempt(
  taskKey: string,
  times: readonly [scheduled: number, started: number, ended: number],
  runId: string,
  state: "SUCCESS" | "FAILED" = "SUCCESS",
  number = 0,
): readonly RunEvent[] {
  const [scheduled, started, ended] = times;
  const failure = { message: "no such table", retryable: true };
  const settings = { notebook_path: `${taskKey}.ts`, base_parameters: { day: "15" } };
  return [
    { type: "attempt-scheduled", at: scheduled, taskKey, attempt: number, runId, notBefore: scheduled },
    { type: "attempt-started", at: started, taskKey, attempt: number, pid: 1, settings },
    {
      type: "attempt-ended",
      at: ended,
      taskKey,
      attempt: number,
      result: state === "SUCCESS" ? { state } : { state, failure },
    },
  ];
}

export function taskEnded(taskKey: string, at: number, resultState: ResultState, message = ""): RunEvent {
  return { type: "task-ended", at, taskKey, resultState, message };
}

export function writeLog(stateFolder: string, events: readonly RunEvent[]): string {
  const [first] = events;
  if (first?.type !== "run-created") throw new Error("a log begins with run-created");
  const folder = join(stateFolder, "runs", first.runId);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "events.ndjson"), events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  return first.runId;
}

/** Both tasks succeed, `minutes` each. */
export function goodRun(run: LoggedRun, minutes = 1): readonly RunEvent[] {
  const { at, runId } = run;
  const half = at + minutes * 60_000;
  const end = half + minutes * 60_000;
  return [
    created(run),
    { type: "run-started", at },
    ...attempt("a", [at, at + 2000, half], `${runId}1`),
    taskEnded("a", half, "SUCCESS"),
    ...attempt("b", [half, half, end], `${runId}2`),
    taskEnded("b", end, "SUCCESS"),
    { type: "run-ended", at: end, resultState: "SUCCESS", message: "" },
  ];
}

/** `a` fails, so that `b` does not run. */
export function badRun(run: LoggedRun): readonly RunEvent[] {
  const { at, runId } = run;
  const end = at + 90_000;
  return [
    created(run),
    { type: "run-started", at },
    ...attempt("a", [at, at, end], `${runId}1`, "FAILED"),
    taskEnded("a", end, "FAILED", "no such table"),
    taskEnded("b", end, "UPSTREAM_FAILED", "a failed"),
    { type: "run-ended", at: end, resultState: "FAILED", message: "a failed" },
  ];
}
