/** Code that may read tables and not change any: the query functions of pipelines, which run whenever the graph is looked at. */
import { AsyncLocalStorage } from "node:async_hooks";
import { LakeletError } from "../errors/lakelet-error.js";

const readers = new AsyncLocalStorage<string>();

/** @param what who runs, for the message: "the query function of orders (pipeline.ts:12)" */
export function readOnly<Result>(what: string, run: () => Result): Result {
  return readers.run(what, run);
}

/** Throws UNSUPPORTED_PIPELINE_SPARK_SQL_COMMAND inside {@link readOnly}. */
export function refuseWhereReadOnly(command: string): void {
  const what = readers.getStore();
  if (what === undefined) return;
  throw new LakeletError({
    condition: "UNSUPPORTED_PIPELINE_SPARK_SQL_COMMAND",
    sqlState: "0A000",
    problem: `${command} is not supported in ${what}.`,
    reason: "The sources of a pipeline only say what its tables hold; they run whenever its graph is looked at.",
    cure: "Return the DataFrame: the pipeline writes it. Do what else is to be done in a task of the job.",
    parameters: { command },
  });
}
