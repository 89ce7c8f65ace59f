/** CREATE TABLE without a query: definition, IF NOT EXISTS, OR REPLACE, and the adoption of a Delta table that lies at the location. */

import type { Action } from "../delta/actions.js";
import type { OptimisticTransaction, Snapshot } from "../delta/contract.js";
import type { StructType } from "../schema/data-type.js";
import { sameType } from "../schema/data-type.js";
import { schemaText } from "../schema/type-text.js";
import { behindCreator } from "./behind-creator.js";
import {
  externalTableWithoutSchema,
  locationNotEmpty,
  schemaDiffersFromExisting,
  tableAlreadyExists,
  tableNotFound,
} from "./command-errors.js";
import type { CommandContext, CommandResult, TargetTable } from "./contract.js";
import { publish } from "./publish.js";
import { withStagedFiles } from "./staged-files.js";
import { describeNewTable, type NewTable, type TableDescription } from "./table-definition.js";
import { describeTable } from "./table-metadata.js";
import { checkRowsMayChange, liveFiles, removeActions, WHOLE_TABLE } from "./table-state.js";

/** create: the table must not exist. create-if-not-exists. create-or-replace. replace: it must exist. */
export type CreateMode = "create" | "create-if-not-exists" | "create-or-replace" | "replace";

export interface TableDefinition extends NewTable {
  /** No column: the Delta table at the location is taken as it is. */
  readonly schema: StructType;
  /** True for a table with a LOCATION of its own: an existing Delta table there is adopted. */
  readonly external: boolean;
}

/**
 * Creates a table without rows. OR REPLACE is a commit on the same log: earlier versions stay readable.
 *
 * @returns no version where there was nothing to commit: IF NOT EXISTS found the table, or an existing table was adopted.
 * @throws DELTA_TABLE_ALREADY_EXISTS, DELTA_TABLE_NOT_FOUND (REPLACE), DELTA_CREATE_TABLE_SCHEME_MISMATCH (adoption),
 * DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION, DELTA_CREATE_EXTERNAL_TABLE_WITHOUT_SCHEMA, and what an invalid definition raises.
 */
export async function createTable(
  context: CommandContext,
  target: TargetTable,
  definition: TableDefinition,
  mode: CreateMode,
): Promise<CommandResult> {
  return behindCreator(() => createOnce(context, target, definition, mode));
}

async function createOnce(
  context: CommandContext,
  target: TargetTable,
  definition: TableDefinition,
  mode: CreateMode,
): Promise<CommandResult> {
  const transaction = await context.log(target.location).startTransaction();
  const existing = transaction.snapshot;
  if (existing !== undefined && keepsExisting(target, existing, definition, mode))
    return { version: undefined, metrics: {} };
  if (existing === undefined) await checkMayCreate(context, target, definition, mode);
  const description = describeNewTable(context, definition, existing);
  const actions: readonly Action[] = [
    ...describeTable(target.location, existing, description, context.now()),
    ...(await removalOfRows(context, target, existing)),
  ];
  const version = await commitDefinition(context, target, transaction, description, definition, mode, actions);
  return { version, metrics: {} };
}

/** True where the table stays as it is; throws where the mode forbids that there is one. */
export function keepsExisting(
  target: TargetTable,
  existing: Snapshot,
  definition: TableDefinition,
  mode: CreateMode,
): boolean {
  if (mode === "create-if-not-exists") return true;
  if (mode !== "create") return false;
  if (!definition.external) throw tableAlreadyExists(target.name);
  checkSameDefinition(target, existing, definition);
  return true;
}

function checkSameDefinition(target: TargetTable, existing: Snapshot, definition: TableDefinition): void {
  if (definition.schema.fields.length === 0) return;
  const partitioning = (names: readonly string[]): string => ` PARTITIONED BY (${names.join(", ")})`;
  const sameColumns = sameType(existing.schema, definition.schema);
  const samePartitions =
    partitioning(definition.partitionBy).toLowerCase() === partitioning(existing.partitionColumns).toLowerCase();
  if (sameColumns && samePartitions) return;
  throw schemaDiffersFromExisting(
    target.name,
    target.location,
    schemaText(definition.schema) + partitioning(definition.partitionBy),
    schemaText(existing.schema) + partitioning(existing.partitionColumns),
  );
}

export async function checkMayCreate(
  context: CommandContext,
  target: TargetTable,
  definition: TableDefinition,
  mode: CreateMode,
): Promise<void> {
  if (mode === "replace") throw tableNotFound(target.name);
  if (!definition.external) return;
  if (definition.schema.fields.length === 0) throw externalTableWithoutSchema(target.name, target.location);
  const files = await context.storage.list(target.location);
  const folders = await context.storage.listFolders(target.location);
  if (files.length + folders.filter((name) => name !== "_delta_log").length > 0) {
    throw locationNotEmpty(target.name, target.location);
  }
}

async function removalOfRows(
  context: CommandContext,
  target: TargetTable,
  existing: Snapshot | undefined,
): Promise<readonly Action[]> {
  if (existing === undefined) return [];
  const files = await liveFiles(existing);
  if (files.length > 0) checkRowsMayChange(target, existing);
  return removeActions(files, context.now());
}

function commitDefinition(
  context: CommandContext,
  target: TargetTable,
  transaction: OptimisticTransaction,
  description: TableDescription,
  definition: TableDefinition,
  mode: CreateMode,
  actions: readonly Action[],
): Promise<number> {
  return withStagedFiles(context, target, transaction, (staged) =>
    publish(context, {
      target,
      transaction,
      staged,
      rows: { files: [], heldBack: [] },
      schema: description.schema,
      actions,
      operation: operationName(mode),
      operationParameters: definitionParameters(description, definition.external),
      metrics: {},
      read: { predicates: transaction.snapshot === undefined ? [] : [WHOLE_TABLE], files: [] },
      options: {},
    }),
  );
}

/** Delta's names: `CREATE TABLE`, `CREATE OR REPLACE TABLE`, `REPLACE TABLE`, each also with ` AS SELECT`. */
export function operationName(mode: CreateMode): string {
  if (mode === "replace") return "REPLACE TABLE";
  return mode === "create-or-replace" ? "CREATE OR REPLACE TABLE" : "CREATE TABLE";
}

export function definitionParameters(
  description: TableDescription,
  external: boolean,
): Readonly<Record<string, string>> {
  return {
    isManaged: String(!external),
    ...(description.comment === undefined ? {} : { description: description.comment }),
    partitionBy: JSON.stringify(description.partitionColumns),
    clusterBy: JSON.stringify(description.clusterBy.map((path) => path.join("."))),
    properties: JSON.stringify(description.properties),
  };
}
