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
  task_retry_count: [
    "task.retry_count",
    "is deprecated: write {{task.execution_count}}, which counts from 1 where this one counts from 0",
  ],
  "job.start_time": [
    "job.start_time.iso_datetime",
    "is an error on Databricks, which wants an argument; here it is {{job.start_time.iso_datetime}}",
  ],
  "run.id": ["task.run_id", "stays literal text on Databricks; here it is {{task.run_id}}, which runs in both"],
  "parent_run.id": ["job.run_id", "stays literal text on Databricks; here it is {{job.run_id}}, which runs in both"],
};

const NAMES: Readonly<Record<string, readonly string[]>> = {
  job: ["id", "name", "run_id", "repair_count", "parameters", "start_time", "trigger"],
  task: ["name", "run_id", "execution_count", "notebook_path"],
  tasks: ["run_id", "result_state", "error_code", "execution_count", "notebook_path", "values", "output"],
  workspace: ["id", "url"],
  backfill: TIME_ARGUMENTS,
};
/** Known to Databricks, but only within a loop or a backfill; literal elsewhere. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  input: "has a value only inside a for_each task",
  backfill: "has a value only in a backfill",
};

/** Where a text stands, and in which run: there `input` and `backfill` have values. */
export interface ReferencePlace {
  readonly inLoop?: boolean;
  readonly inBackfill?: boolean;
}

/** What a reference is, without a run. */
export function describeReference(path: readonly string[], place: ReferencePlace = {}): KnownReference {
  const text = path.join(".");
  const synonym = Object.hasOwn(SYNONYMS, text) ? SYNONYMS[text] : undefined;
  if (synonym) return { kind: "known", path: synonym[0].split("."), warning: `{{${text}}} ${synonym[1]}.` };
  const [namespace = ""] = path;
  if (namespace === "input" && place.inLoop) return { kind: "known", path };
  if (Object.hasOwn(ELSEWHERE, namespace) && !(namespace === "backfill" && place.inBackfill)) {
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
  if (name === "table_update") return tableUpdateMistake(rest);
  if (name === "file_arrival") {
    return rest.length === 1 && rest[0] === "location" ? undefined : "`file_arrival` has location.";
  }
  // Its names are not published.
  if (name === "model") return undefined;
  return "`job.trigger` has type, time, file_arrival, table_update.";
}

function tableUpdateMistake(rest: readonly string[]): string | undefined {
  if (rest.length === 1 && rest[0] === "updated_tables") return undefined;
  return tableUpdateOf(rest) === undefined
    ? "`table_update` has updated_tables, <catalog.schema.table>.version, <catalog.schema.table>.commit_timestamp.<argument>."
    : undefined;
}

/** What stands behind `job.trigger.table_update`: a table, its name in backticks or not, and what is asked of it. */
export function tableUpdateOf(
  rest: readonly string[],
): { readonly table: string; readonly argument: string | undefined } | undefined {
  const timed = rest.at(-2) === "commit_timestamp";
  const argument = timed ? rest.at(-1) : undefined;
  if (timed ? timeMistake([argument ?? ""]) !== undefined : rest.at(-1) !== "version") return undefined;
  const table = rest.slice(0, timed ? -2 : -1).join(".");
  return table === "" ? undefined : { table, argument };
}

function outputMistake([name, ...rest]: readonly string[]): string | undefined {
  if ((name === "rows" || name === "alert_state") && rest.length === 0) return undefined;
  if (name === "first_row" && rest.length <= 1) return undefined;
  return "`output` has rows, first_row, first_row.<column>, alert_state.";
}
