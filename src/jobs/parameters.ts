/** Which value a parameter has in a run and in a task: run-now over job over task. */

import type { TaskWork } from "./job-plan.js";
import { type ReferenceScope, resolveDeep, resolveReferences } from "./reference.js";
import type { TaskType } from "./spec/task.js";

/** Task types whose parameters are pairs of key and value: only to these are job parameters pushed. */
const KEYED: Readonly<Partial<Record<TaskType, string>>> = {
  notebook_task: "base_parameters",
  sql_task: "parameters",
};

/** The job's parameters of a run: defaults with their references resolved, then what run-now gives, which is taken as it is. */
export function jobParameters(
  defaults: Readonly<Record<string, string>>,
  overrides: Readonly<Record<string, string>>,
  scope: ReferenceScope,
): Readonly<Record<string, string>> {
  const resolved = Object.entries(defaults).map(([name, text]) => [name, resolveReferences(text, scope)]);
  const declared = Object.entries(overrides).filter(([name]) => Object.hasOwn(defaults, name));
  return { ...Object.fromEntries(resolved), ...Object.fromEntries(declared) };
}

/**
 * The settings of an attempt, each reference replaced in one pass. Key-value tasks get, from weakest to strongest: their own
 * parameters, the job's, and what run-now gave, values being data that is never expanded.
 */
export function attemptSettings(
  work: TaskWork,
  scope: ReferenceScope,
  overrides: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const settings = resolveDeep(work.settings, scope) as Readonly<Record<string, unknown>>;
  const field = KEYED[work.type];
  if (field === undefined) return settings;
  const own = (settings[field] ?? {}) as Readonly<Record<string, string>>;
  return { ...settings, [field]: { ...own, ...scope.job.parameters, ...overrides } };
}
