/** What `lakelet serve` prints: a line for each thing that happens, with the time it happened. */
import type { ScheduledJob } from "../../workspace/schedules.js";
import { triggerText } from "../../workspace/schedules.js";
import type { ServeNews } from "../../workspace/serve.js";
import { countText, paintFor } from "./words.js";

type Paint = ReturnType<typeof paintFor>;

/** Lines without colours where nobody looks. */
export function serveLines(news: ServeNews, now: number, paint: Paint = paintFor(process.stdout)): readonly string[] {
  const time = paint("dim", timeText(now));
  return textOf(news).map((text) => `${time}  ${text}`);
}

/** `2026-11-23 02:00:00Z` */
export function timeText(time: number): string {
  return `${new Date(time).toISOString().replace("T", " ").slice(0, 19)}Z`;
}

function textOf(news: ServeNews): readonly string[] {
  switch (news.kind) {
    case "serving":
      return [`serving ${countText(news.jobs.length, "job")}`, ...news.jobs.flatMap(jobLines)];
    case "event":
      return eventText(news);
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

function jobLines({ name, triggers }: ScheduledJob): readonly string[] {
  return triggers.map((one) => `  ${name}: ${triggerText(one)}${one.paused ? " (paused)" : ""}`);
}

function stoppingText(runs: readonly string[], how: "wait" | "cancel"): string {
  const which = `${countText(runs.length, "run")} (${runs.join(", ")})`;
  return how === "wait" ? `stopping once ${which} ended; again to cancel` : `canceling ${which}`;
}

function eventText({ job, trigger, event }: Extract<ServeNews, { kind: "event" }>): readonly string[] {
  const by = trigger ? ` (${triggerText(trigger)})` : "";
  switch (event.type) {
    case "watched":
      return [`${job.name}: followed from now on${by}`];
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
      return [`${job.name}: not run: ${event.message}`];
    case "ended":
      return [`${job.name}: run ${event.runId} ${event.resultState}`];
    case "summary":
      return [];
  }
}
