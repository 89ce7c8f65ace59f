/** The columns of ZORDER BY, found in the table. */
import type { Snapshot } from "../../delta/contract.js";
import { statisticsColumns } from "../../delta/statistics.js";
import { type DataType, findField, type StructField } from "../../schema/data-type.js";
import type { CommandContext } from "../contract.js";
import { zOrderColumnNotFound, zOrderOnPartitionColumn, zOrderWithoutStatistics } from "./optimize-errors.js";
import type { ColumnPath } from "./space-filling-curve.js";

const CHECK = "spark.databricks.delta.optimize.zorder.checkStatsCollection.enabled";

/**
 * The paths in the schema's spelling.
 * Throws DELTA_ZORDERING_COLUMN_DOES_NOT_EXIST, DELTA_ZORDERING_ON_PARTITION_COLUMN, DELTA_ZORDERING_ON_COLUMN_WITHOUT_STATS.
 */
export function zOrderColumns(
  { configuration }: CommandContext,
  snapshot: Snapshot,
  paths: readonly ColumnPath[],
): readonly ColumnPath[] {
  const columns = paths.map((path) => resolved(snapshot, path));
  const partition = columns.find(([name = ""]) => snapshot.partitionColumns.includes(name));
  if (partition !== undefined) throw zOrderOnPartitionColumn(partition.join("."));
  if (columns.length === 0 || configuration[CHECK]?.toLowerCase() === "false") return columns;
  const { schema, partitionColumns, properties } = snapshot;
  const known = new Set(statisticsColumns(schema, partitionColumns, properties).map((path) => JSON.stringify(path)));
  const without = columns.filter((path) => !known.has(JSON.stringify(path)));
  if (without.length > 0) throw zOrderWithoutStatistics(without.map((path) => path.join(".")));
  return columns;
}

function resolved({ schema }: Snapshot, path: ColumnPath): ColumnPath {
  let type: DataType = schema;
  return path.map((name) => {
    const found: StructField | undefined = type.kind === "struct" ? findField(type, name) : undefined;
    if (found === undefined) throw zOrderColumnNotFound(path.join("."));
    type = found.dataType;
    return found.name;
  });
}
