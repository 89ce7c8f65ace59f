/** What the table of a dataset keeps of the statement that declared it: its text, and where its names are looked up. */
import type { SchemaIdentifier } from "../../../catalog/table-identifier.js";
import type { Snapshot } from "../../../delta/contract.js";
import { LakeletError } from "../../../errors/lakelet-error.js";
import { parseStatements } from "../../../sql/parse/parse.js";
import type { InsertFlow, PipelineStatement } from "../../../sql/pipeline-statement.js";
import { DATASET_TYPE, PIPELINE_ID, SQL_STATEMENT } from "../../dataset-table.js";
import { LEARNED_SCHEMA } from "../flows/flow-streams.js";

const TEXT = "lakelet.sql.text";
const CATALOG = "lakelet.sql.currentCatalog";
const SCHEMA = "lakelet.sql.currentSchema";

type CreateDataset = Extract<PipelineStatement, { kind: "create-dataset" }>;

/** CREATE MATERIALIZED VIEW or CREATE STREAMING TABLE of a session. */
export interface DeclaredStatement extends CreateDataset {
  readonly dataset: "streaming-table" | "materialized-view";
  readonly flow: InsertFlow;
}

export interface KeptDefinition {
  readonly statement: DeclaredStatement;
  /** Of the whole statement. */
  readonly text: string;
  readonly current: SchemaIdentifier;
}

export type DatasetType = "MATERIALIZED_VIEW" | "STREAMING_TABLE";

export const TYPES: Readonly<Record<DeclaredStatement["dataset"], DatasetType>> = {
  "materialized-view": "MATERIALIZED_VIEW",
  "streaming-table": "STREAMING_TABLE",
};

type Properties = Readonly<Record<string, string>>;

/** The properties of the table that such a statement makes. */
export function datasetProperties({ statement, text, current }: KeptDefinition): Properties {
  return {
    ...statement.definition.properties,
    [PIPELINE_ID]: SQL_STATEMENT,
    [DATASET_TYPE]: TYPES[statement.dataset],
    [TEXT]: text,
    [CATALOG]: current.catalog,
    [SCHEMA]: current.schema,
  };
}

/** Undefined for a table that no statement of a session declared. */
export function keptDefinition({ metadata: { configuration } }: Snapshot): KeptDefinition | undefined {
  const { [TEXT]: text, [CATALOG]: catalog, [SCHEMA]: schema } = configuration;
  if (configuration[PIPELINE_ID] !== SQL_STATEMENT || !text || !catalog || !schema) return undefined;
  const [parsed] = parseStatements(text);
  if (parsed?.statement.kind !== "create-dataset") return undefined;
  return { statement: declaredStatement(parsed.statement), text, current: { catalog, schema } };
}

/** What the table of a dataset is, a pipeline's too; undefined for any other. */
export function datasetType({ metadata: { configuration } }: Pick<Snapshot, "metadata">): DatasetType | undefined {
  const type = configuration[DATASET_TYPE];
  return type === "MATERIALIZED_VIEW" || type === "STREAMING_TABLE" ? type : undefined;
}

/** True for properties that the table has of its statement and of what fills it, and that nobody gave it. */
export function isOfStatement(property: string): boolean {
  return [PIPELINE_ID, DATASET_TYPE, TEXT, CATALOG, SCHEMA].includes(property) || property.startsWith(LEARNED_SCHEMA);
}

/** Throws UNSUPPORTED_FEATURE.STATEMENT for what means something in a pipeline alone. */
export function declaredStatement(statement: CreateDataset): DeclaredStatement {
  const { dataset, flow, isPrivate, isLive, title } = statement;
  if (dataset === "temporary-view" || isPrivate || isLive) throw inPipelinesOnly(title);
  if (flow === undefined) throw inPipelinesOnly(`${title} without a query`);
  if (flow.kind !== "insert" || flow.once)
    throw inPipelinesOnly(`${title} with FLOW ${flow.kind === "insert" ? "INSERT ONCE" : "AUTO CDC"}`);
  return { ...statement, dataset, flow };
}

/** @param title what cannot stand outside of a pipeline, as it is written */
export function inPipelinesOnly(title: string): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_FEATURE.STATEMENT",
    sqlState: "0A000",
    problem: `${title} declares a part of a pipeline: it does nothing by itself.`,
    cure: "Put it into a source file of a pipeline, and run that: lakelet pipeline run <file or pipeline>.",
    parameters: { statement: title },
  });
}
