/** The Python that has dbt: the user's where dbt-core and dbt-duckdb are installed there, else an environment that lakelet makes. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { AttemptEvent, AttemptRequest } from "../../jobs/run/attempt.js";
import type { TaskLibraries } from "../../jobs/task-libraries.js";
import { findInterpreter, type Interpreter } from "../python/interpreter.js";
import { managedEnvironment } from "../python/managed-environment.js";
import { runProcess } from "../python/python-process.js";
import { requirementsOf } from "../python/requirements.js";
import type { PythonTaskEnvironment } from "../task-environment.js";

/** Known to work together; the engine is lakelet's own version. Newer dbt-cores build on a binary that the package index does not have. */
const DBT = ["dbt-core==1.11.16", "dbt-duckdb==1.11.1", "duckdb==1.5.6"];
/** Adapters of Databricks' SQL: what they do is done by DuckDB here. */
const REMOTE_ADAPTER = /^dbt[-_](?:databricks|spark|synapse)\b/i;

/** Throws `PYTHON_NOT_FOUND`, `DBT_NOT_FOUND` and `LIBRARY_INSTALLATION_FAILED`. */
export async function dbtPython(
  environment: PythonTaskEnvironment,
  request: AttemptRequest,
  emit: (event: AttemptEvent) => void,
): Promise<string> {
  const { python, paths } = environment;
  const asked = python.dbt.python;
  const interpreter = await findInterpreter({ wanted: asked ?? python.interpreter, root: paths.root });
  const more = withoutAdapters(request.libraries);
  const wanted = python.dbt.requirements;
  if (wanted === undefined && more === undefined && (await hasDbt(interpreter, environment)))
    return interpreter.command;
  if (asked !== undefined && wanted === undefined) throw dbtNotFound(interpreter);
  const named = [...(more?.dependencies ?? []), ...(more?.libraries ?? []).flatMap(({ pypi }) => pypi?.package ?? [])];
  const base = wanted ?? DBT.filter((one) => !named.some((other) => packageOf(other) === packageOf(one)));
  const requirements = requirementsOf(
    { libraries: more?.libraries ?? [], dependencies: [...base, ...(more?.dependencies ?? [])] },
    paths,
  );
  return managedEnvironment({ folder: python.environments, interpreter, requirements, inherits: false, emit });
}

function withoutAdapters(given: TaskLibraries | undefined): TaskLibraries | undefined {
  if (given === undefined) return undefined;
  const libraries = given.libraries.filter(({ pypi }) => !(pypi && REMOTE_ADAPTER.test(pypi.package)));
  const dependencies = given.dependencies.filter((one) => !REMOTE_ADAPTER.test(one));
  return libraries.length + dependencies.length === 0 ? undefined : { libraries, dependencies };
}

function packageOf(requirement: string): string {
  return (/^[\w.-]+/.exec(requirement.trim())?.[0] ?? "").toLowerCase().replaceAll(/[_.]/g, "-");
}

async function hasDbt({ command }: Interpreter, { paths }: PythonTaskEnvironment): Promise<boolean> {
  // Looked for, not loaded: that takes seconds.
  const code =
    "import sys; from importlib.util import find_spec; sys.exit(not (find_spec('dbt.version') and find_spec('dbt.adapters.duckdb')))";
  const end = await runProcess({
    command,
    args: ["-c", code],
    cwd: paths.root,
    env: process.env,
    emit: () => undefined,
  });
  return end.code === 0;
}

function dbtNotFound({ executable }: Interpreter): LakeletError {
  return new LakeletError({
    condition: "DBT_NOT_FOUND",
    sqlState: "58000",
    problem: `${executable} has no dbt for DuckDB.`,
    reason: "`dbt.python` in lakelet.yml names it.",
    cure: `Install it: ${executable} -m pip install ${DBT.join(" ")}; or leave \`dbt.python\` out, and lakelet makes an environment with it.`,
  });
}
