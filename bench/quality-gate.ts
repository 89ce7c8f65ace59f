/** B20, B21: what a gate costs. Twenty expectations against the same write without them, and against doing their work by hand; uniqueness. */
import { join } from "node:path";
import type { Expectation } from "../src/quality/expectation.js";
import {
  acceptedValues,
  expect,
  expectAll,
  expectAllOrDrop,
  expectAllOrFail,
  notNull,
  pattern,
  range,
  textLength,
} from "../src/quality/rules.js";
import { unique } from "../src/quality/write-rules.js";
import { type BareDuckDB, emptyFolder } from "./bare-duckdb.js";
import type { Benchmark, Workplace } from "./benchmark.js";
import { ORDER_COLUMNS, ORDER_SCHEMA, ORDER_SUMS, sqlList } from "./orders-data.js";

/** Eight that warn, seven that drop about one row in a hundred, five that fail. */
export const EXPECTATIONS: readonly Expectation[] = [
  ...expectAll({
    "few pieces": "quantity < 9",
    "no large amount": "amount < 9900",
    "customer 77 is a test": "customer_id <> 77",
    "has reference": notNull("reference"),
    "short product": textLength("product", { max: 12 }),
    "country we sell to": acceptedValues("country", ["PL", "DE", "FR", "ES", "IT", "SE", "US"]),
    "before year's end": "order_date < DATE '2024-12-30'",
    "plausible amount": range("amount", { min: 0, max: 100_000 }),
  }),
  ...expectAllOrDrop({
    "no number 7": "order_id % 1000 <> 7",
    "amount above 50": "amount > 50",
    "product is sold": "product <> 'product-17'",
    "known status": acceptedValues("status", ["new", "paid", "shipped", "completed", "cancelled"]),
    "reference is hexadecimal": pattern("reference", "^[0-9a-f]{16}$"),
    "has customer": notNull("customer_id"),
    "not of the first minutes": "updated_at > TIMESTAMP '2024-01-01 00:10:00'",
  }),
  ...expectAllOrFail({
    "has id": notNull("order_id"),
    "a piece at least": "quantity >= 1",
    "amount is no debt": "amount >= 0",
    "has country": notNull("country"),
    "not of the future": "updated_at < TIMESTAMP '2030-01-01 00:00:00'",
  }),
];

/** The same in DuckDB's words: of the rules that warn, that drop and that fail, what is true for a good row. */
const WARN = [
  "quantity < 9",
  "amount < 9900",
  "customer_id <> 77",
  "reference IS NOT NULL",
  "length(product) <= 12",
  "country IN ('PL','DE','FR','ES','IT','SE','US')",
  "order_date < DATE '2024-12-30'",
  "amount BETWEEN 0 AND 100000",
];
const DROP = [
  "order_id % 1000 <> 7",
  "amount > 50",
  "product <> 'product-17'",
  "status IN ('new','paid','shipped','completed','cancelled')",
  "regexp_matches(reference, '^[0-9a-f]{16}$')",
  "customer_id IS NOT NULL",
  "updated_at > TIMESTAMPTZ '2024-01-01 00:10:00+00'",
];
const FAIL = [
  "order_id IS NOT NULL",
  "quantity >= 1",
  "amount >= 0",
  "country IS NOT NULL",
  "updated_at < TIMESTAMPTZ '2030-01-01 00:00:00+00'",
];
const IS_GOOD = DROP.map((one) => `(${one}) IS TRUE`).join(" AND ");

export const qualityGate: Benchmark = gateBenchmark({
  id: "B20",
  title: "20 expectations, against the write without them",
  table: "gated",
  expectations: EXPECTATIONS,
  bar: 1.5,
  bare: (duckdb, source, output) => duckdb.copyDurably(`SELECT * FROM ${source}`, output),
  keeps: IS_GOOD,
});

export const qualityGateByHand: Benchmark = gateBenchmark({
  id: "B20-hand",
  title: "20 expectations, against their work done by hand",
  table: "gated_hand",
  expectations: EXPECTATIONS,
  bar: 1.2,
  bare: async (duckdb, source, output) => {
    await duckdb.copyDurably(`SELECT * FROM ${source} WHERE ${IS_GOOD}`, output);
    const reasons = DROP.map((one, i) => `CASE WHEN (${one}) IS NOT TRUE THEN 'rule ${i}' END`).join(", ");
    const bad = `SELECT *, concat_ws('; ', ${reasons}) AS reason FROM ${source} WHERE NOT (${IS_GOOD})`;
    await emptyFolder(`${output}-bad`);
    await duckdb.copyDurably(bad, `${output}-bad`);
    await duckdb.rows(countSql([...WARN, ...DROP, ...FAIL], source));
  },
  keeps: IS_GOOD,
});

export const qualityUnique: Benchmark = gateBenchmark({
  id: "B21",
  title: "one unique key, against write and query",
  table: "gated_unique",
  expectations: [expect("one row an order", unique("order_id"))],
  bar: 1.2,
  bare: async (duckdb, source, output) => {
    await duckdb.copyDurably(`SELECT * FROM ${source}`, output);
    await duckdb.rows(
      `SELECT sum(n) FROM (SELECT count(*) AS n FROM read_parquet('${output}/*.parquet') GROUP BY order_id HAVING count(*) > 1)`,
    );
  },
  keeps: "true",
});

interface Gate {
  readonly id: string;
  readonly title: string;
  readonly table: string;
  readonly expectations: readonly Expectation[];
  readonly bar: number;
  readonly bare: (duckdb: BareDuckDB, source: string, output: string) => Promise<unknown>;
  /** DuckDB's condition of the rows that are published. */
  readonly keeps: string;
}

function gateBenchmark({ id, title, table, expectations, bar, bare, keeps }: Gate): Benchmark {
  const source = ({ data }: Workplace) => `read_parquet(${sqlList(data.parquet)})`;
  return {
    id,
    title,
    bar: { ratio: bar, milliseconds: 0 },
    columns: ORDER_COLUMNS,
    sums: ORDER_SUMS,
    lakelet: ({ data, warehouse }, spark) => ({
      table,
      location: join(warehouse, "main/default", table),
      reset: async () => {
        await spark.execute(
          `DROP TABLE IF EXISTS ${table}; DROP TABLE IF EXISTS ${table}_quarantine; CREATE TABLE ${table} (${ORDER_SCHEMA}) USING DELTA`,
        );
      },
      run: async () => {
        const rows = spark.read.parquet(...data.parquet);
        await rows.write
          .format("delta")
          .mode("append")
          .expectations(...expectations)
          .saveAsTable(table);
      },
    }),
    bare: (place, duckdb) => {
      const output = join(place.folder, `bare-${table}`);
      return {
        reset: () => emptyFolder(output),
        run: async () => {
          await bare(duckdb, source(place), output);
        },
        expected: () => `(SELECT * FROM ${source(place)} WHERE ${keeps})`,
      };
    },
  };
}

function countSql(rules: readonly string[], source: string): string {
  const counts = rules.map((one) => `count(*) FILTER (WHERE (${one}) IS NOT TRUE)`);
  return `SELECT ${counts.join(", ")} FROM ${source}`;
}
