/** What can be said of a pipeline without a session: its spec, and whether its sources are there. A dry run says the rest. */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { isLakeletError } from "../../errors/lakelet-error.js";
import { InvalidDocumentError } from "../../jobs/spec/problem.js";
import { jobNamesIn } from "../../jobs/spec/read-job-spec.js";
import type { BundleChoice } from "../job-lookup.js";
import type { Project } from "../project.js";
import type { Validation } from "../validation.js";
import { type LoadedPipeline, loadPipeline } from "./load-pipeline.js";
import { findPipeline, pipelinesIn } from "./pipeline-lookup.js";

/** Of a name that means no job: undefined where it means no pipeline either. */
export function validatedPipeline(project: Project, wanted: string, bundle: BundleChoice): Validation | undefined {
  try {
    return validationOf(loadPipeline(project, wanted, { bundle }));
  } catch (error) {
    if (isLakeletError(error, "PIPELINE_NOT_FOUND")) return undefined;
    if (!(error instanceof InvalidDocumentError)) throw error;
    const { problems } = error;
    return { file: problems[0]?.location.file ?? wanted, job: undefined, target: undefined, problems, error };
  }
}

/** All pipelines of a bundle. */
export function validatedPipelines(project: Project, file: string, bundle: BundleChoice): readonly Validation[] {
  return pipelinesIn(file).flatMap(({ reference }) => validatedPipeline(project, reference, bundle) ?? []);
}

/** Whether a name means a pipeline. */
export function isPipeline(project: Project, wanted: string): boolean {
  try {
    findPipeline(project, wanted);
    return true;
  } catch (error) {
    if (isLakeletError(error, "PIPELINE_NOT_FOUND")) return false;
    throw error;
  }
}

/** Whether a path is a pipeline's spec, or a source, and no job's. */
export function isPipelineFile(path: string): boolean {
  const file = resolve(path.replace(/#.*/, ""));
  if (!existsSync(file) || !statSync(file).isFile()) return false;
  if (/\.(?:sql|m?ts)$/.test(file)) return true;
  try {
    return pipelinesIn(file).length > 0 && jobNamesIn(file).length === 0;
  } catch (error) {
    if (isLakeletError(error)) return false;
    throw error;
  }
}

function validationOf({ file, settings, sources, target, notices }: LoadedPipeline): Validation {
  return {
    file,
    job: undefined,
    pipeline: { name: settings.name, sources: sources.length },
    target,
    problems: notices,
  };
}
