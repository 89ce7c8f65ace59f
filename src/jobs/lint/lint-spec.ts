/** Every rule over a job's settings. */
import type { JobSettings } from "../spec/job-settings.js";
import type { Problem } from "../spec/problem.js";
import { ALERT_RULES } from "./alert-rules.js";
import { COMPUTE_RULES } from "./compute-rules.js";
import { JOB_RULES } from "./job-rules.js";
import { contextOf, problemOf, type SpecRule } from "./rule.js";
import { TASK_RULES } from "./task-rules.js";
import { TRIGGER_RULES } from "./trigger-rules.js";

export const SPEC_RULES: readonly SpecRule[] = [
  ...COMPUTE_RULES,
  ...TRIGGER_RULES,
  ...ALERT_RULES,
  ...TASK_RULES,
  ...JOB_RULES,
];

export function lintSpec(settings: JobSettings): readonly Problem[] {
  const context = contextOf(settings);
  return SPEC_RULES.flatMap((rule) => rule.check(context).map((finding) => problemOf(rule.id, finding)));
}
