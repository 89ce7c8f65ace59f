/** OPTIMIZE: small files become large ones, rows may be laid out by columns, and what deletion vectors mark goes; no row changes. */
import type { CommandContext, TargetTable } from "../contract.js";
import type { MaintenanceResult } from "../maintenance-result.js";

export interface OptimizeOptions {
  /** Spark text over partition columns only: the partitions to work on. */
  readonly where?: string | undefined;
  /** Paths of columns; none: bin-packing, or clustering where the table is clustered. */
  readonly zOrderBy?: readonly (readonly string[])[];
  /** OPTIMIZE ... FULL: files that are clustered already are clustered again; for clustered tables only. */
  readonly full?: boolean;
}

/** One row: `path`, `metrics` (a struct), as Spark gives. No version where there was nothing to do. */
export declare function optimize(
  context: CommandContext,
  target: TargetTable,
  options?: OptimizeOptions,
): Promise<MaintenanceResult>;
