/** CREATE [OR REPLACE] TABLE ... AS: the query's rows and the table's definition are one commit. */

import type { EngineQuery } from "../engine/engine.js";
import type { StructType } from "../schema/data-type.js";
import { behindCreator } from "./behind-creator.js";
import type { CommandContext, CommandResult, TargetTable, WriteOptions } from "./contract.js";
import {
  type CreateMode,
  checkMayCreate,
  definitionParameters,
  keepsExisting,
  operationName,
  type TableDefinition,
} from "./create-table.js";
import { schemaOfData } from "./schema-evolution.js";
import { describeNewTable } from "./table-definition.js";
import { describeTable } from "./table-metadata.js";
import { checkRowsMayChange, liveFiles, WHOLE_TABLE } from "./table-state.js";
import { planNewTable } from "./write-plan.js";
import { NOTHING_REPLACED, writeRows } from "./write-rows.js";

export interface TableAsDefinition extends Omit<TableDefinition, "schema"> {
  /** Columns as they are declared: those of the query are stored in them by name, and cast. The query's own where there are none. */
  readonly schema?: StructType;
  readonly options?: Pick<WriteOptions, "hook" | "userMetadata" | "txnAppId" | "txnVersion">;
}

/**
 * Creates or replaces a table with a query's schema and rows. The query may read the table that it replaces; the old rows stay in
 * the earlier versions.
 *
 * @returns no version where IF NOT EXISTS found the table.
 * @throws DELTA_TABLE_ALREADY_EXISTS, DELTA_TABLE_NOT_FOUND (REPLACE), DELTA_UNSUPPORTED_DATA_TYPES and other faults of the schema.
 */
export async function createTableAs(
  context: CommandContext,
  target: TargetTable,
  source: EngineQuery,
  definition: TableAsDefinition,
  mode: CreateMode,
): Promise<CommandResult> {
  const create = (): Promise<CommandResult> => createOnce(context, target, source, definition, mode);
  // What a hook was shown it is not shown again.
  return definition.options?.hook === undefined ? behindCreator(create) : create();
}

async function createOnce(
  context: CommandContext,
  target: TargetTable,
  source: EngineQuery,
  definition: TableAsDefinition,
  mode: CreateMode,
): Promise<CommandResult> {
  const transaction = await context.log(target.location).startTransaction();
  const existing = transaction.snapshot;
  const declared = definition.schema?.fields.length ? definition.schema : undefined;
  const full: TableDefinition = { ...definition, schema: declared ?? source.schema };
  if (existing !== undefined && keepsExisting(target, existing, { ...full, external: false }, mode)) {
    return { version: undefined, metrics: {} };
  }
  if (existing === undefined) await checkMayCreate(context, target, full, mode);
  const options: WriteOptions = { ...definition.options, byName: true };
  const schema = declared ?? schemaOfData(source.schema);
  const description = describeNewTable(context, { ...full, schema }, existing);
  const plan = planNewTable(description, source, context.compiler);
  return writeRows(context, {
    target,
    transaction,
    source,
    plan,
    options,
    metadata: describeTable(target.location, existing, description, context.now()),
    replace: async () => {
      const removed = existing === undefined ? [] : await liveFiles(existing);
      if (removed.length > 0) checkRowsMayChange(target, existing);
      return { ...NOTHING_REPLACED, removed };
    },
    operation: `${operationName(mode)} AS SELECT`,
    operationParameters: definitionParameters(description, definition.external),
    read: { predicates: existing === undefined ? [] : [WHOLE_TABLE], files: [] },
  });
}
