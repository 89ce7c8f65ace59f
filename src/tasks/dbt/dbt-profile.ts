/** The connection profile of a dbt_task: one that lakelet makes, of DuckDB over the lake, or the user's own. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProjectPaths } from "../project-paths.js";
import { type DbtProject, readYaml, withVariables } from "./dbt-project.js";
import type { DbtTaskSettings } from "./dbt-settings.js";

export type DbtProfile =
  /** Models are built in a database of the attempt, and published to the lake. */
  | {
      readonly kind: "lake";
      readonly catalog: string;
      readonly schema: string;
      /** Of the user's output, what DuckDB is told besides: `threads`, `settings`, `extensions` ... */
      readonly kept: Readonly<Record<string, unknown>>;
      readonly targets: readonly string[];
      /** Where the profile that was found could not be used as it is. */
      readonly note: string | undefined;
    }
  /** dbt builds where that profile says, and the lake is not touched. */
  | { readonly kind: "own"; readonly folder: string; readonly note: string };

interface Output {
  readonly [key: string]: unknown;
  readonly type?: string;
  readonly path?: string;
  readonly catalog?: string;
  readonly schema?: string;
}

const DEFAULT_TARGET = "lakelet";
const DEFAULTS = { catalog: "main", schema: "default" };
/** Keys of an output that say where it connects to: here that is the lake. */
const PLACE = new Set(["type", "path", "database", "catalog", "schema", "attach", "host", "http_path", "token"]);
const DATABRICKS = ["databricks", "spark"];

/** @param commandTargets what `--target` says in the task's commands */
export function dbtProfile(
  settings: DbtTaskSettings,
  project: DbtProject,
  paths: ProjectPaths,
  commandTargets: readonly string[],
): DbtProfile {
  const own = settings.profiles_directory;
  const folder = own === undefined ? project.folder : paths.toLocal(own);
  const found = outputsIn(folder, project.profile);
  const names = [...new Set([...commandTargets, ...Object.keys(found?.outputs ?? {}), DEFAULT_TARGET])];
  const chosen = commandTargets[0] ?? found?.target ?? DEFAULT_TARGET;
  const targets = [chosen, ...names.filter((name) => name !== chosen)];
  const output = found?.outputs[chosen];
  const place = {
    catalog: settings.catalog ?? (usable(output) && output.catalog) ?? DEFAULTS.catalog,
    schema: settings.schema ?? (usable(output) && output.schema) ?? DEFAULTS.schema,
  };
  const lake = (kept: Readonly<Record<string, unknown>>, note?: string): DbtProfile => ({
    kind: "lake",
    catalog: withVariables(String(place.catalog || DEFAULTS.catalog), folder),
    schema: withVariables(String(place.schema || DEFAULTS.schema), folder),
    kept,
    targets,
    note,
  });
  if (output === undefined) return lake({});
  const type = String(output.type);
  if (DATABRICKS.includes(type)) {
    return lake(keptOf(output, ["threads"]), `The profile's ${type} connection is DuckDB over the lake here.`);
  }
  const inMemory = type === "duckdb" && (output.path === undefined || output.path === ":memory:");
  if (inMemory) return lake(keptOf(output));
  if (settings.warehouse_id !== undefined) {
    return lake({}, `The task has a warehouse_id: the profile's ${type} connection is not used.`);
  }
  const where = type === "duckdb" ? `the file ${output.path}` : type;
  return {
    kind: "own",
    folder,
    note: `dbt builds in ${where}, as the profile says: nothing is published to the lake.`,
  };
}

function usable(output: Output | undefined): output is Output {
  return output !== undefined;
}

function keptOf(output: Output, only?: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(output).filter(([key]) => !PLACE.has(key) && (only === undefined || only.includes(key))),
  );
}

function outputsIn(
  folder: string,
  profile: string,
): { readonly target: string | undefined; readonly outputs: Readonly<Record<string, Output>> } | undefined {
  const file = join(folder, "profiles.yml");
  if (!existsSync(file)) return undefined;
  const { [profile]: found } = readYaml(file) as Readonly<Record<string, unknown>>;
  if (found === null || typeof found !== "object") return undefined;
  const { target, outputs = {} } = found as { readonly target?: string; readonly outputs?: Record<string, Output> };
  return { target: target === undefined ? Object.keys(outputs)[0] : withVariables(target, file), outputs };
}

export interface LakeProfileRequest {
  readonly profile: Extract<DbtProfile, { kind: "lake" }>;
  /** Of the project. */
  readonly name: string;
  /** Receives the profiles.yml. */
  readonly folder: string;
  /** Of the default catalog. */
  readonly database: string;
  /** Of the other catalogs. */
  readonly attached: readonly { readonly alias: string; readonly path: string }[];
  readonly settings: Readonly<Record<string, string>>;
  readonly threads: number;
}

/** JSON is YAML. */
export function writeLakeProfile(request: LakeProfileRequest): void {
  const { profile, name, folder, database, attached, settings, threads } = request;
  const output = {
    threads,
    ...profile.kept,
    type: "duckdb",
    path: database,
    schema: profile.schema,
    ...(attached.length > 0 && { attach: attached }),
    settings: { ...(profile.kept.settings as object | undefined), ...settings },
  };
  const outputs = Object.fromEntries(profile.targets.map((target) => [target, output]));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "profiles.yml"), JSON.stringify({ [name]: { target: profile.targets[0], outputs } }));
}
