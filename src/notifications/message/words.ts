/** How times, durations and triggers are written in messages. */
import type { RunTrigger } from "../../jobs/run/run-trigger.js";

/** @example durationText(65_000) // "1 min 05 s" */
export function durationText(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** @example timeText(0) // "1970-01-01 00:00:00 UTC" */
export function timeText(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

const TRIGGERS: Readonly<Record<RunTrigger["type"], string>> = {
  ONE_TIME: "started by hand",
  PERIODIC: "by schedule",
  RETRY: "a retry",
  RUN_JOB_TASK: "by a task of another job",
  FILE_ARRIVAL: "files arrived",
  CONTINUOUS: "continuous",
  CONTINUOUS_RESTART: "continuous, begun again",
  TABLE: "tables were updated",
};

export function triggerText({ type, at, fileArrival, tableUpdate, parent }: RunTrigger): string {
  const word = TRIGGERS[type];
  if (parent) return `${word}: ${parent.taskKey} of run ${parent.runId}`;
  if (fileArrival) return `${word} in ${fileArrival.location}`;
  if (tableUpdate) return `${word}: ${tableUpdate.tables.map((one) => one.name).join(", ")}`;
  return type === "PERIODIC" ? `${word}, due ${timeText(at)}` : word;
}
