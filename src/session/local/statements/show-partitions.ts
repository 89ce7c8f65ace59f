/** SHOW PARTITIONS: the values by which a table's files are divided, from its log. */
import { LakeletError } from "../../../errors/lakelet-error.js";
import { STRING } from "../../../schema/data-type.js";
import { quoteName } from "../../../schema/type-text.js";
import type { CatalogStatement } from "../../../sql/catalog-statement.js";
import { existingTable } from "../session-table.js";
import { resultOf, type StatementContext, type StatementResult } from "../statement-context.js";

type ShowPartitions = Extract<CatalogStatement, { kind: "show-partitions" }>;

const NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__";

/** Rows like `day=2024-01-15/region=eu`, in order. */
export async function showPartitions(
  { table: name, partition }: ShowPartitions,
  { runtime }: StatementContext,
): Promise<StatementResult> {
  const table = await existingTable(runtime, name);
  const snapshot = await runtime.log(table.location).snapshot();
  const { partitionColumns } = snapshot;
  if (partitionColumns.length === 0) throw notPartitioned(table.name);
  const wanted = Object.entries(partition).map(([column, value]) => {
    const known = partitionColumns.find((one) => one.toLowerCase() === column.toLowerCase());
    if (known === undefined) throw noSuchPartition(column, table.name);
    return [known, value] as const;
  });
  const found = new Set<string>();
  for await (const files of snapshot.files()) {
    for (const { partitionValues } of files) {
      const text = (column: string) => partitionValues[column] ?? NULL_PARTITION;
      if (wanted.every(([column, value]) => text(column) === value))
        found.add(partitionColumns.map((column) => `${column}=${text(column)}`).join("/"));
    }
  }
  return resultOf(
    [["partition", STRING]],
    [...found].sort().map((one) => [one]),
  );
}

function notPartitioned(table: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY",
    sqlState: "42601",
    problem: `The table ${table} is not partitioned.`,
    parameters: { name: table },
  });
}

function noSuchPartition(column: string, table: string): LakeletError {
  return new LakeletError({
    condition: "PARTITIONS_NOT_FOUND",
    sqlState: "428FT",
    problem: `The table ${table} is not partitioned by ${quoteName(column)}.`,
    cure: "DESCRIBE TABLE tells its partition columns.",
  });
}
