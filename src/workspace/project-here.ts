/** The project of the working folder; what reads a lakelet.yml is loaded only where there is one. */
import { type Project, projectFileAbove, projectWithoutFile } from "./project-defaults.js";

export async function projectHere(): Promise<Project> {
  const from = process.cwd();
  if (projectFileAbove(from) === undefined) return projectWithoutFile(from);
  const { openProject } = await import("./project.js");
  return openProject(from);
}
