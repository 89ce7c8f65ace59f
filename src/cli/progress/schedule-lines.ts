/** The list of triggers: a block each, its next occurrences, its last run. */
import type { Schedule, Schedules } from "../../workspace/schedules.js";
import { timeText } from "./serve-lines.js";
import { terminalText } from "./terminal-text.js";
import { countText, type Paint, paintFor, stateText } from "./words.js";

export function scheduleLines({ schedules, troubles, holder }: Schedules): readonly string[] {
  const paint = paintFor(process.stdout);
  const blocks = schedules.map((one) => scheduleBlock(one, paint));
  const none = schedules.length === 0 ? ["No job of this project has a schedule or a trigger."] : [];
  const bad = troubles.map(({ job, message }) => `${paint("yellow", "!")} ${job}: ${message}`);
  const served = holder
    ? `Served by process ${holder.pid} on ${holder.host} since ${timeText(holder.since)}.`
    : "No scheduler runs: start one with `lakelet serve`.";
  return [...none, ...blocks.flat(), ...bad, ...(schedules.length > 0 ? ["", paint("dim", served)] : [])];
}

function scheduleBlock(schedule: Schedule, paint: Paint): readonly string[] {
  const [first, ...more] = schedule.next;
  const next = schedule.paused ? "paused" : first === undefined ? "" : `next ${timeText(first)}`;
  const last =
    schedule.lastRunId === undefined
      ? ""
      : `last run ${schedule.lastRunId} ${stateText(schedule.lastResult ?? "", paint)}`;
  const missed = schedule.missed > 0 ? paint("yellow", `missed ${countText(schedule.missed, "occurrence")}`) : "";
  const facts = [next, last, missed].filter((text) => text !== "").join(" · ");
  return [
    `${paint("bold", schedule.job)}  ${schedule.trigger}`,
    ...(facts === "" ? [] : [`  ${facts}`]),
    ...(schedule.refused ? [`  ${paint("red", refusedText(schedule.refused))}`] : []),
    ...more.map((time) => `  then ${timeText(time)}`),
  ];
}

function refusedText({ occurrence, message }: NonNullable<Schedule["refused"]>): string {
  return `not run ${timeText(occurrence)}, nobody was notified: ${terminalText(message)}`;
}
