/** CONVERT TO DELTA: a folder of Parquet files gets a log and is a Delta table from then on; the files stay as they are. */
import type { StructField } from "../../schema/data-type.js";
import type { CommandContext, TargetTable } from "../contract.js";
import type { MaintenanceResult } from "../maintenance-result.js";

export interface ConvertOptions {
  /** PARTITIONED BY: the columns whose values are in the folders' names, with their types. */
  readonly partitionBy?: readonly StructField[];
  /** False for NO STATISTICS. */
  readonly collectStatistics?: boolean;
}

/** No rows. No version where the folder is a Delta table already. */
export declare function convertToDelta(
  context: CommandContext,
  target: TargetTable,
  options?: ConvertOptions,
): Promise<MaintenanceResult>;
