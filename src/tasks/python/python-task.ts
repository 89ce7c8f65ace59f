/** What all Python tasks have in common: their interpreter with its libraries, their process, and how it ended. */
import { delimiter } from "node:path";
import type { AttemptEvent, AttemptRequest, TaskResult } from "../../jobs/run/attempt.js";
import { failureFrom } from "../failure.js";
import type { PythonTaskEnvironment } from "../task-environment.js";
import { findInterpreter } from "./interpreter.js";
import { managedEnvironment } from "./managed-environment.js";
import { pythonFailure } from "./python-failure.js";
import { runProcess } from "./python-process.js";
import { NO_REQUIREMENTS, requirementsOf } from "./requirements.js";
import { taskVariables } from "./task-variables.js";

/** Runs Python with these arguments. Nothing that the user's code does is thrown. */
export async function runPythonTask(
  environment: PythonTaskEnvironment,
  request: AttemptRequest,
  emit: (event: AttemptEvent) => void,
  argumentsOf: () => readonly string[],
): Promise<TaskResult> {
  const { paths } = environment;
  try {
    const args = argumentsOf();
    const requirements = request.libraries ? requirementsOf(request.libraries, paths) : NO_REQUIREMENTS;
    const interpreter = await findInterpreter({ wanted: environment.python.interpreter, root: paths.root });
    const folder = environment.python.environments;
    const command = await managedEnvironment({ folder, interpreter, requirements, inherits: true, emit });
    const variables = taskVariables(request, environment);
    const importPath = [...requirements.importPaths, ...(process.env.PYTHONPATH ? [process.env.PYTHONPATH] : [])];
    const env = { ...variables, ...(importPath.length > 0 && { PYTHONPATH: importPath.join(delimiter) }) };
    const end = await runProcess({ command, args, cwd: paths.root, env, emit });
    if (end.code === 0) return { state: "SUCCESS" };
    const cure = `Name the package under the task's \`libraries\` (pypi), or install it for ${interpreter.executable}.`;
    return { state: "FAILED", failure: pythonFailure(end, paths.root, cure) };
  } catch (error) {
    return { state: "FAILED", failure: failureFrom(error, { file: "", text: "" }, {}) };
  }
}
