/** What the sources of a pipeline declare, put together. */
import type { PipelineDefinition } from "../../pipeline/definition.js";
import type { SparkSession } from "../../session/contract.js";
import { loadPipelineSources } from "../../tasks/pipeline/pipeline-sources.js";
import type { LoadedPipeline } from "./load-pipeline.js";

/** @throws what is wrong with a source, with its file and line */
export function readDefinition(
  { sources, settings }: LoadedPipeline,
  session: SparkSession,
): Promise<PipelineDefinition> {
  return loadPipelineSources({ files: sources, configuration: settings.configuration, session });
}
