/** Paths as a task's settings write them, as files of this machine. */
import { PathMap } from "../catalog/path-map.js";
import { WarehouseCatalog } from "../catalog/warehouse-catalog.js";
import { LakeletError } from "../errors/lakelet-error.js";
import { LocalStorage } from "../storage/local-storage.js";

/** Prefixes that exist only on Databricks: unmapped, they are a mistake and not a folder here. */
const DATABRICKS_ROOTS = ["/Workspace", "/Repos", "/Volumes", "/dbfs", "/mnt"];

export interface ProjectPathsOptions {
  /** Where relative paths start. */
  readonly root: string;
  /** Databricks prefix -> absolute folder. */
  readonly mappings: Readonly<Record<string, string>>;
  /** Folder of the tables: the volumes that were created there have their paths. */
  readonly warehouse?: string;
}

/** `/Volumes/<catalog>/<schema>/<volume>/<path>` */
const VOLUME = /^\/Volumes\/([^/]+)\/([^/]+)\/([^/]+)(?=\/|$)/;

export class ProjectPaths {
  readonly root: string;
  readonly mappings: Readonly<Record<string, string>>;
  readonly #warehouse: string | undefined;

  constructor({ root, mappings, warehouse }: ProjectPathsOptions) {
    this.root = root;
    this.mappings = mappings;
    this.#warehouse = warehouse;
  }

  /**
   * The absolute path here. Throws `UNMAPPED_PATH` for a Databricks path without a mapping, and `INVALID_PATH` for one that leaves the
   * folder that it is mapped to.
   */
  toLocal(path: string, from = this.root): string {
    const plain = path.replace(/^dbfs:(?=\/)/, "");
    const mapped = Object.keys(this.mappings).some((prefix) => isUnder(plain, prefix.replace(/\/+$/, "")));
    const volume = mapped ? undefined : this.#volumeFolder(plain);
    if (volume !== undefined) return new PathMap(this.mappings, from, () => volume).resolve(plain);
    const root = DATABRICKS_ROOTS.find((one) => isUnder(plain, one));
    // macOS has a /Volumes of its own.
    if (!mapped && root !== undefined && !(process.platform === "darwin" && root === "/Volumes")) {
      throw new LakeletError({
        condition: "UNMAPPED_PATH",
        sqlState: "42K03",
        problem: `The Databricks path ${path} is no path on this machine.`,
        reason: "No prefix under `paths:` in lakelet.yml covers it.",
        cure: `Add one: \`paths: { ${plain.split("/").slice(0, 3).join("/")}: . }\`${root === "/Volumes" ? ", or CREATE VOLUME" : ""}.`,
        parameters: { path },
      });
    }
    return new PathMap(this.mappings, from).resolve(plain);
  }

  #volumeFolder(path: string): string | undefined {
    const [, catalog, schema, name] = VOLUME.exec(path) ?? [];
    if (this.#warehouse === undefined || !catalog || !schema || !name) return undefined;
    return new WarehouseCatalog(new LocalStorage(), this.#warehouse).volumes.existingFolder({ catalog, schema, name });
  }
}

function isUnder(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}
