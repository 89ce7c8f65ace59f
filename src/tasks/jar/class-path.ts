/** Where the classes of a task come from: its JAR files, and what Maven resolves its coordinates to. */
import type { AttemptEvent } from "../../jobs/run/attempt.js";
import type { TaskLibraries } from "../../jobs/task-libraries.js";
import { libraryFile } from "../library-file.js";
import type { ProjectPaths } from "../project-paths.js";
import { resolveMaven } from "./maven.js";

export interface ClassPathRequest {
  readonly libraries: TaskLibraries | undefined;
  /** `jar_uri` of old. */
  readonly jar: string | undefined;
  readonly paths: ProjectPaths;
  /** Receives what Maven brings. */
  readonly folder: string;
  readonly emit: (event: AttemptEvent) => void;
}

/** Absolute paths of JAR files. Throws `LIBRARY_NOT_FOUND`, `INVALID_LIBRARY`, `MAVEN_NOT_FOUND`, `LIBRARY_INSTALLATION_FAILED`. */
export async function classPath({ libraries, jar, paths, folder, emit }: ClassPathRequest): Promise<readonly string[]> {
  const wanted = libraries?.libraries ?? [];
  const named = [...(jar === undefined ? [] : [jar]), ...wanted.flatMap((one) => one.jar ?? [])];
  const files = named.map((path) => libraryFile(path, paths));
  const coordinates = wanted.flatMap(({ maven }) => (maven ? [maven] : []));
  if (coordinates.length === 0) return files;
  return [...files, ...(await resolveMaven(coordinates, { folder, emit }))];
}
