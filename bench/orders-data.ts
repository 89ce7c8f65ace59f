/** The input of all benchmarks: seeded orders of ten columns, made by DuckDB, the same bytes for every side. */
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { BareDuckDB } from "./bare-duckdb.js";

export const ORDER_COLUMNS = [
  "order_id",
  "customer_id",
  "order_date",
  "status",
  "country",
  "product",
  "quantity",
  "amount",
  "reference",
  "updated_at",
] as const;

/** The same columns in Spark's words. */
export const ORDER_SCHEMA =
  "order_id BIGINT, customer_id BIGINT, order_date DATE, status STRING, country STRING, product STRING, quantity INT, amount DECIMAL(12,2), reference STRING, updated_at TIMESTAMP";

/** The same columns in DuckDB's words, for its CSV reader. */
export const CSV_COLUMNS =
  "{order_id: 'BIGINT', customer_id: 'BIGINT', order_date: 'DATE', status: 'VARCHAR', country: 'VARCHAR', product: 'VARCHAR', quantity: 'INTEGER', amount: 'DECIMAL(12,2)', reference: 'VARCHAR', updated_at: 'TIMESTAMPTZ'}";

export const ORDER_SUMS = ["order_id", "customer_id", "quantity", "amount"] as const;

const SEED = 42;
const FILES = 20;
const DAYS = 365;
/** The day that is replaced. */
export const REPLACED_DAY = "2024-07-01";

export interface OrdersData {
  readonly rows: number;
  readonly csv: string;
  /** The orders in twenty files. */
  readonly parquet: readonly string[];
  /** One in a hundred orders, scattered, nine tenths of them known already. */
  readonly updates: string;
  /** The orders of {@link REPLACED_DAY} with other amounts. */
  readonly day: string;
}

/** Makes the files, unless they are there from an earlier run. */
export async function ordersData(duckdb: BareDuckDB, folder: string, rows: number): Promise<OrdersData> {
  const home = join(folder, `orders-${rows}-seed-${SEED}`);
  if (!existsSync(home)) {
    const unfinished = `${home}.unfinished`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true });
    await writeData(duckdb, unfinished, rows);
    await rename(unfinished, home);
  }
  return filesIn(home, rows);
}

function filesIn(home: string, rows: number): OrdersData {
  return {
    rows,
    csv: join(home, "orders.csv"),
    parquet: Array.from({ length: FILES }, (_, i) => join(home, `orders-${String(i).padStart(2, "0")}.parquet`)),
    updates: join(home, "updates.parquet"),
    day: join(home, "day.parquet"),
  };
}

async function writeData(duckdb: BareDuckDB, home: string, rows: number): Promise<void> {
  const files = filesIn(home, rows);
  for (const [i, file] of files.parquet.entries()) {
    const [from, to] = [i, i + 1].map((part) => Math.floor((rows * part) / FILES));
    await copy(duckdb, orders(`range(${from}, ${to})`, rows), file, "FORMAT parquet");
  }
  const all = `read_parquet(${sqlList(files.parquet)})`;
  const texts = "SELECT * REPLACE (strftime(updated_at, '%Y-%m-%dT%H:%M:%SZ') AS updated_at)";
  await copy(duckdb, `${texts} FROM ${all}`, files.csv, "FORMAT csv, HEADER");
  const scattered = `(SELECT CASE WHEN i % 10 = 0 THEN ${rows} + i ELSE (hash(i) % ${rows})::BIGINT END AS range FROM range(${Math.max(1, Math.floor(rows / 100))}) AS t(i) ORDER BY hash(i + 7))`;
  const changed =
    "SELECT DISTINCT ON (order_id) * REPLACE ((amount + 1)::DECIMAL(12,2) AS amount, 'updated' AS status)";
  await copy(duckdb, `${changed} FROM (${orders(scattered, rows)})`, files.updates, "FORMAT parquet");
  const ofTheDay = `SELECT * REPLACE ((amount + 2)::DECIMAL(12,2) AS amount) FROM ${all} WHERE order_date = DATE '${REPLACED_DAY}'`;
  await copy(duckdb, ofTheDay, files.day, "FORMAT parquet");
}

async function copy(duckdb: BareDuckDB, sql: string, file: string, options: string): Promise<void> {
  await duckdb.run(`COPY (${sql}) TO '${file}' (${options})`);
}

/** `ids`: a relation with the column `range`. Orders come by the day, as orders do; all else is drawn by a hash of the id. */
export function orders(ids: string, rows: number): string {
  const drawn = (salt: number, limit: number) => `(hash(range * 1000 + ${SEED * 16 + salt}) % ${limit})::BIGINT`;
  const day = `DATE '2024-01-01' + (least(range, ${rows} - 1) * ${DAYS} // ${rows})::INTEGER`;
  const pick = (salt: number, values: readonly string[]) =>
    `[${values.map((value) => `'${value}'`).join(", ")}][1 + ${drawn(salt, values.length)}]`;
  return `SELECT
    range::BIGINT AS order_id,
    (1 + ${drawn(1, 200_000)})::BIGINT AS customer_id,
    ${day} AS order_date,
    ${pick(2, ["new", "paid", "shipped", "completed", "cancelled"])} AS status,
    ${pick(3, ["PL", "DE", "FR", "ES", "IT", "SE", "US", "JP"])} AS country,
    'product-' || ${drawn(4, 20_000)} AS product,
    (1 + ${drawn(5, 9)})::INTEGER AS quantity,
    (${drawn(6, 1_000_000)}::DECIMAL(14,2) / 100)::DECIMAL(12,2) AS amount,
    printf('%016x', hash(range * 1000 + ${SEED * 16 + 7})) AS reference,
    ((${day})::TIMESTAMP + to_seconds(${drawn(8, 86_400)}::BIGINT))::TIMESTAMPTZ AS updated_at
  FROM ${ids}`;
}

export function sqlList(paths: readonly string[]): string {
  return `[${paths.map((path) => `'${path}'`).join(", ")}]`;
}
