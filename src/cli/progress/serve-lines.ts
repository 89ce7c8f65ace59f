/** What `lakelet serve` prints: a line for each thing that happens, with the time it happened. */
import { failureOf, jobTasks, lastAttempt, type RunState, type TaskState } from "../../workspace/run-job.js";
import type { ScheduledJob } from "../../workspace/schedules.js";
import { nextOccurrence, triggerText } from "../../workspace/schedules.js";
import type { ServeNews } from "../../workspace/serve.js";
import { terminalText } from "./terminal-text.js";
import { countText, durationText, type Paint, paintFor, stateText } from "./words.js";

/** Beyond these nobody reads on: the run's page has the rest. */
const TOLD_FAILURES = 3;

export interface ServeLinesOptions {
  /** Colours where somebody looks. */
  readonly paint?: Paint;
  /** The run that ended, where the news is of one. */
  readonly run?: RunState | undefined;
}

/** Lines without colours where nobody looks. */
export function serveLines(news: ServeNews, now: number, options: ServeLinesOptions = {}): readonly string[] {
  const { paint = paintFor(process.stdout), run } = options;
  const time = paint("dim", timeText(now));
  return textOf(news, now, paint, run).map((text) => `${time}  ${terminalText(text)}`);
}

/** `2026-11-23 02:00:00Z` */
export function timeText(time: number): string {
  return `${new Date(time).toISOString().replace("T", " ").slice(0, 19)}Z`;
}

function textOf(news: ServeNews, now: number, paint: Paint, run: RunState | undefined): readonly string[] {
  switch (news.kind) {
    case "serving":
      return [`serving ${countText(news.jobs.length, "job")}`, ...news.jobs.flatMap((job) => jobLines(job, now))];
    case "event":
      return eventText(news, now, paint, run);
    case "problem":
      return [`${news.job.name}: ${news.message}`];
    case "trouble":
      // A mistake in a file begins with its place.
      return [news.message.startsWith(news.job) ? news.message : `${news.job}: ${news.message}`];
    case "resumed":
      return [`${news.name}: run ${news.runId} goes on: the scheduler before was killed`];
    case "not-resumed":
      return [`${news.name}: run ${news.runId} was killed and does not go on: ${news.message}`];
    case "stopping":
      return [stoppingText(news.runs, news.how)];
    case "stopped":
      return ["stopped"];
  }
}

function jobLines({ name, triggers }: ScheduledJob, now: number): readonly string[] {
  return triggers.map((one) => `  ${name}: ${triggerText(one)}${one.paused ? " (paused)" : nextText(one, now)}`);
}

/** @example ", next 2026-11-24 01:00:00Z" */
function nextText(trigger: ScheduledJob["triggers"][number], now: number): string {
  const next = nextOccurrence(trigger, now);
  return next === undefined ? "" : `, next ${timeText(next)}`;
}

function stoppingText(runs: readonly string[], how: "wait" | "cancel"): string {
  const which = `${countText(runs.length, "run")} (${runs.join(", ")})`;
  return how === "wait" ? `stopping once ${which} ended; again to cancel` : `canceling ${which}`;
}

/** What became of a run; of one that did not succeed, why. */
function endedLines(name: string, runId: string, result: string, paint: Paint, run?: RunState): readonly string[] {
  const end = `${name}: run ${runId} ${stateText(result, paint)}`;
  if (!run) return [end];
  const { endedAt, created } = run;
  const took = endedAt === undefined ? "" : ` in ${durationText(endedAt - created.at)}`;
  if (result === "SUCCESS") return [`${end}${took}`];
  if (result === "MAXIMUM_CONCURRENT_RUNS_REACHED") return [`${end}: ${run.message}`];
  const failed = jobTasks(run).flatMap((task) => failureText(task, paint));
  const more = failed.length - TOLD_FAILURES;
  return [
    `${end}${took}${failed.length === 0 && run.message ? `: ${run.message}` : ""}`,
    ...failed.slice(0, TOLD_FAILURES),
    ...(more > 0 ? [`  ${countText(more, "more task")} failed`] : []),
    `  ${paint("cyan", `npx lakelet runs show ${runId}`)}`,
  ];
}

function failureText(task: TaskState, paint: Paint): readonly string[] {
  const failure = failureOf(lastAttempt(task)?.result);
  if (!failure || task.resultState === undefined || task.resultState === "CANCELED") return [];
  const { message, location } = failure;
  const place = location && ` (${location.file}${location.line === undefined ? "" : `:${location.line}`})`;
  return [`  ${task.plan.key} ${stateText(task.resultState, paint)}: ${message.split("\n")[0]}${place ?? ""}`];
}

function eventText(
  { job, trigger, event }: Extract<ServeNews, { kind: "event" }>,
  now: number,
  paint: Paint,
  run: RunState | undefined,
): readonly string[] {
  const by = trigger ? ` (${triggerText(trigger)})` : "";
  switch (event.type) {
    case "watched":
      return [`${job.name}: followed from now on${by}${trigger ? nextText(trigger, now) : ""}`];
    case "unwatched":
      return [`${job.name}: no longer followed: ${event.reason}`];
    case "missed": {
      const when = event.count === 1 ? timeText(event.first) : `${timeText(event.first)} to ${timeText(event.last)}`;
      return [`${job.name}: missed ${countText(event.count, "occurrence")}, ${when}: ${event.reason}`];
    }
    case "due":
      return [`${job.name}: due ${timeText(event.run.at)}${event.late ? ", late" : ""}${by}`];
    case "started":
      return [`${job.name}: run ${event.runId} started`];
    case "refused":
      return [`${job.name}: not run, nobody is notified: ${event.message}`];
    case "ended":
      return endedLines(job.name, event.runId, event.resultState, paint, run);
    case "summary":
      return [];
  }
}
