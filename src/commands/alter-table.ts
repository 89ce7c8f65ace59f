/** ALTER TABLE: properties, comment and new columns; a commit of metadata that touches no file. */
import type { Snapshot } from "../delta/contract.js";
import type { StructField } from "../schema/data-type.js";
import { findField, struct } from "../schema/data-type.js";
import { typeText } from "../schema/type-text.js";
import { columnAlreadyExists, newColumnNotNull, unsetOfMissingProperty } from "./command-errors.js";
import type { CommandContext, CommandResult, TargetTable } from "./contract.js";
import { publish } from "./publish.js";
import { checkStorable } from "./schema-evolution.js";
import { withStagedFiles } from "./staged-files.js";
import { changeMetadata, checkedProperties, type MetadataChange } from "./table-metadata.js";
import { openTable } from "./table-state.js";

interface Alteration {
  readonly change: MetadataChange;
  readonly operation: string;
  readonly operationParameters: Readonly<Record<string, string>>;
}

/** Throws DELTA_UNKNOWN_CONFIGURATION, DELTA_UNSUPPORTED_FEATURES_FOR_WRITE. */
export function setTableProperties(
  context: CommandContext,
  target: TargetTable,
  properties: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  return alter(context, target, ({ metadata }) => ({
    change: { properties: { ...metadata.configuration, ...checkedProperties(properties) } },
    operation: "SET TBLPROPERTIES",
    operationParameters: { properties: JSON.stringify(properties) },
  }));
}

/** Throws DELTA_UNSET_NON_EXISTENT_PROPERTY unless `ifExists`. */
export function unsetTableProperties(
  context: CommandContext,
  target: TargetTable,
  keys: readonly string[],
  ifExists: boolean,
): Promise<CommandResult> {
  return alter(context, target, ({ metadata }) => {
    const missing = keys.find((key) => !Object.hasOwn(metadata.configuration, key));
    if (missing !== undefined && !ifExists) throw unsetOfMissingProperty(missing, target.name);
    const kept = Object.entries(metadata.configuration).filter(([key]) => !keys.includes(key));
    return {
      change: { properties: Object.fromEntries(kept) },
      operation: "UNSET TBLPROPERTIES",
      operationParameters: { properties: JSON.stringify(keys), ifExists: String(ifExists) },
    };
  });
}

/** COMMENT ON TABLE; null takes the comment away. */
export function commentOnTable(
  context: CommandContext,
  target: TargetTable,
  comment: string | null,
): Promise<CommandResult> {
  return alter(context, target, () => ({
    change: { comment },
    operation: "SET TBLPROPERTIES",
    operationParameters: { properties: JSON.stringify({ comment }) },
  }));
}

/** Rows that exist read NULL in the new columns. Throws FIELD_ALREADY_EXISTS, DELTA_ADD_COLUMN_NOT_NULL. */
export function addColumns(
  context: CommandContext,
  target: TargetTable,
  columns: readonly StructField[],
): Promise<CommandResult> {
  return alter(context, target, ({ schema }) => {
    for (const one of columns) {
      if (findField(schema, one.name) !== undefined) throw columnAlreadyExists(one.name, target.name);
      if (!one.nullable) throw newColumnNotNull(one.name, target.name);
    }
    const described = columns.map((one) => ({
      column: { name: one.name, type: typeText(one.dataType), nullable: true, metadata: one.metadata },
    }));
    return {
      change: { schema: checkStorable(struct([...schema.fields, ...columns])) },
      operation: "ADD COLUMNS",
      operationParameters: { columns: JSON.stringify(described) },
    };
  });
}

async function alter(
  context: CommandContext,
  target: TargetTable,
  plan: (snapshot: Snapshot) => Alteration,
): Promise<CommandResult> {
  const { transaction, snapshot } = await openTable(context, target);
  const { change, operation, operationParameters } = plan(snapshot);
  const version = await withStagedFiles(context, target, transaction, (staged) =>
    publish(context, {
      target,
      transaction,
      staged,
      rows: { files: [], heldBack: [] },
      schema: change.schema ?? snapshot.schema,
      actions: changeMetadata(snapshot, change),
      operation,
      operationParameters,
      metrics: {},
      read: { predicates: [], files: [] },
      options: {},
    }),
  );
  return { version, metrics: {} };
}
