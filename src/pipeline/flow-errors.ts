/** What a flow failed of, in the words of pipelines: what Databricks calls it, and what is to be typed. */
import { isLakeletError, LakeletError, reworded } from "../errors/lakelet-error.js";
import { describeResult, QualityGateFailed } from "../quality/gate-failed.js";
import { type FlowNode, type Graph, keyOf } from "./graph.js";
import type { PipelineSettings } from "./update.js";

/** The error of a flow as it is told; any other is as it was. */
export function flowError(error: unknown, node: FlowNode, graph: Graph, { name }: PipelineSettings): unknown {
  if (error instanceof QualityGateFailed) return expectationViolation(error, node);
  if (isLakeletError(error) && RESTARTED.has(error.condition)) return restartable(error, node, graph, name);
  return error;
}

/** Rows of a source are not what they were: its readers have to begin anew. */
const RESTARTED: ReadonlySet<string> = new Set([
  "DELTA_SOURCE_TABLE_IGNORE_CHANGES",
  "DELTA_SOURCE_IGNORE_DELETE",
  "DELTA_DIFFERENT_DELTA_TABLE_READ_BY_STREAMING_SOURCE",
  "DELTA_LOG_FILE_NOT_FOUND_FOR_STREAMING_SOURCE",
  "DELTA_FAILED_TO_MERGE_FIELDS",
]);

function restartable(error: LakeletError, node: FlowNode, graph: Graph, pipeline: string): LakeletError {
  const tables = withReaders(node, graph).join(",");
  const command = `lakelet pipeline run ${shellWord(pipeline)} --full-refresh ${shellWord(tables)}`;
  return reworded(error, { cure: `${error.cure ?? ""} To make its rows anew: ${command}`.trimStart() });
}

/** Names of the streaming table of the flow, and of those that stream from it, for they would stop next. */
function withReaders({ target }: FlowNode, graph: Graph): readonly string[] {
  const names = new Map([[keyOf(target.identifier), target.name]]);
  // Flows stand in the order of their reads.
  for (const { target: reader, upstream } of graph.flows) {
    const isBehind = [...names.keys()].some((key) => upstream.has(key));
    if (isBehind && reader.dataset.kind === "streaming-table") names.set(keyOf(reader.identifier), reader.name);
  }
  return [...names.values()];
}

function shellWord(text: string): string {
  return /^[\w./,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** EXPECTATION_VIOLATION.VERBOSITY_OUTPUT with a record, VERBOSITY_NONE where no row is at hand or none is to be shown. */
function expectationViolation(error: QualityGateFailed, { flow, target }: FlowNode): LakeletError {
  const own = new Map(target.dataset.expectations.map((one) => [one.name, one]));
  const failed = error.results.filter((one) => one.status === "FAILED");
  // What changes are held against says more than what was declared.
  const declared = failed.map((one) => ({ ...one, expectation: own.get(one.expectation.name) ?? one.expectation }));
  const violated = failed.map((one) => one.expectation.name).join(", ");
  const sample = failed.flatMap(({ expectation }) => error.samples.get(expectation.name) ?? [])[0];
  const record = sample === undefined || flow.kind === "query" ? sample : withoutChangeColumns(sample);
  const details = [
    `Violated expectations: '${violated}'.`,
    ...(record === undefined ? [] : [`Output record: '${record}'.`]),
  ];
  return new LakeletError({
    condition: `EXPECTATION_VIOLATION.${record === undefined ? "VERBOSITY_NONE" : "VERBOSITY_OUTPUT"}`,
    sqlState: "22000",
    problem: [`Flow '${flow.name}' failed to meet the expectation.`, ...details].join(" "),
    reason: `Broken by: ${declared.map(describeResult).join("; ")}. Nothing was published to ${target.name}.`,
    cure: "Mend the source or the rule, and update again.",
    parameters: {
      flowName: flow.name,
      expectationsViolated: violated,
      table: error.parameters.table ?? target.name,
      ...(record === undefined ? {} : { outputRecord: record }),
    },
    cause: error,
  });
}

/** A change as it is kept has columns of its own beside those of the record. */
function withoutChangeColumns(record: string): string {
  const values = JSON.parse(record) as Readonly<Record<string, unknown>>;
  return JSON.stringify(Object.fromEntries(Object.entries(values).filter(([name]) => !name.startsWith("__"))));
}
