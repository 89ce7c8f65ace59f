/** ALTER TABLE: each alteration is planned on a snapshot and committed as new metadata; no alteration rewrites a file's rows. */
import type { ReadSet } from "../../delta/contract.js";
import type { CommandContext, CommandResult, TargetTable } from "../contract.js";
import { publish } from "../publish.js";
import { withStagedFiles } from "../staged-files.js";
import { openTable, WHOLE_TABLE } from "../table-state.js";
import { addColumns } from "./add-columns.js";
import { alterColumns } from "./alter-columns.js";
import type { Alteration } from "./alteration.js";
import type { AlteredTable, PlannedAlteration } from "./altered-table.js";
import { clusterBy } from "./cluster-by.js";
import { addConstraint, dropConstraint } from "./constraints.js";
import { dropColumns, renameColumn } from "./mapped-columns.js";
import { setProperties, unsetProperties } from "./properties.js";
import { replaceColumns } from "./replace-columns.js";
import { addFeature, dropFeature } from "./table-features.js";

/**
 * Alters a table. Phases: transaction; plan (pure, but for SET NOT NULL, ADD CONSTRAINT and SYNC IDENTITY, which read the rows that
 * exist); commit of metadata and protocol. A concurrent change of metadata is a named conflict.
 *
 * @returns no version where there was nothing to change.
 * @throws by kind of alteration:
 * properties: what `checkProperties` throws, DELTA_UNSUPPORTED_COLUMN_MAPPING_MODE_CHANGE, DELTA_UNSET_NON_EXISTENT_PROPERTY;
 * columns: FIELD_ALREADY_EXISTS, UNRESOLVED_COLUMN.WITH_SUGGESTION, DELTA_OPERATION_NOT_ALLOWED, DELTA_UNSUPPORTED_RENAME_COLUMN,
 * DELTA_UNSUPPORTED_DROP_COLUMN, DELTA_CONSTRAINT_DEPENDENT_COLUMN_CHANGE, DELTA_GENERATED_COLUMNS_DEPENDENT_COLUMN_CHANGE,
 * NOT_SUPPORTED_CHANGE_COLUMN, DELTA_UNSUPPORTED_ALTER_TABLE_CHANGE_COL_OP, DELTA_NOT_NULL_CONSTRAINT_VIOLATED;
 * constraints: DELTA_CONSTRAINT_ALREADY_EXISTS, DELTA_NEW_CHECK_CONSTRAINT_VIOLATION, DELTA_CONSTRAINT_DOES_NOT_EXIST;
 * features: DELTA_FEATURE_DROP_*.
 * @example
 * await alterTable(context, target, { kind: "add-constraint", name: "positive", check: "amount > 0" });
 */
export async function alterTable(
  context: CommandContext,
  target: TargetTable,
  alteration: Alteration,
): Promise<CommandResult> {
  const table: AlteredTable = { context, target, ...(await openTable(context, target)) };
  const planned = await planAlteration(table, alteration);
  if (planned === undefined) return { version: undefined, metrics: {} };
  const version = await commitAlteration(table, planned);
  await planned.committed?.(version);
  return { version, metrics: {} };
}

function planAlteration(
  table: AlteredTable,
  alteration: Alteration,
): PlannedAlteration | undefined | Promise<PlannedAlteration | undefined> {
  switch (alteration.kind) {
    case "set-properties":
      return setProperties(table, alteration.properties);
    case "comment":
      return setProperties(table, { comment: alteration.comment });
    case "unset-properties":
      return unsetProperties(table, alteration.keys, alteration.ifExists);
    case "add-columns":
      return addColumns(table, alteration.columns);
    case "rename-column":
      return renameColumn(table, alteration.column, alteration.to);
    case "drop-columns":
      return dropColumns(table, alteration.columns, alteration.ifExists);
    case "alter-columns":
      return alterColumns(table, alteration.columns);
    case "replace-columns":
      return replaceColumns(table, alteration.columns);
    case "add-constraint":
      return addConstraint(table, alteration.name, alteration.check);
    case "drop-constraint":
      return dropConstraint(table, alteration.name, alteration.ifExists);
    case "add-feature":
      return addFeature(table, alteration.feature);
    case "drop-feature":
      return dropFeature(table, alteration.feature, alteration.truncateHistory);
    case "cluster-by":
      return clusterBy(table, alteration.columns);
  }
}

function commitAlteration(table: AlteredTable, planned: PlannedAlteration): Promise<number> {
  const { context, target, transaction, snapshot } = table;
  const read: ReadSet = { predicates: planned.readsRows ? [WHOLE_TABLE] : [], files: [] };
  return withStagedFiles(context, target, transaction, (staged) =>
    publish(context, {
      target,
      transaction,
      staged,
      rows: { files: [], heldBack: [] },
      schema: planned.schema ?? snapshot.schema,
      actions: planned.actions,
      operation: planned.operation,
      operationParameters: planned.operationParameters,
      metrics: {},
      read,
      options: {},
    }),
  );
}
