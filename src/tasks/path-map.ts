/** Databricks paths as files of this machine: `/Workspace/...`, `/Volumes/...`, `dbfs:/...`, by the prefixes that lakelet.yml maps. */
import { isAbsolute, join, normalize, resolve, sep } from "node:path";
import { LakeletError } from "../errors/lakelet-error.js";

/** Prefixes that exist only on Databricks: unmapped, they are a mistake and not a folder here. */
const DATABRICKS_ROOTS = ["/Workspace", "/Volumes", "/Repos", "/Shared", "/Users", "/dbfs", "/mnt"];

export interface PathMapOptions {
  /** Where relative paths start. */
  readonly root: string;
  /** Prefix -> absolute folder. */
  readonly mappings: Readonly<Record<string, string>>;
}

export class PathMap {
  readonly root: string;
  readonly mappings: Readonly<Record<string, string>>;
  readonly #prefixes: readonly (readonly [prefix: string, folder: string])[];

  constructor({ root, mappings }: PathMapOptions) {
    this.root = root;
    this.mappings = mappings;
    this.#prefixes = Object.entries(mappings)
      .map(([prefix, folder]) => [prefix.replace(/\/+$/, ""), folder] as const)
      .sort(([a], [b]) => b.length - a.length);
  }

  /**
   * The absolute path here. Throws `UNMAPPED_PATH` for a Databricks path without a mapping, and for one that leaves the folder that it
   * is mapped to.
   */
  toLocal(path: string, from = this.root): string {
    const plain = path.replace(/^(dbfs|file):(\/\/)?(?=\/)/, "");
    for (const [prefix, folder] of this.#prefixes) {
      if (plain !== prefix && !plain.startsWith(`${prefix}/`)) continue;
      const local = normalize(join(folder, plain.slice(prefix.length)));
      const inside = folder.endsWith(sep) ? folder : folder + sep;
      if (local === normalize(folder) || local.startsWith(normalize(inside))) return local;
      throw unmapped(path, `It leaves the folder that ${prefix} is mapped to.`, "Give a path without `..`.");
    }
    const root = DATABRICKS_ROOTS.find((one) => plain === one || plain.startsWith(`${one}/`));
    if (root !== undefined && isDatabricksOnly(plain)) {
      const example = plain.split("/").slice(0, 3).join("/");
      throw unmapped(path, "No mapping in lakelet.yml covers it.", `Add one: \`paths: { ${example}: . }\`.`);
    }
    return isAbsolute(plain) ? normalize(plain) : resolve(from, plain);
  }
}

/** macOS has /Volumes and /Users of its own: what lies there is meant. */
function isDatabricksOnly(path: string): boolean {
  return process.platform !== "darwin" || !/^\/(Volumes|Users)\//.test(path);
}

function unmapped(path: string, reason: string, cure: string): LakeletError {
  return new LakeletError({
    condition: "UNMAPPED_PATH",
    sqlState: "42000",
    problem: `The Databricks path ${path} is no path on this machine.`,
    reason,
    cure,
    parameters: { path },
  });
}
