/** The project: lakelet.yml, the nearest one upward, with a default for every key. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import type { LakeletError } from "../errors/lakelet-error.js";
import { type DocumentPath, readDocument, type SourceDocument } from "../jobs/spec/document.js";
import { invalidDocument, type LocatedProblem } from "../jobs/spec/problem.js";
import { schemaProblems } from "../jobs/spec/schema-problems.js";
import {
  anyDestination,
  type DestinationSettings,
  type DestinationType,
  destinationSettings,
  type NotificationSettings,
  smtpSettings,
} from "../notifications/settings.js";
import { ProjectPaths } from "../tasks/project-paths.js";
import { memoryBytes } from "./machine.js";
import {
  DEFAULTS,
  javaSettings,
  KEEP_RUNS_DAYS,
  PROJECT_FILE,
  type Project,
  projectFileAbove,
  projectWithoutFile,
  pythonSettings,
  SCHEDULER_DEFAULTS,
  schedulerSettings,
} from "./project-defaults.js";

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
  jobs: z.record(z.string().regex(/^\d+$/, "must be a job's id, a whole number"), text).default({}),
  pipeline_ids: z.record(text, text).default({}),
  python: text.optional(),
  java: text.optional(),
  dbt: z.strictObject({ python: text.optional(), requirements: z.array(text).min(1).optional() }).optional(),
  scheduler: z
    .strictObject({
      missed: z.enum(["skip", "run_once", "run_all"]).default(SCHEDULER_DEFAULTS.missed),
      stop: z.enum(["wait", "cancel"]).default(SCHEDULER_DEFAULTS.stop),
      poll_seconds: z.number().min(1).max(3600).default(SCHEDULER_DEFAULTS.poll_seconds),
    })
    .optional(),
  history: z.strictObject({ keep_runs_days: z.int().min(0).default(KEEP_RUNS_DAYS) }).optional(),
  quality: z.strictObject({ hidden_columns: z.array(text).default([]) }).optional(),
  smtp: smtpSettings.optional(),
  destinations: z.record(text, anyDestination).default({}),
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
  const destinations = destinationsOf(settings.destinations, document);
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
    jobs: settings.jobs,
    pipelineIds: settings.pipeline_ids,
    scheduler: schedulerSettings(settings.scheduler),
    ...(settings.quality && { hiddenColumns: settings.quality.hidden_columns }),
    keepRunsDays: settings.history?.keep_runs_days ?? KEEP_RUNS_DAYS,
    python: pythonOf(settings, folder("state"), expand),
    java: javaSettings(folder("state"), settings.java && expand(settings.java, ["java"])),
    paths: new ProjectPaths({ root, mappings: Object.fromEntries(mappings), warehouse: folder("warehouse") }),
    notifications: { smtp: settings.smtp, destinations },
  };
}

/** Each one by the schema of its own type, so that a mistake is told with the keys that it has. */
function destinationsOf(
  found: Readonly<Record<string, { readonly type: DestinationType }>>,
  document: SourceDocument,
): NotificationSettings["destinations"] {
  const problems: LocatedProblem[] = [];
  const checked = Object.entries(found).flatMap(([id, value]): [string, DestinationSettings][] => {
    const schema = destinationSettings[value.type];
    const parsed = schema.safeParse(value);
    if (parsed.success) return [[id, parsed.data]];
    const own = schemaProblems(schema, parsed.error, value, ["destinations", id]);
    problems.push(...own.map((one) => ({ ...one, location: document.locate(one.path, one.part) })));
    return [];
  });
  if (problems.length > 0) throw invalid(problems);
  return Object.fromEntries(checked);
}

type Expand = (value: string, path: DocumentPath) => string;

function pythonOf(settings: z.infer<typeof projectSettings>, state: string, expand: Expand): Project["python"] {
  const { python, dbt = {} } = settings;
  return pythonSettings(state, python && expand(python, ["python"]), {
    ...(dbt.python !== undefined && { python: expand(dbt.python, ["dbt", "python"]) }),
    ...(dbt.requirements && { requirements: dbt.requirements }),
  });
}

function expandEnvironment(value: string, path: DocumentPath, document: SourceDocument): string {
  return value.replace(/\$\{env\.([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, name: string) => {
    const found = process.env[name];
    if (found !== undefined) return found;
    throw mistake(document, path, `${whole}: the environment variable ${name} is not set.`);
  });
}

function timeZoneOf(name: string, document: SourceDocument): string {
  // Asking loads the library of languages and zones, which takes longer than the rest of the file.
  if (name === DEFAULTS.timezone) return name;
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
