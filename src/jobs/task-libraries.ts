/** The libraries that a task asks for: its own, and those of the environment that it names. */
import type { z } from "zod";
import type { library } from "./spec/cluster.js";
import type { JobSettings } from "./spec/job-settings.js";
import type { TaskSettings } from "./spec/task.js";

export type Library = z.infer<typeof library>;

export interface TaskLibraries {
  readonly libraries: readonly Library[];
  /** Lines of a requirements file, as an environment has them. */
  readonly dependencies: readonly string[];
}

/** Undefined where it asks for none. */
export function librariesOf(task: TaskSettings, { environments = [] }: JobSettings): TaskLibraries | undefined {
  const environment = environments.find((one) => one.environment_key === task.environment_key);
  const java = [...(environment?.spec?.java_dependencies ?? []), ...(environment?.spec?.jar_dependencies ?? [])];
  const libraries = [...(task.libraries ?? []), ...java.map(javaLibrary)];
  const dependencies = environment?.spec?.dependencies ?? [];
  return libraries.length + dependencies.length === 0 ? undefined : { libraries, dependencies };
}

/** An environment names JAR files and Maven coordinates in one list. */
function javaLibrary(dependency: string): Library {
  return /\.jar$|\//.test(dependency) ? { jar: dependency } : { maven: { coordinates: dependency } };
}
