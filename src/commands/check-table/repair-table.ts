/** FSCK REPAIR TABLE: entries of files that are gone are removed from the log; a dry run lists them. */
import type { CommandContext, TargetTable } from "../contract.js";
import type { MaintenanceResult } from "../maintenance-result.js";

export interface RepairTableOptions {
  readonly dryRun: boolean;
}

/** Rows of dataFilePath, dataFileMissing, deletionVectorPath, deletionVectorFileMissing, as Databricks shows. */
export declare function repairTable(
  context: CommandContext,
  target: TargetTable,
  options: RepairTableOptions,
): Promise<MaintenanceResult>;
