/** The errors of OPTIMIZE and REORG under Delta's published conditions. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { quoteName } from "../../schema/type-text.js";

export function nonPartitionReference(column: string, partitionColumns: readonly string[]): LakeletError {
  return new LakeletError({
    condition: "DELTA_NON_PARTITION_COLUMN_REFERENCE",
    sqlState: "42P10",
    problem: `Predicate references non-partition column '${column}'. Only the partition columns may be referenced: [${partitionColumns.join(", ")}].`,
    cure: "Choose the files by partition columns, or leave WHERE out.",
    parameters: { columnName: column, columnList: partitionColumns.join(", ") },
  });
}

export function zOrderOnPartitionColumn(column: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_ZORDERING_ON_PARTITION_COLUMN",
    sqlState: "42P10",
    problem: `${column} is a partition column. Z-Ordering can only be performed on data columns.`,
    cure: "Leave it out: each of its values has files of its own already.",
    parameters: { colName: column },
  });
}

export function zOrderColumnNotFound(column: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_ZORDERING_COLUMN_DOES_NOT_EXIST",
    sqlState: "42703",
    problem: `Z-Ordering column ${column} does not exist in data schema.`,
    parameters: { columnName: column },
  });
}

export function zOrderWithoutStatistics(columns: readonly string[]): LakeletError {
  return new LakeletError({
    condition: "DELTA_ZORDERING_ON_COLUMN_WITHOUT_STATS",
    sqlState: "KD00D",
    problem: `Z-Ordering on ${columns.map(quoteName).join(", ")} will be ineffective, because statistics of the column are not collected.`,
    cure: "Name it in delta.dataSkippingStatsColumns, or SET spark.databricks.delta.optimize.zorder.checkStatsCollection.enabled = false.",
    parameters: { cols: `[${columns.join(", ")}]` },
  });
}

export function zOrderOfClusteredTable(columns: readonly string[]): LakeletError {
  return new LakeletError({
    condition: "DELTA_CLUSTERING_WITH_ZORDER_BY",
    sqlState: "42613",
    problem: `OPTIMIZE of a table with clustering columns cannot specify ZORDER BY (${columns.join(", ")}).`,
    cure: "Leave ZORDER BY out: the rows are laid out by the clustering columns.",
    parameters: { zOrderBy: columns.join(", ") },
  });
}

export function predicateOfClusteredTable(predicate: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_CLUSTERING_WITH_PARTITION_PREDICATE",
    sqlState: "0A000",
    problem: `OPTIMIZE of a table with clustering columns doesn't support partition predicates: ${predicate}.`,
    cure: "Leave WHERE out.",
    parameters: { predicates: predicate },
  });
}

export function fullNotSupported(table: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_OPTIMIZE_FULL_NOT_SUPPORTED",
    sqlState: "42601",
    problem: `OPTIMIZE ${table} FULL is only supported for clustered tables with non-empty clustering columns.`,
    cure: "Leave FULL out, or give the table clustering columns.",
    parameters: { table },
  });
}

export function reorgOperationNotSupported(table: string, operation: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_UNSUPPORTED_FEATURE.REORG",
    sqlState: "0AKDC",
    problem: `REORG TABLE ${table} APPLY (${operation}) is not supported.`,
    reason: "lakelet purges; it does not write Iceberg metadata.",
    cure: "Use APPLY (PURGE).",
    parameters: { table, operation },
  });
}
