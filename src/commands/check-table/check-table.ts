/** A check of a whole table that says what is wrong, row by row, and changes nothing. */
import type { CommandContext, TargetTable } from "../contract.js";
import type { MaintenanceResult } from "../maintenance-result.js";

export interface CheckTableOptions {
  /** Whether the rows are held against each file's statistics: of some files (the default), of all, or of none. */
  readonly statistics?: "none" | "sample" | "full";
  /** Whether rows are held against NOT NULL and CHECK constraints. */
  readonly constraints?: boolean;
}

/** Rows of severity, finding (e.g. `MISSING_DATA_FILE`), version, path, detail; none where all is well. */
export declare function checkTable(
  context: CommandContext,
  target: TargetTable,
  options?: CheckTableOptions,
): Promise<MaintenanceResult>;
