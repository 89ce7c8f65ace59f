/** What the handlers of tasks are given by the composition root. */
import type { AttemptEvent, AttemptRequest } from "../jobs/run/attempt.js";
import type { SparkSession } from "../session/contract.js";
import type { ProjectPaths } from "./project-paths.js";

export interface TaskEnvironment {
  readonly paths: ProjectPaths;
  /** Folder of the queries that `query_id` names. */
  readonly queries: string;
  /** A session for one attempt, its job identity set, its reports and displays told to `emit`. */
  openSession(request: AttemptRequest, emit: (event: AttemptEvent) => void): Promise<SparkSession>;
}

/** For the tasks that run Python. */
export interface PythonTaskEnvironment extends TaskEnvironment {
  /** Folder of the managed tables. */
  readonly warehouse: string;
  /** For what lasts no longer than the run. */
  readonly temporaryFolder: string;
  readonly python: PythonSettings;
  /** What an engine of a task's own may use. */
  readonly engine: { readonly timeZone: string; readonly memoryLimit: string; readonly threads: number };
}

export interface PythonSettings {
  /** `python` of lakelet.yml. */
  readonly interpreter: string | undefined;
  /** `dbt` of lakelet.yml. */
  readonly dbt: { readonly python?: string; readonly requirements?: readonly string[] };
  /** Receives the environments that lakelet makes. */
  readonly environments: string;
}

/** For the tasks that run Java. */
export interface JarTaskEnvironment extends TaskEnvironment {
  readonly warehouse: string;
  readonly java: JavaSettings;
  /** What the attempt may use of the machine; memory in MiB, e.g. `512MiB`. */
  limits(request: AttemptRequest): { readonly threads: number; readonly memoryLimit: string };
}

export interface JavaSettings {
  /** `java` of lakelet.yml. */
  readonly command: string | undefined;
  /** Receives what Maven brings. */
  readonly libraries: string;
}
