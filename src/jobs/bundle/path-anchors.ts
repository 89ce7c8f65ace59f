/** Paths of a bundle's job, each relative to the file that says it, made relative to the bundle's root: `./src/load.ts`. */
import { dirname, join, relative, sep } from "node:path";
import { isRelativePath, localDependency, TASK_PATHS } from "../spec/task-paths.js";
import type { BundleFiles } from "./bundle-files.js";
import { type Located, type LocatedMap, type LocatedScalar, withEntries } from "./located.js";

type Rewrite = (value: string, at: LocatedScalar) => string;

export function anchoredJob(job: LocatedMap, files: BundleFiles): LocatedMap {
  const anchor: Rewrite = (path, { at }) => {
    if (path.startsWith(`${files.rootFolder}${sep}`)) return fromRoot(path, files.rootFolder);
    // With a git source the paths are those of the repository: from its root.
    if (!isRelativePath(path)) return path;
    const declared = job.entries.has("git_source")
      ? files.rootFile
      : (files.pathOf.get(at.document.file) ?? files.rootFile);
    return fromRoot(join(dirname(declared), path), files.rootFolder);
  };
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
