/** What a lake holds, as text that compares: "the same rows" is the same multiset, the columns of a run left aside. */
import type { SparkSession } from "../../src/session/contract.js";

/** Audit columns and the like, which differ from run to run. */
const OF_THE_RUN: ReadonlySet<string> = new Set([
  "ingestion_timestamp",
  "job_run_id",
  "task_key",
  "run_date",
  "calculated_at",
  "quarantined_at",
  "write_id",
]);

/** Table name -> its rows as sorted JSON texts. Metrics tables, which grow with each run, are left out. Paths lose their folder. */
export async function lakeContents(spark: SparkSession): Promise<ReadonlyMap<string, readonly string[]>> {
  const contents = new Map<string, readonly string[]>();
  for (const { tableName } of await (await spark.sql("SHOW TABLES")).collect()) {
    const name = String(tableName);
    if (name === "data_quality_metrics") continue;
    const frame = spark.table(name);
    const columns = (await frame.columns()).filter((column) => !OF_THE_RUN.has(column));
    const rows = await frame.select(...columns).collect();
    contents.set(name, rows.map(rowText).sort());
  }
  return contents;
}

function rowText(row: unknown): string {
  return JSON.stringify(row, (_, value: unknown) => {
    if (typeof value === "bigint") return String(value);
    return typeof value === "string" ? value.replace(/file:\/\/\S*\//, "") : value;
  });
}

/** What differs between two lakes, in words; empty where nothing does. */
export function differences(
  expected: ReadonlyMap<string, readonly string[]>,
  actual: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  return [...new Set([...expected.keys(), ...actual.keys()])].flatMap((table) => {
    const before = expected.get(table);
    const after = actual.get(table);
    if (!before || !after)
      return [`${table} is there only ${before ? "in the lake that was never killed" : "in the killed one"}`];
    if (JSON.stringify(before) === JSON.stringify(after)) return [];
    return [
      `${table}: ${before.length} rows expected, ${after.length} found, first missing: ${before.find((row) => !after.includes(row)) ?? "none"}`,
    ];
  });
}
