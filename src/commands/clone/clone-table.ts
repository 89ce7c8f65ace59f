/** CLONE: a table with the rows of another one at some version, by naming its files (shallow) or with copies of them (deep). */
import type { CommandContext, TargetTable } from "../contract.js";
import type { CreateMode } from "../create-table.js";
import type { MaintenanceResult, TableVersion } from "../maintenance-result.js";

export interface CloneOptions {
  readonly kind: "shallow" | "deep";
  readonly mode: CreateMode;
  /** Undefined: the newest version of the source. */
  readonly at?: TableVersion | undefined;
  /** TBLPROPERTIES: they win over the source's. */
  readonly properties?: Readonly<Record<string, string>>;
  /** True for a table with a LOCATION of its own. */
  readonly external: boolean;
}

/**
 * One row: source_table_size, source_num_of_files, num_removed_files, num_copied_files, removed_files_size, copied_files_size.
 * No row where IF NOT EXISTS found the table.
 */
export declare function cloneTable(
  context: CommandContext,
  target: TargetTable,
  source: TargetTable,
  options: CloneOptions,
): Promise<MaintenanceResult>;
