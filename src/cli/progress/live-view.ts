/** Progress in a terminal: the tasks as a list that redraws itself in place. */
import type { RunEvent, RunListener, RunState, TaskOutput, TaskState } from "../../workspace/run-job.js";
import { jobTasks, lastAttempt, taskLifeCycleState } from "../../workspace/run-job.js";
import { RedrawnLines } from "./redrawn-lines.js";
import { taskFacts } from "./task-facts.js";
import { terminalText } from "./terminal-text.js";
import { durationText, type Paint, padText, paintFor, symbolOf } from "./words.js";

/** Rows of the terminal that the list leaves free. */
const FREE_ROWS = 3;

export class LiveView implements RunListener {
  readonly #paint: Paint;
  readonly #redrawn: RedrawnLines;
  readonly #lastWords = new Map<string, string>();
  #run: RunState | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#paint = paintFor(stream);
    this.#redrawn = new RedrawnLines(stream, () => (this.#run === undefined ? [] : this.#lines(this.#run)));
  }

  event(event: RunEvent, run: RunState): void {
    this.#run = run;
    if (event.type === "run-created") this.#redrawn.open();
    if (event.type === "attempt-started") this.#lastWords.delete(event.taskKey);
    if (event.type === "run-ended" || event.type === "run-skipped") this.close();
  }

  output(taskKey: string, _attempt: number, output: TaskOutput): void {
    const last = output.kind === "text" ? output.text.trim().split("\n").at(-1) : undefined;
    if (last) this.#lastWords.set(taskKey, last);
    else if (output.kind === "cell" && output.title !== "") this.#lastWords.set(taskKey, output.title);
  }

  close(): void {
    this.#redrawn.close();
  }

  #lines(run: RunState): readonly string[] {
    const { created } = run;
    const title = `${this.#paint("bold", created.job.name)}  ${this.#paint("dim", `run ${created.runId}`)}`;
    const elapsed = this.#paint("dim", durationText(Date.now() - created.at));
    const tasks = jobTasks(run);
    const room = Math.max(1, this.#redrawn.rows - FREE_ROWS);
    const shown = tasks.length <= room ? tasks : mostTelling(tasks, room - 1);
    const width = Math.max(0, ...shown.map((task) => task.plan.key.length));
    const rest = tasks.length - shown.length;
    const waits =
      run.lifeCycleState === "QUEUED"
        ? [`  ${this.#paint("yellow", `waiting for its turn: ${run.message ?? ""}`)}`]
        : [];
    return [
      `${title}  ${elapsed}`,
      "",
      ...waits,
      ...shown.map((task) => this.#taskLine(task, run, width)),
      ...(rest > 0 ? [this.#paint("dim", `  … and ${rest} more${progressText(tasks)}`)] : []),
    ];
  }

  #taskLine(task: TaskState, run: RunState, width: number): string {
    const state = task.resultState ?? taskLifeCycleState(task, run);
    const symbol = state === "RUNNING" ? this.#paint("cyan", this.#redrawn.spinner) : symbolOf(state, this.#paint);
    const name = padText(task.attempts.length === 0 ? this.#paint("dim", task.plan.key) : task.plan.key, width);
    return `  ${symbol} ${name}  ${padText(timeText(task), 8)}  ${this.#remark(task, state)}`;
  }

  #remark(task: TaskState, state: string): string {
    const facts = taskFacts(task).join(" · ");
    switch (state) {
      case "BLOCKED":
        return this.#paint("dim", afterText(task.plan.dependsOn));
      case "PENDING":
        return this.#paint("dim", "starting");
      case "RUNNING":
        return [facts, this.#paint("dim", this.#lastWords.get(task.plan.key) ?? "")].find((one) => one !== "") ?? "";
      case "WAITING_FOR_RETRY": {
        const wait = (lastAttempt(task)?.notBefore ?? 0) - Date.now();
        return this.#paint("yellow", `tries again${wait > 0 ? ` in ${durationText(wait)}` : ""}`);
      }
      case "SUCCESS":
        return facts;
      default:
        return this.#paint("dim", terminalText(task.message?.split("\n")[0] ?? ""));
    }
  }
}

/** A task may depend on hundreds. */
function afterText(keys: readonly string[]): string {
  const named = keys.slice(0, 3).join(", ");
  return keys.length > 3 ? `after ${named} and ${keys.length - 3} more` : `after ${named}`;
}

function progressText(tasks: readonly TaskState[]): string {
  const ended = tasks.filter((task) => task.resultState !== undefined).length;
  return `: ${ended} of ${tasks.length} have ended`;
}

function timeText(task: TaskState): string {
  const last = lastAttempt(task);
  return last?.startedAt === undefined ? "" : durationText((last.endedAt ?? Date.now()) - last.startedAt);
}

/** Those at work first, then those that ended last. */
function mostTelling(tasks: readonly TaskState[], count: number): readonly TaskState[] {
  const rank = (task: TaskState) => (task.resultState !== undefined ? 1 : task.attempts.length > 0 ? 0 : 2);
  const chosen = new Set(
    [...tasks].sort((a, b) => rank(a) - rank(b) || (b.endedAt ?? 0) - (a.endedAt ?? 0)).slice(0, count),
  );
  return tasks.filter((task) => chosen.has(task));
}
