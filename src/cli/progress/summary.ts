/** What is said when a run has ended: each task, why what failed did, what had no effect, and what to do next. */
import { relative } from "node:path";
import type { LocatedProblem, RunState, TaskState } from "../../workspace/run-job.js";
import { failureOf, iterationsOf, jobTasks, lastAttempt } from "../../workspace/run-job.js";
import { shortName, taskFacts } from "./task-facts.js";
import { clip, countText, durationText, type Paint, padText, stateText, symbolOf, visibleWidth } from "./words.js";

export interface SummaryOptions {
  readonly paint: Paint;
  /** Absolute folder of the tables. */
  readonly warehouse: string;
  readonly notices: readonly LocatedProblem[];
  /** Width of the terminal: warnings are cut to it. Undefined: nothing is cut. */
  readonly columns: number | undefined;
}

/** Tasks of a run that are all listed; of a longer one those are that did not simply succeed. */
const LISTED_TASKS = 60;
const TOLD_FAILURES = 10;
const TOLD_ITERATIONS = 3;

export function summaryLines(run: RunState, { paint, warehouse, notices, columns }: SummaryOptions): readonly string[] {
  const failed = failedTasks(run);
  const told = failed.slice(0, TOLD_FAILURES).flatMap((task) => failureLines(task, run, paint));
  const more = failed.length - TOLD_FAILURES;
  return [
    ...taskTable(run, paint),
    "",
    ...told,
    ...(more > 0 ? [paint("dim", `… and ${countText(more, "more failed task")}`), ""] : []),
    ...noticeLines(notices, paint, columns),
    verdict(run, paint),
    ...nextSteps(run, warehouse, paint),
  ];
}

/** Those to look at: of a loop its first iterations that failed stand for it. */
function failedTasks(run: RunState): readonly TaskState[] {
  return jobTasks(run)
    .filter(isFailed)
    .flatMap((task) => {
      const iterations = iterationsOf(run, task).filter(isFailed).slice(0, TOLD_ITERATIONS);
      return iterations.length > 0 ? iterations : [task];
    });
}

function isFailed({ resultState }: TaskState): boolean {
  return resultState === "FAILED" || resultState === "TIMEDOUT";
}

function taskTable(run: RunState, paint: Paint): readonly string[] {
  const all = jobTasks(run);
  const telling = all.length <= LISTED_TASKS ? all : all.filter((task) => task.resultState !== "SUCCESS");
  const listed = telling.slice(0, LISTED_TASKS);
  const rows = listed.map((task) => taskRow(run, task, paint));
  const widths = [0, 1, 2].map((i) => Math.max(0, ...rows.map((row) => visibleWidth(row.head[i] ?? ""))));
  const indent = " ".repeat(widths.reduce((sum, width) => sum + width + 2, 2));
  const lines = rows.flatMap(({ head, facts }) => {
    const [firstFact = "", ...others] = facts;
    const left = head.map((cell, i) => padText(cell, widths[i] ?? 0)).join("  ");
    return [`  ${left}  ${firstFact}`.trimEnd(), ...others.map((fact) => `${indent}${fact}`)];
  });
  return all.length === listed.length ? lines : [...lines, `  ${restText(run, all, listed, paint)}`];
}

/** Of a run that was skipped no task has a result. */
function shownState(run: RunState, { resultState }: TaskState): string {
  return resultState ?? (run.endedAt === undefined ? "RUNNING" : "SKIPPED");
}

function taskRow(
  run: RunState,
  task: TaskState,
  paint: Paint,
): { readonly head: readonly string[]; readonly facts: readonly string[] } {
  const state = shownState(run, task);
  const tries = task.attempts.length > 1 ? ` (${task.attempts.length} attempts)` : "";
  return {
    head: [`${symbolOf(state, paint)} ${task.plan.key}`, `${stateText(state, paint)}${tries}`, taskTime(task)],
    facts: task.attempts.length === 0 && task.message ? [paint("dim", task.message)] : taskFacts(task),
  };
}

/** @example "✔ 998 tasks SUCCESS, 940 more UPSTREAM_FAILED" */
function restText(run: RunState, all: readonly TaskState[], listed: readonly TaskState[], paint: Paint): string {
  const counts = new Map<string, number>();
  const shown = new Set(listed);
  for (const task of all) {
    const state = shownState(run, task);
    if (!shown.has(task)) counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return [...counts]
    .map(
      ([state, count]) =>
        `${symbolOf(state, paint)} ${countText(count, listed.length > 0 ? "more task" : "task")} ${stateText(state, paint)}`,
    )
    .join(", ");
}

function taskTime(task: TaskState): string {
  const last = lastAttempt(task);
  if (last?.startedAt === undefined || last.endedAt === undefined) return "";
  return durationText(last.endedAt - last.startedAt);
}

/** A failed task: what, in which cell, at which line, and the command to try again. */
export function failureLines(task: TaskState, run: RunState, paint: Paint): readonly string[] {
  const failure = failureOf(lastAttempt(task)?.result);
  if (!failure) return [];
  return [
    `${paint("red", "✖")} ${paint("bold", task.plan.key)}`,
    ...failurePlaceLines(failure, paint),
    "",
    `  Try again: ${paint("cyan", repairCommandOf(run))}`,
    "",
  ];
}

/** What failed, in which cell, at which line, with the lines around it. */
export function failurePlaceLines(
  { message, cell, location, frame }: NonNullable<ReturnType<typeof failureOf>>,
  paint: Paint,
): readonly string[] {
  const cellText = cell && `cell ${cell.number}${cell.title === "" ? "" : ` "${cell.title}"`}`;
  // Lines of an .ipynb are counted in their cell: the file's own mean nothing to anybody.
  const line = location?.line === undefined ? "" : location.file.endsWith(".ipynb") ? ` line ${location.line}` : "";
  const file = location && `${location.file}${line !== "" || location.line === undefined ? "" : `:${location.line}`}`;
  const place = [cellText && `${cellText}${line}`, file];
  return [
    ...message.split("\n").map((one) => `  ${one}`),
    ...(place.some(Boolean) ? ["", `  ${paint("dim", place.filter(Boolean).join(", "))}`] : []),
    ...(frame ? frame.split("\n").map((one) => `    ${one.startsWith(">") ? one : paint("dim", one)}`) : []),
  ];
}

/** What was given to the run stays given. */
export function repairCommandOf({ created, executions }: RunState): string {
  const latest = executions.at(-1)?.repairId;
  return `npx lakelet repair ${created.runId}${latest === undefined ? "" : ` --latest-repair-id ${latest}`}`;
}

/** A text as one word of the shell. */
export function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Warnings with their line; keys without effect by their names, each once. */
export function noticeLines(
  notices: readonly LocatedProblem[],
  paint: Paint,
  columns: number | undefined,
): readonly string[] {
  const warnings = notices.filter((one) => one.severity === "warning");
  const groups = [
    ["no-local-effect", "Kept, without effect on one machine:"],
    ["not-yet", "Not acted on yet:"],
  ] as const;
  const lines = warnings.map((one) => {
    const line = `${paint("yellow", "!")} ${one.location.file}:${one.location.line}: ${one.message}`;
    return columns === undefined ? line : clip(line, columns);
  });
  for (const [severity, title] of groups) {
    const counts = new Map<string, number>();
    for (const one of notices) {
      if (one.severity !== severity) continue;
      const key = String(one.path.at(-1));
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const names = [...counts].map(([key, count]) => (count > 1 ? `${key} (${count}×)` : key));
    if (names.length > 0) lines.push(`${paint("dim", `${title} ${names.join(", ")}`)}`);
  }
  return lines.length > 0 ? [...lines, ""] : [];
}

function verdict(run: RunState, paint: Paint): string {
  const { created, resultState = "RUNNING" } = run;
  const time = durationText((run.endedAt ?? Date.now()) - created.at);
  const why = run.message ? `: ${run.message}` : "";
  return `${paint("bold", created.job.name)} ${stateText(resultState, paint)} in ${time}${paint("dim", ` (run ${created.runId})`)}${why}`;
}

function nextSteps(run: RunState, warehouse: string, paint: Paint): readonly string[] {
  const tables = [...run.tasks.values()]
    .flatMap((task) => task.reports)
    .flatMap((one) => (one.kind === "table-written" || one.kind === "unchanged" ? [one.table] : []));
  const last = tables.at(-1);
  const folder = relative(process.cwd(), warehouse) || ".";
  return [
    ...(last === undefined ? [] : [`Tables   ${folder}`]),
    ...(last === undefined || run.resultState !== "SUCCESS"
      ? []
      : [`Look     ${paint("cyan", `npx lakelet sql "select * from ${shortName(last)} limit 10"`)}`]),
    `Details  ${paint("cyan", `npx lakelet runs show ${run.created.runId}`)}`,
  ];
}
