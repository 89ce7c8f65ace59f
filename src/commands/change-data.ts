/** The change data feed of a commit: the rows that it deletes, changes and inserts, in files of their own (Delta protocol, "Add CDC File"). */
import type { Action } from "../delta/actions.js";
import type { Snapshot } from "../delta/contract.js";
import { booleanProperty } from "../delta/table-properties.js";
import type { WrittenFile } from "../engine/engine.js";
import { field, STRING, type StructType, struct } from "../schema/data-type.js";
import { engineName, engineString } from "../schema/engine-type.js";
import type { CommandContext, TargetTable } from "./contract.js";
import { addActions, type FileLayout, scanFiles } from "./data-file.js";

/** Column of the change files that says what became of the row. */
export const CHANGE_TYPE = "_change_type";

export type ChangeType = "insert" | "delete" | "update_preimage" | "update_postimage";

/** Changes whose rows are in the table afterwards. */
export const NEW_ROWS: readonly ChangeType[] = ["insert", "update_postimage"];

export function changeFeedEnabled(properties: Readonly<Record<string, string>>): boolean {
  return booleanProperty(properties, "delta.enableChangeDataFeed");
}

/** The columns of change files: the table's, then the kind of change. */
export function changeSchema(schema: StructType): StructType {
  return struct([...schema.fields, field(CHANGE_TYPE, STRING)]);
}

/** Engine SQL of the kinds of change as texts, for a list. */
export function changeTypes(types: readonly ChangeType[]): string {
  return types.map(engineString).join(", ");
}

/** The commit's actions for change files. A version that has one tells its changes by them alone. */
export function changeDataActions(
  context: CommandContext,
  target: TargetTable,
  layout: FileLayout,
  files: readonly WrittenFile[],
): readonly Action[] {
  return addFiles(context, target, layout, files).map(({ path, partitionValues, size }) => ({
    cdc: { path, partitionValues, size, dataChange: false },
  }));
}

function addFiles(
  context: CommandContext,
  target: TargetTable,
  layout: FileLayout,
  files: readonly WrittenFile[],
): Extract<Action, { readonly add: unknown }>["add"][] {
  return addActions(context, target, layout, files).flatMap((action) => ("add" in action ? [action.add] : []));
}

/** Engine SQL of the rows of files that were just written, fit to stand behind FROM. */
export function scanWritten(
  context: CommandContext,
  target: TargetTable,
  snapshot: Snapshot,
  files: readonly WrittenFile[],
  schema: StructType,
): Promise<string> {
  const { partitionColumns, properties } = snapshot;
  const layout = { schema, partitionColumns, properties };
  return scanFiles(context, snapshot, addFiles(context, target, layout, files), { schema });
}

/** Engine SQL of those of the change files' rows that are in the table afterwards. */
export async function newRowsSql(
  context: CommandContext,
  target: TargetTable,
  snapshot: Snapshot,
  changes: readonly WrittenFile[],
  schema: StructType,
): Promise<string> {
  const relation = await scanWritten(context, target, snapshot, changes, changeSchema(schema));
  const columns = schema.fields.map(({ name }) => `c.${engineName(name)}`).join(", ");
  return `SELECT ${columns} FROM ${relation} AS c WHERE c.${engineName(CHANGE_TYPE)} IN (${changeTypes(NEW_ROWS)})`;
}
