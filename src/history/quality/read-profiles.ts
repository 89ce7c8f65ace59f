/** The newest profile of a table, from `data_quality_profiles`, and how its rows grew. */
import { hidesColumn } from "../../quality/hidden-columns.js";
import { type ColumnProfile, withoutValues } from "../../quality/profile/table-profile.js";
import type { SparkSession } from "../../session/contract.js";
import { configurationOf } from "./bad-rows.js";
import { type KeptPlace, type KeptRow, keptRows, listOf, numberOf, textOf } from "./kept-table.js";
import type { KeptProfile } from "./quality-report.js";

export const PROFILES_TABLE = "data_quality_profiles";

const COLUMNS: Readonly<Record<string, string>> = Object.fromEntries([
  ...[
    "profile_id",
    "table_name",
    "table_version",
    "column_position",
    "column_name",
    "data_type",
    "rows",
    "nulls",
    "distinct_values",
    "min_value",
    "max_value",
    "min_length",
    "max_length",
    "mean",
    "stddev",
    "quantiles",
    "histogram",
    "top_values",
  ].map((name) => [name, name]),
  ["timestamp", "unix_millis(timestamp)"],
]);

/** By table. @param limit profiles whose rows are counted */
export async function readProfiles(
  spark: SparkSession,
  place: KeptPlace,
  limit: number,
  table: string | undefined,
): Promise<ReadonlyMap<string, KeptProfile>> {
  const where = table === undefined ? "TRUE" : "table_name = :table";
  const args = table === undefined ? {} : { table };
  const rows = await keptRows(
    spark,
    place,
    PROFILES_TABLE,
    COLUMNS,
    `WHERE ${where} QUALIFY dense_rank() OVER (PARTITION BY table_name ORDER BY timestamp DESC, profile_id) = 1
     ORDER BY table_name, column_position`,
    args,
  );
  const before = await keptRows(
    spark,
    place,
    PROFILES_TABLE,
    { table_name: "table_name", rows: "rows", timestamp: "unix_millis(timestamp)" },
    `WHERE ${where} AND column_position = 0
     QUALIFY row_number() OVER (PARTITION BY table_name ORDER BY timestamp DESC) <= ${limit} ORDER BY timestamp`,
    args,
  );
  // A profile may have been kept before the column was to be hidden.
  const hides = hidesColumn(configurationOf(spark));
  const byTable = new Map<string, KeptRow[]>();
  for (const row of rows) byTable.set(String(row.table_name), [...(byTable.get(String(row.table_name)) ?? []), row]);
  return new Map([...byTable].map(([name, own]) => [name, profileOf(own, before, hides)]));
}

function profileOf(
  rows: readonly KeptRow[],
  before: readonly KeptRow[],
  hides: (column: string) => boolean,
): KeptProfile {
  const [first = {}] = rows;
  return {
    at: Number(first.timestamp),
    version: Number(first.table_version),
    rows: Number(first.rows),
    columns: rows.map(columnOf).map((one) => (hides(one.column) ? withoutValues(one) : one)),
    rowsOverTime: before
      .filter((one) => one.table_name === first.table_name)
      .map((one) => ({ at: Number(one.timestamp), rows: Number(one.rows) })),
  };
}

function columnOf(row: KeptRow): ColumnProfile {
  return {
    column: String(row.column_name),
    type: String(row.data_type),
    nulls: Number(row.nulls),
    distinct: numberOf(row.distinct_values),
    min: textOf(row.min_value),
    max: textOf(row.max_value),
    minLength: numberOf(row.min_length),
    maxLength: numberOf(row.max_length),
    mean: numberOf(row.mean),
    stddev: numberOf(row.stddev),
    quantiles: listOf(row.quantiles).map(Number),
    histogram: listOf(row.histogram).map(Number),
    topValues: listOf(row.top_values).map((one) => {
      const { value, count } = one as { readonly value: unknown; readonly count: unknown };
      return { value: String(value), count: Number(count) };
    }),
  };
}
