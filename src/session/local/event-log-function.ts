/** `event_log('<pipeline id>')` and `event_log(TABLE(t))`: which table holds the events of a pipeline. */
import { eventLogOf } from "../../catalog/pipeline-event-logs.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { constantOf } from "../../sql/analysis/constant.js";
import type { Expression } from "../../sql/ast.js";
import type { Runtime } from "./runtime.js";
import { existingTable } from "./session-table.js";

const PIPELINE_ID = "pipelines.pipelineId";

/** The parts of the table's name. */
export async function eventLogTable(runtime: Runtime, args: readonly Expression[]): Promise<readonly string[]> {
  const [argument] = args;
  if (argument === undefined || args.length > 1) throw wrongArguments();
  const id = await pipelineIdOf(runtime, argument);
  const log = eventLogOf(runtime.catalog.warehouse, id);
  if (log === undefined) throw noEventLog(id);
  return [log.catalog, log.schema, log.name];
}

async function pipelineIdOf(runtime: Runtime, argument: Expression): Promise<string> {
  const [inner] = argument.kind === "call" && argument.name === "table" ? argument.args : [];
  if (inner?.kind === "column") {
    const table = await existingTable(runtime, inner.parts);
    const { metadata } = await runtime.log(table.location).snapshot();
    const id = metadata.configuration[PIPELINE_ID];
    if (id === undefined) throw notOfPipeline(table.name);
    return id;
  }
  const constant = constantOf(argument, { context: runtime.state.functionContext(), parameters: {} });
  if (constant?.kind !== "string") throw wrongArguments();
  return constant.text;
}

function wrongArguments(): LakeletError {
  return new LakeletError({
    condition: "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
    sqlState: "42605",
    problem: "event_log takes one argument: the id of a pipeline as text, or TABLE(t) with one of its tables.",
    cure: "Write event_log('<pipeline id>') or event_log(TABLE(main.default.orders)).",
    parameters: { functionName: "`event_log`" },
  });
}

function notOfPipeline(table: string): LakeletError {
  return new LakeletError({
    condition: "EVENT_LOG_REQUIRES_PIPELINE_TABLE",
    sqlState: "42K03",
    problem: `${table} is no table of a pipeline: it has no event log.`,
    cure: "Name a streaming table or a materialized view, or the id of a pipeline.",
    parameters: { table },
  });
}

function noEventLog(id: string): LakeletError {
  return new LakeletError({
    condition: "EVENT_LOG_UNAVAILABLE",
    sqlState: "55019",
    problem: `There is no event log of a pipeline \`${id}\` in this warehouse.`,
    reason: "An event log is written when an update of the pipeline has ended.",
    cure: "`lakelet pipeline list` shows the pipelines, `lakelet pipeline run` updates one.",
    parameters: { pipelineId: id },
  });
}
