/** Everything that can be said of a job, or of each job of a bundle, without running it. */
import { InvalidDocumentError, inOrder, type LocatedProblem } from "../jobs/spec/problem.js";
import { jobNamesIn, mayHoldBundle } from "../jobs/spec/read-job-spec.js";
import { checkMail } from "../notifications/check-notifications.js";
import { type BundleChoice, findJob } from "./job-lookup.js";
import { codeNotices } from "./lint-code.js";
import { loadJob } from "./load-job.js";
import type { Project } from "./project.js";

export type { LocatedProblem } from "../jobs/spec/problem.js";

export interface Validation {
  /** The spec's path from the working folder. */
  readonly file: string;
  /** undefined where the mistakes keep it from being known. */
  readonly job: { readonly name: string; readonly tasks: number; readonly bundleKey: string | undefined } | undefined;
  readonly target: string | undefined;
  /** By file and line, errors too. */
  readonly problems: readonly LocatedProblem[];
  /** All the mistakes as one message. */
  readonly error?: InvalidDocumentError;
}

/**
 * A bundle of several jobs without a key gives one validation for each.
 *
 * @throws JOB_NOT_FOUND, JOB_SPEC_NOT_FOUND, and MALFORMED_DOCUMENT with its line
 */
export function validateJobs(project: Project, wanted: string, bundle: BundleChoice): readonly Validation[] {
  const found = findJob(project, wanted, bundle);
  if (found.bundleKey !== undefined || !mayHoldBundle(found.file)) return [validated(project, wanted, wanted, bundle)];
  const keys = jobNamesIn(found.file).flatMap(({ bundleKey }) => (bundleKey === undefined ? [] : [bundleKey]));
  if (keys.length < 2) return [validated(project, wanted, wanted, bundle)];
  return keys.map((key) => validated(project, `${wanted}#${key}`, wanted, bundle));
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
