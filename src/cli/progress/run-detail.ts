/** One run in full: its graph, when what ran, why what did not run did not, what was written, and what to type next. */
import type { TaskOutput, TaskState } from "../../workspace/run-job.js";
import { failureOf, lastAttempt, taskLifeCycleState } from "../../workspace/run-job.js";
import { iterationsOf, jobTasks, type RunState, wasKilled } from "../../workspace/runs.js";
import { bar, type TimeScale, timeScale } from "./gantt.js";
import { railLines } from "./graph-rails.js";
import { outputLines } from "./output-lines.js";
import { named, runFactLines } from "./run-facts.js";
import { failureLines, repairCommandOf } from "./summary.js";
import { taskFacts } from "./task-facts.js";
import { durationText, type Paint, padText, paintFor, stateText, symbolOf, visibleWidth } from "./words.js";

/** What an attempt printed. */
type Outputs = (taskRunId: string) => readonly TaskOutput[];

/** Failures shown in full; the others have their message beside the task. */
const MOST_FAILURES = 5;
const MOST_ITERATIONS = 20;
const BAR_WIDTH = 24;

/** @param outputs what an attempt printed; absent where it is not wanted */
export async function runDetailLines(run: RunState, outputs: Outputs | undefined): Promise<readonly string[]> {
  const paint = paintFor(process.stdout);
  const tasks = jobTasks(run);
  const failed = tasks.filter((task) => failureOf(lastAttempt(task)?.result) !== undefined);
  return [
    ...runFactLines(run, paint),
    "",
    ...(await graphLines(run, tasks, outputs, paint)),
    "",
    ...failed.slice(0, MOST_FAILURES).flatMap((task) => failureLines(task, run, paint)),
    ...nextLines(run, tasks, paint),
  ];
}

interface TaskLine {
  readonly task: TaskState;
  readonly symbol: string;
  readonly below: string;
  readonly after: string;
}

async function graphLines(
  run: RunState,
  tasks: readonly TaskState[],
  outputs: Outputs | undefined,
  paint: Paint,
): Promise<readonly string[]> {
  const lines = drawnTasks(tasks, run, paint);
  const scale = timeScale(run, tasks, BAR_WIDTH);
  const columns = lines.map((line) => [
    line.symbol,
    line.task.plan.key,
    stateCell(line.task, run, paint),
    timeCell(line.task),
  ]);
  const widths = [0, 1, 2, 3].map((i) => Math.max(...columns.map((row) => visibleWidth(row[i] ?? ""))));
  const shown: string[] = [];
  for (const [i, line] of lines.entries()) {
    const cells = (columns[i] ?? []).map((cell, at) => padText(cell, widths[at] ?? 0));
    const chart = scale ? `▕${padText(bar(line.task, scale as TimeScale, paint), BAR_WIDTH)}▏` : "";
    const after = line.after === "" ? "" : paint("dim", line.after);
    shown.push(`${cells[0]} ${cells[1]}  ${cells[2]}  ${cells[3]}  ${chart}  ${after}`.trimEnd());
    const indent = padText(paint("dim", line.below), (widths[0] ?? 0) + 3);
    for (const one of await taskLines(line.task, run, outputs, paint)) shown.push(`${indent}${one}`.trimEnd());
  }
  return shown;
}

/** With rails where the graph is narrow enough to be seen, otherwise in the order of the spec with the names of what comes before. */
function drawnTasks(tasks: readonly TaskState[], run: RunState, paint: Paint): readonly TaskLine[] {
  const symbol = (task: TaskState) => symbolOf(task.resultState ?? taskLifeCycleState(task, run), paint);
  const rails = railLines(tasks.map((task) => ({ key: task.plan.key, dependsOn: task.plan.dependsOn, task })));
  if (!rails) {
    return tasks.map((task) => {
      const { dependsOn } = task.plan;
      return { task, symbol: symbol(task), below: "", after: dependsOn.length > 0 ? `after ${named(dependsOn)}` : "" };
    });
  }
  return rails.map(({ task: { task }, before, after, below }) => ({
    task,
    symbol: `${paint("dim", before)}${symbol(task)}${paint("dim", after)}`,
    below,
    after: outcomeText(task),
  }));
}

/** Of a condition that the task waits for. */
function outcomeText({ plan }: TaskState): string {
  return Object.entries(plan.outcomes ?? {})
    .map(([key, outcome]) => `if ${key} is ${outcome}`)
    .join(", ");
}

function stateCell(task: TaskState, run: RunState, paint: Paint): string {
  const lost = task.resultState === undefined && task.attempts.length > 0 && wasKilled(run);
  const state = stateText(task.resultState ?? (lost ? "KILLED" : taskLifeCycleState(task, run)), paint);
  const tries = task.attempts.length > 1 ? ` (${task.attempts.length} attempts)` : "";
  if (task.outcome !== undefined) return `${state} (${task.outcome})`;
  if (task.iterations)
    return `${state} (${task.iterations.ended - task.iterations.failed} of ${task.iterations.total})`;
  return state + tries;
}

function timeCell(task: TaskState): string {
  const last = lastAttempt(task);
  if (last?.startedAt === undefined || last.endedAt === undefined) return "";
  return durationText(last.endedAt - last.startedAt);
}

/** What is said below a task. */
async function taskLines(
  task: TaskState,
  run: RunState,
  outputs: Outputs | undefined,
  paint: Paint,
): Promise<readonly string[]> {
  const lines: string[] = [];
  if (task.attempts.length === 0 && task.message) lines.push(paint("dim", `did not run: ${task.message}`));
  const several = task.attempts.length > 1 || outputs !== undefined;
  for (const attempt of several ? task.attempts : []) {
    const { startedAt, endedAt, result, number, runId } = attempt;
    const state = result?.state ?? (startedAt === undefined ? "PENDING" : "RUNNING");
    const time = startedAt === undefined || endedAt === undefined ? "" : ` in ${durationText(endedAt - startedAt)}`;
    const why = firstLine(failureOf(result)?.message);
    lines.push(paint("dim", `attempt ${number + 1} (${runId}): ${state}${time}${why === "" ? "" : `: ${why}`}`));
    if (outputs) lines.push(...(await indented(outputs(runId), paint)));
  }
  const child = lastAttempt(task)?.childRunId;
  if (child !== undefined) lines.push(paint("dim", `ran run ${child}: npx lakelet runs show ${child}`));
  const facts = taskFacts(task).filter((fact) => fact !== `run ${child}`);
  lines.push(...facts, ...iterationLines(run, task, paint));
  if (task.warnedAt !== undefined) lines.push(paint("yellow", "ran longer than its health rule says"));
  return lines;
}

/** Those that failed first, for there may be thousands. */
function iterationLines(run: RunState, task: TaskState, paint: Paint): readonly string[] {
  const all = iterationsOf(run, task);
  const rank = (one: TaskState) => (one.resultState === "SUCCESS" ? 1 : 0);
  const shown = all.toSorted((a, b) => rank(a) - rank(b)).slice(0, MOST_ITERATIONS);
  const lines = shown.map((one) => {
    const state = one.resultState ?? taskLifeCycleState(one, run);
    const why = state === "SUCCESS" ? "" : firstLine(one.message);
    const input = paint("dim", firstLine(JSON.stringify(one.plan.iteration?.input)));
    return `${symbolOf(state, paint)} [${one.plan.iteration?.index}] ${stateText(state, paint)} ${timeCell(one)} ${input} ${why}`.trimEnd();
  });
  return all.length > shown.length ? [...lines, paint("dim", `and ${all.length - shown.length} more`)] : lines;
}

const LINE = 100;

function firstLine(text = ""): string {
  const [line = ""] = text.split("\n");
  return line.length > LINE ? `${line.slice(0, LINE)}…` : line;
}

/** What to type next. */
function nextLines(run: RunState, tasks: readonly TaskState[], paint: Paint): readonly string[] {
  const { runId } = run.created;
  const command = (title: string, text: string) => `${title.padEnd(8)} ${paint("cyan", text)}`;
  if (run.endedAt === undefined) {
    const next = wasKilled(run) ? (["Go on", "resume"] as const) : (["End it", "cancel"] as const);
    return [command(next[0], `npx lakelet runs ${next[1]} ${runId}`)];
  }
  const notebook = tasks.find((task) => task.plan.work.type === "notebook_task" && lastAttempt(task)?.startedAt);
  // A failure that is shown has said so.
  const told = tasks.some((task) => failureOf(lastAttempt(task)?.result) !== undefined);
  const good = told || run.resultState === "SUCCESS" || run.lifeCycleState === "SKIPPED";
  return [
    ...(good ? [] : [command("Repair", repairCommandOf(run))]),
    command("Output", `npx lakelet runs show ${runId} --output`),
    ...(notebook ? [command("Page", `npx lakelet notebook export ${runId}/${notebook.plan.key}`)] : []),
  ];
}

async function indented(outputs: readonly TaskOutput[], paint: Paint): Promise<readonly string[]> {
  const lines = await Promise.all(outputs.map((output) => outputLines(output, paint)));
  return lines.flat().map((line) => `  ${line}`.trimEnd());
}
