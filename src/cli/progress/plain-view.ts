/** Progress without a terminal: a line an event, nothing that moves. */
import type { RunEvent, RunListener, RunState, TaskOutput } from "../../workspace/run-job.js";
import { failureOf, lastAttempt } from "../../workspace/run-job.js";
import { reportText } from "./task-facts.js";
import { terminalText } from "./terminal-text.js";
import { countText, durationText } from "./words.js";

export class PlainView implements RunListener {
  readonly #print: (line: string) => void;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  event(event: RunEvent, run: RunState): void {
    const line = lineOf(event, run);
    if (line === undefined) return;
    for (const one of "taskKey" in event ? [`[${event.taskKey}] ${line}`] : [line]) this.#print(terminalText(one));
  }

  output(taskKey: string, _attempt: number, output: TaskOutput): void {
    if (output.kind !== "text") return;
    for (const line of output.text.replace(/\n$/, "").split("\n")) this.#print(`[${taskKey}] | ${line}`);
  }
}

function lineOf(event: RunEvent, run: RunState): string | undefined {
  switch (event.type) {
    case "run-created":
      return `run ${event.runId} of ${event.job.name}: ${countText(event.tasks.length, "task")}`;
    case "attempt-scheduled": {
      const wait = event.notBefore - event.at;
      // A repair begins to count again.
      const retry = (run.tasks.get(event.taskKey)?.attempts.length ?? 1) - 1;
      return retry === 0 ? undefined : `retry ${retry}${wait > 0 ? ` in ${durationText(wait)}` : ""}`;
    }
    case "attempt-started":
      return event.attempt === 0 ? "started" : `started, attempt ${event.attempt + 1}`;
    case "task-report":
      return event.report.kind === "check" ? checkLine(event.report) : reportText(event.report);
    case "attempt-ended": {
      const failure = failureOf(event.result);
      return failure && `${event.result.state}: ${failure.message}`;
    }
    case "task-ended":
      return taskEndedLine(event, run);
    case "repair-started":
      return `repair ${event.repairId} of run ${run.created.runId}: ${event.rerun.join(", ")}`;
    case "run-resumed":
      return `run ${run.created.runId} goes on: what was at work when its runner was killed runs again`;
    case "run-queued":
      return `waiting for its turn: ${event.message}`;
    case "duration-warning":
      return `runs longer than ${event.thresholdSeconds} s`;
    case "iterations-created":
      return countText(event.inputs.length, "iteration");
    case "child-run":
      return `run ${event.runId}`;
    case "task-terminating":
    case "run-terminating":
      return `ending ${event.type === "run-terminating" ? "the run" : "the loop"}: ${event.message}`;
    default:
      return undefined;
  }
}

function taskEndedLine(event: Extract<RunEvent, { type: "task-ended" }>, run: RunState): string {
  const task = run.tasks.get(event.taskKey);
  const last = task && lastAttempt(task);
  // What an attempt failed of was said when it ended.
  if (last === undefined) return `${event.resultState}${event.message === "" ? "" : `: ${event.message}`}`;
  if (last.startedAt === undefined) return event.resultState;
  const outcome = event.outcome === undefined ? "" : `, ${event.outcome}`;
  return `${event.resultState}${outcome} in ${durationText((last.endedAt ?? event.at) - last.startedAt)}`;
}

function checkLine(check: Extract<Parameters<typeof reportText>[0], { kind: "check" }>): string {
  const bound = check.threshold === undefined ? "" : ` (threshold ${check.threshold})`;
  return `check ${check.check}: ${check.status}, ${check.value}${bound}`;
}
