/** A value as its column keeps it: the length of CHAR and VARCHAR, and the texts that a partition column cannot hold. */
import type { StructField } from "../schema/data-type.js";
import { engineString } from "../schema/engine-type.js";
import { raiseSql } from "./command-errors.js";

/** Where Spark keeps the length of a CHAR or VARCHAR column, whose type is string. */
const LENGTH_METADATA = "__CHAR_VARCHAR_TYPE_STRING";

/** `sql` is engine SQL of a value of the column's type. */
export function columnValue(sql: string, column: StructField, partitionColumns: readonly string[]): string {
  if (column.dataType.kind !== "string") return sql;
  const limited = limitedText(sql, column);
  return partitionColumns.includes(column.name) ? partitionText(limited) : limited;
}

/** Spaces at the end beyond the length are cut off, other characters raise EXCEED_LIMIT_LENGTH; a CHAR is filled up with spaces. */
function limitedText(sql: string, { metadata }: StructField): string {
  const match = /^(char|varchar)\((\d+)\)$/i.exec(String(metadata[LENGTH_METADATA] ?? ""));
  if (match === null) return sql;
  const limit = Number(match[2]);
  const message = `Exceeds char/varchar type length limitation: ${limit}.`;
  const fitting = match[1]?.toLowerCase() === "char" ? `rpad(${sql}, ${limit}, ' ')` : sql;
  const tooLong = raiseSql("EXCEED_LIMIT_LENGTH", "54006", message);
  return `CASE WHEN length(${sql}) <= ${limit} OR ${sql} IS NULL THEN ${fitting} WHEN length(rtrim(${sql}, ' ')) <= ${limit} THEN left(${sql}, ${limit}) ELSE ${tooLong} END`;
}

/** The empty text and Hive's name of the NULL partition cannot be told from NULL in a partition column: they are NULL. */
function partitionText(sql: string): string {
  return `CASE WHEN ${sql} IN ('', ${engineString("__HIVE_DEFAULT_PARTITION__")}) THEN NULL ELSE ${sql} END`;
}
