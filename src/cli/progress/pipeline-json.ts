/** An update as JSON: `update` as Databricks' pipelines/get-update has it, and what each flow came to. */
import type { EventRow, LoadedPipeline, UpdateResult } from "../../workspace/pipelines/project-pipeline.js";
import type { PipelineView } from "./pipeline-flows.js";

export function pipelineJson(print: (text: string) => void): PipelineView {
  let loaded: LoadedPipeline | undefined;
  let rows: EventRow[] = [];
  return {
    loaded: (pipeline) => {
      loaded = pipeline;
    },
    event: (_, added) => {
      rows.push(...added);
    },
    finish: (result) => {
      print(JSON.stringify(updateBody(result, rows, loaded), undefined, 2));
      rows = [];
    },
    close: () => undefined,
  };
}

function updateBody(result: UpdateResult, rows: readonly EventRow[], pipeline: LoadedPipeline | undefined): object {
  const created = rows.find((row) => row.event_type === "create_update");
  const flows = new Map<string, EventRow>();
  const planned = new Map<string, EventRow>();
  for (const row of rows) {
    const flow = row.origin.flow_name;
    if (flow === null) continue;
    if (row.event_type === "flow_progress") flows.set(flow, row);
    if (row.event_type === "planning_information") planned.set(flow, row);
  }
  const failed = rows.findLast((row) => row.event_type === "update_progress" && row.error !== null);
  return {
    update: {
      pipeline_id: pipeline?.settings.id,
      ...(created?.details.create_update as object | undefined),
      update_id: result.updateId,
      creation_time: created?.timestamp,
      state: result.state,
      ...(failed && { error: failed.error }),
    },
    flows: [...flows].map(([flow_name, { origin, details, error }]) => ({
      flow_name,
      dataset_name: origin.dataset_name,
      ...(details.flow_progress as object),
      ...(planned.has(flow_name) && { planning_information: planned.get(flow_name)?.details.planning_information }),
      ...(error && { error }),
    })),
    warnings: rows.filter((row) => row.event_type === "warning").map((row) => row.message),
  };
}
