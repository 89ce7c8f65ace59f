/** Which value a parameter has in a run and in a task: run-now over job over task. */
import { LakeletError } from "../errors/lakelet-error.js";
import { resolveDbtCommand } from "./dbt-command.js";
import type { TaskWork } from "./job-plan.js";
import { checkPaths } from "./path-settings.js";
import { type ReferenceScope, resolveDeep, resolveReferences } from "./reference.js";
import type { RunParameters } from "./run-parameters.js";

type Texts = Readonly<Record<string, string>>;
type Settings = Readonly<Record<string, unknown>>;

/** The job's parameters of a run: defaults with their references resolved, then what run-now gives, which is taken as it is. */
export function jobParameters(defaults: Texts, overrides: Texts, scope: ReferenceScope): Texts {
  const resolved = Object.entries(defaults).map(([name, text]) => [name, resolveReferences(text, scope)]);
  const declared = Object.entries(overrides).filter(([name]) => Object.hasOwn(defaults, name));
  return Object.fromEntries([...resolved, ...declared]);
}

/**
 * The settings of an attempt, each reference replaced in one pass. Key-value tasks get, from weakest to strongest: their own
 * parameters, the job's, and what run-now gave. Lists of arguments get what their references ask for, and are replaced whole by the
 * deprecated kinds of run-now. Values are data that is never expanded.
 *
 * @param overrides run-now's job parameters, those that the job does not declare among them
 * @param given run-now's deprecated kinds
 * @throws INVALID_DYNAMIC_VALUE_REFERENCE, INVALID_PATH, PARAMETERS_TOO_LARGE
 */
export function attemptSettings(
  work: TaskWork,
  scope: ReferenceScope,
  overrides: Texts,
  given: RunParameters = {},
): Settings {
  checkPaths(work, scope);
  const settings = resolveDeep(work.settings, scope) as Settings;
  const pushed = { ...scope.job.parameters, ...overrides };
  switch (work.type) {
    case "notebook_task":
      return keyed(settings, "base_parameters", { ...pushed, ...given.notebook_params });
    case "sql_task":
      // An alert takes no parameters.
      if (settings.alert !== undefined) return settings;
      return keyed(settings, "parameters", { ...pushed, ...given.sql_params });
    case "python_wheel_task":
      return wheelSettings(settings, pushed, given);
    case "run_job_task":
      return childParameters(settings, pushed);
    case "spark_jar_task":
      return replaced(settings, "parameters", given.jar_params);
    case "spark_python_task":
      return replaced(settings, "parameters", given.python_params);
    case "spark_submit_task":
      return replaced(settings, "parameters", given.spark_submit_params);
    case "dbt_task":
      return { ...settings, commands: given.dbt_commands ?? dbtCommands(work.settings, scope) };
    case "pipeline_task":
      return { ...settings, ...given.pipeline_params };
    default:
      return settings;
  }
}

/** Word by word: a blank or a quote in a value makes no further words. */
function dbtCommands(settings: unknown, scope: ReferenceScope): readonly string[] {
  const { commands } = settings as { readonly commands: readonly string[] };
  return commands.map((command) => resolveDbtCommand(command, (text) => resolveReferences(text, scope)));
}

/** Of the JSON of a map of parameters, as the Jobs API limits it. */
const MAX_BYTES = 1024 * 1024;

function keyed(settings: Settings, field: string, stronger: Texts): Settings {
  const values = { ...(settings[field] as Texts | undefined), ...stronger };
  const bytes = Buffer.byteLength(JSON.stringify(values));
  if (bytes <= MAX_BYTES) return { ...settings, [field]: values };
  throw new LakeletError({
    condition: "PARAMETERS_TOO_LARGE",
    sqlState: "54000",
    problem: `The task's parameters have ${bytes} bytes as JSON: at most 1 MB can be given.`,
    cure: "Write the data to a table or a file, and give its name.",
  });
}

function replaced(settings: Settings, field: string, list: readonly string[] | undefined): Settings {
  return list === undefined ? settings : { ...settings, [field]: list };
}

/** Job parameters reach a wheel that takes its arguments by name; one with a list has to ask for them. */
function wheelSettings(settings: Settings, pushed: Texts, given: RunParameters): Settings {
  const { python_named_params: named, python_params: list } = given;
  if (list !== undefined) {
    const { named_parameters: _, ...rest } = settings;
    return { ...rest, parameters: list };
  }
  if (settings.named_parameters === undefined && named === undefined) return settings;
  const { parameters: _, ...rest } = settings;
  return keyed(rest, "named_parameters", { ...pushed, ...named });
}

/** A child run is given what the task names, with this run's values where the job has parameters of these names. */
function childParameters(settings: Settings, pushed: Texts): Settings {
  const own = (settings.job_parameters ?? {}) as Texts;
  const stronger = Object.entries(pushed).filter(([name]) => Object.hasOwn(own, name));
  return { ...settings, job_parameters: Object.fromEntries([...Object.entries(own), ...stronger]) };
}
