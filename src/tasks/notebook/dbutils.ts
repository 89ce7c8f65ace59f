/** `dbutils` as a Databricks notebook knows it. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { jsonText } from "../json-value.js";
import { fileSystem } from "./file-system.js";
import { type JobContext, jobContext } from "./job-context.js";
import { currentContext } from "./notebook-context.js";
import { taskValues } from "./task-values.js";
import type { Widgets } from "./widgets.js";

const MAX_EXIT_BYTES = 5 * 1024 * 1024;

const notebook = {
  /**
   * Ends the notebook at once with a value, a text of at most 5 MiB; anything else becomes JSON. The task succeeds, whatever the value
   * says.
   */
  exit(value: unknown = ""): never {
    const text = typeof value === "string" ? value : (jsonText(value) ?? "");
    if (Buffer.byteLength(text) > MAX_EXIT_BYTES) {
      throw new LakeletError({
        condition: "EXIT_VALUE_TOO_LARGE",
        sqlState: "54000",
        problem: "The value given to dbutils.notebook.exit() is longer than 5 MiB.",
        cure: "Write it to a table and return the table's name.",
      });
    }
    return currentContext().exit(text);
  },
  /** Runs another notebook with this one's session and gives its exit value. @param timeoutSeconds 0 for none */
  run(path: string, timeoutSeconds = 0, args: Readonly<Record<string, string>> = {}): Promise<string> {
    const context = currentContext();
    const result = context.options.runNotebook(path, args, context);
    return timeoutSeconds > 0 ? withTimeout(result, path, timeoutSeconds) : result;
  },
  getContext: (): JobContext => jobContext(),
  /** The way that Python notebooks go to a job's id. */
  entry_point: { getDbutils: () => ({ notebook: () => ({ getContext: (): JobContext => jobContext() }) }) },
};

const secrets = {
  /** A secret from the environment variable `<SCOPE>_<KEY>`; its value is blacked out of the notebook's output. */
  get(first: string | { readonly scope: string; readonly key: string }, second = ""): string {
    const { scope, key } = typeof first === "string" ? { scope: first, key: second } : first;
    const variable = `${scope}_${key}`.toUpperCase().replace(/[^A-Z0-9]/g, "_");
    const value = process.env[variable];
    if (value === undefined) {
      throw new LakeletError({
        condition: "SECRET_NOT_FOUND",
        sqlState: "42000",
        problem: `There is no secret \`${key}\` in the scope \`${scope}\`.`,
        cure: `Set the environment variable ${variable}.`,
        parameters: { scope, key },
      });
    }
    if (value !== "") currentContext().secrets.add(value);
    return value;
  },
};

export const dbutils = {
  get widgets(): Widgets {
    return currentContext().widgets;
  },
  notebook,
  jobs: { taskValues },
  fs: fileSystem,
  secrets,
};
export type DbUtils = typeof dbutils;

async function withTimeout(result: Promise<string>, path: string, seconds: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    const error = new LakeletError({
      condition: "NOTEBOOK_TIMED_OUT",
      problem: `The notebook ${path} ran longer than ${seconds} s.`,
    });
    timer = setTimeout(() => reject(error), seconds * 1000);
  });
  try {
    return await Promise.race([result, expired]);
  } finally {
    clearTimeout(timer);
  }
}
