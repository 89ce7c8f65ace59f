/** The handler of dbt_tasks; what it takes to run one is loaded with the first. */
import type { TaskHandler } from "../../jobs/run/attempt.js";
import type { PythonTaskEnvironment } from "../task-environment.js";

export function dbtTask(environment: PythonTaskEnvironment): TaskHandler {
  return {
    type: "dbt_task",
    run: async (request, emit) => {
      const { runDbtTask } = await import("./dbt-task.js");
      return runDbtTask(environment, request, emit);
    },
  };
}
