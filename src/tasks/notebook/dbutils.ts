/** `dbutils` as a Databricks notebook knows it. */
import type { DataFrame } from "../../dataframe/data-frame.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { jsonText } from "../json-value.js";
import { fileSystem } from "./file-system.js";
import { printHelp } from "./help.js";
import { type JobContext, jobContext } from "./job-context.js";
import { currentContext } from "./notebook-context.js";
import { secrets } from "./secrets.js";
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
  /**
   * Runs another notebook, with widgets and an exit of its own, and gives its exit value. Throws what it failed of, or
   * `NOTEBOOK_TIMED_OUT`.
   *
   * @param path starts at this notebook's folder
   * @param timeoutSeconds 0 for none
   * @param args values of its widgets
   */
  run(path: string, timeoutSeconds = 0, args: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const context = currentContext();
    const texts = Object.entries(args).map(([name, value]) => [
      name,
      typeof value === "string" ? value : (jsonText(value) ?? ""),
    ]);
    return context.options.runNotebook(path, Object.fromEntries(texts), context, timeoutSeconds);
  },
  getContext: (): JobContext => jobContext(),
  /** The way that Python notebooks go to a job's id. */
  entry_point: { getDbutils: () => ({ notebook: () => ({ getContext: (): JobContext => jobContext() }) }) },
  help: (method?: string): void => printHelp("notebook", method),
};

const data = {
  /** Displays count, mean, standard deviation, quartiles, least and greatest of each column. */
  summarize: (frame: DataFrame, _precise?: boolean): Promise<void> => frame.summary().display(),
  help: (method?: string): void => printHelp("data", method),
};

const library = {
  restartPython: (): never => refuse("library.restartPython", "A notebook's modules are fresh with each run."),
  installPyPI: (name: string): never => refuse("library.installPyPI", `Install ${name}'s npm package with npm.`),
};

export const dbutils = {
  get widgets(): Widgets {
    return currentContext().widgets;
  },
  notebook,
  jobs: { taskValues, help: (): void => printHelp("jobs.taskValues") },
  fs: fileSystem,
  secrets,
  data,
  library,
  help: (): void => printHelp(),
};
export type DbUtils = typeof dbutils;

function refuse(name: string, cure: string): never {
  throw new LakeletError({
    condition: "UNSUPPORTED_FEATURE.DBUTILS",
    sqlState: "0A000",
    problem: `dbutils.${name} is not there: notebooks are TypeScript.`,
    cure,
  });
}
