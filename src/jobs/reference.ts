/** Dynamic value references, `{{job.id}}`: their grammar, and what they become in a run. Text in, text out, one pass. */
import { LakeletError } from "../errors/lakelet-error.js";
import { describeReference } from "./reference-names.js";

export interface Reference {
  /** Segments, backticks taken off. */
  readonly path: readonly string[];
  /** As it stands, braces included. */
  readonly source: string;
}

export type ReferencePart = string | Reference;

export interface FinishedTask {
  readonly runId: string;
  /** Databricks' word in capitals: `SUCCESS`, `FAILED`, `UPSTREAM_FAILED` ... */
  readonly resultState: string;
  readonly executionCount: number;
  readonly errorCode: string | undefined;
  readonly values: Readonly<Record<string, unknown>>;
  readonly exitValue: string | undefined;
  /** Rows of a SQL task, by column name. */
  readonly rows: readonly Readonly<Record<string, unknown>>[] | undefined;
}

export interface ReferenceScope {
  readonly job: {
    readonly id: string;
    readonly name: string;
    readonly runId: string;
    readonly repairCount: number;
    /** Milliseconds since 1970. */
    readonly startTime: number;
    readonly triggerType: string;
    readonly parameters: Readonly<Record<string, string>>;
  };
  readonly task?: { readonly key: string; readonly runId: string; readonly executionCount: number };
  readonly tasks: ReadonlyMap<string, FinishedTask>;
}

const REFERENCE = /\{\{\s*((?:[\w-]+|`[^`{}]+`)(?:\s*\.\s*(?:[\w-]+|`[^`{}]+`))*)\s*\}\}/g;
const SEGMENT = /`([^`]+)`|[\w-]+/g;

/** Splits a text into literal pieces and references; what is not well-formed stays literal. */
export function parseReferences(text: string): readonly ReferencePart[] {
  const parts: ReferencePart[] = [];
  let end = 0;
  for (const match of text.matchAll(REFERENCE)) {
    if (match.index > end) parts.push(text.slice(end, match.index));
    const path = [...(match[1] ?? "").matchAll(SEGMENT)].map((segment) => segment[1] ?? segment[0]);
    parts.push({ path, source: match[0] });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts;
}

/**
 * Replaces the references in a text. A reference in an unknown namespace stays as it is; values are never expanded again.
 * Throws `INVALID_DYNAMIC_VALUE_REFERENCE` for a wrong name in a known namespace, and for a value that was not set.
 */
export function resolveReferences(text: string, scope: ReferenceScope): string {
  return parseReferences(text)
    .map((part) => (typeof part === "string" ? part : resolve(part, scope)))
    .join("");
}

/** {@link resolveReferences} in every text inside a value; keys stay. */
export function resolveDeep(value: unknown, scope: ReferenceScope): unknown {
  if (typeof value === "string") return resolveReferences(value, scope);
  if (Array.isArray(value)) return value.map((item) => resolveDeep(item, scope));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolveDeep(inner, scope)]));
}

function resolve(reference: Reference, scope: ReferenceScope): string {
  const known = describeReference(reference.path);
  if (known.kind === "unknown") return reference.source;
  if (known.kind === "invalid") throw invalid(reference, known.message);
  const [namespace = "", ...rest] = known.path;
  if (namespace === "job") return jobValue(reference, rest, scope);
  if (namespace === "task") return taskValue(reference, rest, scope);
  if (namespace === "tasks") return upstreamValue(reference, rest, scope);
  if (namespace === "workspace") return rest[0] === "id" ? "0" : "http://localhost";
  return reference.source;
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
      if (value === undefined) throw invalid(reference, `The job has no parameter \`${key}\`.`);
      return value;
    }
    case "start_time":
      return timeText(job.startTime, rest[0] ?? "iso_datetime");
    default:
      // The rest of the known names are those of a trigger.
      if (rest[0] === "type") return job.triggerType;
      if (rest[0] === "time") return timeText(job.startTime, rest[1] ?? "iso_datetime");
      return reference.source;
  }
}

function taskValue(reference: Reference, [name]: readonly string[], { task }: ReferenceScope): string {
  if (!task) throw invalid(reference, "Only a task knows its run; a job parameter does not.");
  if (name === "name") return task.key;
  return name === "run_id" ? task.runId : String(task.executionCount);
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
    case "values":
      return taskValueText(reference, key, rest[0] ?? "", task);
    default:
      return outputText(reference, key, rest, task);
  }
}

function taskValueText(reference: Reference, key: string, name: string, task: FinishedTask): string {
  if (Object.hasOwn(task.values, name)) return valueText(task.values[name]);
  if (name === "default" && task.exitValue !== undefined) return task.exitValue;
  throw invalid(reference, `The task \`${key}\` set no task value \`${name}\`.`);
}

function outputText(reference: Reference, key: string, [name, column]: readonly string[], task: FinishedTask): string {
  if (name === "alert_state") throw invalid(reference, `The task \`${key}\` is not an alert.`);
  if (!task.rows) throw invalid(reference, `The task \`${key}\` has no rows as output: it is not a SQL query.`);
  if (name === "rows") return valueText(task.rows);
  const first = task.rows[0];
  if (column === undefined) return valueText(first ?? {});
  if (!first || !Object.hasOwn(first, column))
    throw invalid(reference, `The output of \`${key}\` has no column \`${column}\`.`);
  return valueText(first[column]);
}

function valueText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
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

function invalid(reference: Reference, reason: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_DYNAMIC_VALUE_REFERENCE",
    sqlState: "42000",
    problem: `The reference ${reference.source} cannot be resolved.`,
    reason,
    parameters: { reference: reference.source },
  });
}
