/** What a project is, and what it is without a lakelet.yml: known without the libraries that read one. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { NotificationSettings } from "../notifications/settings.js";
import type { MissedPolicy } from "../scheduler/due-times.js";
import { ProjectPaths } from "../tasks/project-paths.js";
import type { JavaSettings, PythonSettings } from "../tasks/task-environment.js";
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
  /** `smtp` and `destinations`. */
  readonly notifications: NotificationSettings;
  /** `python` and `dbt`. */
  readonly python: PythonSettings;
  readonly java: JavaSettings;
  /** Ids of jobs, as a run_job_task names them: their specs, from the root, or their names. */
  readonly jobs: Readonly<Record<string, string>>;
  /** Ids of declarative pipelines, as a pipeline_task names them: their specs, from the root, or their names. */
  readonly pipelineIds: Readonly<Record<string, string>>;
  readonly scheduler: SchedulerSettings;
  /** `history`: days after which the logs and outputs of a run go; 0 keeps all. */
  readonly keepRunsDays: number;
  /** Patterns of columns whose values `lakelet quality` does not show. */
  readonly hiddenColumns?: readonly string[];
}

/** `scheduler` of lakelet.yml. */
export interface SchedulerSettings {
  readonly missed: MissedPolicy;
  /** What SIGTERM does with the runs that are going. */
  readonly stop: "wait" | "cancel";
  readonly pollMs: number;
}

export const PROJECT_FILE = "lakelet.yml";

/** Of the keys of lakelet.yml. */
export const DEFAULTS = {
  warehouse: "./lake",
  state: "./.lakelet",
  timezone: "UTC",
  memory_limit: "70%",
  queries: "./queries",
  pipelines: "./pipelines",
} as const;

/** As Databricks keeps runs. */
export const KEEP_RUNS_DAYS = 60;

export const SCHEDULER_DEFAULTS = { missed: "run_once", stop: "wait", poll_seconds: 10 } as const;

export function schedulerSettings(
  given: {
    readonly missed: MissedPolicy;
    readonly stop: "wait" | "cancel";
    readonly poll_seconds: number;
  } = SCHEDULER_DEFAULTS,
): SchedulerSettings {
  return { missed: given.missed, stop: given.stop, pollMs: given.poll_seconds * 1000 };
}

/** The nearest lakelet.yml upward. */
export function projectFileAbove(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const file = join(folder, PROJECT_FILE);
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) return undefined;
  }
}

export function projectWithoutFile(from: string): Project {
  const root = resolve(from);
  const warehouse = resolve(root, DEFAULTS.warehouse);
  return {
    root,
    file: undefined,
    warehouse,
    state: resolve(root, DEFAULTS.state),
    queries: resolve(root, DEFAULTS.queries),
    pipelines: resolve(root, DEFAULTS.pipelines),
    timeZone: DEFAULTS.timezone,
    memory: memoryBytes(DEFAULTS.memory_limit) ?? 0,
    paths: new ProjectPaths({ root, mappings: {}, warehouse }),
    notifications: { smtp: undefined, destinations: {} },
    python: pythonSettings(resolve(root, DEFAULTS.state)),
    java: javaSettings(resolve(root, DEFAULTS.state)),
    jobs: {},
    pipelineIds: {},
    scheduler: schedulerSettings(),
    keepRunsDays: KEEP_RUNS_DAYS,
  };
}

/** @param state the absolute folder */
export function pythonSettings(state: string, interpreter?: string, dbt: PythonSettings["dbt"] = {}): PythonSettings {
  return { interpreter, dbt, environments: join(state, "python") };
}

/** @param state the absolute folder */
export function javaSettings(state: string, command?: string): JavaSettings {
  return { command, libraries: join(state, "java") };
}
