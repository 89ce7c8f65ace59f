/** The settings of a dbt_task, and where its project is: known without a reader of YAML. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { ProjectPaths } from "../project-paths.js";

export interface DbtTaskSettings {
  /** Each begins with `dbt`. */
  readonly commands: readonly string[];
  readonly project_directory?: string;
  readonly profiles_directory?: string;
  readonly warehouse_id?: string;
  readonly catalog?: string;
  readonly schema?: string;
}

const PROJECT_FILE = "dbt_project.yml";

/** Throws `DBT_PROJECT_NOT_FOUND`. */
export function dbtProjectFile(directory: string, paths: ProjectPaths): string {
  const folder = paths.toLocal(directory);
  const file = join(folder, PROJECT_FILE);
  if (existsSync(file)) return file;
  throw new LakeletError({
    condition: "DBT_PROJECT_NOT_FOUND",
    sqlState: "42000",
    problem: `There is no dbt project in ${directory}.`,
    reason: `It was looked for at ${file}.`,
    cure: "Name the folder of its dbt_project.yml as `project_directory`.",
    parameters: { path: directory },
  });
}
