/** Where a pipeline's body stands in a file: a body of the Pipelines API, `{ spec }` as the API answers, a bundle, or Spark's spark-pipeline.yml. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { LakeletError, type SourceLocation } from "../../errors/lakelet-error.js";
import { BUNDLE_FILES, bundleRootOf, readBundleFiles } from "../bundle/bundle-files.js";
import { atPath, entriesOf, locate, plain, textOf } from "../bundle/located.js";
import { noSuchPipeline, readBundle } from "../bundle/read-bundle.js";
import { type DocumentPath, readDocument, type SourceDocument } from "../spec/document.js";
import type { BundleOrigin, JobSourceOptions } from "../spec/job-source.js";
import { invalidDocument, type LocatedProblem } from "../spec/problem.js";

const SPARK_PIPELINE_FILES = ["spark-pipeline.yml", "spark-pipeline.yaml"] as const;
/** The names by which a folder's pipeline is found. */
export const PIPELINE_FILES = [
  ...SPARK_PIPELINE_FILES,
  "pipeline.json",
  "pipeline.yml",
  "pipeline.yaml",
  ...BUNDLE_FILES,
] as const;

export interface PipelineSource {
  /** Of the root where the pipeline is one of a bundle. */
  readonly file: string;
  readonly form: "databricks" | "spark";
  readonly body: unknown;
  readonly bundleKey: string | undefined;
  readonly bundle: Pick<BundleOrigin, "name" | "target" | "variables"> | undefined;
  readonly problems: readonly LocatedProblem[];
  locate(path: DocumentPath, part: "key" | "value"): SourceLocation;
  holdsAnchors(path: DocumentPath): boolean;
}

/** Throws `PIPELINE_NOT_FOUND`, `MALFORMED_DOCUMENT`, and `INVALID_PIPELINE_SPEC` where the file holds no such pipeline. */
export function readPipelineSource(file: string, options: JobSourceOptions): PipelineSource {
  const root = rootOf(file);
  if (root !== undefined) return fromBundle(root, options);
  const document = readDocument(readSpecText(file), options.nameOf?.(file) ?? file);
  if (isObject(document.value) && "resources" in document.value) return fromBundle(file, options);
  return fromBody(file, document);
}

function rootOf(file: string): string | undefined {
  return (BUNDLE_FILES as readonly string[]).includes(basename(file)) ? file : bundleRootOf(file);
}

function fromBundle(rootFile: string, options: JobSourceOptions): PipelineSource {
  const bundle = readBundle(rootFile, options);
  const key = options.bundleKey ?? (bundle.pipelineKeys.length === 1 ? bundle.pipelineKeys[0] : undefined);
  const found: LocatedProblem[] = [];
  const pipeline = key === undefined ? undefined : bundle.pipeline(key, found);
  if (key === undefined || pipeline === undefined) {
    throw invalidPipelineSpec(found.length > 0 ? found : [noSuchPipeline(bundle, key)]);
  }
  return {
    file: rootFile,
    form: "databricks",
    body: plain(pipeline),
    bundleKey: key,
    bundle: { name: bundle.name, target: bundle.target, variables: options.variables ?? {} },
    problems: [...bundle.notices, ...found],
    locate: (path, part) => locate(pipeline, path, part),
    holdsAnchors: (path) => {
      const at = atPath(pipeline, path)?.at;
      return at?.document.holdsAnchors(at.path) ?? false;
    },
  };
}

function fromBody(file: string, document: SourceDocument): PipelineSource {
  const { value, locate: at } = document;
  const form = (SPARK_PIPELINE_FILES as readonly string[]).includes(basename(file)) ? "spark" : "databricks";
  const source = { file, form, bundleKey: undefined, bundle: undefined, problems: [] } as const;
  if (!isObject(value)) {
    const message = "The file holds no pipeline: an object with `libraries` is expected.";
    throw invalidPipelineSpec([{ severity: "error", path: [], message, location: at([]) }]);
  }
  // What the API answers has the body under `spec`.
  if (form === "databricks" && isObject(value.spec)) {
    const locateInside = (path: DocumentPath, part: "key" | "value") => at(["spec", ...path], part);
    return { ...source, body: value.spec, locate: locateInside, holdsAnchors: () => false };
  }
  return { ...source, body: value, locate: at, holdsAnchors: () => false };
}

export interface PipelineName {
  readonly name: string | undefined;
  readonly bundleKey?: string;
  /** As the spec gives it. */
  readonly id?: string;
}

/** The names of the pipelines that a file holds, empty where it holds none. A bundle's root has those of its includes. */
export function pipelineNamesIn(file: string): readonly PipelineName[] {
  if ((BUNDLE_FILES as readonly string[]).includes(basename(file))) {
    const pipelines = entriesOf(
      entriesOf(readBundleFiles(file, (one) => one).tree.entries.get("resources")).get("pipelines"),
    );
    return [...pipelines].map(([bundleKey, one]) => ({ name: textOf(entriesOf(one).get("name")), bundleKey }));
  }
  const { value } = readDocument(readSpecText(file), file);
  if (!isObject(value)) return [];
  const { resources } = value;
  if (isObject(resources)) {
    if (!isObject(resources.pipelines)) return [];
    return Object.entries(resources.pipelines).map(([bundleKey, one]) => ({ ...named(one), bundleKey }));
  }
  const body = isObject(value.spec) ? { pipeline_id: value.pipeline_id, ...value.spec } : value;
  // A job has tasks; a body of neither is no spec of ours.
  return Array.isArray(body.libraries) && !("tasks" in body) ? [named(body)] : [];
}

function named(body: unknown): PipelineName {
  if (!isObject(body)) return { name: undefined };
  const { name, id, pipeline_id: pipelineId } = body;
  const known = typeof id === "string" ? id : pipelineId;
  return { name: typeof name === "string" ? name : undefined, ...(typeof known === "string" && { id: known }) };
}

export function invalidPipelineSpec(problems: readonly LocatedProblem[]): LakeletError {
  return invalidDocument("INVALID_PIPELINE_SPEC", "The pipeline's spec", problems);
}

function readSpecText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new LakeletError({
      condition: "PIPELINE_NOT_FOUND",
      sqlState: "42000",
      problem: `The pipeline's spec ${file} cannot be read.`,
      cure: "Give the path of a spec, of a folder or file of sources, or the name of a pipeline under pipelines/.",
      parameters: { path: file },
      cause,
    });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
