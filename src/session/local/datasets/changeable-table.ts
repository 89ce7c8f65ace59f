/** The table that a statement changes: the rows of a materialized view are those of its query, and nobody else's. */
import type { Runtime } from "../runtime.js";
import { existingTable, type SessionTable } from "../session-table.js";
import { changesRowsOfView, invalidAlter } from "./dataset-errors.js";
import { datasetType, keptDefinition } from "./kept-definition.js";

/** Throws UNSUPPORTED_FEATURE.TABLE_OPERATION for a materialized view, TABLE_OR_VIEW_NOT_FOUND where there is nothing. */
export async function changeableTable(
  runtime: Runtime,
  name: readonly string[],
  operation: string,
): Promise<SessionTable> {
  const table = await existingTable(runtime, name);
  await checkChangeable(runtime, table, operation);
  return table;
}

/** The same for a table that may not be there yet. */
export async function checkChangeable(runtime: Runtime, table: SessionTable, operation: string): Promise<void> {
  const log = runtime.log(table.location);
  if (!(await log.exists())) return;
  if (datasetType(await log.snapshot()) === "MATERIALIZED_VIEW") throw changesRowsOfView(operation, table.name);
}

const HARMLESS = ["alter-columns", "set-properties", "unset-properties", "rename"];

/** Throws MATERIALIZED_VIEW_OPERATION_NOT_ALLOWED.INVALID_ALTER. */
export async function checkAlterable(runtime: Runtime, table: SessionTable, action: string): Promise<void> {
  if (HARMLESS.includes(action)) return;
  const log = runtime.log(table.location);
  const snapshot = (await log.exists()) ? await log.snapshot() : undefined;
  if (snapshot === undefined || keptDefinition(snapshot)?.statement.dataset !== "materialized-view") return;
  throw invalidAlter("MATERIALIZED_VIEW", action.replaceAll("-", " ").toUpperCase(), table.name);
}
