/** Sessions for task attempts: the project's settings, the attempt's identity, what it tells turned into the runner's words. */
import type { AttemptEvent, AttemptRequest, TaskReport } from "../jobs/run/attempt.js";
import type { SessionOptions, SessionReport } from "../session/contract.js";
import { displayedOutput, displayInNotebook } from "../tasks/notebook/display.js";
import type { JavaSettings, PythonSettings } from "../tasks/task-environment.js";

/** Less, and the engine has no room for one thread's buffers. */
const LEAST_MEBIBYTES = 256;

/** What a worker is told of the project: plain JSON. */
export interface WorkerProject {
  readonly root: string;
  readonly warehouse: string;
  readonly timeZone: string;
  /** In MiB, e.g. `512MiB`. */
  readonly memoryLimit: string;
  readonly threads: number;
  readonly temporaryFolder: string;
  readonly queries: string;
  readonly paths: Readonly<Record<string, string>>;
  readonly python: PythonSettings;
  readonly java: JavaSettings;
}

/** The options that are the same for all attempts. */
export function projectOptions(project: WorkerProject): SessionOptions {
  const { warehouse, timeZone, memoryLimit, threads, temporaryFolder, paths, root } = project;
  return { warehouse, timeZone, memoryLimit, threads, temporaryFolder, paths, workingFolder: root };
}

export function attemptOptions(
  project: WorkerProject,
  request: AttemptRequest,
  emit: (event: AttemptEvent) => void,
): SessionOptions {
  const { job, task, sparkConf, workers } = request;
  return {
    ...projectOptions(project),
    ...clusterLimits(project, workers),
    configuration: sparkConf,
    job: {
      jobId: job.id,
      jobName: job.name,
      jobRunId: job.runId,
      taskKey: task.key,
      taskRunId: task.runId,
      attempt: task.attempt,
    },
    onReport: (report) => emit({ type: "report", report: taskReport(report) }),
    onDisplay: (table) =>
      displayInNotebook(table) ?? table.then((one) => emit({ type: "output", output: displayedOutput(one) })),
  };
}

/** A cluster's workers and its driver as threads of the process, within its own, and memory in proportion. */
export function clusterLimits(
  { threads, memoryLimit }: Pick<WorkerProject, "threads" | "memoryLimit">,
  workers: number | undefined,
): { readonly threads: number; readonly memoryLimit: string } {
  if (workers === undefined) return { threads, memoryLimit };
  const wanted = Math.min(threads, workers + 1);
  const memory = Number.parseInt(memoryLimit, 10);
  return { threads: wanted, memoryLimit: `${Math.max(LEAST_MEBIBYTES, Math.floor((memory * wanted) / threads))}MiB` };
}

/** A session's words as the runner's: counts become numbers. */
export function taskReport(report: SessionReport): TaskReport {
  switch (report.kind) {
    case "table-written": {
      const metrics = Object.entries(report.metrics).map(([name, value]) => [name, Number(value)]);
      return { ...report, metrics: Object.fromEntries(metrics), quarantined: Number(report.quarantined) };
    }
    case "check": {
      const { threshold, violations, ...rest } = report;
      return { ...rest, violations: Number(violations), ...(threshold !== undefined && { threshold }) };
    }
    case "ingest":
      return {
        ...report,
        filesIngested: report.filesIngested.length,
        filesSkipped: report.filesSkipped.length,
      };
    default:
      return report;
  }
}
