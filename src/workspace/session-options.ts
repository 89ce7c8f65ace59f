/** What each session of a project is opened with. */
import type { SessionOptions } from "../session/contract.js";
import type { Project } from "./project-defaults.js";

export function sessionOptions(project: Project): SessionOptions {
  return {
    warehouse: project.warehouse,
    timeZone: project.timeZone,
    memoryLimit: `${Math.floor(project.memory / 1024 ** 2)}MiB`,
    paths: project.paths.mappings,
    workingFolder: project.root,
  };
}
