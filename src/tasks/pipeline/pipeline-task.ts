/** The pipeline_task: an update of a declarative pipeline, through a contract that the pipelines of this project implement. */
import type { AttemptEvent, AttemptRequest, TaskHandler, TaskResult } from "../../jobs/run/attempt.js";

export interface PipelineTaskSettings {
  readonly pipeline_id: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly full_refresh?: boolean;
  readonly full_refresh_selection?: readonly string[];
  readonly refresh_selection?: readonly string[];
  readonly reset_checkpoint_selection?: readonly string[];
}

/** Runs one update of a pipeline. It never throws for what the pipeline's own code does: that is a FAILED result. */
export type UpdatePipeline = (
  settings: PipelineTaskSettings,
  request: AttemptRequest,
  emit: (event: AttemptEvent) => void,
) => Promise<TaskResult>;

/** @param update undefined where this lakelet has no declarative pipelines: the task fails and says so, and is never green */
export function pipelineTask(update?: UpdatePipeline): TaskHandler {
  return {
    type: "pipeline_task",
    run: async (request, emit) => {
      const settings = request.settings as unknown as PipelineTaskSettings;
      return update ? update(settings, request, emit) : { state: "FAILED", failure: notThere(settings.pipeline_id) };
    },
  };
}

function notThere(id: string) {
  return {
    message: `[UNSUPPORTED_FEATURE.DECLARATIVE_PIPELINES] The pipeline \`${id}\` cannot be updated: this version of lakelet has no declarative pipelines. Write its datasets as a notebook or a SQL file, or leave the task out with --only.`,
    condition: "UNSUPPORTED_FEATURE.DECLARATIVE_PIPELINES",
    retryable: false,
  };
}
