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
