/** A job ready to run: found, read, checked, its files there. */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { LakeletError } from "../errors/lakelet-error.js";
import { type JobPlan, partialPlan, planJob, type TaskWork } from "../jobs/job-plan.js";
import { didYouMean } from "../jobs/spec/nearest-name.js";
import type { LocatedProblem } from "../jobs/spec/problem.js";
import { invalidJobSpec, type JobSpec, readJobSpec } from "../jobs/spec/read-job-spec.js";
import { findJob } from "./job-lookup.js";
import type { Project } from "./project.js";
import { anchorPaths, fileOfTask, missingFiles } from "./task-files.js";

/** Task types that have a handler; the others are refused by name before a run begins. */
const SUPPORTED_TYPES: readonly string[] = ["notebook_task", "sql_task", "alert_task"];

export interface LoadedJob {
  readonly spec: JobSpec;
  /** The spec's path from the working folder. */
  readonly specFile: string;
  readonly reference: string;
  readonly plan: JobPlan;
  readonly notices: readonly LocatedProblem[];
}

/**
 * @param only as `--only` gives it: tasks, `+` before or after for all upstream or downstream
 * @throws INVALID_JOB_SPEC, JOB_NOT_FOUND, TASK_NOT_FOUND
 */
export function loadJob(project: Project, wanted: string, only: readonly string[] = []): LoadedJob {
  const found = findJob(project, wanted);
  const specFile = relative(process.cwd(), found.file) || found.file;
  const spec = readJobSpec(found.file, {
    shownAs: specFile,
    ...(found.bundleKey !== undefined && { bundleKey: found.bundleKey }),
  });
  const full = anchorPaths(planJob(spec.settings, found.identity), found.file, project.root);
  const { plan, unknown } = only.length > 0 ? partialPlan(full, only) : { plan: full, unknown: [] };
  if (unknown.length > 0) throw unknownTasks(full, unknown);
  const problems = [...unsupported(spec, plan), ...missingFiles(spec, plan, project)];
  if (problems.length > 0) throw invalidJobSpec(problems);
  return { spec, specFile, reference: found.reference, plan, notices: spec.notices };
}

function unknownTasks(plan: JobPlan, unknown: readonly string[]): LakeletError {
  const keys = plan.tasks.map((task) => task.key);
  return new LakeletError({
    condition: "TASK_NOT_FOUND",
    sqlState: "42000",
    problem: `The job has no task ${unknown.map((key) => `\`${key}\``).join(", ")}.`,
    cure: didYouMean(unknown[0] ?? "", keys) || `Its tasks: ${keys.join(", ")}.`,
  });
}

function unsupported(spec: JobSpec, plan: JobPlan): readonly LocatedProblem[] {
  const tasks = spec.settings.tasks ?? [];
  return plan.tasks.flatMap(({ key, work }) => {
    const kind = work.type === "sql_task" ? unsupportedSql(work.settings) : undefined;
    if (SUPPORTED_TYPES.includes(work.type) && kind === undefined) return [];
    const path = ["tasks", tasks.findIndex((task) => task.task_key === key), work.type, ...(kind ? [kind] : [])];
    const reason =
      kind === undefined
        ? `\`${work.type}\` is not supported yet: lakelet runs notebook_task, sql_task and alert_task.`
        : "A sql_task with `dashboard` cannot run here: there are no dashboards to refresh.";
    const message = `${reason} Leave the task \`${key}\` out: name the others with --only.`;
    return [spec.at({ severity: "error", path, message }, "key")];
  });
}

function unsupportedSql(settings: unknown): string | undefined {
  return ["dashboard"].find((kind) => Object.hasOwn(settings as object, kind));
}

/** A warning for each `--param` that neither the spec nor a task's own text mentions: most likely a slip. */
export function unknownParameters(
  project: Project,
  job: LoadedJob,
  names: readonly string[],
): readonly LocatedProblem[] {
  const mentions = job.plan.tasks.map((task) => {
    const file = fileOfTask(task, project);
    return `${JSON.stringify(task.work.settings)}\n${file === undefined ? "" : readFileSync(file, "utf8")}`;
  });
  const text = [...Object.keys(job.plan.parameters), ...mentions].join("\n");
  const declared = [
    ...Object.keys(job.plan.parameters),
    ...job.plan.tasks.flatMap((task) => Object.keys(parametersOf(task.work))),
  ];
  return names
    .filter((name) => !text.includes(name))
    .map((name) => {
      const message = `No task mentions the parameter \`${name}\`. ${didYouMean(name, declared)}`.trim();
      return job.spec.at({ severity: "warning", path: [], message });
    });
}

function parametersOf({ settings }: TaskWork): object {
  const { base_parameters, parameters } = settings as { base_parameters?: object; parameters?: object };
  return base_parameters ?? parameters ?? {};
}
