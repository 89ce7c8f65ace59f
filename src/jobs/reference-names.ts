/** Which dynamic value references exist, the deprecated and the ones of Databricks' courses among them. */
import { didYouMean } from "./spec/nearest-name.js";

export const TIME_ARGUMENTS = [
  "iso_date",
  "iso_datetime",
  "iso_weekday",
  "is_weekday",
  "year",
  "month",
  "day",
  "hour",
  "minute",
  "second",
  "timestamp_ms",
] as const;

export type KnownReference =
  /** `path` is the current spelling; `warning` says what Databricks would do with the one that was written. */
  | { readonly kind: "known"; readonly path: readonly string[]; readonly warning?: string }
  | { readonly kind: "invalid"; readonly message: string }
  | { readonly kind: "unknown"; readonly message: string };

/** Bare names of old, and names that were never references but that course material uses. */
const SYNONYMS: Readonly<Record<string, readonly [current: string, warning: string]>> = {
  job_id: ["job.id", "is deprecated: write {{job.id}}"],
  run_id: ["task.run_id", "is deprecated: write {{task.run_id}}"],
  parent_run_id: ["job.run_id", "is deprecated: write {{job.run_id}}"],
  start_date: ["job.start_time.iso_date", "is deprecated: write {{job.start_time.iso_date}}"],
  start_time: ["job.start_time.timestamp_ms", "is deprecated: write {{job.start_time.timestamp_ms}}"],
  task_key: ["task.name", "is deprecated: write {{task.name}}"],
  task_retry_count: ["task.execution_count", "is deprecated: write {{task.execution_count}}"],
  "job.start_time": [
    "job.start_time.iso_datetime",
    "is an error on Databricks, which wants an argument; here it is {{job.start_time.iso_datetime}}",
  ],
  "run.id": ["task.run_id", "stays literal text on Databricks; here it is {{task.run_id}}, which runs in both"],
  "parent_run.id": ["job.run_id", "stays literal text on Databricks; here it is {{job.run_id}}, which runs in both"],
};

const NAMES: Readonly<Record<string, readonly string[]>> = {
  job: ["id", "name", "run_id", "repair_count", "parameters", "start_time", "trigger"],
  task: ["name", "run_id", "execution_count"],
  tasks: ["run_id", "result_state", "error_code", "execution_count", "values", "output"],
  workspace: ["id", "url"],
};
/** Known to Databricks, but only within a loop or a backfill; literal elsewhere. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  input: "has a value only inside a for_each task",
  backfill: "has a value only in a backfill",
};

/** What a reference is, without a run. */
export function describeReference(path: readonly string[]): KnownReference {
  const text = path.join(".");
  const synonym = Object.hasOwn(SYNONYMS, text) ? SYNONYMS[text] : undefined;
  if (synonym) return { kind: "known", path: synonym[0].split("."), warning: `{{${text}}} ${synonym[1]}.` };
  const [namespace = ""] = path;
  if (Object.hasOwn(ELSEWHERE, namespace)) {
    return { kind: "unknown", message: `{{${text}}} ${ELSEWHERE[namespace]} and stays literal text here.` };
  }
  if (!Object.hasOwn(NAMES, namespace)) {
    return { kind: "unknown", message: `{{${text}}} is not a reference and stays literal text.` };
  }
  const mistake = mistakeIn(path);
  return mistake === undefined ? { kind: "known", path } : { kind: "invalid", message: `{{${text}}}: ${mistake}` };
}

function mistakeIn(path: readonly string[]): string | undefined {
  const [namespace = ""] = path;
  const [name, ...rest] = path.slice(namespace === "tasks" ? 2 : 1);
  const names = NAMES[namespace] ?? [];
  if (name === undefined || !names.includes(name)) {
    const known = `\`${namespace}\` has ${names.join(", ")}.`;
    return name === undefined ? known : didYouMean(name, names) || known;
  }
  if (namespace === "job" && name === "start_time") return timeMistake(rest);
  if (namespace === "job" && name === "trigger") return triggerMistake(rest);
  if (namespace === "tasks" && name === "output") return outputMistake(rest);
  const wanted = name === "parameters" || name === "values" ? 1 : 0;
  if (rest.length === wanted) return undefined;
  return wanted === 1 ? `one name must follow \`${name}\`.` : `nothing may follow \`${name}\`.`;
}

function timeMistake(rest: readonly string[]): string | undefined {
  const [argument = ""] = rest;
  if (rest.length === 1 && (TIME_ARGUMENTS as readonly string[]).includes(argument)) return undefined;
  return didYouMean(argument, TIME_ARGUMENTS) || `one of ${TIME_ARGUMENTS.join(", ")} must follow.`;
}

function triggerMistake([name, ...rest]: readonly string[]): string | undefined {
  if (name === "type") return rest.length === 0 ? undefined : "nothing may follow `type`.";
  if (name === "time") return timeMistake(rest);
  if (name === "file_arrival" || name === "table_update" || name === "model") return undefined;
  return "`job.trigger` has type, time, file_arrival, table_update.";
}

function outputMistake([name, ...rest]: readonly string[]): string | undefined {
  if ((name === "rows" || name === "alert_state") && rest.length === 0) return undefined;
  if (name === "first_row" && rest.length <= 1) return undefined;
  return "`output` has rows, first_row, first_row.<column>, alert_state.";
}
