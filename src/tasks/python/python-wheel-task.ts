/** The python_wheel_task: an entry point of an installed package, called with its parameters as arguments. */
import type { TaskHandler } from "../../jobs/run/attempt.js";
import type { PythonTaskEnvironment } from "../task-environment.js";
import { runPythonTask } from "./python-task.js";

export interface PythonWheelTaskSettings {
  readonly package_name: string;
  readonly entry_point: string;
  readonly named_parameters?: Readonly<Record<string, string>>;
  readonly parameters?: readonly string[];
}

/** An entry point that the package's metadata has under that name, of whatever group; else the package's function so called. */
const CALL_ENTRY_POINT = `import importlib, importlib.metadata, sys
package, entry = sys.argv[1:3]
sys.argv = [package] + sys.argv[3:]
try:
    found = [one for one in importlib.metadata.distribution(package).entry_points if one.name == entry]
except importlib.metadata.PackageNotFoundError:
    found = []
if found:
    function = found[0].load()
else:
    try:
        module = importlib.import_module(package.replace("-", "_"))
    except ModuleNotFoundError as error:
        if error.name != package.replace("-", "_"):
            raise
        sys.exit("[PACKAGE_NOT_FOUND] The package %s is not installed. Name its wheel under the task's libraries: - whl: ./dist/*.whl" % package)
    function = getattr(module, entry, None)
    if function is None:
        sys.exit("[ENTRY_POINT_NOT_FOUND] The package %s has neither an entry point nor a function %s." % (package, entry))
sys.exit(function())
`;

export function pythonWheelTask(environment: PythonTaskEnvironment): TaskHandler {
  return {
    type: "python_wheel_task",
    run: (request, emit) => {
      const settings = request.settings as unknown as PythonWheelTaskSettings;
      return runPythonTask(environment, request, emit, () => wheelArguments(settings));
    },
  };
}

/** @example wheelArguments({ package_name: "etl", entry_point: "main", named_parameters: { day: "1" } }).at(-1) // "--day=1" */
export function wheelArguments(settings: PythonWheelTaskSettings): readonly string[] {
  const { package_name, entry_point, named_parameters = {}, parameters = [] } = settings;
  const named = Object.entries(named_parameters).map(([name, value]) => `--${name}=${value}`);
  return ["-c", CALL_ENTRY_POINT, package_name, entry_point, ...parameters, ...named];
}
