/** Makes ready what an update fills: schemas, streaming tables that are not there yet; and looks whose the tables are that are. */
import { identifierText, type TableIdentifier } from "../catalog/table-identifier.js";
import { stringLiteral } from "../dataframe/literal.js";
import { isLakeletError, LakeletError } from "../errors/lakelet-error.js";
import { quoteIfNeeded, schemaText } from "../schema/type-text.js";
import type { SparkSession } from "../session/contract.js";
import {
  addConstraints,
  alignTable,
  DATASET_TYPE,
  PIPELINE_ID,
  propertyList,
  SQL_STATEMENT,
} from "../session/dataset-table.js";
import type { FlowTarget, TableProgress } from "../session/flow-contract.js";
import { type DatasetNode, type DeclaredDataset, type Graph, isView, keyOf } from "./graph.js";
import { kindName } from "./graph-errors.js";
import type { PipelineSettings } from "./update.js";

const TYPES = {
  "streaming-table": "STREAMING_TABLE",
  "materialized-view": "MATERIALIZED_VIEW",
  "temporary-view": "TEMPORARY_VIEW",
  view: "VIEW",
} as const;

/** The table of a dataset, as its flows are to fill it. */
export function flowTarget({ dataset, identifier }: DeclaredDataset, pipelineId: string): FlowTarget {
  const { schemaDdl, comment, partitionBy, clusterBy, constraints } = dataset;
  return {
    table: [identifier.catalog, identifier.schema, identifier.name],
    ...(schemaDdl === undefined ? {} : { schemaDdl }),
    ...(comment === undefined ? {} : { comment }),
    partitionBy,
    clusterBy,
    constraints,
    properties: { ...dataset.properties, [PIPELINE_ID]: pipelineId, [DATASET_TYPE]: TYPES[dataset.kind] },
  };
}

/** Where a dataset's table stands; undefined where there is none. Throws where it is not this pipeline's. */
export async function ownTable(
  session: SparkSession,
  declared: DeclaredDataset,
  pipelineId: string,
): Promise<TableProgress | undefined> {
  if (isView(declared.dataset)) return undefined;
  const { catalog, schema, name } = declared.identifier;
  const found = await progressOf(session, declared, [catalog, schema, name]);
  if (found === undefined) return undefined;
  const owner = found.properties[PIPELINE_ID];
  if (owner === undefined) throw plainTable(declared);
  if (owner === SQL_STATEMENT) throw ofStatement(declared);
  if (owner !== pipelineId) throw ofAnother(declared, owner);
  const type = found.properties[DATASET_TYPE];
  if (type !== undefined && type !== TYPES[declared.dataset.kind]) throw otherKind(declared, type);
  return found;
}

async function progressOf(
  session: SparkSession,
  declared: DeclaredDataset,
  parts: readonly string[],
): Promise<TableProgress | undefined> {
  try {
    return await session.tableProgress(parts);
  } catch (error) {
    throw isLakeletError(error, "EXPECT_TABLE_NOT_VIEW") ? plainTable(declared) : error;
  }
}

/** Schemas, and streaming tables: those that read them must find them, though no row has come yet. */
export async function setUpTables(
  session: SparkSession,
  graph: Graph,
  { id, catalog, schema }: PipelineSettings,
): Promise<void> {
  const schemas = new Map([[`${quoteIfNeeded(catalog)}.${quoteIfNeeded(schema)}`, true]]);
  for (const { dataset, identifier } of graph.datasets.values()) {
    if (dataset.kind !== "temporary-view")
      schemas.set(`${quoteIfNeeded(identifier.catalog)}.${quoteIfNeeded(identifier.schema)}`, true);
  }
  for (const name of schemas.keys()) await session.sql(`CREATE SCHEMA IF NOT EXISTS ${name}`);
  for (const node of graph.datasets.values()) {
    if (isView(node.dataset)) continue;
    const found = await ownTable(session, node, id);
    const isAppended = node.nodes.every((one) => one.flow.kind === "query");
    if (found !== undefined) await alignTable(session, node.name, flowTarget(node, id), found);
    else if (node.dataset.kind === "streaming-table" && isAppended) await createTable(session, node, id);
  }
}

async function createTable(session: SparkSession, node: DatasetNode, pipelineId: string): Promise<void> {
  const { partitionBy, clusterBy, comment, properties, constraints } = flowTarget(node, pipelineId);
  const list = (columns: readonly string[]) => `(${columns.map(quotedPath).join(", ")})`;
  await session.sql(
    [
      `CREATE TABLE IF NOT EXISTS ${node.name} (${node.dataset.schemaDdl ?? schemaText(node.schema)}) USING DELTA`,
      partitionBy.length > 0 ? `PARTITIONED BY ${list(partitionBy)}` : "",
      clusterBy.length > 0 ? `CLUSTER BY ${list(clusterBy)}` : "",
      comment === undefined ? "" : `COMMENT ${stringLiteral(comment)}`,
      `TBLPROPERTIES (${propertyList(properties)})`,
    ].join(" "),
  );
  await addConstraints(session, node.name, constraints, {});
}

/** Tables of this pipeline that its sources define no longer. */
export async function leftOverTables(
  session: SparkSession,
  graph: Graph,
  { id, catalog, schema }: PipelineSettings,
): Promise<readonly string[]> {
  const schemas = new Map<string, TableIdentifier>();
  for (const identifier of [
    { catalog, schema, name: "" },
    ...[...graph.datasets.values()].map((one) => one.identifier),
  ])
    schemas.set(JSON.stringify([identifier.catalog, identifier.schema]), identifier);
  const result: string[] = [];
  for (const one of schemas.values()) {
    const name = `${quoteIfNeeded(one.catalog)}.${quoteIfNeeded(one.schema)}`;
    for (const table of await session.catalog.listTables(name)) {
      const identifier = { catalog: one.catalog, schema: one.schema, name: table.name };
      if (table.isTemporary || table.tableType === "VIEW" || graph.datasets.has(keyOf(identifier))) continue;
      const properties = await propertiesOf(session, identifierText(identifier));
      const isDataset = Object.values<string | undefined>(TYPES).includes(properties.get(DATASET_TYPE));
      if (properties.get(PIPELINE_ID) === id && isDataset) result.push(identifierText(identifier));
    }
  }
  return result;
}

async function propertiesOf(session: SparkSession, table: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await session.execute(`SHOW TBLPROPERTIES ${table}`);
  return new Map(rows.map(([key, value]) => [String(key), String(value)]));
}

function quotedPath(path: string): string {
  return path.split(".").map(quoteIfNeeded).join(".");
}

function plainTable({ name, dataset }: DeclaredDataset): LakeletError {
  return new LakeletError({
    condition: "TABLE_OR_VIEW_ALREADY_EXISTS",
    sqlState: "42P07",
    problem: `Could not materialize ${name}: a table or view with that name exists already, and no pipeline made it.`,
    cure: `Drop or rename it, or give the ${kindName(dataset)} another name.`,
    parameters: { relationName: name },
    location: dataset.place,
  });
}

function ofStatement({ name, dataset }: DeclaredDataset): LakeletError {
  return new LakeletError({
    condition: "TABLE_ALREADY_MANAGED_BY_OTHER_PIPELINE",
    sqlState: "42P07",
    problem: `Table ${name} was made by a CREATE statement of its own, outside of a pipeline.`,
    reason: "It is refreshed by REFRESH: two that fill it would undo each other's work.",
    cure: `Give the ${kindName(dataset)} another name, or DROP TABLE ${name} first.`,
    parameters: { tableName: name, pipelineId: SQL_STATEMENT },
    location: dataset.place,
  });
}

function ofAnother({ name, dataset }: DeclaredDataset, owner: string): LakeletError {
  return new LakeletError({
    condition: "TABLE_ALREADY_MANAGED_BY_OTHER_PIPELINE",
    sqlState: "42P07",
    problem: `Table ${name} is already managed by pipeline ${owner}.`,
    reason: "A table belongs to one pipeline: two would undo each other's work.",
    cure: `Give the ${kindName(dataset)} another name, or drop the table where that pipeline is gone.`,
    parameters: { tableName: name, pipelineId: owner },
    location: dataset.place,
  });
}

function otherKind({ name, dataset }: DeclaredDataset, type: string): LakeletError {
  return new LakeletError({
    condition: "CANNOT_CHANGE_DATASET_TYPE",
    sqlState: "42809",
    problem: `${name} is declared as a ${kindName(dataset)}, and was made as a ${type.toLowerCase().replaceAll("_", " ")}.`,
    cure: `Drop it first (DROP TABLE ${name}), or give the ${kindName(dataset)} another name.`,
    parameters: { tableName: name },
    location: dataset.place,
  });
}
