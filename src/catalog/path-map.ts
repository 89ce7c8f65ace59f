/** Databricks paths (`/Volumes/...`, `/Workspace/...`, `dbfs:/...`) as folders of this machine. */
import { isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { LakeletError } from "../errors/lakelet-error.js";
import type { TableIdentifier } from "./table-identifier.js";

/** `/Volumes/<catalog>/<schema>/<volume>/<path>` */
const VOLUME = /^\/Volumes\/([^/]+)\/([^/]+)\/([^/]+)(?:\/(.*))?$/s;
const CLOUD_SCHEMES = ["s3", "s3a", "abfss", "abfs", "wasbs", "gs", "adl", "http", "https"];

export class PathMap {
  private readonly prefixes: readonly (readonly [string, string])[];

  /** The longest prefix wins. Relative paths start at `workingFolder`. */
  constructor(
    prefixes: Readonly<Record<string, string>>,
    private readonly workingFolder: string,
    /** The folder of a volume; without it `/Volumes` is a folder like others. */
    private readonly volume?: (volume: TableIdentifier) => string,
  ) {
    this.prefixes = Object.entries(prefixes)
      .map(([prefix, folder]) => [prefix.replace(/\/+$/, ""), resolve(workingFolder, folder)] as const)
      .sort(([a], [b]) => b.length - a.length);
  }

  /**
   * The absolute path on this machine.
   * @example new PathMap({ "/Volumes/main/default": "/p/data" }, "/p").resolve("/Volumes/main/default/orders/a.csv") // "/p/data/orders/a.csv"
   */
  resolve(path: string): string {
    const plain = withoutScheme(path);
    for (const [prefix, folder] of this.prefixes) {
      if (plain === prefix) return folder;
      if (plain.startsWith(`${prefix}/`)) return contained(folder, plain.slice(prefix.length + 1), path);
    }
    const [, catalog, schema, name, rest = ""] = VOLUME.exec(plain) ?? [];
    if (this.volume && catalog !== undefined && schema !== undefined && name !== undefined) {
      return contained(this.volume({ catalog, schema, name }), rest, path);
    }
    return isAbsolute(plain) ? plain : resolve(this.workingFolder, plain);
  }
}

/** A mapped path must not leave the folder that its prefix stands for. */
function contained(folder: string, rest: string, written: string): string {
  const target = resolve(folder, rest);
  if (target === folder || target.startsWith(`${folder}/`)) return target;
  throw new LakeletError({
    condition: "INVALID_PATH",
    sqlState: "42K03",
    problem: `The path ${written} leaves the folder that its prefix is mapped to.`,
    cure: "Write it without '..'.",
  });
}

function withoutScheme(path: string): string {
  if (path.startsWith("file:")) return path.startsWith("file://") ? fileURLToPath(path) : path.slice("file:".length);
  if (path.startsWith("dbfs:")) return path.slice("dbfs:".length);
  const scheme = /^([a-z0-9]+):\/\//i.exec(path)?.[1]?.toLowerCase();
  if (scheme !== undefined && CLOUD_SCHEMES.includes(scheme)) {
    throw new LakeletError({
      condition: "UNSUPPORTED_FEATURE.REMOTE_PATH",
      sqlState: "0A000",
      problem: `The path ${path} lies in an object store, which this version does not read.`,
      cure: "Copy the files here and map their prefix under `paths:` in lakelet.yml.",
    });
  }
  return path;
}
