/** `dbutils.jobs.taskValues`: small values that one task leaves to those after it. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { jsonText } from "../json-value.js";
import { printHelp } from "./help.js";
import { currentContext, type NotebookContext } from "./notebook-context.js";

export interface GetTaskValue {
  readonly taskKey: string;
  readonly key: string;
  /** Where the task set no such value. */
  readonly default?: unknown;
  /** Outside a run. */
  readonly debugValue?: unknown;
}

const MAX_BYTES = 48 * 1024;
/** Of a run on Databricks. */
const MAX_VALUES = 250;

const keysSet = new WeakMap<NotebookContext, Set<string>>();

/** Arguments by name in one object, as Python has them by keyword, or in order. */
export interface TaskValues {
  set(value: { readonly key: string; readonly value: unknown }): void;
  set(key: string, value: unknown): void;
  get(request: GetTaskValue): unknown;
  get(taskKey: string, key: string, defaultValue?: unknown, debugValue?: unknown): unknown;
  help(method?: string): void;
}

export const taskValues: TaskValues = {
  set(first: string | { readonly key: string; readonly value: unknown }, second?: unknown): void {
    const { key, value } = typeof first === "string" ? { key: first, value: second } : first;
    const context = currentContext();
    if (typeof key !== "string" || key === "") throw invalid(String(key), "its key must be a text that is not empty");
    const text = valueText(key, value);
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_BYTES) {
      throw invalid(
        key,
        `its JSON has ${bytes} bytes, more than 48 KiB: write it to a table, and leave the table's name`,
      );
    }
    countKey(context, key);
    // As the tasks after it will see it.
    context.options.emit({ type: "value", key, value: JSON.parse(text) });
  },

  get(first: string | GetTaskValue, key?: string, defaultValue?: unknown, debugValue?: unknown): unknown {
    const asked: GetTaskValue =
      typeof first === "string" ? { taskKey: first, key: key ?? "", default: defaultValue, debugValue } : first;
    const { request } = currentContext().options;
    if (!request) return debugOf(asked);
    const values = Object.hasOwn(request.taskValues, asked.taskKey) ? request.taskValues[asked.taskKey] : undefined;
    if (values && Object.hasOwn(values, asked.key)) return values[asked.key];
    if (asked.default !== undefined) return asked.default;
    throw new LakeletError({
      condition: "TASK_VALUE_NOT_FOUND",
      sqlState: "42000",
      problem: `The task \`${asked.taskKey}\` set no value \`${asked.key}\`.`,
      reason: values
        ? `It set ${Object.keys(values).join(", ") || "none"}.`
        : "No task of that name has finished in this run and left values.",
      cure: "Give a default, or let this task depend on that one.",
      parameters: { taskKey: asked.taskKey, key: asked.key },
    });
  },

  help: (method) => printHelp("jobs.taskValues", method),
};

function valueText(key: string, value: unknown): string {
  let text: string | undefined;
  try {
    // NaN would become null.
    JSON.stringify(value, (_, inner: unknown) => {
      if (typeof inner === "number" && !Number.isFinite(inner)) throw new TypeError(`${inner} has no JSON form`);
      return typeof inner === "bigint" ? 0 : inner;
    });
    text = jsonText(value);
  } catch (error) {
    throw invalid(key, error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
  }
  if (text === undefined) throw invalid(key, `a value of type ${typeof value} has no JSON form`);
  return text;
}

function countKey(context: NotebookContext, key: string): void {
  const keys = keysSet.get(context) ?? new Set();
  keysSet.set(context, keys);
  if (keys.has(key)) return;
  keys.add(key);
  if (keys.size !== MAX_VALUES + 1) return;
  const message = `This task sets more than ${MAX_VALUES} task values: Databricks keeps no more of a run.`;
  context.options.emit({ type: "report", report: { kind: "warning", message } });
}

function debugOf(asked: GetTaskValue): unknown {
  if (asked.debugValue !== undefined) return asked.debugValue;
  throw new LakeletError({
    condition: "TASK_VALUE_NEEDS_DEBUG_VALUE",
    sqlState: "42000",
    problem: `Outside a run there is no value \`${asked.key}\` of \`${asked.taskKey}\`.`,
    cure: "Give a debugValue.",
  });
}

function invalid(key: string, reason: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_TASK_VALUE",
    sqlState: "42000",
    problem: `The task value \`${key}\` cannot be kept: ${reason}.`,
    parameters: { key },
  });
}
