/** Everything that can be said of a job or a pipeline, or of each one of a bundle, without running it. */
import { isLakeletError } from "../errors/lakelet-error.js";
import { InvalidDocumentError, inOrder } from "../jobs/spec/problem.js";
import { jobNamesIn, mayHoldBundle } from "../jobs/spec/read-job-spec.js";
import { checkMail } from "../notifications/check-notifications.js";
import { type BundleChoice, type FoundJob, findJob } from "./job-lookup.js";
import { codeNotices } from "./lint-code.js";
import { loadJob } from "./load-job.js";
import { isPipelineFile, validatedPipeline, validatedPipelines } from "./pipelines/validate-pipelines.js";
import type { Project } from "./project.js";
import type { Validation } from "./validation.js";

export type { LocatedProblem } from "../jobs/spec/problem.js";
export type { Validation } from "./validation.js";

/**
 * A bundle of several jobs and pipelines without a key gives one validation for each.
 *
 * @throws JOB_NOT_FOUND, JOB_SPEC_NOT_FOUND, and MALFORMED_DOCUMENT with its line
 */
export function validateJobs(project: Project, wanted: string, bundle: BundleChoice): readonly Validation[] {
  const own = isPipelineFile(wanted) ? validatedPipeline(project, wanted, bundle) : undefined;
  if (own) return [own];
  const found = foundJob(project, wanted, bundle);
  if ("validation" in found) return [found.validation];
  const named = isPipelineFile(found.file) ? validatedPipeline(project, wanted, bundle) : undefined;
  if (named) return [named];
  const single = () => [validated(project, wanted, wanted, bundle)];
  if (!mayHoldBundle(found.file)) return single();
  const keys = jobNamesIn(found.file).flatMap(({ bundleKey }) => (bundleKey === undefined ? [] : [bundleKey]));
  const [, key] = wanted.split("#", 2);
  const name = key?.replace(/@.*/, "");
  if (name !== undefined)
    return keys.includes(name) ? single() : [validatedPipeline(project, wanted, bundle) ?? single()].flat();
  const pipelines = validatedPipelines(project, found.file, bundle);
  if (keys.length < 2 && (keys.length === 1 || pipelines.length === 0)) return [...single(), ...pipelines];
  return [...keys.map((one) => validated(project, `${wanted}#${one}`, wanted, bundle)), ...pipelines];
}

/** A name that no job has may be a pipeline's. */
function foundJob(
  project: Project,
  wanted: string,
  bundle: BundleChoice,
): FoundJob | { readonly validation: Validation } {
  try {
    return findJob(project, wanted, bundle);
  } catch (error) {
    const validation = isLakeletError(error, "JOB_NOT_FOUND") ? validatedPipeline(project, wanted, bundle) : undefined;
    if (validation === undefined) throw error;
    return { validation };
  }
}

function validated(project: Project, name: string, shown: string, bundle: BundleChoice): Validation {
  try {
    const job = loadJob(project, name, [], bundle);
    const mail = checkMail(job.spec.settings, project.notifications).map((one) => job.spec.at(one));
    const problems = inOrder([...job.notices, ...codeNotices(project, job), ...mail]);
    const { bundleKey, bundle: origin } = job.spec;
    return {
      file: job.specFile,
      job: { name: job.plan.name, tasks: job.plan.tasks.length, bundleKey },
      target: origin?.target,
      problems,
    };
  } catch (error) {
    if (!(error instanceof InvalidDocumentError)) throw error;
    return {
      file: error.problems[0]?.location.file ?? shown,
      job: undefined,
      target: undefined,
      problems: error.problems,
      error,
    };
  }
}
