/** The jobs that run_job_tasks name: found by id, name or bundle key, loaded, and refused where they lead back. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { isLakeletError, LakeletError } from "../errors/lakelet-error.js";
import type { JobPlan, TaskPlan } from "../jobs/job-plan.js";
import type { LocatedProblem } from "../jobs/spec/problem.js";
import type { JobSpec } from "../jobs/spec/read-job-spec.js";
import { graphWidth } from "../jobs/task-graph.js";
import { type FoundJob, findJob, findJobById } from "./job-lookup.js";
import type { Project } from "./project.js";

/** What is known of a job that others may start. */
export interface ChildJobFile {
  readonly spec: JobSpec;
  readonly plan: JobPlan;
  readonly specFile: string;
}

const RESOURCE = /^\$\{resources\.jobs\.([^.}]+)\.id\}$/;

/**
 * @param specFile of the job that names the other one: its bundle is searched first
 * @throws JOB_NOT_FOUND
 */
export function findChildJob(project: Project, specFile: string, jobId: string | number): FoundJob {
  const text = String(jobId);
  const mapped = Object.hasOwn(project.jobs, text) ? project.jobs[text] : undefined;
  if (mapped !== undefined) {
    const path = resolve(project.root, mapped.replace(/#.*/, ""));
    return findJob(project, existsSync(path) ? resolve(project.root, mapped) : mapped);
  }
  const [, key] = RESOURCE.exec(text) ?? [];
  if (key !== undefined) return findJob(project, `${resolve(specFile)}#${key}`);
  if (!/^\d+$/.test(text)) return findJob(project, text);
  const found = findJobById(project, text, resolve(specFile));
  if (found) return found;
  throw new LakeletError({
    condition: "JOB_NOT_FOUND",
    sqlState: "42000",
    problem: `There is no job with the id ${text}.`,
    reason: "Neither `jobs` of lakelet.yml nor a job under pipelines/ has it.",
    cure: `Say in lakelet.yml which spec it is: jobs: { "${text}": pipelines/<job> }.`,
    parameters: { job: text },
  });
}

/** The id that a run_job_task names; undefined for another task, and where a reference completes it in the run. */
export function childJobId({ work }: TaskPlan): string | number | undefined {
  if (work.type !== "run_job_task") return undefined;
  const { job_id: id } = work.settings as { readonly job_id: string | number };
  return typeof id === "string" && id.includes("{{") ? undefined : id;
}

interface Placed {
  readonly task: TaskPlan;
  /** Keys down to its settings. */
  readonly path: readonly (string | number)[];
}

/** Every task of a plan, those inside loops too, with its place in the spec. */
export function placedTasks(spec: JobSpec, plan: JobPlan): readonly Placed[] {
  const keys = (spec.settings.tasks ?? []).map((task) => task.task_key);
  return plan.tasks.flatMap((task): readonly Placed[] => {
    const path = ["tasks", keys.indexOf(task.key)];
    const nested = task.forEach && { task: task.forEach.task, path: [...path, "for_each_task", "task"] };
    return nested ? [{ task, path }, nested] : [{ task, path }];
  });
}

export interface ChildJobsLoaded {
  readonly problems: readonly LocatedProblem[];
  /** Processes that the jobs can keep at work, all together. */
  readonly width: number;
}

/**
 * Loads the jobs that run_job_tasks name, with an error at its place for each one that is not there, cannot run, or leads back to one
 * of `above`.
 *
 * @param above identities of the jobs that are being loaded, this one last
 * @param load reads a job together with the jobs that it names
 */
export function loadChildJobs(
  project: Project,
  { spec, plan, specFile }: ChildJobFile,
  above: readonly string[],
  load: (found: FoundJob, above: readonly string[]) => { readonly width: number },
): ChildJobsLoaded {
  let width = 0;
  const problems = placedTasks(spec, plan).flatMap(({ task, path }) => {
    const id = childJobId(task);
    if (id === undefined) return [];
    const at = (message: string) => [
      spec.at({ severity: "error", path: [...path, "run_job_task", "job_id"], message }),
    ];
    try {
      const found = findChildJob(project, specFile, id);
      const back = above.indexOf(found.identity);
      if (back < 0) {
        width += load(found, [...above, found.identity]).width;
        return [];
      }
      const circle = [...above.slice(back), found.identity].join(" → ");
      return at(`The job would start itself without end: ${circle}. Databricks refuses it, too. Take the task out.`);
    } catch (error) {
      if (!isLakeletError(error)) throw error;
      const known = error.condition === "JOB_NOT_FOUND";
      const words = [error.problem, error.reason, error.cure].filter(Boolean).join(" ");
      return at(known ? words : `The job ${id} cannot run. ${error.message}`);
    }
  });
  return { problems, width };
}

/** Most tasks of a job that can be at work at once, loops counted as often as they run side by side. */
export function ownWidth(tasks: readonly TaskPlan[]): number {
  const loops = tasks.reduce((sum, { forEach }) => sum + (forEach ? forEach.concurrency - 1 : 0), 0);
  return graphWidth(tasks) + loops;
}
