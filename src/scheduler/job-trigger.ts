/** What starts a job by itself, read from its spec: `schedule`, `continuous`, `trigger`, or the entries of `triggers`. */
import { createHash } from "node:crypto";
import { type Cron, readCron } from "../jobs/quartz/cron.js";
import { type JavaTimeZone, javaTimeZone, timeZoneCure } from "../jobs/quartz/java-time-zone.js";
import type { JobSettings } from "../jobs/spec/job-settings.js";

/** Of files and tables: how long to wait for more, and how far apart runs are. */
export interface Settling {
  readonly waitAfterLastChangeMs: number;
  readonly minTimeBetweenMs: number;
}

export type TriggerKind =
  | { readonly kind: "cron"; readonly cron: Cron; readonly zone: JavaTimeZone }
  | { readonly kind: "periodic"; readonly everyMs: number; readonly text: string }
  | { readonly kind: "continuous"; readonly retriesTasks: boolean }
  | { readonly kind: "file-arrival"; readonly url: string; readonly settling: Settling }
  | {
      readonly kind: "table-update";
      readonly tables: readonly string[];
      readonly all: boolean;
      readonly settling: Settling;
    };

export type JobTrigger = TriggerKind & {
  /** The same as long as the trigger's settings are; pausing changes nothing in it. */
  readonly key: string;
  readonly paused: boolean;
};

export interface JobTriggers {
  readonly triggers: readonly JobTrigger[];
  /** Why a trigger is not followed, in words for the user. */
  readonly problems: readonly string[];
}

type TriggerEntry = Partial<Pick<JobSettings, "continuous" | "schedule"> & NonNullable<JobSettings["trigger"]>>;

/** @example triggersOf({ schedule: { quartz_cron_expression: "0 0 2 * * ?", timezone_id: "Europe/Warsaw" } }).triggers[0]?.kind // "cron" */
export function triggersOf(
  settings: Pick<JobSettings, "continuous" | "schedule" | "trigger" | "triggers">,
): JobTriggers {
  const triggers: JobTrigger[] = [];
  const problems: string[] = [];
  for (const entry of entriesOf(settings)) {
    for (const [name, value] of Object.entries(entry)) {
      if (typeof value !== "object" || name === "pause_status") continue;
      const read = readTrigger(name, entry);
      if (read.kind === "problem") problems.push(read.message);
      else {
        const paused = pausedOf(entry);
        if (name === "schedule" && entry.schedule?.sql_condition) problems.push(CONDITION_PROBLEM);
        triggers.push({ ...read, paused, key: keyOf(name, value) });
      }
    }
  }
  return { triggers, problems };
}

function entriesOf(
  settings: Pick<JobSettings, "continuous" | "schedule" | "trigger" | "triggers">,
): readonly TriggerEntry[] {
  const { schedule, continuous, trigger, triggers = [] } = settings;
  const legacy: TriggerEntry[] = [
    ...(schedule ? [{ schedule }] : []),
    ...(continuous ? [{ continuous }] : []),
    ...(trigger ? [trigger] : []),
  ];
  return [...legacy, ...(triggers as readonly TriggerEntry[])];
}

function pausedOf(entry: TriggerEntry): boolean {
  return [entry.pause_status, entry.schedule?.pause_status, entry.continuous?.pause_status].includes("PAUSED");
}

function keyOf(name: string, value: object): string {
  const { pause_status: _, ...rest } = value as { pause_status?: unknown };
  return createHash("sha256")
    .update(JSON.stringify([name, rest]))
    .digest("hex")
    .slice(0, 16);
}

interface TriggerProblem {
  readonly kind: "problem";
  readonly message: string;
}

const CONDITION_PROBLEM = "`sql_condition` is not evaluated yet: the trigger starts the job whatever the query says.";

function problem(message: string): TriggerProblem {
  return { kind: "problem", message };
}

function readTrigger(name: string, entry: TriggerEntry): TriggerKind | TriggerProblem {
  if (name === "schedule" && entry.schedule) return readSchedule(entry.schedule);
  if (name === "continuous") {
    return { kind: "continuous", retriesTasks: entry.continuous?.task_retry_mode === "ON_FAILURE" };
  }
  if (name === "periodic" && entry.periodic) return readPeriodic(entry.periodic);
  if (name === "file_arrival" && entry.file_arrival) {
    const { url } = entry.file_arrival;
    return { kind: "file-arrival", url, settling: settlingOf(entry.file_arrival) };
  }
  const update = name === "table" || name === "table_update" ? entry[name] : undefined;
  if (update) {
    const tables = [...new Set(update.table_names)];
    if (tables.length === 0) return problem("`table_update` names no table.");
    const all = update.condition === "ALL_UPDATED";
    return { kind: "table-update", tables, all, settling: settlingOf(update) };
  }
  if (name === "sql_condition") {
    return problem(CONDITION_PROBLEM);
  }
  return problem(`A trigger on \`${name}\` is not followed here: there is no registry of models to watch.`);
}

function readSchedule(schedule: NonNullable<JobSettings["schedule"]>): TriggerKind | TriggerProblem {
  const reading = readCron(schedule.quartz_cron_expression);
  if (reading.kind === "invalid") return problem(reading.message);
  const zone = javaTimeZone(schedule.timezone_id);
  if (zone) return { kind: "cron", cron: reading.cron, zone };
  return problem(`\`${schedule.timezone_id}\` is no time zone. ${timeZoneCure(schedule.timezone_id)}`);
}

const UNITS = { MINUTES: 60_000, HOURS: 3_600_000, DAYS: 86_400_000, WEEKS: 604_800_000 } as const;

function readPeriodic({
  interval,
  unit,
}: {
  readonly interval: number;
  readonly unit: keyof typeof UNITS;
}): TriggerKind {
  const one = unit.toLowerCase().slice(0, -1);
  return {
    kind: "periodic",
    everyMs: interval * UNITS[unit],
    text: interval === 1 ? `every ${one}` : `every ${interval} ${one}s`,
  };
}

function settlingOf(settings: {
  readonly min_time_between_triggers_seconds?: number | undefined;
  readonly wait_after_last_change_seconds?: number | undefined;
}): Settling {
  return {
    minTimeBetweenMs: (settings.min_time_between_triggers_seconds ?? 0) * 1000,
    waitAfterLastChangeMs: (settings.wait_after_last_change_seconds ?? 0) * 1000,
  };
}

/** As a person says it: `0 0 2 * * ? Europe/Warsaw`, `every 4 hours`, `new files in /Volumes/...`. */
export function triggerText(trigger: TriggerKind): string {
  switch (trigger.kind) {
    case "cron":
      return `${trigger.cron.text} ${trigger.zone.id}`;
    case "periodic":
      return trigger.text;
    case "continuous":
      return "continuous";
    case "file-arrival":
      return `new files in ${trigger.url}`;
    case "table-update":
      return `${trigger.all && trigger.tables.length > 1 ? "all of " : ""}${trigger.tables.join(", ")} updated`;
  }
}
