/** Finds the declarative pipeline that a user or a task names: a spec, a folder or file of sources, a name, or an id. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve, sep } from "node:path";
import { isLakeletError, LakeletError } from "../../errors/lakelet-error.js";
import { BUNDLE_FILES, bundleRootOf } from "../../jobs/bundle/bundle-files.js";
import { PIPELINE_FILES, type PipelineName, pipelineNamesIn } from "../../jobs/pipeline-spec/read-pipeline-spec.js";
import { nearestName } from "../../jobs/spec/nearest-name.js";
import type { Project } from "../project-defaults.js";

export interface FoundPipeline {
  /** A spec, or the source or folder of sources that is a pipeline without one. Absolute. */
  readonly path: string;
  readonly kind: "spec" | "sources";
  readonly bundleKey?: string;
  /** How to name it again, from the working folder. */
  readonly reference: string;
  readonly target?: string | undefined;
}

const SPECS = [".json", ".yml", ".yaml"];
export const SOURCES = [".sql", ".ts", ".mts", ".ipynb"];
/** What the sources of a pipeline have, and notebooks and queries of jobs have not. */
const DECLARES =
  /\b(?:STREAMING\s+(?:LIVE\s+)?TABLE|MATERIALIZED\s+VIEW|LIVE\s+(?:TABLE|VIEW))\b|["']lakelet\/pipeline["']/i;

/** `<path>`, `<bundle>#<key>`, `<bundle>#<key>@<target>`, a name or an id. Throws PIPELINE_NOT_FOUND with the nearest name. */
export function findPipeline(project: Project, wanted: string): FoundPipeline {
  const [path = "", part = ""] = wanted.split("#", 2);
  const [key = "", target] = part.split("@", 2);
  const found = pipelineAt(project, path, key || undefined) ?? named(project, wanted);
  return target === undefined ? found : { ...found, target };
}

/**
 * As a pipeline_task names it: a pipeline of the bundle of its job, what `pipeline_ids` of lakelet.yml says, or what the command would take.
 *
 * @param beside the job's spec
 */
export function findPipelineOfTask(project: Project, id: string, beside: string | undefined): FoundPipeline {
  const mapped = Object.hasOwn(project.pipelineIds, id) ? project.pipelineIds[id] : undefined;
  if (mapped !== undefined) {
    const path = resolve(project.root, mapped.replace(/#.*/, ""));
    return findPipeline(project, existsSync(path) ? resolve(project.root, mapped) : mapped);
  }
  const own = beside === undefined ? undefined : inSpec(beside, id);
  if (own !== undefined) return own;
  // A path of a task starts at the project, wherever the command is given.
  const path = resolve(project.root, id.replace(/#.*/, ""));
  return findPipeline(project, existsSync(path) && !id.startsWith("/") ? resolve(project.root, id) : id);
}

/** All that has a spec under pipelines/ or in the project's bundle, and what lies there whose sources declare datasets. */
export function projectPipelines(project: Project): readonly FoundPipeline[] {
  const specs = specsOf(project).flatMap((file) =>
    namesOrNone(file).map(({ bundleKey }): FoundPipeline => found(file, bundleKey)),
  );
  const withSpec = new Set(specs.flatMap(({ path }) => [dirname(path), path.slice(0, -extname(path).length)]));
  const loose = entriesOf(project.pipelines).filter((path) => {
    if (withSpec.has(path) || jobIn(path)) return false;
    const sources = isFile(path) ? [path] : sourcesIn(path);
    return sources.some((file) => SOURCES.includes(extname(file)) && DECLARES.test(readFileSync(file, "utf8")));
  });
  return [...specs, ...loose.map((path): FoundPipeline => ({ path, kind: "sources", reference: shown(path) }))];
}

/** The pipelines of a spec: several where it is a bundle. */
export function pipelinesIn(file: string): readonly FoundPipeline[] {
  return namesOrNone(file).map(({ bundleKey }) => found(file, bundleKey));
}

/** Sources of a folder and the folders in it, by name. */
export function sourcesIn(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry): readonly string[] => {
    if (/^[._]|^node_modules$/.test(entry.name)) return [];
    const path = join(folder, entry.name);
    return isFile(path) ? [path] : isFolder(path) ? sourcesIn(path) : [];
  });
}

function pipelineAt(project: Project, path: string, key: string | undefined): FoundPipeline | undefined {
  for (const base of [resolve(path), join(project.pipelines, path)]) {
    if (base !== resolve(path) && !base.startsWith(project.pipelines + sep)) continue;
    // A spec beside a folder of its name is that folder's.
    const beside = [...SPECS, ".sql", ".ts"].map((extension) => at(base + extension, key)).find(Boolean);
    const own = at(base, key);
    const one = own?.kind === "spec" ? own : (beside ?? own);
    if (one) return one;
  }
  return undefined;
}

function at(path: string, key: string | undefined): FoundPipeline | undefined {
  if (isFolder(path)) {
    const spec = PIPELINE_FILES.map((name) => join(path, name)).find((file) => holdsPipeline(file));
    if (spec !== undefined) return found(spec, key);
    const sources = sourcesIn(path).some((file) => SOURCES.includes(extname(file)));
    return sources && !jobIn(path) ? { path, kind: "sources", reference: shown(path) } : undefined;
  }
  if (!isFile(path)) return undefined;
  if (SOURCES.includes(extname(path))) return { path, kind: "sources", reference: shown(path) };
  return SPECS.includes(extname(path)) ? found(path, key) : undefined;
}

/** A bundle's root may hold jobs alone. */
function holdsPipeline(file: string): boolean {
  return (
    isFile(file) && (!(BUNDLE_FILES as readonly string[]).includes(basename(file)) || namesOrNone(file).length > 0)
  );
}

function inSpec(file: string, id: string): FoundPipeline | undefined {
  const one = namesOrNone(file).find((name) => isCalled(name, id));
  return one && found(file, one.bundleKey);
}

function named(project: Project, wanted: string): FoundPipeline {
  const known: string[] = [];
  for (const file of specsOf(project)) {
    const one = inSpec(file, wanted);
    if (one) return one;
    known.push(
      ...namesOrNone(file)
        .flatMap(({ name, bundleKey }) => [bundleKey, name])
        .filter((name) => name !== undefined),
    );
  }
  known.push(...entriesOf(project.pipelines).map((path) => basename(path, extname(path))));
  const nearest = nearestName(wanted, known);
  const where = relative(process.cwd(), project.pipelines) || ".";
  throw new LakeletError({
    condition: "PIPELINE_NOT_FOUND",
    sqlState: "42000",
    problem: `There is no pipeline \`${wanted}\`.`,
    reason: `It is neither a spec, a source or a folder of sources here nor a pipeline in ${where}.`,
    cure:
      nearest === undefined
        ? "Give the path of its spec, of a .sql or .ts source, or of the folder that holds its sources."
        : `Did you mean \`${nearest}\`?`,
    parameters: { pipeline: wanted },
  });
}

function isCalled({ name, bundleKey, id }: PipelineName, wanted: string): boolean {
  return [bundleKey, id, name].includes(wanted) || wanted === `\${resources.pipelines.${bundleKey}.id}`;
}

/** Files that may be specs: the project's bundle, and what lies under pipelines/ or one folder below. */
function specsOf(project: Project): readonly string[] {
  const roots = BUNDLE_FILES.map((name) => join(project.root, name)).filter(isFile);
  const files = entriesOf(project.pipelines).flatMap((path) =>
    isFolder(path) ? PIPELINE_FILES.map((name) => join(path, name)) : [path],
  );
  return [...roots, ...files.filter((file) => isFile(file) && SPECS.includes(extname(file)))];
}

function entriesOf(folder: string): readonly string[] {
  if (!isFolder(folder)) return [];
  const names = readdirSync(folder).filter((name) => !/^[._]/.test(name));
  return names.sort().map((name) => join(folder, name));
}

function jobIn(path: string): boolean {
  return ["job.json", "job.yml", "job.yaml"].some((name) => existsSync(join(path, name)));
}

/** A spec that cannot be read is none that a name can mean; named by its path, its mistake shows. */
function namesOrNone(file: string): readonly PipelineName[] {
  try {
    return pipelineNamesIn(file);
  } catch (error) {
    if (isLakeletError(error)) return [];
    throw error;
  }
}

/** A file that a bundle includes stands for its root, and the only pipeline of a file for itself. */
function found(file: string, key: string | undefined): FoundPipeline {
  const path = bundleRootOf(file) ?? file;
  const names = namesOrNone(file);
  const bundleKey = key ?? (names.length === 1 ? names[0]?.bundleKey : undefined);
  // A folder stands for the spec by which it is found.
  const isFolders = bundleKey === undefined && (PIPELINE_FILES as readonly string[]).includes(basename(path));
  const reference = bundleKey === undefined ? shown(isFolders ? dirname(path) : path) : `${shown(path)}#${bundleKey}`;
  return { path, kind: "spec", reference, ...(bundleKey !== undefined && { bundleKey }) };
}

function shown(path: string): string {
  return relative(process.cwd(), path) || path;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
