/** The spark_python_task: a Python file, run by the user's interpreter with its parameters as arguments. */
import { existsSync } from "node:fs";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { TaskHandler } from "../../jobs/run/attempt.js";
import type { ProjectPaths } from "../project-paths.js";
import type { PythonTaskEnvironment } from "../task-environment.js";
import { runPythonTask } from "./python-task.js";

export interface SparkPythonTaskSettings {
  readonly python_file: string;
  readonly parameters?: readonly string[];
}

export function sparkPythonTask(environment: PythonTaskEnvironment): TaskHandler {
  return {
    type: "spark_python_task",
    run: (request, emit) => {
      const settings = request.settings as unknown as SparkPythonTaskSettings;
      const args = () => [pythonFile(settings.python_file, environment.paths), ...(settings.parameters ?? [])];
      return runPythonTask(environment, request, emit, args);
    },
  };
}

/** Throws `PYTHON_FILE_NOT_FOUND`. */
export function pythonFile(path: string, paths: ProjectPaths): string {
  const file = paths.toLocal(path);
  if (existsSync(file)) return file;
  throw new LakeletError({
    condition: "PYTHON_FILE_NOT_FOUND",
    sqlState: "42000",
    problem: `The Python file ${path} does not exist.`,
    reason: `It was looked for at ${file}.`,
    parameters: { path },
  });
}
