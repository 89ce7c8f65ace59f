/** Where a job's body stands in a file: a bare Jobs API body, `{ settings }`, `{ new_settings }`, a body of runs/submit, or a bundle. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { SourceLocation } from "../../errors/lakelet-error.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { BUNDLE_FILES, bundleRootOf, readBundleFiles } from "../bundle/bundle-files.js";
import { atPath, entriesOf, type LocatedMap, locate, plain, textOf } from "../bundle/located.js";
import { type Bundle, type BundleOptions, noSuchJob, readBundle } from "../bundle/read-bundle.js";
import { type DocumentPath, readDocument, type SourceDocument } from "./document.js";
import { didYouMean } from "./nearest-name.js";
import { invalidDocument, type LocatedProblem } from "./problem.js";

/** The bundle that a job comes from, and how it was read. */
export interface BundleOrigin {
  readonly name: string;
  readonly target: string;
  readonly jobKeys: readonly string[];
  /** As `--var` gave them. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface JobSource {
  /** Of the root where the job is one of a bundle. */
  readonly file: string;
  readonly body: unknown;
  readonly bundleKey: string | undefined;
  readonly bundle: BundleOrigin | undefined;
  /** Notices and mistakes of what stands around the body. */
  readonly problems: readonly LocatedProblem[];
  locate(path: DocumentPath, part: "key" | "value"): SourceLocation;
  /** Whether the value there only holds YAML anchors; never outside a bundle. */
  holdsAnchors(path: DocumentPath): boolean;
}

export interface JobSourceOptions extends BundleOptions {
  /** Which job of a bundle; may be left out where there is one. */
  readonly bundleKey?: string;
}

/** Throws `JOB_SPEC_NOT_FOUND`, `MALFORMED_DOCUMENT`, and `INVALID_JOB_SPEC` where the file holds no such job. */
export function readJobSource(file: string, options: JobSourceOptions): JobSource {
  const root = rootOf(file);
  if (root !== undefined) return fromBundle(root, options);
  const document = readDocument(readSpecText(file), options.nameOf?.(file) ?? file);
  return isObject(document.value) && "resources" in document.value
    ? fromBundle(file, options)
    : fromBody(file, document);
}

/** The root of the bundle that a file is, or that includes it. */
function rootOf(file: string): string | undefined {
  if (BUNDLE_FILES.some((name) => name === basename(file))) return file;
  return /\.ya?ml$|\.json$/.test(file) ? bundleRootOf(file) : undefined;
}

function fromBundle(rootFile: string, options: JobSourceOptions): JobSource {
  const bundle = readBundle(rootFile, options);
  const [only] = bundle.jobKeys;
  const key = options.bundleKey ?? (bundle.jobKeys.length === 1 ? only : undefined);
  const found: LocatedProblem[] = [];
  const job = key === undefined ? undefined : bundle.job(key, found);
  if (key === undefined || job === undefined) {
    const leftOut = bundle.notices.filter((one) => one.severity === "warning");
    throw invalidJobSpec(found.length > 0 ? found : [...leftOut, noSuchJob(bundle, key)]);
  }
  return {
    file: rootFile,
    body: plain(job),
    bundleKey: key,
    bundle: originOf(bundle, options),
    problems: [...bundle.notices, ...found],
    locate: (path, part) => locate(job, path, part),
    holdsAnchors: (path) => {
      const at = atPath(job, path)?.at;
      return at?.document.holdsAnchors(at.path) ?? false;
    },
  };
}

function originOf({ name, target, jobKeys }: Bundle, { variables = {} }: JobSourceOptions): BundleOrigin {
  return { name, target, jobKeys, variables };
}

/** What the API answers beside `settings`, or takes beside `new_settings`. */
const AROUND = [
  "created_time",
  "creator_user_name",
  "effective_budget_policy_id",
  "effective_usage_policy_id",
  "fields_to_remove",
  "has_more",
  "job_id",
  "new_settings",
  "next_page_token",
  "run_as_owner",
  "run_as_user_name",
  "settings",
  "trigger_details",
  "trigger_state",
];

function fromBody(file: string, document: SourceDocument): JobSource {
  const { value, locate } = document;
  if (!isObject(value)) {
    const message = "The file holds no job: an object with `tasks` is expected.";
    throw invalidJobSpec([{ severity: "error", path: [], message, location: locate([]) }]);
  }
  const wrapper = ["settings", "new_settings"].find((key) => isObject(value[key]));
  const source = { file, bundleKey: undefined, bundle: undefined, holdsAnchors: () => false };
  if (wrapper !== undefined) {
    return {
      ...source,
      body: value[wrapper],
      problems: Object.keys(value).flatMap((key) => aroundProblem(key, wrapper, document)),
      locate: (path, part) => locate([wrapper, ...path], part),
    };
  }
  if (!("run_name" in value || "idempotency_token" in value)) {
    return { ...source, body: value, problems: [], locate };
  }
  return { ...source, ...submitBody(value, document) };
}

function aroundProblem(key: string, wrapper: string, { locate }: SourceDocument): LocatedProblem[] {
  const known = AROUND.includes(key);
  if (known && key !== "fields_to_remove") return [];
  const message = known
    ? "`fields_to_remove` belongs to an update of a job that exists: here a file is the whole job."
    : `Unknown key \`${key}\` beside \`${wrapper}\`. ${didYouMean(key, AROUND)}`.trim();
  return [{ severity: "error", path: [key], message, location: locate([key], "key") }];
}

/** runs/submit: a run without a job, whose name is the run's. */
function submitBody(
  { run_name: name, idempotency_token: token, ...rest }: Readonly<Record<string, unknown>>,
  { locate }: SourceDocument,
): Pick<JobSource, "body" | "problems" | "locate"> {
  const path = ["idempotency_token"];
  const message = "`idempotency_token`: each start is a run of its own here.";
  return {
    body: { ...rest, ...(name !== undefined && { name }) },
    problems:
      token === undefined ? [] : [{ severity: "no-local-effect", path, message, location: locate(path, "key") }],
    locate: ([first, ...inner], part) =>
      first === undefined ? locate([], part) : locate([first === "name" ? "run_name" : first, ...inner], part),
  };
}

export function invalidJobSpec(problems: readonly LocatedProblem[]): LakeletError {
  return invalidDocument("INVALID_JOB_SPEC", "The job spec", problems);
}

export interface JobName {
  readonly name: string | undefined;
  readonly bundleKey?: string;
}

/** Whether a file may be a bundle, or a part of one, without reading it as a document. */
export function mayHoldBundle(file: string): boolean {
  return BUNDLE_FILES.some((name) => name === basename(file)) || /\bresources\b/.test(readSpecText(file));
}

/** The names of the jobs that a file holds, their bundle keys beside them; empty where the file is none. A bundle's root has those of its includes. */
export function jobNamesIn(file: string): readonly JobName[] {
  if (BUNDLE_FILES.some((name) => name === basename(file))) {
    return bundleNames(readBundleFiles(file, (one) => one).tree);
  }
  const { value } = readDocument(readSpecText(file), file);
  if (!isObject(value)) return [];
  const { resources } = value;
  if (isObject(resources) && isObject(resources.jobs)) {
    return Object.entries(resources.jobs).map(([bundleKey, job]) => ({ name: nameOf(job), bundleKey }));
  }
  const body = [value.settings, value.new_settings].find(isObject) ?? value;
  return Array.isArray(body.tasks) ? [{ name: nameOf(body) }] : [];
}

function bundleNames(tree: LocatedMap): readonly JobName[] {
  const jobs = entriesOf(entriesOf(tree.entries.get("resources")).get("jobs"));
  return [...jobs].map(([bundleKey, job]) => ({ name: textOf(entriesOf(job).get("name")), bundleKey }));
}

function nameOf(body: unknown): string | undefined {
  if (!isObject(body)) return undefined;
  const { name, run_name: runName } = body;
  return typeof name === "string" ? name : typeof runName === "string" ? runName : undefined;
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

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
