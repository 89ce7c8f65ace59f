/** An Asset Bundle as one target would be deployed: files put together, target chosen, references replaced, jobs complete. */
import { jobIdOf } from "../job-plan.js";
import { didYouMean } from "../spec/nearest-name.js";
import type { LocatedProblem } from "../spec/problem.js";
import { type BundleFiles, invalidBundle, mismatch, readBundleFiles } from "./bundle-files.js";
import { bundleNotices } from "./bundle-notices.js";
import { type CurrentUser, currentUser } from "./current-user.js";
import { gitDetails } from "./git-details.js";
import { Interpolation, leftReferences, referencesInKeys } from "./interpolation.js";
import {
  entriesOf,
  type Located,
  type LocatedMap,
  located,
  locationOf,
  plain,
  textOf,
  withEntries,
} from "./located.js";
import { mergeKeyedLists } from "./merge.js";
import { anchoredJob, anchoredPipeline, rewritten } from "./path-anchors.js";
import { deployedJob, deployedPipeline, type Presets, presetsOf } from "./presets.js";
import { chooseTarget } from "./target.js";
import { overridesFileOf, variableValues } from "./variables.js";

export interface BundleOptions {
  /** `--target`; else `DATABRICKS_BUNDLE_TARGET`, else the default one. */
  readonly target?: string | undefined;
  /** `--var` */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly user?: CurrentUser;
  /** What a job's id is made from, but for its key; the root file's name where absent. */
  readonly identity?: string;
  /** How a file is called in messages; its path where absent. */
  nameOf?(file: string): string;
}

export interface Bundle {
  readonly rootFile: string;
  readonly name: string;
  readonly target: string;
  readonly jobKeys: readonly string[];
  readonly pipelineKeys: readonly string[];
  /** Where the jobs and pipelines are declared. */
  readonly resources: Located;
  /** Everything but errors. */
  readonly notices: readonly LocatedProblem[];
  /** A job with its target's overrides, its references replaced; what is wrong with it is added to the problems. */
  job(key: string, problems: LocatedProblem[]): LocatedMap | undefined;
  /** The same for a pipeline. */
  pipeline(key: string, problems: LocatedProblem[]): LocatedMap | undefined;
}

/** Throws `INVALID_JOB_SPEC` with every mistake of the bundle, each with its file and line, `MALFORMED_DOCUMENT`, `JOB_SPEC_NOT_FOUND`. */
export function readBundle(rootFile: string, options: BundleOptions = {}): Bundle {
  const { environment = process.env, user = currentUser(), nameOf = (file: string) => file } = options;
  const files = readBundleFiles(rootFile, nameOf);
  throwErrors(files.problems);
  const problems: LocatedProblem[] = [];
  const wanted = options.target ?? environment.DATABRICKS_BUNDLE_TARGET;
  const chosen = chooseTarget(files.tree, wanted || undefined, problems);
  if (chosen === undefined) throw invalidBundle([...files.problems, ...problems]);
  const overridesFile = overridesFileOf(files.rootFolder, chosen.name);
  const sources = { given: options.variables ?? {}, environment, overridesFile };
  const variables = variableValues(chosen.tree, sources, problems);
  const name = bundleName(chosen.tree, problems);
  const root = completed(chosen.tree, { name, target: chosen.name, user, files });
  const identity = options.identity ?? nameOf(rootFile);
  const resource = (kind: string, key: string, field: string) =>
    resourceValue(kind, key, field, identity, entriesOf(entriesOf(root.entries.get("resources")).get(kind)).get(key));
  refuseReferencesInNames(root, problems);
  const interpolation = new Interpolation({ root, variables, resource }, problems);
  const settings = resolvedSettings(root, interpolation);
  const presets = presetsOf(settings, user, problems);
  const notices = bundleNotices(withEntries(chosen.tree, { resources: root.entries.get("resources") }));
  throwErrors([...files.problems, ...problems]);
  const resources = root.entries.get("resources") ?? root;
  const jobs = entriesOf(entriesOf(resources).get("jobs"));
  const pipelines = entriesOf(entriesOf(resources).get("pipelines"));
  const keyOfId = new Map([...jobs.keys()].map((key) => [jobIdOf(`${identity}#${key}`), key]));
  return {
    rootFile,
    name,
    target: chosen.name,
    jobKeys: [...jobs.keys()],
    pipelineKeys: [...pipelines.keys()],
    resources,
    notices: [...files.problems, ...notices, ...problems],
    job: (key, found) => jobOf(key, jobs.get(key), { interpolation, problems, presets, files, keyOfId }, found),
    pipeline: (key, found) => {
      const merged = resolvedResource("pipelines", key, pipelines.get(key), { interpolation, problems }, found);
      return merged && anchoredPipeline(deployedPipeline(merged, key, presets), files);
    },
  };
}

function refuseReferencesInNames(root: LocatedMap, problems: LocatedProblem[]): void {
  for (const [kind, group] of entriesOf(root.entries.get("resources"))) {
    for (const [key, resource] of entriesOf(group)) {
      if (!/\$\{[^}]+\}/.test(key)) continue;
      const message = `The key \`${key}\` holds a reference, which Databricks refuses: a resource's key is its name for ever. Put the reference into its \`name\`.`;
      const path = ["resources", kind, key];
      problems.push({ severity: "error", path, message, location: locationOf(resource, "key") });
    }
  }
}

interface ResourceTools {
  readonly interpolation: Interpolation;
  /** Where the interpolation puts what it finds. */
  readonly problems: LocatedProblem[];
}

interface JobTools extends ResourceTools {
  readonly presets: Presets;
  readonly files: BundleFiles;
  readonly keyOfId: ReadonlyMap<string, string>;
}

function jobOf(
  key: string,
  job: Located | undefined,
  { presets, files, keyOfId, ...tools }: JobTools,
  found: LocatedProblem[],
): LocatedMap | undefined {
  const merged = resolvedResource("jobs", key, job, tools, found);
  return merged && anchoredJob(namedChildren(deployedJob(merged, presets), keyOfId), files);
}

/** With its references replaced and its keyed lists merged; what is wrong with it is added to `found`. */
function resolvedResource(
  kind: "jobs" | "pipelines",
  key: string,
  resource: Located | undefined,
  { interpolation, problems }: ResourceTools,
  found: LocatedProblem[],
): LocatedMap | undefined {
  if (resource === undefined) return undefined;
  const what = kind.replace(/s$/, "");
  const before = problems.length;
  const resolved = interpolation.resolve(resource);
  found.push(...problems.slice(before));
  const tell = (severity: "error" | "warning", message: string, at: Located) =>
    found.push({ severity, path: ["resources", kind, key], message, location: locationOf(at) });
  if (interpolation.overflown) tell("error", `The references of this ${what} multiply without bound.`, resource);
  if (resolved.kind !== "map") {
    const expected = kind === "jobs" ? "tasks" : "libraries";
    tell("error", `The ${what} \`${key}\` has nothing under it: \`${expected}\` are expected.`, resource);
    return undefined;
  }
  leftReferences(resolved, (source, at) =>
    tell("warning", `${source} is no reference of a bundle and stays literal text.`, at),
  );
  referencesInKeys(resolved, (name, at) =>
    found.push({
      severity: "warning",
      path: ["resources", kind, key],
      message: `\`${name}\` is a key: references are replaced in values alone, on Databricks too. Write the name out.`,
      location: locationOf(at, "key"),
    }),
  );
  return mergeKeyedLists(resolved, (under, over) => found.push(mismatch(under, over)));
}

/** A run_job_task that names a job of the bundle by its id keeps the reference, by which the job is found with the same target. */
function namedChildren(job: LocatedMap, keyOfId: ReadonlyMap<string, string>): LocatedMap {
  const toReference = (id: string) => (keyOfId.has(id) ? `\${resources.jobs.${keyOfId.get(id)}.id}` : id);
  const own = rewritten(job, ["tasks", "*", "run_job_task", "job_id"], toReference);
  const all = rewritten(own, ["tasks", "*", "for_each_task", "task", "run_job_task", "job_id"], toReference);
  return all.kind === "map" ? all : job;
}

/** With the warnings: a key that was left out may be why something is missing. */
function throwErrors(problems: readonly LocatedProblem[]): void {
  const wrong = problems.filter((one) => one.severity === "error" || one.severity === "warning");
  if (wrong.some((one) => one.severity === "error")) throw invalidBundle(wrong);
}

function bundleName(tree: LocatedMap, problems: LocatedProblem[]): string {
  const bundle = entriesOf(tree.entries.get("bundle"));
  const name = textOf(bundle.get("name"));
  const at = bundle.get("name") ?? tree.entries.get("bundle") ?? tree;
  const fail = (message: string) =>
    problems.push({ severity: "error", path: ["bundle", "name"], message, location: locationOf(at) });
  if (name?.includes("${")) fail("`bundle.name` may hold no reference: it is needed before they are replaced.");
  return name ?? "bundle";
}

interface Completion {
  readonly name: string;
  readonly target: string;
  readonly user: CurrentUser;
  readonly files: BundleFiles;
}

/** `bundle` and `workspace` with what the CLI fills in. The files are where they lie, whatever the target's paths say. */
function completed(tree: LocatedMap, { name, target, user, files }: Completion): LocatedMap {
  const bundle = entriesOf(tree.entries.get("bundle"));
  const made = (value: unknown) => located(value, tree.at);
  const git = new Map(entriesOf(made({ ...gitDetails(files.rootFolder), bundle_root_path: "." })));
  for (const [key, value] of entriesOf(bundle.get("git"))) git.set(key, value);
  const workspace = entriesOf(tree.entries.get("workspace"));
  const home = `/Workspace/Users/${user.userName}`;
  const rootPath = (textOf(workspace.get("root_path")) ?? `~/.bundle/${name}/${target}`).replace(/^~(?=\/)/, home);
  const defaults = {
    host: "http://localhost",
    resource_path: `${rootPath}/resources`,
    artifact_path: `${rootPath}/artifacts`,
    state_path: `${rootPath}/state`,
    ...Object.fromEntries([...workspace].map(([key, value]) => [key, plain(value)])),
    root_path: rootPath,
    file_path: files.rootFolder,
    current_user: {
      id: "0",
      userName: user.userName,
      short_name: user.shortName,
      domain_friendly_name: user.shortName.replaceAll("_", "-"),
      displayName: user.userName,
    },
  };
  return withEntries(tree, {
    bundle: {
      kind: "map",
      entries: new Map([
        ["mode", made("")],
        ...bundle,
        ["name", made(name)],
        ["git", { ...made({}), kind: "map", entries: git }],
      ]),
      at: tree.entries.get("bundle")?.at ?? tree.at,
    },
    workspace: made(defaults),
  });
}

/** What the presets are read from; references in them replaced. */
function resolvedSettings(root: LocatedMap, interpolation: Interpolation): LocatedMap {
  const presets = root.entries.get("presets");
  return presets ? withEntries(root, { presets: interpolation.resolve(presets) }) : root;
}

/** What a deployment would make of a resource: here a job's own id, and the key as the id of everything else. */
function resourceValue(
  kind: string,
  key: string,
  field: string,
  identity: string,
  resource: Located | undefined,
): string | undefined {
  if (field === "id" || field === `${kind.replace(/s$/, "")}_id`) {
    return kind === "jobs" ? jobIdOf(`${identity}#${key}`) : key;
  }
  if (kind === "volumes" && field === "volume_path") {
    const part = (name: string) => textOf(entriesOf(resource).get(name)) ?? "";
    return `/Volumes/${part("catalog_name")}/${part("schema_name")}/${part("name") || key}`;
  }
  return undefined;
}

/** The error for a pipeline that the bundle does not have, or of which it has several. */
export function noSuchPipeline(bundle: Bundle, key: string | undefined): LocatedProblem {
  const keys = bundle.pipelineKeys;
  const several = `The bundle has ${keys.length} pipelines: name one of ${keys.join(", ")}.`;
  const message =
    key !== undefined
      ? `The bundle has no pipeline \`${key}\`. ${didYouMean(key, keys)}`.trim()
      : keys.length === 0
        ? "The bundle has no pipeline under `resources.pipelines`: there is nothing to update."
        : several;
  const pipelines = entriesOf(bundle.resources).get("pipelines") ?? bundle.resources;
  return { severity: "error", path: ["resources", "pipelines"], message, location: locationOf(pipelines) };
}

/** The error for a job that the bundle does not have, or of which it has several. */
export function noSuchJob(bundle: Bundle, key: string | undefined): LocatedProblem {
  const keys = bundle.jobKeys;
  const message =
    key === undefined
      ? keys.length === 0
        ? "The bundle has no job under `resources.jobs`: there is nothing to run."
        : `The bundle has ${keys.length} jobs: name one of ${keys.join(", ")}.`
      : `The bundle has no job \`${key}\`. ${didYouMean(key, keys)}`.trim();
  const jobs = entriesOf(bundle.resources).get("jobs") ?? bundle.resources;
  return { severity: "error", path: ["resources", "jobs"], message, location: locationOf(jobs) };
}
