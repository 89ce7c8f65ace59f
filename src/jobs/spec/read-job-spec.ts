/** A job spec file, read and checked: a bare Jobs API body, `{ settings }`, or a bundle's `resources.jobs.<key>`. */
import { readFileSync } from "node:fs";
import { LakeletError } from "../../errors/lakelet-error.js";
import { checkMeaning } from "./check-meaning.js";
import { type DocumentPath, readDocument, type SourceDocument } from "./document.js";
import { type JobSettings, jobSettings } from "./job-settings.js";
import { localEffectNotices } from "./local-effect.js";
import { didYouMean } from "./nearest-name.js";
import { inOrder, invalidDocument, type LocatedProblem, type Problem } from "./problem.js";
import { schemaProblems } from "./schema-problems.js";

export interface JobSpec {
  /** Absolute path of the file. */
  readonly file: string;
  /** The job's key in a bundle; undefined in a file of one job. */
  readonly bundleKey: string | undefined;
  readonly settings: JobSettings;
  /** Everything but errors: what Databricks would do otherwise, and what has no effect here. */
  readonly notices: readonly LocatedProblem[];
  /** The place of a problem found later, e.g. a notebook that does not exist. */
  at(problem: Problem, part?: "key" | "value"): LocatedProblem;
}

export interface ReadJobSpecOptions {
  /** Which job of a bundle; may be left out where there is one. */
  readonly bundleKey?: string;
  /** The file's name in messages; its path where absent. */
  readonly shownAs?: string;
}

/** Reads and checks a spec. Throws `INVALID_JOB_SPEC` (all mistakes, each with line and column) and `JOB_SPEC_NOT_FOUND`. */
export function readJobSpec(file: string, options: ReadJobSpecOptions = {}): JobSpec {
  const document = readDocument(readSpecText(file), options.shownAs ?? file);
  const { root, bundleKey } = findJob(document, options.bundleKey);
  const body = valueAt(document.value, root);
  const at = (problem: Problem, part: "key" | "value" = "value"): LocatedProblem => ({
    ...problem,
    location: document.locate([...root, ...problem.path], part),
  });
  const parsed = jobSettings.safeParse(body);
  if (!parsed.success) {
    const problems = schemaProblems(jobSettings, parsed.error, body).map((one) => at(one, one.part));
    throw invalidJobSpec(problems);
  }
  const found = [
    ...checkMeaning(parsed.data).map((one) => at(one)),
    ...localEffectNotices(parsed.data).map((one) => at(one, "key")),
  ];
  const errors = found.filter((one) => one.severity === "error");
  if (errors.length > 0) throw invalidJobSpec(errors);
  return { file, bundleKey, settings: parsed.data, notices: inOrder(found), at };
}

export function invalidJobSpec(problems: readonly LocatedProblem[]): LakeletError {
  return invalidDocument("INVALID_JOB_SPEC", "The job spec", problems);
}

/** The names of the jobs that a file holds, their bundle keys beside them; empty where the file is none. */
export function jobNamesIn(
  file: string,
): readonly { readonly name: string | undefined; readonly bundleKey?: string }[] {
  const { value } = readDocument(readSpecText(file), file);
  if (!isObject(value)) return [];
  const jobs = bundleJobs(value);
  if (jobs) return Object.entries(jobs).map(([bundleKey, job]) => ({ name: nameOf(job), bundleKey }));
  const body = isObject(value.settings) ? value.settings : value;
  return Array.isArray(body.tasks) ? [{ name: nameOf(body) }] : [];
}

function nameOf(body: unknown): string | undefined {
  return isObject(body) && typeof body.name === "string" ? body.name : undefined;
}

function readSpecText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new LakeletError({
      condition: "JOB_SPEC_NOT_FOUND",
      sqlState: "42000",
      problem: `The job spec ${file} cannot be read.`,
      cure: "Give the path of a job.json or job.yml, or the name of a job under pipelines/.",
      parameters: { path: file },
      cause,
    });
  }
}

function findJob(
  document: SourceDocument,
  wanted: string | undefined,
): { readonly root: DocumentPath; readonly bundleKey: string | undefined } {
  const { value, locate } = document;
  const fail = (message: string, path: DocumentPath) =>
    invalidJobSpec([{ severity: "error", path, message, location: locate(path) }]);
  if (!isObject(value)) throw fail("The file holds no job: an object with `tasks` is expected.", []);
  const jobs = bundleJobs(value);
  if (jobs) {
    const keys = Object.keys(jobs);
    const [only] = keys;
    if (wanted === undefined && keys.length > 1) {
      throw fail(`The bundle has ${keys.length} jobs: name one of ${keys.join(", ")}.`, ["resources", "jobs"]);
    }
    const key = wanted ?? only;
    if (key === undefined || !keys.includes(key)) {
      throw fail(`The bundle has no job \`${key ?? ""}\`. ${didYouMean(key ?? "", keys)}`.trim(), [
        "resources",
        "jobs",
      ]);
    }
    return { root: ["resources", "jobs", key], bundleKey: key };
  }
  return { root: isObject(value.settings) ? ["settings"] : [], bundleKey: undefined };
}

function bundleJobs(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined {
  const resources = value.resources;
  return isObject(resources) && isObject(resources.jobs) ? resources.jobs : undefined;
}

function valueAt(value: unknown, path: DocumentPath): unknown {
  return path.reduce<unknown>((inner, step) => (isObject(inner) ? inner[step] : undefined), value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
