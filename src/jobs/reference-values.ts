/** What each dynamic value reference is in a run, as text. */
import { LakeletError } from "../errors/lakelet-error.js";
import { describeReference, tableUpdateOf } from "./reference-names.js";
import type { FinishedTask, Reference, ReferenceScope, ReferenceTrigger } from "./reference-scope.js";
import { didYouMean } from "./spec/nearest-name.js";

/**
 * The text that a reference becomes; its own source where it stays literal. Throws `INVALID_DYNAMIC_VALUE_REFERENCE` for a wrong name in
 * a known namespace, and for a value that was not set.
 */
export function referenceValue(reference: Reference, scope: ReferenceScope): string {
  const place = { inLoop: scope.input !== undefined, inBackfill: scope.backfillDate !== undefined };
  const known = describeReference(reference.path, place);
  if (known.kind === "unknown") return reference.source;
  if (known.kind === "invalid") throw invalid(reference, known.message);
  const [namespace = "", ...rest] = known.path;
  switch (namespace) {
    case "job":
      return jobValue(reference, rest, scope);
    case "task":
      return taskValue(reference, rest, scope);
    case "tasks":
      return upstreamValue(reference, rest, scope);
    case "input":
      return inputText(reference, rest, scope.input?.value);
    case "backfill":
      return timeText(instant(scope.backfillDate ?? ""), rest[0] ?? "iso_date");
    default:
      return rest[0] === "id" ? "0" : "http://localhost";
  }
}

function inputText(reference: Reference, path: readonly string[], input: unknown): string {
  let value = input;
  for (const [i, key] of path.entries()) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, key)) {
      const owner = ["input", ...path.slice(0, i)].join(".");
      throw invalid(reference, `${owner} of this iteration is ${shortText(value)}, which has no \`${key}\`.`);
    }
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return valueText(value);
}

function shortText(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function jobValue(reference: Reference, [name, ...rest]: readonly string[], { job }: ReferenceScope): string {
  switch (name) {
    case "id":
      return job.id;
    case "name":
      return job.name;
    case "run_id":
      return job.runId;
    case "repair_count":
      return String(job.repairCount);
    case "parameters": {
      const key = rest[0] ?? "";
      const value = Object.hasOwn(job.parameters, key) ? job.parameters[key] : undefined;
      if (value === undefined) {
        throw invalid(reference, `The job has no parameter \`${key}\`.`, didYouMean(key, Object.keys(job.parameters)));
      }
      return value;
    }
    case "start_time":
      return timeText(job.startTime, rest[0] ?? "iso_datetime");
    default:
      return triggerValue(reference, rest, job.trigger);
  }
}

/** A time of the day without a zone is UTC, as are all times of references. */
function instant(text: string): number {
  return Date.parse(/T[^Z+-]*$/i.test(text) ? `${text}Z` : text);
}

const MINUTE = 60_000;

/** A reference to what this trigger does not have stays literal text, as in a manual run of a job that waits for files. */
function triggerValue(reference: Reference, [name, ...rest]: readonly string[], trigger: ReferenceTrigger): string {
  switch (name) {
    case "type":
      return trigger.type.toLowerCase();
    case "time": {
      // Databricks rounds the time of a scheduled run down to its minute.
      const at = trigger.type === "PERIODIC" ? Math.floor(trigger.at / MINUTE) * MINUTE : trigger.at;
      return timeText(at, rest[0] ?? "iso_datetime");
    }
    case "file_arrival":
      return trigger.fileArrival?.location ?? reference.source;
    case "table_update":
      return tableUpdateValue(reference, rest, trigger);
    default:
      return reference.source;
  }
}

function tableUpdateValue(reference: Reference, rest: readonly string[], { tableUpdate }: ReferenceTrigger): string {
  if (!tableUpdate) return reference.source;
  const asked = tableUpdateOf(rest);
  if (!asked) return JSON.stringify(tableUpdate.tables.map(({ name }) => name));
  const table = tableUpdate.tables.find(({ name }) => name.toLowerCase() === asked.table.toLowerCase());
  if (!table) throw invalid(reference, `The table ${asked.table} is not among those whose update began this run.`);
  return asked.argument === undefined ? String(table.version) : timeText(table.timestamp, asked.argument);
}

function taskValue(reference: Reference, [name]: readonly string[], { task }: ReferenceScope): string {
  if (!task) throw invalid(reference, "Only a task knows its run; a job parameter does not.");
  switch (name) {
    case "name":
      return task.key;
    case "run_id":
      return task.runId;
    case "notebook_path":
      return task.notebookPath ?? noNotebook(reference, task.key);
    case "retry_count":
      return String(task.executionCount - 1);
    default:
      return String(task.executionCount);
  }
}

function noNotebook(reference: Reference, key: string): never {
  throw invalid(reference, `The task \`${key}\` is not a notebook_task.`);
}

function upstreamValue(reference: Reference, path: readonly string[], { tasks }: ReferenceScope): string {
  const [key = "", name, ...rest] = path;
  const task = tasks.get(key);
  if (!task) throw invalid(reference, `The task \`${key}\` has not finished in this run: make this task depend on it.`);
  switch (name) {
    case "run_id":
      return task.runId;
    case "result_state":
      return task.resultState.toLowerCase();
    case "error_code":
      return task.errorCode ?? "";
    case "execution_count":
      return String(task.executionCount);
    case "notebook_path":
      return task.notebookPath ?? noNotebook(reference, key);
    case "values":
      return taskValueText(reference, key, rest[0] ?? "", task);
    default:
      return outputText(reference, key, rest, task);
  }
}

function taskValueText(reference: Reference, key: string, name: string, task: FinishedTask): string {
  if (Object.hasOwn(task.values, name)) return valueText(task.values[name]);
  if (name === "default" && task.exitValue !== undefined) return task.exitValue;
  const set = Object.keys(task.values);
  const cure = didYouMean(name, set) || `It set ${set.join(", ") || "none"}.`;
  throw invalid(reference, `The task \`${key}\` set no task value \`${name}\`.`, cure);
}

function outputText(reference: Reference, key: string, [name, column]: readonly string[], task: FinishedTask): string {
  if (name === "alert_state") {
    if (task.alertState !== undefined) return task.alertState;
    throw invalid(reference, `The task \`${key}\` is not an alert that was evaluated.`);
  }
  if (!task.rows) throw invalid(reference, `The task \`${key}\` has no rows as output: it is not a SQL query.`);
  if (name === "rows") {
    const omitted = task.omittedRows ?? 0;
    if (omitted === 0) return valueText(task.rows);
    const all = task.rows.length + omitted;
    throw invalid(
      reference,
      `The output of \`${key}\` has ${all} rows: at most 1,000 rows of 48 KB can be referenced.`,
    );
  }
  const first = task.rows[0];
  if (!first && task.omittedRows) throw invalid(reference, `The first row of \`${key}\` is longer than 48 KB.`);
  if (column === undefined) return valueText(first ?? {});
  if (!first) throw invalid(reference, `The output of \`${key}\` has no rows.`);
  if (!Object.hasOwn(first, column)) {
    const cure = didYouMean(column, Object.keys(first)) || `It has ${Object.keys(first).join(", ")}.`;
    throw invalid(reference, `The output of \`${key}\` has no column \`${column}\`.`, cure);
  }
  return valueText(first[column]);
}

function valueText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "null");
}

function timeText(milliseconds: number, argument: string): string {
  const time = new Date(milliseconds);
  const weekday = time.getUTCDay() === 0 ? 7 : time.getUTCDay();
  switch (argument) {
    case "iso_date":
      return time.toISOString().slice(0, 10);
    case "iso_weekday":
      return String(weekday);
    case "is_weekday":
      return String(weekday < 6);
    case "year":
      return String(time.getUTCFullYear());
    case "month":
      return String(time.getUTCMonth() + 1);
    case "day":
      return String(time.getUTCDate());
    case "hour":
      return String(time.getUTCHours());
    case "minute":
      return String(time.getUTCMinutes());
    case "second":
      return String(time.getUTCSeconds());
    case "timestamp_ms":
      return String(milliseconds);
    default:
      return time.toISOString();
  }
}

function invalid(reference: Reference, reason: string, cure = ""): LakeletError {
  return new LakeletError({
    condition: "INVALID_DYNAMIC_VALUE_REFERENCE",
    sqlState: "42000",
    problem: `The reference ${reference.source} cannot be resolved.`,
    reason,
    ...(cure !== "" && { cure }),
    parameters: { reference: reference.source },
  });
}
