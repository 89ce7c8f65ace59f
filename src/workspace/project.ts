/** The project: lakelet.yml, the nearest one upward, with a default for every key. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import type { LakeletError } from "../errors/lakelet-error.js";
import { type DocumentPath, readDocument, type SourceDocument } from "../jobs/spec/document.js";
import { invalidDocument } from "../jobs/spec/problem.js";
import { schemaProblems } from "../jobs/spec/schema-problems.js";
import { ProjectPaths } from "../tasks/project-paths.js";
import { memoryBytes } from "./machine.js";

export interface Project {
  /** Folder of lakelet.yml; the working folder where there is none. */
  readonly root: string;
  readonly file: string | undefined;
  /** Absolute folders. */
  readonly warehouse: string;
  readonly state: string;
  readonly queries: string;
  readonly pipelines: string;
  readonly timeZone: string;
  /** Bytes for all processes together. */
  readonly memory: number;
  readonly paths: ProjectPaths;
}

const FILE_NAME = "lakelet.yml";

const text = z.string().min(1);
const projectFile = z.strictObject({
  warehouse: text.default("./lake"),
  state: text.default("./.lakelet"),
  timezone: text.default("UTC"),
  memory_limit: z.union([text, z.number()]).default("70%"),
  paths: z.record(text, text).default({}),
  queries: text.default("./queries"),
  pipelines: text.default("./pipelines"),
  smtp: z.strictObject({ url: text, from: text.optional() }).optional(),
  destinations: z.record(text, z.looseObject({ type: text, url: text.optional() })).optional(),
});

/** @param from folder to begin at; throws `INVALID_PROJECT_FILE` with the line of each mistake */
export function openProject(from: string = process.cwd()): Project {
  const file = findUpward(resolve(from));
  const document = readDocument(file === undefined ? "{}" : readFileSync(file, "utf8"), file ?? FILE_NAME);
  const value = document.value ?? {};
  const parsed = projectFile.safeParse(value);
  if (!parsed.success) {
    const problems = schemaProblems(projectFile, parsed.error, value);
    throw invalid(problems.map((one) => ({ ...one, location: document.locate(one.path, one.part) })));
  }
  const settings = parsed.data;
  const root = file === undefined ? resolve(from) : dirname(file);
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

function findUpward(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, FILE_NAME);
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) return undefined;
  }
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
  return invalidDocument("INVALID_PROJECT_FILE", FILE_NAME, problems);
}
