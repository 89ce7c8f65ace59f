/** RESTORE TABLE: a new version that holds what an older one held. */
import type { CommandContext, TargetTable } from "../contract.js";
import type { MaintenanceResult, TableVersion } from "../maintenance-result.js";

/** One row: table_size_after_restore, num_of_files_after_restore, num_removed_files, num_restored_files, removed_files_size, restored_files_size. */
export declare function restoreTable(
  context: CommandContext,
  target: TargetTable,
  to: TableVersion,
): Promise<MaintenanceResult>;
