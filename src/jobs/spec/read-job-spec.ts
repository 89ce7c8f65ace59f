/** A job spec file, read and checked: its form by the schema, then what it means. */
import { lintSpec } from "../lint/lint-spec.js";
import { checkMeaning } from "./check-meaning.js";
import { type JobSettings, jobSettings } from "./job-settings.js";
import { type BundleOrigin, invalidJobSpec, type JobSourceOptions, readJobSource } from "./job-source.js";
import { isAlong, without, withoutLeftOut } from "./left-out.js";
import { localEffectNotices } from "./local-effect.js";
import { normalForm } from "./normal-form.js";
import { inOrder, type LocatedProblem, type Problem } from "./problem.js";
import { type SchemaProblem, schemaProblems } from "./schema-problems.js";
import { commonTaskKeys } from "./task.js";

export { invalidJobSpec, jobNamesIn, mayHoldBundle } from "./job-source.js";

export interface JobSpec {
  /** Absolute path of the file; the root's where the job is one of a bundle. */
  readonly file: string;
  /** The job's key in a bundle; undefined in a file of one job. */
  readonly bundleKey: string | undefined;
  readonly bundle: BundleOrigin | undefined;
  readonly settings: JobSettings;
  /** Everything but errors: what Databricks would do otherwise, and what has no effect here. */
  readonly notices: readonly LocatedProblem[];
  /** The place of a problem found later, e.g. a notebook that does not exist. */
  at(problem: Problem, part?: "key" | "value"): LocatedProblem;
}

export interface ReadJobSpecOptions extends JobSourceOptions {
  /** The file's name in messages; its path where absent. */
  readonly shownAs?: string;
}

/** Reads and checks a spec. Throws `INVALID_JOB_SPEC` (all mistakes, each with line and column) and `JOB_SPEC_NOT_FOUND`. */
export function readJobSpec(file: string, { shownAs, ...options }: ReadJobSpecOptions = {}): JobSpec {
  const nameOf = options.nameOf ?? ((one: string) => (one === file && shownAs !== undefined ? shownAs : one));
  const source = readJobSource(file, { ...options, nameOf });
  const at = (problem: Problem, part: "key" | "value" = "value"): LocatedProblem => ({
    ...problem,
    location: source.locate(problem.path, part),
  });
  const inBundle = source.bundle !== undefined;
  const formed = normalForm(jobSettings, source.body, { convert: inBundle });
  const { body, leftOut } = inBundle
    ? withoutLeftOut(jobSettings, formed, source.holdsAnchors, withLegacyCure)
    : { body: formed, leftOut: [] };
  const parsed = jobSettings.safeParse(body);
  const errorsAround = source.problems.filter((one) => one.severity === "error");
  if (!parsed.success) {
    const form = schemaProblems(jobSettings, parsed.error, body).map(withLegacyCure);
    const meaning = meaningBeside(body, form).map((one) => at(one));
    throw invalidJobSpec([...errorsAround, ...[...leftOut, ...form].map((one) => at(one, one.part)), ...meaning]);
  }
  const found = [
    ...source.problems,
    ...leftOut.map((one) => at(one, one.part)),
    ...[...checkMeaning(parsed.data), ...lintSpec(parsed.data)].map((one) => at(one, one.part)),
    ...localEffectNotices(parsed.data).map((one) => at(one, "key")),
  ];
  const errors = found.filter((one) => one.severity === "error");
  if (errors.length > 0) throw invalidJobSpec([...leftOut.map((one) => at(one, one.part)), ...errors]);
  return {
    file: source.file,
    bundleKey: source.bundleKey,
    bundle: source.bundle,
    settings: parsed.data,
    notices: inOrder(found),
    at,
  };
}

/** The one form of a body that is not read: a single task without `tasks`, as the API of 2.0 had it. */
function withLegacyCure(problem: SchemaProblem): SchemaProblem {
  const [key] = problem.path;
  if (problem.part !== "key" || problem.path.length !== 1 || typeof key !== "string" || !commonTaskKeys.has(key)) {
    return problem;
  }
  const message = `\`${key}\` stands in a task: write \`tasks: [{ task_key: main, ${key}: ... }]\`. A job that is a single task is the form of Jobs API 2.0.`;
  return { ...problem, message };
}

/** Keys on which the meaning of the rest depends: with a mistake inside one, nothing can be said of the rest. */
const FOUNDATIONS = new Set(["parameters", "job_clusters", "environments", "tasks"]);

/** Errors of meaning in what is well-formed, so that they are told together with those of form. */
function meaningBeside(body: unknown, form: readonly Problem[]): readonly Problem[] {
  const wrong = form.map((one) => one.path);
  if (wrong.some((path) => path.length === 0 || (path.length <= 2 && FOUNDATIONS.has(String(path[0]))))) return [];
  if (wrong.some((path) => path[0] !== "tasks" && FOUNDATIONS.has(String(path[0])))) return [];
  const rest = jobSettings.safeParse(without(body, wrong));
  if (!rest.success) return [];
  return [...checkMeaning(rest.data), ...lintSpec(rest.data)].filter(
    (one) => one.severity === "error" && !wrong.some((path) => isAlong(path, one.path)),
  );
}
