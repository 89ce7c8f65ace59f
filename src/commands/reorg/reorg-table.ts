/** REORG TABLE ... APPLY (PURGE): files that hold rows or columns that are gone are written again without them. */
import type { CommandContext, TargetTable } from "../contract.js";
import type { MaintenanceResult } from "../maintenance-result.js";

export interface ReorgOptions {
  /** Spark text over partition columns only. */
  readonly where?: string | undefined;
  /** The text between the parentheses of APPLY, e.g. `PURGE`. Anything but PURGE is refused by name. */
  readonly apply: string;
}

/** The row of OPTIMIZE. No version where nothing was to purge. */
export declare function reorgTable(
  context: CommandContext,
  target: TargetTable,
  options: ReorgOptions,
): Promise<MaintenanceResult>;
