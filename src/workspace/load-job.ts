/** A job ready to run: found, read, checked, its files there. */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { isLakeletError, LakeletError } from "../errors/lakelet-error.js";
import { type JobPlan, partialPlan, planJob, type TaskWork } from "../jobs/job-plan.js";
import { didYouMean } from "../jobs/spec/nearest-name.js";
import { inOrder, type LocatedProblem } from "../jobs/spec/problem.js";
import { invalidJobSpec, type JobSpec, readJobSpec } from "../jobs/spec/read-job-spec.js";
import { checkNotifications } from "../notifications/check-notifications.js";
import { loadChildJobs, ownWidth, placedTasks } from "./child-jobs.js";
import { type BundleChoice, type FoundJob, findJob, inDeploymentOf } from "./job-lookup.js";
import { inDeployment, missingPipelines } from "./pipelines/task-pipelines.js";
import { isPipeline, isPipelineFile } from "./pipelines/validate-pipelines.js";
import type { Project } from "./project.js";
import { sparkConfNotices } from "./spark-conf-notices.js";
import { anchorPaths, fileOfTask, missingFiles } from "./task-files.js";

/** Task types that have a handler; the others are refused by name before a run begins. */
const SUPPORTED_TYPES: readonly string[] = [
  "notebook_task",
  "sql_task",
  "alert_task",
  "condition_task",
  "for_each_task",
  "run_job_task",
  "spark_python_task",
  "python_wheel_task",
  "dbt_task",
  "spark_jar_task",
  "pipeline_task",
];

export interface LoadedJob {
  readonly spec: JobSpec;
  /** The spec's path from the working folder. */
  readonly specFile: string;
  /** The same, absolute. */
  readonly file: string;
  readonly reference: string;
  /** Identities of the jobs that lead to this one by run_job_tasks, itself last. */
  readonly above: readonly string[];
  readonly plan: JobPlan;
  readonly notices: readonly LocatedProblem[];
  /** Most tasks at work at once, those of the jobs that it starts included. */
  readonly width: number;
}

/**
 * @param only as `--only` gives it: tasks, `+` before or after for all upstream or downstream
 * @param bundle the target and variables of a job that is one of a bundle
 * @throws INVALID_JOB_SPEC, JOB_NOT_FOUND, TASK_NOT_FOUND
 */
export function loadJob(
  project: Project,
  wanted: string,
  only: readonly string[] = [],
  bundle: BundleChoice = {},
): LoadedJob {
  const found = jobNamed(project, wanted, bundle);
  try {
    return loadFoundJob(project, found, only, [found.identity]);
  } catch (error) {
    throw isLakeletError(error, "INVALID_JOB_SPEC") && isPipelineFile(found.file) ? aPipeline(wanted) : error;
  }
}

function jobNamed(project: Project, wanted: string, bundle: BundleChoice): FoundJob {
  try {
    return findJob(project, wanted, bundle);
  } catch (error) {
    throw isLakeletError(error, "JOB_NOT_FOUND") && isPipeline(project, wanted) ? aPipeline(wanted) : error;
  }
}

function aPipeline(wanted: string): LakeletError {
  return new LakeletError({
    condition: "JOB_NOT_FOUND",
    sqlState: "42000",
    problem: `\`${wanted}\` is a declarative pipeline, not a job.`,
    cure: `Update it with \`lakelet pipeline run ${wanted}\`, or by a job with a pipeline_task.`,
    parameters: { job: wanted },
  });
}

/**
 * @param above identities of the jobs that lead to this one by run_job_tasks, itself last
 * @throws INVALID_JOB_SPEC, TASK_NOT_FOUND
 */
export function loadFoundJob(
  project: Project,
  found: FoundJob,
  only: readonly string[],
  above: readonly string[],
): LoadedJob {
  const specFile = relative(process.cwd(), found.file) || found.file;
  const spec = readJobSpec(found.file, {
    ...found.bundle,
    identity: found.identity.replace(/#.*$/, ""),
    nameOf: (file) => relative(process.cwd(), file) || file,
    ...(found.bundleKey !== undefined && { bundleKey: found.bundleKey }),
  });
  const planned = planJob(spec.settings, found.identity, found.bundleKey !== undefined);
  const full = inDeployment(anchorPaths(planned, found.file, project.root), spec);
  const { plan, unknown } = only.length > 0 ? partialPlan(full, only) : { plan: full, unknown: [] };
  if (unknown.length > 0) throw unknownTasks(full, unknown);
  const children = loadChildJobs(project, { spec, plan, specFile: found.file }, above, (child, path) =>
    loadFoundJob(project, inDeploymentOf(spec, child), [], path),
  );
  const conf = sparkConfNotices(spec);
  const refused = conf.filter((one) => one.severity === "error");
  const missing = [...missingFiles(spec, plan, project), ...missingPipelines(spec, plan, project)];
  const problems = [...unsupported(spec, plan), ...missing, ...children.problems, ...refused];
  if (problems.length > 0) throw invalidJobSpec(problems);
  const width = ownWidth(plan.tasks) + children.width;
  return {
    spec,
    specFile,
    file: found.file,
    above,
    reference: found.reference,
    plan,
    notices: noticesOf(spec, project, conf),
    width,
  };
}

function noticesOf(spec: JobSpec, project: Project, conf: readonly LocatedProblem[]): readonly LocatedProblem[] {
  const alerts = checkNotifications(spec.settings, project.notifications).map((one) => spec.at(one));
  return inOrder([...spec.notices, ...conf, ...alerts]);
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
  return placedTasks(spec, plan).flatMap(({ task: { key, work }, path }) => {
    const kind = work.type === "sql_task" ? unsupportedSql(work.settings) : undefined;
    if (SUPPORTED_TYPES.includes(work.type) && kind === undefined) return [];
    const reason =
      kind === undefined
        ? `\`${work.type}\` is not supported yet: lakelet runs ${SUPPORTED_TYPES.join(", ")}.`
        : "A sql_task with `dashboard` cannot run here: there are no dashboards to refresh.";
    const message = `${reason} Leave the task \`${key}\` out: name the others with --only.`;
    return [spec.at({ severity: "error", path: [...path, work.type, ...(kind ? [kind] : [])], message }, "key")];
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
  const mentions = placedTasks(job.spec, job.plan).map(({ task }) => {
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
