/** What a task's libraries and environment ask pip to install, Databricks' paths made paths of this machine. */
import { statSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { TaskLibraries } from "../../jobs/task-libraries.js";
import { libraryFile } from "../library-file.js";
import type { ProjectPaths } from "../project-paths.js";

export interface Requirements {
  /** Lines of a requirements file each; those of a repository of its own apart. */
  readonly installs: readonly (readonly string[])[];
  /** Files whose content decides what is installed. */
  readonly files: readonly string[];
  /** Eggs: pip does not install them, Python imports from them. */
  readonly importPaths: readonly string[];
}

export const NO_REQUIREMENTS: Requirements = { installs: [], files: [], importPaths: [] };

const FILE_ENDING = /\.(?:whl|zip|egg|tar\.gz|tgz)$/i;
const OPTION_WITH_PATH = /^(-r|--requirement|-c|--constraint|-e|--editable|-f|--find-links)[ =]\s*(.+)$/;

/** Throws `INVALID_LIBRARY` and `LIBRARY_NOT_FOUND`. */
export function requirementsOf({ libraries, dependencies }: TaskLibraries, paths: ProjectPaths): Requirements {
  const plain: string[] = [];
  const apart: (readonly string[])[] = [];
  const files: string[] = [];
  const importPaths: string[] = [];
  const local = (path: string): string => {
    const file = libraryFile(path, paths);
    if (statSync(file).isFile()) files.push(file);
    return file;
  };
  for (const { pypi, whl, egg, requirements } of libraries) {
    if (pypi) {
      const line = specifier(pypi.package);
      if (pypi.repo === undefined) plain.push(line);
      else apart.push([`--index-url ${quoted(oneLine(pypi.repo))}`, line]);
    }
    if (whl !== undefined) plain.push(urlOf(local(oneLine(whl))));
    if (requirements !== undefined) plain.push(`-r ${quoted(local(oneLine(requirements)))}`);
    if (egg !== undefined) importPaths.push(local(oneLine(egg)));
  }
  for (const line of dependencies) plain.push(...dependency(line, local));
  return { installs: plain.length === 0 ? apart : [plain, ...apart], files, importPaths };
}

/** A line of a requirements file, as an environment's `dependencies` have them. */
function dependency(written: string, local: (path: string) => string): readonly string[] {
  const text = written.replace(/(?:^|\s)#.*$/, "").trim();
  if (text === "") return [];
  const line = oneLine(text);
  const [, name, path] = OPTION_WITH_PATH.exec(line) ?? [];
  if (name !== undefined && path !== undefined) return [`${name} ${quoted(path.includes("://") ? path : local(path))}`];
  return isPath(line) ? [urlOf(local(line))] : [line];
}

function isPath(text: string): boolean {
  return /^(?:\.{0,2}\/|dbfs:\/)/.test(text) || (FILE_ENDING.test(text) && !/:\/\/|\s@\s/.test(text));
}

/** pip takes a blank in a path for the end of it. */
function urlOf(file: string): string {
  return FILE_ENDING.test(file) ? pathToFileURL(file).href : file;
}

/** pip reads an option's line as a shell does. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}

/** Not an option: a package named `--index-url=...` would change where all come from. */
function specifier(text: string): string {
  const line = oneLine(text);
  if (!line.startsWith("-")) return line;
  throw invalidLibrary(text, "The name of a package does not begin with a dash.");
}

function oneLine(text: string): string {
  const line = text.trim();
  if (line !== "" && !/[\r\n\0]/.test(line)) return line;
  throw invalidLibrary(text, "A library is one line of text.");
}

function invalidLibrary(text: string, reason: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_LIBRARY",
    sqlState: "42000",
    problem: `${JSON.stringify(text)} is no library.`,
    reason,
    parameters: { library: text },
  });
}
