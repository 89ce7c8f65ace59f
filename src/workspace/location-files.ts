/** The files below a location that a file_arrival trigger names: a volume, a Databricks path, or a folder of the project. */
import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { LakeletError } from "../errors/lakelet-error.js";
import type { Project } from "./project.js";

const CLOUD = /^(s3a?|abfss?|gs|wasbs?|r2):\/\//i;

/** Names from the location on. Throws UNMAPPED_PATH for a cloud's path without a mapping, and PATH_NOT_FOUND. */
export async function filesBelow(project: Project, location: string): Promise<readonly string[]> {
  const folder = localFolder(project, location);
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && !/^[._]/.test(entry.name))
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .sort();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
    throw new LakeletError({
      condition: "PATH_NOT_FOUND",
      sqlState: "42K03",
      problem: `The location ${location} of the file_arrival trigger does not exist (${folder}).`,
      cure: "Make the folder: files that arrive in it then start the job.",
      parameters: { path: location },
      cause,
    });
  }
}

function localFolder(project: Project, location: string): string {
  if (location.startsWith("file:")) return fileURLToPath(location);
  const mapped = Object.keys(project.paths.mappings).some((prefix) => location.startsWith(prefix));
  if (!CLOUD.test(location) || mapped) return project.paths.toLocal(location);
  throw new LakeletError({
    condition: "UNMAPPED_PATH",
    sqlState: "42K03",
    problem: `The location ${location} is no path on this machine.`,
    cure: `Say in lakelet.yml which folder stands for it: paths: { "${location}": ./data/landing }.`,
    parameters: { path: location },
  });
}
