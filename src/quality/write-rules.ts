/** The words in which rules about a write as a whole are written: counts, keys, freshness, drift, queries. */
import type { Bounds, WriteRule } from "./expectation.js";
import { checkBounds, checkPercentage, invalidRule } from "./rules.js";

/**
 * No two rows with the same values; rows with a null among them are not looked at. With `within: "table"` an append is also held against the
 * rows that the table has already.
 * @example unique("shop", "day"), unique("order_id", { within: "table" })
 */
export function unique(...key: (string | { readonly within: "table" })[]): WriteRule {
  const columns = key.filter((one) => typeof one === "string");
  if (columns.length === 0) throw invalidRule("unique names no column", "Name the columns of the key.");
  return { kind: "unique", columns, ...(columns.length < key.length ? { within: "table" } : {}) };
}

/** Of the whole write (for `checkTable`: of the table). */
export function rowCount(bounds: Bounds): WriteRule {
  checkBounds("rowCount", bounds);
  return { kind: "row-count", ...bounds };
}

/**
 * Percent by which the count of rows may fall below, or rise above, the mean of the last `runs` (7) runs of the same check. Passes while
 * there is none.
 * @example expect("volume", rowCountChange({ maxDecrease: 50, maxIncrease: 200 }))
 */
export function rowCountChange(options: {
  readonly maxDecrease?: number;
  readonly maxIncrease?: number;
  readonly runs?: number;
}): WriteRule {
  const { maxDecrease, maxIncrease, runs = 7 } = options;
  if (maxDecrease === undefined && maxIncrease === undefined)
    throw invalidRule("rowCountChange has no bound", "Give maxDecrease, maxIncrease or both, in percent.");
  if (maxDecrease !== undefined) checkPercentage("maxDecrease", maxDecrease);
  if (maxIncrease !== undefined && !(maxIncrease >= 0))
    throw invalidRule(`maxIncrease is ${maxIncrease}`, "Give a percentage, 0 or more.");
  if (!Number.isInteger(runs) || runs < 1) throw invalidRule(`runs is ${runs}`, "Give a whole number, 1 or more.");
  return { kind: "row-count-change", ...options, runs };
}

const UNITS: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3600, day: 86_400, week: 604_800 };

/**
 * The newest value of the column is at most so old.
 * @param maxAge seconds, or `"2 hours"`, `"1 day"`
 */
export function freshness(column: string, maxAge: number | string): WriteRule {
  const [, count, unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+?)s?\s*$/i.exec(String(maxAge)) ?? [];
  const seconds = typeof maxAge === "number" ? maxAge : Number(count) * (UNITS[unit.toLowerCase()] ?? Number.NaN);
  if (!(seconds > 0))
    throw invalidRule(`the age of ${column} is "${maxAge}"`, 'Write seconds, or a text such as "2 hours" or "1 day".');
  return { kind: "freshness", column, maxAgeSeconds: seconds };
}

/**
 * The columns and their types are these; without DDL, those that the table had before the write.
 * @param options allowNew lets columns pass that are not among them
 * @example expectOrFail("contract", schemaIs("id BIGINT, amount DECIMAL(10,2)", { allowNew: true }))
 */
export function schemaIs(ddl?: string, { allowNew = false }: { readonly allowNew?: boolean } = {}): WriteRule {
  return { kind: "schema", allowNew, ...(ddl === undefined ? {} : { ddl }) };
}

/**
 * The values are spread as they were: population stability index against the table as it was before (or a query that gives the column).
 * Below 0.1 hardly anything moved, above 0.25 much did. Passes where there is nothing before.
 */
export function distribution(
  column: string,
  { maxPsi = 0.25, reference }: { readonly maxPsi?: number; readonly reference?: string } = {},
): WriteRule {
  if (!(maxPsi > 0))
    throw invalidRule(`maxPsi of ${column} is ${maxPsi}`, "Give a number above 0, usually 0.1 to 0.25.");
  return { kind: "distribution", column, maxPsi, ...(reference === undefined ? {} : { reference }) };
}

/** The mean is at most so many (3) standard deviations away from the mean before. Passes where there is nothing before. */
export function meanDrift(
  column: string,
  { maxDeviations = 3, reference }: { readonly maxDeviations?: number; readonly reference?: string } = {},
): WriteRule {
  if (!(maxDeviations > 0))
    throw invalidRule(`maxDeviations of ${column} is ${maxDeviations}`, "Give a number above 0.");
  return { kind: "mean-drift", column, maxDeviations, ...(reference === undefined ? {} : { reference }) };
}

/**
 * Spark SQL that gives the violations: no row is a pass. With bounds it gives one value, which must lie within them.
 * `{rows}` stands for the rows of the write; all other names are tables as they are before it.
 * @example expectOrFail("no negative total", customSql("SELECT id FROM {rows} GROUP BY id HAVING sum(amount) < 0"))
 * @example expect("revenue", customSql("SELECT sum(amount) FROM {rows}", { min: 1000 }))
 */
export function customSql(text: string, bounds: Bounds = {}): WriteRule {
  if (text.trim() === "") throw invalidRule("the query is empty", "Write Spark SQL.");
  if (bounds.min !== undefined || bounds.max !== undefined) checkBounds("customSql", bounds);
  return { kind: "query", text, ...bounds };
}

/**
 * Two queries of one row give the same, column by column: counts and sums of one layer and of the next.
 * @param options tolerance: the difference that passes; tolerancePercentage: percents of the second query's value that pass
 * @example expectOrFail("nothing is lost", reconciliation("SELECT count(*), sum(amount) FROM {rows}", "SELECT count(*), sum(amount) FROM bronze"))
 */
export function reconciliation(
  left: string,
  right: string,
  {
    tolerance = 0,
    tolerancePercentage = 0,
  }: { readonly tolerance?: number; readonly tolerancePercentage?: number } = {},
): WriteRule {
  if (!(tolerance >= 0 && tolerancePercentage >= 0))
    throw invalidRule("a tolerance of reconciliation is below 0", "Give numbers from 0.");
  return { kind: "reconciliation", left, right, tolerance, tolerancePercentage };
}
