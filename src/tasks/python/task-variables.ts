/** What a program of a task finds in its environment: where the lake is, and which run this is. */
import type { AttemptRequest } from "../../jobs/run/attempt.js";
import type { JarTaskEnvironment, PythonTaskEnvironment } from "../task-environment.js";

export type Variables = Readonly<Record<string, string | undefined>>;

/** The variables of this process, and ours. */
export function taskVariables(
  { job, task }: AttemptRequest,
  { paths, warehouse }: PythonTaskEnvironment | JarTaskEnvironment,
): Variables {
  return {
    ...process.env,
    // Lines come when they are printed, and as what they are.
    PYTHONUNBUFFERED: "1",
    PYTHONIOENCODING: "utf-8",
    LAKELET_PROJECT: paths.root,
    LAKELET_WAREHOUSE: warehouse,
    LAKELET_PATHS: JSON.stringify(paths.mappings),
    LAKELET_JOB_ID: job.id,
    LAKELET_JOB_NAME: job.name,
    LAKELET_JOB_RUN_ID: job.runId,
    LAKELET_TASK_KEY: task.key,
    LAKELET_TASK_RUN_ID: task.runId,
    LAKELET_ATTEMPT: String(task.attempt),
  };
}
