/** The table of a materialized view: how it is defined, whose it is, and all its rows written anew. */
import type { CommandContext, CommandResult, WriteOptions } from "../../../commands/contract.js";
import { createTableAs, type TableAsDefinition } from "../../../commands/create-table-as.js";
import { overwrite } from "../../../commands/overwrite.js";
import { nameParts } from "../../../dataframe/column.js";
import type { Snapshot } from "../../../delta/contract.js";
import { LakeletError } from "../../../errors/lakelet-error.js";
import { findField, type StructType, sameType } from "../../../schema/data-type.js";
import { schemaText } from "../../../schema/type-text.js";
import { parseSchema } from "../../../sql/parse/parse.js";
import type { FlowTarget } from "../../flow-contract.js";
import type { ReadQuery } from "../compiled-plan.js";
import type { SessionTable } from "../session-table.js";

const OWNER = "pipelines.pipelineId";
const KIND = "pipelines.datasetType";

/** Throws where the table there is another pipeline's, or nobody's. */
export function checkOwner({ name }: SessionTable, snapshot: Snapshot | undefined, { properties }: FlowTarget): void {
  const owner = properties[OWNER];
  if (snapshot === undefined || owner === undefined) return;
  const actual = snapshot.metadata.configuration[OWNER];
  if (actual !== undefined && actual !== owner) throw ofAnother(name, actual);
  const kind = snapshot.metadata.configuration[KIND];
  if (actual === undefined) throw notManaged(name);
  if (kind !== undefined && properties[KIND] !== undefined && kind !== properties[KIND])
    throw otherKind(name, kind, properties[KIND]);
}

/** Writes all rows in one commit. The table is made, or made anew, where it is not as the view is defined. */
export function writeWhole(
  context: CommandContext,
  table: SessionTable,
  query: ReadQuery,
  target: FlowTarget,
  options: Omit<WriteOptions, "byName">,
  isAsDefined: boolean,
): Promise<CommandResult> {
  if (isAsDefined) return overwrite(context, table, query, { ...options, byName: true });
  return createTableAs(context, table, query, definitionOf(target, query.schema, options), "create-or-replace");
}

/** Throws USER_SPECIFIED_AND_INFERRED_SCHEMA_NOT_COMPATIBLE. */
function declaredSchema({ schemaDdl, table }: FlowTarget, inferred: StructType): StructType | undefined {
  if (schemaDdl === undefined) return undefined;
  const declared = parseSchema(schemaDdl);
  const isIn = (schema: StructType) => (name: string) => findField(schema, name) !== undefined;
  const names = (schema: StructType) => schema.fields.map((one) => one.name);
  if (names(declared).every(isIn(inferred)) && names(inferred).every(isIn(declared))) return declared;
  throw new LakeletError({
    condition: "USER_SPECIFIED_AND_INFERRED_SCHEMA_NOT_COMPATIBLE",
    sqlState: "42KDE",
    problem: `Table '${table.join(".")}' has a user-specified schema that is incompatible with the schema inferred from its query.`,
    reason: `Declared are ${schemaText(declared)}; the query gives ${schemaText(inferred)}.`,
    cure: "Give the query's columns the declared names, or declare the columns that it has.",
    parameters: { tableName: table.join(".") },
  });
}

/** True where the table has the columns that its rows would give it. */
export function hasColumns(snapshot: Snapshot, target: FlowTarget, inferred: StructType): boolean {
  const wanted = declaredSchema(target, inferred) ?? inferred;
  const names = ({ fields }: StructType) => fields.map((one) => one.name).join("\0");
  return sameType(snapshot.schema, wanted) && names(snapshot.schema) === names(wanted);
}

function definitionOf(
  target: FlowTarget,
  inferred: StructType,
  options: Omit<WriteOptions, "byName">,
): TableAsDefinition {
  const schema = declaredSchema(target, inferred);
  return {
    ...(schema === undefined ? {} : { schema }),
    partitionBy: target.partitionBy,
    clusterBy: target.clusterBy.map(nameParts),
    properties: target.properties,
    constraints: target.constraints,
    external: false,
    options,
    ...(target.comment === undefined ? {} : { comment: target.comment }),
  };
}

function ofAnother(name: string, owner: string): LakeletError {
  return new LakeletError({
    condition: "TABLE_ALREADY_MANAGED_BY_OTHER_PIPELINE",
    sqlState: "42P07",
    problem: `Table '${name}' is already managed by pipeline '${owner}'.`,
    cure: `Give the dataset another name or schema, or take it out of that pipeline and DROP TABLE ${name}.`,
    parameters: { tableName: name, pipelineId: owner },
  });
}

function notManaged(name: string): LakeletError {
  return new LakeletError({
    condition: "TABLE_OR_VIEW_ALREADY_EXISTS",
    sqlState: "42P07",
    problem: `The table ${name} exists already, and no pipeline made it.`,
    cure: "Give the dataset another name or schema, or drop the table.",
  });
}

function otherKind(name: string, kind: string, wanted: string): LakeletError {
  return new LakeletError({
    condition: "CANNOT_CHANGE_DATASET_TYPE",
    sqlState: "42809",
    problem: `${name} is a ${kind}, and the pipeline declares it as a ${wanted}.`,
    cure: `Give the dataset another name, or DROP TABLE ${name}: its rows are computed anew.`,
  });
}
