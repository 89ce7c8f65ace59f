/** Paths of a bundle's job, each relative to the file that says it, made relative to the bundle's root: `./src/load.ts`. */
import { dirname, join, relative, sep } from "node:path";
import { isRelativePath, localDependency, TASK_PATHS } from "../spec/task-paths.js";
import type { BundleFiles } from "./bundle-files.js";
import { type Located, type LocatedMap, type LocatedScalar, withEntries } from "./located.js";

type Rewrite = (value: string, at: LocatedScalar) => string;

/** Where a pipeline's spec names files and folders; `*` is each entry of a list. */
const PIPELINE_PATHS: readonly (readonly string[])[] = [
  ["libraries", "*", "notebook", "path"],
  ["libraries", "*", "file", "path"],
  ["libraries", "*", "glob", "include"],
  ["root_path"],
];

export function anchoredPipeline(pipeline: LocatedMap, files: BundleFiles): LocatedMap {
  const anchor = anchorOf(files, ({ at }) => files.pathOf.get(at.document.file) ?? files.rootFile);
  let anchored: Located = pipeline;
  for (const path of PIPELINE_PATHS) anchored = rewritten(anchored, path, anchor);
  return anchored.kind === "map" ? anchored : pipeline;
}

/** @param declaredIn the file that a path is relative to */
function anchorOf(files: BundleFiles, declaredIn: (at: LocatedScalar) => string): Rewrite {
  return (path, at) => {
    if (path.startsWith(`${files.rootFolder}${sep}`)) return fromRoot(path, files.rootFolder);
    return isRelativePath(path) ? fromRoot(join(dirname(declaredIn(at)), path), files.rootFolder) : path;
  };
}

export function anchoredJob(job: LocatedMap, files: BundleFiles): LocatedMap {
  // With a git source the paths are those of the repository: from its root.
  const anchor = anchorOf(files, ({ at }) =>
    job.entries.has("git_source") ? files.rootFile : (files.pathOf.get(at.document.file) ?? files.rootFile),
  );
  const dependency: Rewrite = (text, at) => {
    const local = localDependency(text);
    return local === undefined ? text : `${local.flag}${anchor(local.path, at)}`;
  };
  let anchored: Located = job;
  for (const path of TASK_PATHS) {
    anchored = rewritten(anchored, ["tasks", "*", ...path], anchor);
    anchored = rewritten(anchored, ["tasks", "*", "for_each_task", "task", ...path], anchor);
  }
  anchored = rewritten(anchored, ["environments", "*", "spec", "dependencies", "*"], dependency);
  return anchored.kind === "map" ? anchored : job;
}

function fromRoot(path: string, root: string): string {
  const inside = relative(root, path).split(sep).join("/");
  return inside.startsWith("../") ? inside : `./${inside}`;
}

/** The texts at a path rewritten; `*` is each entry of a list. */
export function rewritten(tree: Located, path: readonly string[], rewrite: Rewrite): Located {
  const [step, ...rest] = path;
  if (step === undefined) {
    return tree.kind === "scalar" && typeof tree.value === "string"
      ? { ...tree, value: rewrite(tree.value, tree) }
      : tree;
  }
  if (step === "*") {
    return tree.kind === "list" ? { ...tree, items: tree.items.map((item) => rewritten(item, rest, rewrite)) } : tree;
  }
  const inner = tree.kind === "map" ? tree.entries.get(step) : undefined;
  return tree.kind === "map" && inner ? withEntries(tree, { [step]: rewritten(inner, rest, rewrite) }) : tree;
}
