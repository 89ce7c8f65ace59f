/** The pipeline_task: an update of a declarative pipeline, done by the workspace that knows where pipelines are. */
import type { AttemptEvent, AttemptRequest, TaskHandler, TaskResult } from "../../jobs/run/attempt.js";

export interface PipelineTaskSettings {
  readonly pipeline_id: string;
  /** Beat the pipeline's configuration and its own parameters. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly full_refresh?: boolean;
  readonly full_refresh_selection?: readonly string[];
  readonly refresh_selection?: readonly string[];
  readonly reset_checkpoint_selection?: readonly string[];
  /** Not the spec's: the job's spec, and of which deployment of its bundle the job is a part. */
  readonly deployment?: {
    /** Absolute. */
    readonly file: string;
    readonly target?: string;
    readonly variables?: Readonly<Record<string, string>>;
  };
}

/** Runs one update of a pipeline. It never throws for what the pipeline's own code does: that is a FAILED result. */
export type UpdatePipeline = (
  settings: PipelineTaskSettings,
  request: AttemptRequest,
  emit: (event: AttemptEvent) => void,
) => Promise<TaskResult>;

/** @param load is asked for at the first task: what a pipeline needs is nothing that every worker has to load */
export function pipelineTask(load: () => Promise<UpdatePipeline>): TaskHandler {
  return {
    type: "pipeline_task",
    run: async (request, emit) => (await load())(request.settings as unknown as PipelineTaskSettings, request, emit),
  };
}
