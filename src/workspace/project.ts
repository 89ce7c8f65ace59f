/** The project: lakelet.yml, the nearest one upward, with a default for every key. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import type { LakeletError } from "../errors/lakelet-error.js";
import { type DocumentPath, readDocument, type SourceDocument } from "../jobs/spec/document.js";
import { invalidDocument } from "../jobs/spec/problem.js";
import { schemaProblems } from "../jobs/spec/schema-problems.js";
import { ProjectPaths } from "../tasks/project-paths.js";
import { memoryBytes } from "./machine.js";
import { DEFAULTS, PROJECT_FILE, type Project, projectFileAbove, projectWithoutFile } from "./project-defaults.js";

export type { Project } from "./project-defaults.js";

const text = z.string().min(1);
const projectSettings = z.strictObject({
  warehouse: text.default(DEFAULTS.warehouse),
  state: text.default(DEFAULTS.state),
  timezone: text.default(DEFAULTS.timezone),
  memory_limit: z.union([text, z.number()]).default(DEFAULTS.memory_limit),
  paths: z.record(text, text).default({}),
  queries: text.default(DEFAULTS.queries),
  pipelines: text.default(DEFAULTS.pipelines),
  smtp: z.strictObject({ url: text, from: text.optional() }).optional(),
  destinations: z.record(text, z.looseObject({ type: text, url: text.optional() })).optional(),
});

/** @param from folder to begin at; throws `INVALID_PROJECT_FILE` with the line of each mistake */
export function openProject(from: string = process.cwd()): Project {
  const file = projectFileAbove(from);
  if (file === undefined) return projectWithoutFile(from);
  const document = readDocument(readFileSync(file, "utf8"), file);
  const value = document.value ?? {};
  const parsed = projectSettings.safeParse(value);
  if (!parsed.success) {
    const problems = schemaProblems(projectSettings, parsed.error, value);
    throw invalid(problems.map((one) => ({ ...one, location: document.locate(one.path, one.part) })));
  }
  const settings = parsed.data;
  const root = dirname(file);
  const expand = (value: string, path: DocumentPath) => expandEnvironment(value, path, document);
  const folder = (key: "warehouse" | "state" | "queries" | "pipelines") => resolve(root, expand(settings[key], [key]));
  const mappings = Object.entries(settings.paths).map(([prefix, target]) => [
    prefix,
    resolve(root, expand(target, ["paths", prefix])),
  ]);
  return {
    root,
    file,
    warehouse: folder("warehouse"),
    state: folder("state"),
    queries: folder("queries"),
    pipelines: folder("pipelines"),
    timeZone: timeZoneOf(expand(settings.timezone, ["timezone"]), document),
    memory: memoryOf(settings.memory_limit, document),
    paths: new ProjectPaths({ root, mappings: Object.fromEntries(mappings), warehouse: folder("warehouse") }),
  };
}

function expandEnvironment(value: string, path: DocumentPath, document: SourceDocument): string {
  return value.replace(/\$\{env\.([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, name: string) => {
    const found = process.env[name];
    if (found !== undefined) return found;
    throw mistake(document, path, `${whole}: the environment variable ${name} is not set.`);
  });
}

function timeZoneOf(name: string, document: SourceDocument): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) && name;
  } catch {
    throw mistake(
      document,
      ["timezone"],
      `\`timezone\`: ${name} is no time zone. Write an IANA name, e.g. Europe/Warsaw.`,
    );
  }
}

function memoryOf(limit: string | number, document: SourceDocument): number {
  const bytes = memoryBytes(limit);
  if (bytes !== undefined) return bytes;
  throw mistake(document, ["memory_limit"], `\`memory_limit\`: ${limit} is neither a share (70%) nor a size (4GB).`);
}

function mistake(document: SourceDocument, path: DocumentPath, message: string): LakeletError {
  return invalid([{ severity: "error", path, message, location: document.locate(path) }]);
}

function invalid(problems: Parameters<typeof invalidDocument>[2]): LakeletError {
  return invalidDocument("INVALID_PROJECT_FILE", PROJECT_FILE, problems);
}
