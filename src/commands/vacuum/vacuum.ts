/** VACUUM: files that no version within the retention needs are deleted from the table's folder. */
import type { CommandContext, TargetTable } from "../contract.js";
import type { MaintenanceResult } from "../maintenance-result.js";

export interface VacuumOptions {
  /** full: by listing the folder (the default). lite: by the log only. */
  readonly mode?: "full" | "lite";
  /** Undefined: the table's `delta.deletedFileRetentionDuration`, a week by default. */
  readonly retainHours?: number | undefined;
  readonly dryRun?: boolean;
}

/** One row with the table's `path`; a dry run gives the `path` of each file (at most 1,000) that would go. */
export declare function vacuum(
  context: CommandContext,
  target: TargetTable,
  options?: VacuumOptions,
): Promise<MaintenanceResult>;
