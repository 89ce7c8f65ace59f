/** The file of this machine that a library's path names. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { LakeletError } from "../errors/lakelet-error.js";
import type { ProjectPaths } from "./project-paths.js";

/** The newest of those that a pattern (`dist/*.whl`) means. Throws `LIBRARY_NOT_FOUND`. */
export function libraryFile(path: string, paths: ProjectPaths): string {
  const file = paths.toLocal(path);
  const found = basename(file).includes("*") ? newest(file) : file;
  if (found !== undefined && existsSync(found)) return found;
  throw new LakeletError({
    condition: "LIBRARY_NOT_FOUND",
    sqlState: "42000",
    problem: `The library ${path} does not exist.`,
    reason: `It was looked for at ${file}.`,
    cure: "Build it first, or correct the path.",
    parameters: { path },
  });
}

function newest(pattern: string): string | undefined {
  const folder = dirname(pattern);
  if (!existsSync(folder)) return undefined;
  const parts = basename(pattern).split("*");
  const fits = new RegExp(`^${parts.map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`);
  const files = readdirSync(folder).flatMap((name) => (fits.test(name) ? [join(folder, name)] : []));
  return files.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
}
