/** A value as its column keeps it: CHAR filled up with spaces, and without the texts that a partition column cannot hold. */
import type { StructField } from "../schema/data-type.js";
import { engineString } from "../schema/engine-type.js";
import { paddedValue } from "./rules/length-limits.js";

/** `sql` is engine SQL of a value of the column's type. Whether a text is too long is one of the `rowChecks`. */
export function columnValue(sql: string, column: StructField, partitionColumns: readonly string[]): string {
  const padded = paddedValue(sql, column);
  const isText = column.dataType.kind === "string";
  return isText && partitionColumns.includes(column.name) ? partitionText(padded) : padded;
}

/** The empty text and Hive's name of the NULL partition cannot be told from NULL in a partition column: they are NULL. */
function partitionText(sql: string): string {
  return `CASE WHEN ${sql} IN ('', ${engineString("__HIVE_DEFAULT_PARTITION__")}) THEN NULL ELSE ${sql} END`;
}
