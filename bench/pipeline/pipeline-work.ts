/** The work of B14 in words: what silver and gold are, and the ten rules, as Spark and DuckDB say them. */
import type { Expectation } from "../../src/quality/expectation.js";
import { expectAll, expectAllOrDrop, expectAllOrFail } from "../../src/quality/rules.js";
import { CSV_COLUMNS, ORDER_SCHEMA, sqlList } from "../orders-data.js";
import { NEW_DAY } from "./pipeline-data.js";

export const PHASES = ["bronze", "silver", "gold"] as const;
export type Phase = (typeof PHASES)[number];

/** All are the same text for Spark and DuckDB. The ones that drop hold back about one row in 150. */
export const RULES = {
  warn: {
    few_pieces: "quantity < 9",
    has_reference: "reference IS NOT NULL",
    country_we_sell_to: "country IN ('PL', 'DE', 'FR', 'ES', 'IT', 'SE', 'US')",
  },
  drop: {
    amount_above_50: "amount > 50",
    no_number_7: "order_id % 1000 <> 7",
    product_is_sold: "product <> 'product-17'",
    known_status: "status IN ('new', 'paid', 'shipped', 'completed', 'cancelled')",
  },
  fail: { has_id: "order_id IS NOT NULL", a_piece_at_least: "quantity >= 1", no_debt: "amount >= 0" },
} as const;

export const EXPECTATIONS: readonly Expectation[] = [
  ...expectAll(RULES.warn),
  ...expectAllOrDrop(RULES.drop),
  ...expectAllOrFail(RULES.fail),
];

export const IS_GOOD = Object.values(RULES.drop)
  .map((rule) => `((${rule}) IS TRUE)`)
  .join(" AND ");
export const IS_NEW = `order_date = DATE '${NEW_DAY}'`;

/** The names of the rules that a row breaks. */
export const REASONS = `concat_ws('; ', ${Object.entries(RULES.drop)
  .map(([name, rule]) => `CASE WHEN (${rule}) IS NOT TRUE THEN '${name}' END`)
  .join(", ")})`;

/** The counts of all ten, each by itself. */
export const COUNTS = [RULES.warn, RULES.drop, RULES.fail]
  .flatMap((rules) => Object.entries(rules))
  .map(([name, rule]) => `count(*) FILTER (WHERE (${rule}) IS NOT TRUE) AS ${name}`)
  .join(", ");

export const SILVER_COLUMNS =
  "order_id, customer_id, order_date, status, upper(country) AS country, product, quantity, amount, CAST(quantity * amount AS DECIMAL(14,2)) AS total, reference, updated_at";

/** @param bronze the relation to read */
export const silver = (bronze: string): string => `SELECT ${SILVER_COLUMNS} FROM ${bronze}`;

/** Spark's sums are exact decimals; DuckDB's `sum` of whole numbers is a HUGEINT, which no Parquet file has. */
export const GOLD = {
  gold_daily: (from: string) =>
    `SELECT order_date, status, count(*) AS orders, CAST(sum(quantity) AS BIGINT) AS items, CAST(sum(total) AS DECIMAL(24,2)) AS revenue, max(total) AS largest FROM ${from} GROUP BY order_date, status`,
  gold_customers: (from: string) =>
    `SELECT customer_id, count(*) AS orders, CAST(sum(total) AS DECIMAL(24,2)) AS spent, max(updated_at) AS last_update FROM ${from} GROUP BY customer_id`,
} as const;
export const GOLD_TABLES = ["gold_daily", "gold_customers"] as const;

/** DuckDB's relation of the CSV files. */
export const csvRelation = (files: readonly string[]): string =>
  `read_csv(${sqlList(files)}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', columns = ${CSV_COLUMNS})`;

/** The columns by which results are compared. */
export const COMPARED = {
  silver: "order_id, customer_id, order_date, status, country, product, quantity, amount, total, reference, updated_at",
  quarantine: "order_id, amount",
  gold_daily: "order_date, status, orders, items, revenue, largest",
  gold_customers: "customer_id, orders, spent, last_update",
} as const;
export type ResultTable = keyof typeof COMPARED;
export const RESULT_TABLES = Object.keys(COMPARED) as readonly ResultTable[];

/** The same as a declarative pipeline. */
export const PIPELINE_SQL = `
CREATE OR REFRESH STREAMING TABLE bronze
AS SELECT * FROM STREAM read_files('\${landing}', format => 'csv', header => true, schema => '${ORDER_SCHEMA}');

CREATE OR REFRESH STREAMING TABLE silver (
${[
  ...Object.entries(RULES.warn).map(([name, rule]) => `  CONSTRAINT ${name} EXPECT (${rule})`),
  ...Object.entries(RULES.drop).map(([name, rule]) => `  CONSTRAINT ${name} EXPECT (${rule}) ON VIOLATION DROP ROW`),
  ...Object.entries(RULES.fail).map(([name, rule]) => `  CONSTRAINT ${name} EXPECT (${rule}) ON VIOLATION FAIL UPDATE`),
].join(",\n")}
)
AS ${silver("STREAM(bronze)")};

${GOLD_TABLES.map((name) => `CREATE OR REFRESH MATERIALIZED VIEW ${name} AS ${GOLD[name]("silver")};`).join("\n\n")}
`;
