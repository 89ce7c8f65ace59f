/** A pipeline's spec file, read and checked: its form by the schema, then what it means. */
import type { z } from "zod";
import type { JobSourceOptions } from "../spec/job-source.js";
import { withoutLeftOut } from "../spec/left-out.js";
import { normalForm } from "../spec/normal-form.js";
import { inOrder, type LocatedProblem, type Problem } from "../spec/problem.js";
import { type SchemaProblem, schemaProblems } from "../spec/schema-problems.js";
import { pipelineEffects } from "./pipeline-effect.js";
import { invalidPipelineSpec, type PipelineSource, readPipelineSource } from "./pipeline-source.js";
import { type PipelineSpecBody, pipelineSpec, sparkPipelineSpec } from "./pipeline-spec-schema.js";

export { PIPELINE_FILES, type PipelineName, pipelineNamesIn } from "./pipeline-source.js";

export interface PipelineSpec extends Pick<PipelineSource, "file" | "form" | "bundleKey" | "bundle"> {
  /** In the API's words, whatever form the file has. */
  readonly settings: PipelineSpecBody;
  /** Everything but errors. */
  readonly notices: readonly LocatedProblem[];
  /** The place of a problem found later, e.g. a source that does not exist. */
  at(problem: Problem, part?: "key" | "value"): LocatedProblem;
}

/** Throws `INVALID_PIPELINE_SPEC` (all mistakes, each with line and column), `PIPELINE_NOT_FOUND`, `MALFORMED_DOCUMENT`. */
export function readPipelineSpec(file: string, options: JobSourceOptions = {}): PipelineSpec {
  const source = readPipelineSource(file, options);
  const at = (problem: Problem, part: "key" | "value" = "value"): LocatedProblem => ({
    ...problem,
    location: source.locate(problem.path, part),
  });
  const { settings, problems } = source.form === "spark" ? readSpark(source) : readDatabricks(source);
  const located = [...source.problems, ...problems.map((one) => at(one, one.part))];
  const meaning = settings === undefined ? [] : checkMeaning(settings).map((one) => at(one, one.part));
  const errors = [...located, ...meaning].filter((one) => one.severity === "error");
  if (settings === undefined || errors.length > 0) {
    throw invalidPipelineSpec([...located.filter((one) => one.severity === "warning"), ...errors]);
  }
  const effects = pipelineEffects(settings).map((one) => at(one, "key"));
  const { form, bundleKey, bundle } = source;
  const notices = inOrder([...located, ...meaning, ...effects]);
  return { file: source.file, form, bundleKey, bundle, settings, notices, at };
}

interface ReadSettings {
  readonly settings: PipelineSpecBody | undefined;
  readonly problems: readonly Problem[];
}

function readDatabricks({ body: found, bundle, holdsAnchors }: PipelineSource): ReadSettings {
  const formed = normalForm(pipelineSpec, found, { convert: bundle !== undefined });
  const { body, leftOut } =
    bundle === undefined ? { body: formed, leftOut: [] } : withoutLeftOut(pipelineSpec, formed, holdsAnchors);
  const parsed = pipelineSpec.safeParse(body);
  if (parsed.success) return { settings: parsed.data, problems: leftOut };
  return { settings: undefined, problems: [...leftOut, ...mistakes(pipelineSpec, parsed.error, body)] };
}

function readSpark({ body: found }: PipelineSource): ReadSettings {
  const body = normalForm(sparkPipelineSpec, found, { convert: false });
  const parsed = sparkPipelineSpec.safeParse(body);
  if (!parsed.success) return { settings: undefined, problems: mistakes(sparkPipelineSpec, parsed.error, body) };
  const { database, schema, ...rest } = parsed.data;
  const name = schema ?? database;
  const twice: Problem = {
    severity: "error",
    path: ["database"],
    message: "`database` and `schema` are the same thing: keep one of them.",
    part: "key",
  };
  return {
    settings: { ...rest, ...(name !== undefined && { schema: name }) },
    problems: schema !== undefined && database !== undefined ? [twice] : [],
  };
}

function mistakes(schema: z.ZodType, error: z.ZodError, body: unknown): readonly SchemaProblem[] {
  return schemaProblems(schema, error, body);
}

function checkMeaning(spec: PipelineSpecBody): readonly Problem[] {
  const problems: Problem[] = [];
  const fail = (path: Problem["path"], message: string, part: "key" | "value" = "key") =>
    problems.push({ severity: "error", path, message, part });
  if (spec.schema !== undefined && spec.target !== undefined) {
    fail(["target"], "`schema` and `target` name the same thing: keep `schema`, `target` is deprecated.");
  }
  for (const key of ["ingestion_definition", "gateway_definition"] as const) {
    if (spec[key] === undefined) continue;
    fail([key], `\`${key}\`: managed ingestion needs connections that only a workspace has. Stream files or tables.`);
  }
  const libraries = spec.libraries ?? [];
  if (libraries.length === 0) {
    fail(["libraries"], "The pipeline has no `libraries`: name its sources by `glob`, `file` or `notebook`.");
  }
  for (const [i, one] of libraries.entries()) {
    if (Object.keys(one).length === 1) continue;
    fail(["libraries", i], "An entry of `libraries` has one of `glob`, `file`, `notebook`.", "value");
  }
  if (spec.event_log !== undefined && spec.event_log.name === undefined) {
    fail(["event_log"], "`event_log.name` is missing: it names the table that the event log is published as.");
  }
  for (const [i, group] of (spec.notifications ?? []).entries()) {
    if ((group.email_recipients ?? []).length > 0 && (group.alerts ?? []).length > 0) continue;
    fail(["notifications", i], "An entry of `notifications` needs `email_recipients` and `alerts`.", "value");
  }
  return problems;
}
