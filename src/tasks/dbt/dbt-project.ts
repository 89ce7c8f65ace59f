/** The dbt project of a task: its folder, and the name of its profile. */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { parse } from "yaml";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { ProjectPaths } from "../project-paths.js";
import { dbtProjectFile } from "./dbt-settings.js";

export interface DbtProject {
  /** Absolute. */
  readonly folder: string;
  /** The `profile` that its dbt_project.yml names. */
  readonly profile: string;
}

/** Throws `DBT_PROJECT_NOT_FOUND` and `INVALID_DBT_PROJECT`. */
export function openDbtProject(directory: string | undefined, paths: ProjectPaths): DbtProject {
  const file = dbtProjectFile(directory ?? ".", paths);
  const read = readYaml(file);
  const { profile, name } = read as { readonly profile?: unknown; readonly name?: unknown };
  // Without a profile of its own, a project is run with one that has its name.
  const chosen = withVariables(String(profile ?? name ?? "lakelet"), file);
  return { folder: dirname(file), profile: chosen };
}

/** A mapping read from a YAML file of dbt's. Throws `INVALID_DBT_PROJECT`. */
export function readYaml(file: string): object {
  let read: unknown;
  try {
    read = parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw invalid(file, (cause as Error).message.split("\n")[0] ?? "");
  }
  if (read !== null && typeof read === "object" && !Array.isArray(read)) return read;
  throw invalid(file, "It is no mapping.");
}

const ENV_VAR = /\{\{\s*env_var\(\s*(["'])(.*?)\1\s*(?:,\s*(["'])(.*?)\3\s*)?\)\s*(?:\|[^}]*)?\}\}/g;

/** What dbt's `env_var` gives; other Jinja stays as it is. */
export function withVariables(text: string, file: string): string {
  return text.replace(ENV_VAR, (_, _quote: string, name: string, _other: string | undefined, fallback?: string) => {
    const value = process.env[name] ?? fallback;
    if (value !== undefined) return value;
    throw invalid(file, `The environment variable ${name} is not set.`);
  });
}

function invalid(file: string, reason: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_DBT_PROJECT",
    sqlState: "42000",
    problem: `${file} cannot be read.`,
    reason,
    parameters: { path: file },
  });
}
