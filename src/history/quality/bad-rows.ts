/** A few of the rows that break rules: in quarantine, published all the same, or stopped with their write. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { HIDDEN_COLUMNS, hidesColumn } from "../../quality/hidden-columns.js";
import { quoteName } from "../../schema/type-text.js";
import type { SparkSession } from "../../session/contract.js";
import { type KeptPlace, keptRows } from "./kept-table.js";
import type { BadRows, CheckHistory, Quarantine, SampleRows } from "./quality-report.js";
import { lastPoint } from "./quality-report.js";

const SAMPLES_TABLE = "data_quality_samples";
/** Stands for a value that nobody is shown. */
const HIDDEN = "•••";
const LONGEST_VALUE = 200;
const REASON = "quarantine_reason";
const OF_THE_RUN: ReadonlySet<string> = new Set(["write_id", "job_run_id", "task_key", "quarantined_at"]);
/** Of a row that is from a file. */
const OFTEN_EMPTY: ReadonlySet<string> = new Set(["quarantine_line", "quarantine_text"]);

export interface SampleOptions {
  /** Rows of a sample; 0 for none. */
  readonly rows: number;
}

/** What `<table>_quarantine` holds; undefined where there is none, or nothing in it. */
export async function readQuarantine(
  spark: SparkSession,
  table: string,
  options: SampleOptions,
): Promise<Quarantine | undefined> {
  const name = `${table.replace(/`$/, "")}_quarantine${table.endsWith("`") ? "`" : ""}`;
  if (!(await spark.catalog.tableExists(name))) return undefined;
  const counted = await (
    await spark.sql(`SELECT quarantine_reason AS reason, count(*) AS rows FROM ${name} GROUP BY 1 ORDER BY 2 DESC, 1`)
  ).collect();
  const rows = counted.reduce((sum, one) => sum + Number(one.rows), 0);
  if (rows === 0) return undefined;
  const byReason = new Map<string, number>();
  for (const one of counted) {
    for (const reason of String(one.reason ?? "unknown").split("; ")) {
      byReason.set(reason, (byReason.get(reason) ?? 0) + Number(one.rows));
    }
  }
  return {
    table: name,
    rows,
    reasons: [...byReason].map(([reason, count]) => ({ reason, rows: count })).sort((a, b) => b.rows - a.rows),
    sample: await sampleOf(spark, name, "ORDER BY quarantined_at DESC", options),
  };
}

/** Rows that a rule complained of the last time it was evaluated. */
export async function readBadRows(
  spark: SparkSession,
  place: KeptPlace,
  table: string,
  checks: readonly CheckHistory[],
  options: SampleOptions,
): Promise<readonly BadRows[]> {
  if (options.rows === 0) return [];
  const found: BadRows[] = [];
  for (const check of checks) {
    const status = lastPoint(check)?.status;
    if (status === "FAILED") found.push(...(await stoppedRows(spark, place, table, check, options)));
    if (status === "WARNED" && check.source === "lakelet")
      found.push(...(await warnedRows(spark, table, check, options)));
  }
  return found;
}

/** They were published: the rule finds them again. */
async function warnedRows(
  spark: SparkSession,
  table: string,
  { check, type, expression, points }: CheckHistory,
  options: SampleOptions,
): Promise<readonly BadRows[]> {
  const isAboutRows = expression !== undefined && points.at(-1)?.totalRows !== undefined && !OF_THE_WHOLE.has(type);
  if (!isAboutRows || !(await spark.catalog.tableExists(table))) return [];
  try {
    const sample = await sampleOf(spark, table, `WHERE NOT coalesce((${expression}), FALSE)`, options);
    return sample.rows.length === 0 ? [] : [{ check, where: "published", sample }];
  } catch (error) {
    // The table has other columns by now than those that the rule names.
    if (error instanceof LakeletError) return [];
    throw error;
  }
}

/** Rules whose text is no condition of a row. */
const OF_THE_WHOLE: ReadonlySet<string> = new Set(["unique", "row-count"]);

async function stoppedRows(
  spark: SparkSession,
  place: KeptPlace,
  table: string,
  { check }: CheckHistory,
  { rows: limit }: SampleOptions,
): Promise<readonly BadRows[]> {
  const rows = await keptRows(
    spark,
    place,
    SAMPLES_TABLE,
    { row: "row", timestamp: "timestamp" },
    "WHERE table_name = :table AND check_name = :check QUALIFY dense_rank() OVER (ORDER BY timestamp DESC) = 1",
    { table, check },
  );
  if (rows.length === 0) return [];
  const hides = hidesColumn(configurationOf(spark));
  const objects = rows.slice(0, limit).map((one) => JSON.parse(String(one.row)) as Readonly<Record<string, unknown>>);
  const columns = [...new Set(objects.flatMap((one) => Object.keys(one)))];
  const values = objects.map((one) => columns.map((column) => (hides(column) ? HIDDEN : shownValue(one[column]))));
  return [{ check, where: "not-published", sample: { columns, rows: values } }];
}

function shownValue(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return (typeof value === "object" ? JSON.stringify(value) : String(value)).slice(0, LONGEST_VALUE);
}

async function sampleOf(
  spark: SparkSession,
  table: string,
  rest: string,
  { rows: limit }: SampleOptions,
): Promise<SampleRows> {
  const names = (await spark.catalog.listColumns(table)).map((one) => one.name);
  // What a row broke comes first; what says nothing of the row is left out.
  const columns = names.includes(REASON)
    ? [REASON, ...names.filter((one) => one !== REASON && !OF_THE_RUN.has(one))]
    : names;
  const hides = hidesColumn(configurationOf(spark));
  const shown = columns.map((one) =>
    hides(one) ? `'${HIDDEN}' AS ${quoteName(one)}` : `left(CAST(${quoteName(one)} AS STRING), ${LONGEST_VALUE})`,
  );
  const { rows } = await spark.execute(`SELECT ${shown.join(", ")} FROM ${table} ${rest} LIMIT ${limit}`);
  const values = rows.map((row) => row.map((value) => (value === null ? null : String(value))));
  const isEmpty = (i: number) => OFTEN_EMPTY.has(columns[i] ?? "") && values.every((row) => row[i] === null);
  const kept = columns.map((_, i) => i).filter((i) => !isEmpty(i));
  return { columns: kept.map((i) => columns[i] ?? ""), rows: values.map((row) => kept.map((i) => row[i] ?? null)) };
}

export function configurationOf(spark: SparkSession): Readonly<Record<string, string>> {
  const patterns = spark.conf.get(HIDDEN_COLUMNS, undefined);
  return patterns === undefined ? {} : { [HIDDEN_COLUMNS]: patterns };
}
