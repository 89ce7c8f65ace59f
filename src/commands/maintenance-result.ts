/** What a maintenance command gives: the version that it made, its metrics, and the rows that Spark shows for it. */
import type { EngineResult, Value } from "../engine/engine.js";
import type { StructType } from "../schema/data-type.js";
import type { CommandResult } from "./contract.js";

export interface MaintenanceResult extends CommandResult, EngineResult {
  /** Of the rows. */
  readonly schema: StructType;
}

/** A state of a table's past: a version, or the newest one at a time (milliseconds since the epoch). */
export type TableVersion = { readonly version: number } | { readonly timestamp: number };

export function maintenanceResult(
  result: CommandResult,
  schema: StructType,
  rows: readonly (readonly Value[])[],
): MaintenanceResult {
  const { version, metrics } = result;
  return { version, metrics, schema, columns: schema.fields.map((one) => one.name), rows };
}
