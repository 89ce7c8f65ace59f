/** What a worker does for a pipeline_task: an update of its pipeline, in the session of the attempt. */
import { readFileSync } from "node:fs";
import type { AttemptEvent, AttemptFailure, AttemptRequest } from "../../jobs/run/attempt.js";
import type { SparkSession } from "../../session/contract.js";
import { asLakeletError, codeFrame, failureFrom } from "../../tasks/failure.js";
import type { PipelineTaskSettings, UpdatePipeline } from "../../tasks/pipeline/pipeline-task.js";
import { openProject } from "../project.js";
import { alertsOf, type EventRow, runPipeline, type UpdateSelection } from "./run-pipeline.js";
import { pipelineOfTask } from "./task-pipelines.js";

type OpenSession = (request: AttemptRequest, emit: Emit) => Promise<SparkSession>;

/** @param root of the project */
export function updateOfTask(root: string, openSession: OpenSession): UpdatePipeline {
  return async (settings, request, emit) => {
    let session: SparkSession | undefined;
    try {
      const project = openProject(root);
      const pipeline = pipelineOfTask(project, settings);
      const { catalog, schema, name } = pipeline.settings.eventLog;
      session = await openSession(request, exceptOf(`${catalog}.${schema}.${name}`, emit));
      const result = await runPipeline({
        home: project,
        pipeline,
        selection: selectionOf(settings),
        dryRun: false,
        cause: request.task.attempt > 0 ? "RETRY_ON_FAILURE" : "JOB_TASK",
        session,
        ...(await alertsOf(project, pipeline)),
        onSecret: (value) => emit({ type: "secret", value }),
        onEvent: (_, rows) => {
          for (const text of rows.flatMap(linesOf)) {
            emit({ type: "output", output: { kind: "text", stream: "stdout", text: `${text}\n` } });
          }
        },
      });
      if (result.state === "COMPLETED") return { state: "SUCCESS" };
      return { state: "FAILED", failure: failureOf(result.error ?? new Error(`The update is ${result.state}.`)) };
    } catch (error) {
      return { state: "FAILED", failure: failureOf(error) };
    } finally {
      await session?.stop();
    }
  };
}

type Emit = (event: AttemptEvent) => void;

/** The event log is written with each update: no work of the task's own. */
function exceptOf(eventLog: string, emit: Emit): Emit {
  return (event) => {
    const isLog = event.type === "report" && "table" in event.report && event.report.table === eventLog;
    if (!isLog) emit(event);
  };
}

function selectionOf(settings: PipelineTaskSettings): UpdateSelection {
  return {
    refresh: settings.refresh_selection ?? [],
    fullRefresh: settings.full_refresh_selection ?? [],
    resetCheckpoint: settings.reset_checkpoint_selection ?? [],
    fullRefreshAll: settings.full_refresh ?? false,
  };
}

const SILENT = new Set(["QUEUED", "PLANNING", "STARTING", "RUNNING", "EXCLUDED"]);

/** What a person wants to see of an event in the task's output. */
function linesOf({ event_type: type, message, details, error }: EventRow): readonly string[] {
  if (type === "update_progress" || type === "warning" || type === "planning_information") return [message];
  if (type !== "flow_progress") return [];
  const {
    status,
    metrics,
    data_quality: quality,
  } = details.flow_progress as {
    readonly status: string;
    readonly metrics?: { readonly num_output_rows?: number; readonly num_upserted_rows?: number };
    readonly data_quality?: { readonly dropped_records: number };
  };
  if (SILENT.has(status)) return [];
  const rows = metrics?.num_output_rows ?? metrics?.num_upserted_rows;
  const facts = [
    ...(rows === undefined ? [] : [`${rows} rows`]),
    ...(quality && quality.dropped_records > 0 ? [`${quality.dropped_records} dropped`] : []),
  ];
  const causes = (error?.exceptions ?? []).slice(0, 1).map((one) => one.message);
  return [[message, facts.join(", ")].filter((one) => one !== "").join(" "), ...causes];
}

/** With the lines around the place that the error names. */
function failureOf(error: unknown): AttemptFailure {
  const failure = failureFrom(error, { file: "", text: "" }, {});
  const location = asLakeletError(error)?.location;
  if (location?.line === undefined) return failure;
  return { ...failure, location, frame: frameOf(location.file, location.line) };
}

function frameOf(file: string, line: number): string {
  try {
    return codeFrame(readFileSync(file, "utf8"), line);
  } catch {
    // A cell of a notebook, or a source that is gone.
    return "";
  }
}
