/** What can be wrong with the graph of a pipeline, by the published names of Spark and Databricks. */
import { isLakeletError, LakeletError, reworded } from "../errors/lakelet-error.js";
import { quoteName } from "../schema/type-text.js";
import { nearestWord } from "../sql/parse/nearest-word.js";
import type { Dataset, Flow, SourcePlace } from "./definition.js";

const KINDS: Readonly<Record<Dataset["kind"], string>> = {
  "streaming-table": "streaming table",
  "materialized-view": "materialized view",
  "temporary-view": "temporary view",
  view: "view",
};

export function kindName({ kind }: Pick<Dataset, "kind">): string {
  return KINDS[kind];
}

export function placeText({ file, line }: SourcePlace): string {
  return `${file}:${line}`;
}

export function doubledDataset(name: string, first: Dataset, second: Dataset): LakeletError {
  return new LakeletError({
    condition: "PIPELINE_DUPLICATE_IDENTIFIERS.OUTPUT",
    sqlState: "42710",
    problem: `The dataset ${name} is defined twice, as a ${kindName(first)} (${placeText(first.place)}) and as a ${kindName(second)} (${placeText(second.place)}).`,
    cure: "Give each dataset a name of its own; to fill a streaming table from several queries, use CREATE FLOW.",
    parameters: { outputName: name, outputType1: kindName(first), outputType2: kindName(second) },
    location: second.place,
  });
}

export function doubledFlow(first: Flow, second: Flow): LakeletError {
  return new LakeletError({
    condition: "PIPELINE_DUPLICATE_IDENTIFIERS.FLOW",
    sqlState: "42710",
    problem: `The flow ${first.name} is defined twice: ${placeText(first.place)} and ${placeText(second.place)}.`,
    reason: "A flow's progress is kept under its name.",
    cure: "Give each flow a name of its own.",
    parameters: { flowName: first.name, datasetNames: [first, second].map((one) => one.target.join(".")).join(", ") },
    location: second.place,
  });
}

export function unknownTarget(flow: Flow, target: string, known: string | undefined): LakeletError {
  return new LakeletError({
    condition: "TABLE_OR_VIEW_NOT_FOUND",
    sqlState: "42P01",
    problem: `The flow ${flow.name} writes to ${target}, which this pipeline does not define.`,
    cure: known === undefined ? "Add CREATE STREAMING TABLE for it." : `Did you mean ${known}?`,
    parameters: { relationName: target },
    location: flow.place,
  });
}

/** The error, which then says whose condition it is about. */
export function wrongExpectation(error: unknown, expectation: string, dataset: string): unknown {
  if (!isLakeletError(error)) return error;
  const problem = `The expectation ${expectation} of ${dataset} is wrong: ${error.problem}`;
  return reworded(error, { problem, location: undefined, cause: error });
}

export function doubledColumn(column: string, dataset: string): LakeletError {
  return new LakeletError({
    condition: "COLUMN_ALREADY_EXISTS",
    sqlState: "42711",
    problem: `The column ${quoteName(column)} already exists.`,
    reason: `The query of ${dataset} gives it twice.`,
    cure: "Give one of them another name by AS, or leave it out: SELECT a.*, b.* EXCEPT (...).",
    parameters: { columnName: quoteName(column) },
  });
}

export function withoutFlow(name: string, { place }: Dataset): LakeletError {
  return new LakeletError({
    condition: "PIPELINE_DATASET_WITHOUT_FLOW",
    sqlState: "0A000",
    problem: `Pipeline dataset ${name} does not have any defined flows.`,
    cure: "Attach a query to its definition, or define a flow that writes to it.",
    parameters: { identifier: name },
    location: place,
  });
}

export function severalFlows(name: string, dataset: Dataset, flows: readonly Flow[]): LakeletError {
  return new LakeletError({
    condition: "INVALID_DESTINATION_WITH_MULTIPLE_FLOWS",
    sqlState: "42000",
    problem: `The ${kindName(dataset)} ${name} has ${flows.length} flows: ${flows.map((one) => `${one.name} (${placeText(one.place)})`).join(", ")}.`,
    reason: `A ${kindName(dataset)} is the result of one query.`,
    cure: "Put them together by UNION ALL, or make it a streaming table.",
    parameters: { destinationIdentifier: name },
    location: flows[1]?.place ?? dataset.place,
  });
}

export function changesInto(name: string, dataset: Dataset, flow: Flow): LakeletError {
  return new LakeletError({
    condition: "INVALID_FLOW_QUERY_TYPE.STREAMING_RELATION_FOR_MATERIALIZED_VIEW",
    sqlState: "42000",
    problem: `The flow ${flow.name} applies changes to ${name}, which is a ${kindName(dataset)}.`,
    cure: `Declare the target by CREATE OR REFRESH STREAMING TABLE (${placeText(dataset.place)}).`,
    parameters: { flowIdentifier: flow.name, tableIdentifier: name },
    location: flow.place,
  });
}

export function mixedFlows(name: string, flows: readonly Flow[]): LakeletError {
  return new LakeletError({
    condition: "INVALID_DESTINATION_WITH_MULTIPLE_FLOWS",
    sqlState: "42000",
    problem: `The streaming table ${name} has flows that apply changes and flows that append: ${flows.map((one) => `${one.name} (${placeText(one.place)})`).join(", ")}.`,
    reason: "A row that is appended has no place in the order of the changes.",
    cure: "Append to the feed of the changes instead, or to a table of its own.",
    parameters: { destinationIdentifier: name },
    location: flows[1]?.place ?? { file: "", line: 1 },
  });
}

export function circular(chain: readonly string[], place: SourcePlace): LakeletError {
  const [first = "", second = first] = chain;
  return new LakeletError({
    condition: "PIPELINE_GRAPH_NOT_TOPOLOGICALLY_SORTED",
    sqlState: "42000",
    problem: `Circular dependencies are not supported in a pipeline: ${chain.join(" reads ")}.`,
    cure: `Remove the dependency between ${first} and ${second}.`,
    parameters: { flowName: first, inputIdentifier: second },
    location: place,
  });
}

type QueryType =
  | "BATCH_RELATION_FOR_STREAMING_TABLE"
  | `STREAMING_RELATION_FOR_${"MATERIALIZED_VIEW" | "ONCE_FLOW" | "PERSISTED_VIEW"}`;

const QUERY_TYPES: Readonly<Record<QueryType, readonly [string, string]>> = {
  BATCH_RELATION_FOR_STREAMING_TABLE: [
    "Streaming tables may only be defined by streaming relations, and its query reads no stream.",
    "Read the source by STREAM (FROM STREAM(source), STREAM read_files(...), spark.readStream), make the flow a once-flow (INSERT INTO ONCE), or make the dataset a materialized view.",
  ],
  STREAMING_RELATION_FOR_MATERIALIZED_VIEW: [
    "Materialized views may only be defined by batch relations, and its query reads a stream.",
    "Leave STREAM away (spark.read in place of spark.readStream), or make the dataset a streaming table.",
  ],
  STREAMING_RELATION_FOR_ONCE_FLOW: [
    "Flows that run once read their sources whole, and its query reads a stream.",
    "Leave STREAM away (spark.read in place of spark.readStream), or ONCE.",
  ],
  STREAMING_RELATION_FOR_PERSISTED_VIEW: [
    "Persisted views may only be defined by batch relations, and its query reads a stream.",
    "Leave STREAM away, or make it a temporary view.",
  ],
};

export function invalidQueryType(type: QueryType, flow: Flow, target: string): LakeletError {
  const [reason, cure] = QUERY_TYPES[type];
  return new LakeletError({
    condition: `INVALID_FLOW_QUERY_TYPE.${type}`,
    sqlState: "42000",
    problem: `Flow ${flow.name} returns an invalid relation type for ${target}.`,
    reason,
    cure,
    parameters: { flowIdentifier: flow.name, tableIdentifier: target },
    location: flow.place,
  });
}

export function incompatibleViewRead(view: string, isStreaming: boolean): LakeletError {
  return new LakeletError({
    condition: isStreaming ? "INCOMPATIBLE_STREAMING_VIEW_READ" : "INCOMPATIBLE_BATCH_VIEW_READ",
    sqlState: "42000",
    problem: isStreaming
      ? `View ${view} is a streaming view and must be referenced as a stream.`
      : `View ${view} is a batch view and must not be referenced as a stream.`,
    cure: isStreaming
      ? `Write STREAM(${view}), or spark.readStream.table.`
      : `Leave STREAM away, or read a stream in the view itself.`,
    parameters: { datasetIdentifier: view },
  });
}

export function emptyPipeline(name: string): LakeletError {
  return new LakeletError({
    condition: "RUN_EMPTY_PIPELINE",
    sqlState: "42617",
    problem: `The pipeline ${name} defines no table and no persisted view.`,
    reason: "Pipelines are expected to have at least one non-temporary dataset defined.",
    cure: "Check that its source files are included, and that they hold definitions such as CREATE MATERIALIZED VIEW.",
  });
}

/** The error of a name that is not there, with the dataset of the pipeline that it may mean. */
export function missingInput(error: unknown, datasets: readonly string[]): unknown {
  if (!isLakeletError(error, "TABLE_OR_VIEW_NOT_FOUND")) return error;
  const { relationName = "" } = error.parameters;
  const near = nearestWord(relationName.split(".").at(-1)?.replaceAll("`", "") ?? "", datasets);
  if (near === undefined) return error;
  return reworded(error, {
    reason: "Neither the pipeline nor the catalog has a dataset of that name.",
    cure: `Did you mean ${near}?`,
    location: undefined,
    cause: error,
  });
}
