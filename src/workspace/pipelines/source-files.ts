/** The source files that the libraries of a pipeline name: SQL, TypeScript, notebooks. */
import { statSync } from "node:fs";
import { extname, relative, sep } from "node:path";
import { isLakeletError } from "../../errors/lakelet-error.js";
import type { PipelineLibrary } from "../../jobs/pipeline-spec/pipeline-spec-schema.js";
import type { Problem } from "../../jobs/spec/problem.js";
import { notebookFile } from "../../tasks/notebook/notebook-file.js";
import type { ProjectPaths } from "../../tasks/project-paths.js";
import { SOURCES, sourcesIn } from "./pipeline-lookup.js";

const PYTHON = ".py";

export interface SourceFiles {
  /** Absolute paths, each once, in the order in which the libraries name them. */
  readonly files: readonly string[];
  readonly problems: readonly Problem[];
}

/** @param folder where relative paths start: the spec's own */
export function sourceFiles(libraries: readonly PipelineLibrary[], paths: ProjectPaths, folder: string): SourceFiles {
  const files = new Set<string>();
  const problems: Problem[] = [];
  for (const [i, library] of libraries.entries()) {
    try {
      const found = filesOf(library, paths, folder);
      for (const file of found.filter((one) => extname(one) !== PYTHON)) files.add(file);
      const python = found.find((one) => extname(one) === PYTHON);
      if (python !== undefined) problems.push(pythonSource(i, library, relative(process.cwd(), python)));
      if (found.length === 0 && isSource(library)) problems.push(nothingFound(i, library));
    } catch (error) {
      if (!isLakeletError(error)) throw error;
      const message = [error.problem, error.reason, error.cure].filter(Boolean).join(" ");
      problems.push({ severity: "error", path: pathOf(i, library), message });
    }
  }
  return { files: [...files], problems };
}

function isSource({ file, glob, notebook }: PipelineLibrary): boolean {
  return (file ?? glob ?? notebook) !== undefined;
}

function filesOf({ file, glob, notebook }: PipelineLibrary, paths: ProjectPaths, folder: string): readonly string[] {
  if (notebook) return [notebookFile(notebook.path, paths, folder)];
  if (file) {
    const path = paths.toLocal(file.path, folder);
    return isFile(path) && isKnown(path) ? [path] : [];
  }
  return glob ? matching(glob.include, paths, folder).filter(isKnown) : [];
}

/** `folder/**`, a file, or a pattern of both. */
function matching(include: string, paths: ProjectPaths, folder: string): readonly string[] {
  const [fixed = "", ...rest] = include.split(/\/(?=[^/]*[*?[])/);
  const base = /[*?[]/.test(fixed) ? folder : paths.toLocal(fixed, folder);
  const pattern = base === folder && /[*?[]/.test(fixed) ? include : rest.join("/");
  if (isFile(base)) return [base];
  if (!statSync(base, { throwIfNoEntry: false })?.isDirectory()) return [];
  if (pattern === "") return sourcesIn(base);
  const matcher = globPattern(pattern);
  return sourcesIn(base).filter((file) => matcher.test(relative(base, file).split(sep).join("/")));
}

/** `**` is any depth, `*` and `?` are within one folder. */
function globPattern(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|\*\*|\*|\?|[.+^${}()|\\]/g, (part) => {
    if (part === "**/") return "(?:[^/]+/)*";
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    return part === "?" ? "[^/]" : `\\${part}`;
  });
  return new RegExp(`^${source}$`, "u");
}

function isKnown(file: string): boolean {
  return SOURCES.includes(extname(file)) || extname(file) === PYTHON;
}

function pathOf(i: number, { file, glob, notebook }: PipelineLibrary): Problem["path"] {
  const end = notebook ? ["notebook", "path"] : file ? ["file", "path"] : glob ? ["glob", "include"] : [];
  return ["libraries", i, ...end];
}

function pythonSource(i: number, library: PipelineLibrary, file: string): Problem {
  const message = `${file} is Python: the sources of a pipeline are SQL and TypeScript here, and its datasets would be missing. Declare them in a .sql file, or in a .ts file with \`import { pipeline } from "lakelet/pipeline"\`.`;
  return { severity: "error", path: pathOf(i, library), message };
}

function nothingFound(i: number, library: PipelineLibrary): Problem {
  const { file, glob, notebook } = library;
  const named = notebook?.path ?? file?.path ?? glob?.include ?? "";
  const message = glob
    ? `No source matches ${named}: neither .sql nor .ts lies there.`
    : `The source ${named} does not exist, or is neither .sql nor .ts.`;
  return { severity: "error", path: pathOf(i, library), message };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
