/** Finds the job that a user names: a path, or a name under pipelines/. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { LakeletError } from "../errors/lakelet-error.js";
import { BUNDLE_FILES, bundleRootOf } from "../jobs/bundle/bundle-files.js";
import { jobIdOf } from "../jobs/job-plan.js";
import type { BundleOrigin } from "../jobs/spec/job-source.js";
import { nearestName } from "../jobs/spec/nearest-name.js";
import { jobNamesIn, mayHoldBundle } from "../jobs/spec/read-job-spec.js";
import type { Project } from "./project.js";

export interface FoundJob {
  readonly file: string;
  readonly bundleKey?: string;
  /** How to name it again, from the working folder. */
  readonly reference: string;
  /** The same wherever the project lies: what the job's id is made from. */
  readonly identity: string;
  readonly bundle?: BundleChoice;
}

/** As which deployment a bundle is read. */
export interface BundleChoice {
  /** `--target`; the default one where absent. */
  readonly target?: string | undefined;
  /** `--var` */
  readonly variables?: Readonly<Record<string, string>> | undefined;
}

const SPEC_NAMES = ["job.json", "job.yml", "job.yaml", ...BUNDLE_FILES];
const EXTENSIONS = [".json", ".yml", ".yaml"];

/** `<path>`, `<path>#<bundle key>`, `<path>#<bundle key>@<target>`, or a name. Throws `JOB_NOT_FOUND` with the nearest name. */
export function findJob(project: Project, wanted: string, bundle: BundleChoice = {}): FoundJob {
  const [path = "", part = ""] = wanted.split("#", 2);
  const [key = "", inName] = part.split("@", 2);
  const job = findSpec(project, path, key || undefined, wanted);
  const target = bundle.target ?? inName;
  if (target === undefined || job.bundleKey === undefined) return { ...job, bundle };
  return { ...job, reference: `${path}#${job.bundleKey}@${target}`, bundle: { ...bundle, target } };
}

/** A job of the same bundle as the one that starts it, as a part of the same deployment. */
export function inDeploymentOf(
  parent: { readonly file: string; readonly bundle: BundleOrigin | undefined },
  child: FoundJob,
): FoundJob {
  if (parent.bundle === undefined || child.file !== parent.file || child.bundleKey === undefined) return child;
  const { target, variables } = parent.bundle;
  const file = relative(process.cwd(), child.file) || child.file;
  return { ...child, reference: `${file}#${child.bundleKey}@${target}`, bundle: { target, variables } };
}

function findSpec(project: Project, path: string, key: string | undefined, wanted: string): FoundJob {
  const asPath = specAt(resolve(path));
  if (asPath !== undefined) return found(project, asPath, wanted, key);
  const named = specAt(join(project.pipelines, path)) ?? byExtension(join(project.pipelines, path));
  if (named !== undefined && isInside(named, project.pipelines)) return found(project, named, wanted, key);
  return byNameInside(project, path, wanted);
}

function specAt(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile()) return path;
  if (!stat?.isDirectory()) return undefined;
  return SPEC_NAMES.map((name) => join(path, name)).find((file) => existsSync(file));
}

function byExtension(base: string): string | undefined {
  return EXTENSIONS.map((extension) => base + extension).find((file) => existsSync(file));
}

function isInside(file: string, folder: string): boolean {
  return file.startsWith(folder + sep);
}

function byNameInside(project: Project, name: string, wanted: string): FoundJob {
  const known = new Map<string, { file: string; key: string | undefined }>();
  for (const file of specsOf(project)) {
    for (const one of namesOrNone(file)) {
      for (const each of [one.name, one.bundleKey]) {
        if (each !== undefined && !known.has(each)) known.set(each, { file, key: one.bundleKey });
      }
    }
  }
  const match = known.get(name);
  if (match) return found(project, match.file, wanted, match.key);
  const folders = existsSync(project.pipelines) ? readdirSync(project.pipelines) : [];
  const nearest = nearestName(name, [...known.keys(), ...folders]);
  const where = relative(process.cwd(), project.pipelines) || ".";
  throw new LakeletError({
    condition: "JOB_NOT_FOUND",
    sqlState: "42000",
    problem: `There is no job \`${wanted}\`.`,
    reason: `It is neither a file here nor a job in ${where}.`,
    cure: nearest === undefined ? "Give the path of a job.json or job.yml." : `Did you mean \`${nearest}\`?`,
    parameters: { job: wanted },
  });
}

/** @param beside a spec whose own jobs are looked at first; it may lie outside pipelines/ */
export function findJobById(project: Project, id: string, beside?: string): FoundJob | undefined {
  for (const file of [...(beside === undefined ? [] : [beside]), ...specsOf(project)]) {
    for (const { bundleKey } of namesOrNone(file)) {
      const reference = bundleKey === undefined ? file : `${file}#${bundleKey}`;
      const one = found(project, file, reference, bundleKey);
      if (jobIdOf(one.identity) === id) return { ...one, reference: relative(process.cwd(), reference) };
    }
  }
  return undefined;
}

/** Every job under pipelines/; a spec that cannot be read is named by its file. */
export function projectJobs(project: Project): readonly FoundJob[] {
  const name = (file: string) => relative(process.cwd(), file) || file;
  return specsOf(project).flatMap((file) => {
    try {
      return jobNamesIn(file).map(({ bundleKey }) =>
        found(project, file, bundleKey === undefined ? name(file) : `${name(file)}#${bundleKey}`, bundleKey),
      );
    } catch (error) {
      if (error instanceof LakeletError) return [found(project, file, name(file), undefined)];
      throw error;
    }
  });
}

/** Under pipelines/, and the bundle whose root the project is. */
function specsOf(project: Project): readonly string[] {
  const root = BUNDLE_FILES.map((name) => join(project.root, name)).find((file) => existsSync(file));
  return [...(root === undefined ? [] : [root]), ...specFiles(project.pipelines)];
}

function specFiles(pipelines: string): readonly string[] {
  if (!existsSync(pipelines)) return [];
  return readdirSync(pipelines)
    .sort()
    .flatMap((name) => {
      const path = join(pipelines, name);
      if (EXTENSIONS.some((extension) => name.endsWith(extension))) return [path];
      const spec = statSync(path).isDirectory() ? specAt(path) : undefined;
      return spec === undefined ? [] : [spec];
    });
}

/** A spec that cannot be read is none that a name can mean; named by its path, its mistake shows. */
function namesOrNone(file: string): ReturnType<typeof jobNamesIn> {
  try {
    return jobNamesIn(file);
  } catch (error) {
    if (error instanceof LakeletError) return [];
    throw error;
  }
}

/** A file that a bundle includes stands for its root, and the only job of a file for itself. */
function found(project: Project, named: string, reference: string, key: string | undefined): FoundJob {
  const file = bundleRootOf(named) ?? named;
  const bundleKey = key ?? onlyKeyOf(named);
  const inProject = relative(project.root, file).split(sep).join("/");
  return {
    file,
    reference,
    identity: bundleKey === undefined ? inProject : `${inProject}#${bundleKey}`,
    ...(bundleKey !== undefined && { bundleKey }),
  };
}

function onlyKeyOf(file: string): string | undefined {
  if (!mayHoldBundle(file)) return undefined;
  const [one, other] = namesOrNone(file);
  return other === undefined ? one?.bundleKey : undefined;
}
