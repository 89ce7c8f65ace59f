/** When tasks were at work, drawn as bars over one common time. */
import type { TaskState } from "../../workspace/run-job.js";
import type { RunState } from "../../workspace/runs.js";
import type { Paint } from "./words.js";

const MARKS = { waiting: "░", good: "█", bad: "▓" } as const;

export interface TimeScale {
  readonly from: number;
  readonly to: number;
  readonly width: number;
}

/** From the first attempt that was due to the last end; undefined where nothing ran. */
export function timeScale(run: RunState, tasks: readonly TaskState[], width: number): TimeScale | undefined {
  const attempts = tasks.flatMap((task) => task.attempts);
  const from = Math.min(...attempts.map((one) => one.scheduledAt));
  const to = Math.max(...attempts.map((one) => one.endedAt ?? run.endedAt ?? Date.now()));
  return attempts.length > 0 && to > from ? { from, to, width } : undefined;
}

/** One bar for all attempts of a task: light where it waited for its process, dark at work, another dark where it failed. */
export function bar(task: TaskState, { from, to, width }: TimeScale, paint: Paint): string {
  const cells: string[] = Array.from({ length: width }, () => " ");
  const place = (time: number) => Math.min(width - 1, Math.floor(((time - from) / (to - from)) * width));
  const fill = (begin: number, end: number, mark: string) => {
    for (let i = place(begin); i <= place(Math.max(begin, end)); i++) cells[i] = mark;
  };
  for (const attempt of task.attempts) {
    const end = attempt.endedAt ?? to;
    const due = Math.max(attempt.scheduledAt, attempt.notBefore);
    if (due < end) fill(due, attempt.startedAt ?? end, MARKS.waiting);
    const good = attempt.result === undefined || attempt.result.state === "SUCCESS";
    if (attempt.startedAt !== undefined) fill(attempt.startedAt, end, good ? MARKS.good : MARKS.bad);
  }
  return cells
    .map((one) => (one === MARKS.waiting ? paint("dim", one) : one === MARKS.bad ? paint("red", one) : one))
    .join("")
    .trimEnd();
}
