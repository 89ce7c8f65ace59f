/** Checks that a table has satisfied so far, from its profile: few, and none that its next rows would be likely to break by chance. */
import type { Expectation, ExpectationRule } from "../../quality/expectation.js";
import type { ColumnProfile, TableProfile } from "../../quality/profile/table-profile.js";
import { quoteName } from "../../schema/type-text.js";
import type { SparkSession } from "../../session/contract.js";

export interface CheckSuggestion {
  readonly expectation: Expectation;
  /** Why, in words. */
  readonly reason: string;
}

/** Of fewer rows nothing is concluded. */
const LEAST_ROWS = 100;
/** Values that a column may have at most to be one of a fixed set, and how often each of them must have been seen on average. */
const MOST_VALUES = 12;
const TIMES_SEEN = 50;
const LEAST_SHARE = 0.02;
/** Rows that make it unlikely that a length, or a share of nulls, is what it is by chance. */
const MANY_ROWS = 1_000;
/** A key's approximate count of values may be off by so much. */
const NEARLY_ALL = 0.7;
const MOST_NULLS = 0.05;

export async function suggestChecks(
  spark: SparkSession,
  table: string,
  profile: TableProfile,
): Promise<readonly CheckSuggestion[]> {
  if (profile.rows < LEAST_ROWS) return [];
  const suggestions: CheckSuggestion[] = [];
  for (const column of profile.columns) suggestions.push(...(await ofColumn(spark, table, column, profile.rows)));
  return suggestions;
}

async function ofColumn(
  spark: SparkSession,
  table: string,
  column: ColumnProfile,
  rows: number,
): Promise<readonly CheckSuggestion[]> {
  const name = column.column;
  const found: (CheckSuggestion | undefined)[] = [nulls(column, rows), sameLength(column, rows)];
  const isUnique = mayBeKey(column, rows) && (await isKey(spark, table, name));
  // Of a number that only names something the sign says nothing.
  if (!isUnique) found.push(sign(column, rows));
  if (isUnique) {
    found.push(suggestion(`${name} is unique`, { kind: "unique", columns: [name] }, `${rows} rows, no value twice`));
  }
  const values = mayBeSet(column, rows) ? await valuesOf(spark, table, name) : [];
  if (values.length > 1 && values.length <= MOST_VALUES) {
    const rule = { kind: "accepted-values", column: name, values } as const;
    found.push(suggestion(`${name} is known`, rule, `${values.length} values in ${rows} rows`));
  }
  return found.filter((one) => one !== undefined);
}

function nulls({ column, nulls: count }: ColumnProfile, rows: number): CheckSuggestion | undefined {
  if (count === 0) return suggestion(`${column} is there`, { kind: "not-null", column }, `no null in ${rows} rows`);
  const share = count / rows;
  if (share > MOST_NULLS || rows < MANY_ROWS) return undefined;
  // Twice what was seen, in whole percents.
  const maxPercentage = Math.max(1, Math.ceil(share * 200));
  const seen = `${count} nulls in ${rows} rows`;
  return suggestion(`${column} is mostly there`, { kind: "not-null", column, maxPercentage }, seen);
}

/** That nothing is below zero holds longer than any bound that was not reached yet. */
function sign({ column, min, mean, type }: ColumnProfile, rows: number): CheckSuggestion | undefined {
  if (mean === undefined || min === undefined || !(Number(min) >= 0)) return undefined;
  const bound = { kind: "range", column, min: 0 } as const;
  return suggestion(`${column} is not negative`, bound, `the least ${type} of ${rows} rows is ${min}`);
}

function sameLength(
  { column, min, max, minLength, maxLength, distinct }: ColumnProfile,
  rows: number,
): CheckSuggestion | undefined {
  if (minLength === undefined || minLength !== maxLength || minLength < 4) return undefined;
  if (!CODE.test(min ?? "") || !CODE.test(max ?? "") || rows < MANY_ROWS || (distinct ?? 0) < MANY_ROWS / 2)
    return undefined;
  const condition = `length(${quoteIfPlain(column)}) = ${minLength}`;
  return suggestion(
    `${column} has ${minLength} characters`,
    { kind: "expression", condition },
    `in all of ${rows} rows`,
  );
}

/** Digests, ids, numbers of things: texts of one length by their making, not by chance. */
const CODE = /^[0-9A-Fa-f-]+$/;

function quoteIfPlain(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : quoteName(name);
}

const KEY_TYPES = /^(tinyint|smallint|int|bigint|string|decimal\(\d+,0\))$/;

/** Amounts and times may differ in all rows and be no key. */
function mayBeKey({ type, nulls: count, distinct }: ColumnProfile, rows: number): boolean {
  return count === 0 && KEY_TYPES.test(type) && (distinct ?? 0) >= rows * NEARLY_ALL;
}

function mayBeSet({ type, distinct, nulls: count }: ColumnProfile, rows: number): boolean {
  const known = distinct ?? 0;
  return type === "string" && known > 1 && known <= MOST_VALUES && rows - count >= known * TIMES_SEEN;
}

async function isKey(spark: SparkSession, table: string, column: string): Promise<boolean> {
  const { rows } = await spark.execute(`SELECT count(*) = count(DISTINCT ${quoteName(column)}) FROM ${table}`);
  return rows[0]?.[0] === true;
}

/** None where one of them is rare: it may be a mistake that a rule should find, not allow. */
async function valuesOf(spark: SparkSession, table: string, column: string): Promise<readonly string[]> {
  const name = quoteName(column);
  const { rows } = await spark.execute(
    `SELECT ${name}, count(*) FROM ${table} WHERE ${name} IS NOT NULL GROUP BY 1 ORDER BY 1 LIMIT ${MOST_VALUES + 1}`,
  );
  const counts = rows.map((row) => Number(row[1]));
  const all = counts.reduce((sum, one) => sum + one, 0);
  return counts.some((one) => one < all * LEAST_SHARE) ? [] : rows.map((row) => String(row[0]));
}

function suggestion(name: string, rule: ExpectationRule, reason: string): CheckSuggestion {
  return { expectation: { name, rule, onViolation: "warn" }, reason };
}
