/** The notebook context that Databricks' notebooks ask for their job's id: tags and options with `get()`. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { currentContext } from "./notebook-context.js";

/** Scala's Option, as it shows through in Python notebooks. */
export interface Option<Value> {
  isDefined(): boolean;
  get(): Value;
  getOrElse(fallback: Value): Value;
}

export interface JobContext {
  /** `jobId`, `runId` (of the task), `multitaskParentRunId` (of the job), `jobName`, `taskKey`. */
  tags(): { get(key: string): Option<string>; apply(key: string): string };
  notebookPath(): Option<string>;
  jobId(): Option<string>;
  currentRunId(): Option<string>;
  toJson(): string;
}

export function jobContext(): JobContext {
  const { request, file } = currentContext().options;
  const tags = new Map<string, string>(
    request
      ? [
          ["jobId", request.job.id],
          ["jobName", request.job.name],
          ["runId", request.task.runId],
          ["multitaskParentRunId", request.job.runId],
          ["taskKey", request.task.key],
        ]
      : [],
  );
  const tag = (key: string) => option(tags.get(key), `the tag ${key}`);
  return {
    tags: () => ({ get: tag, apply: (key) => tag(key).get() }),
    notebookPath: () => option(file, "the notebook's path"),
    jobId: () => tag("jobId"),
    currentRunId: () => tag("runId"),
    toJson: () => JSON.stringify({ notebook_path: file, tags: Object.fromEntries(tags) }),
  };
}

function option<Value>(value: Value | undefined, name: string): Option<Value> {
  return {
    isDefined: () => value !== undefined,
    getOrElse: (fallback) => value ?? fallback,
    get() {
      if (value !== undefined) return value;
      throw new LakeletError({
        condition: "NO_SUCH_ELEMENT",
        problem: `None.get: ${name} is only there in a run of a job.`,
        cure: "Ask isDefined() first, or use getOrElse(...).",
      });
    },
  };
}
