/** What the benchmarks of appending have in common: files of orders into an empty table that exists. */
import { join } from "node:path";
import type { DataFrame } from "../src/dataframe/data-frame.js";
import type { LocalSession } from "../src/session/local-session.js";
import { emptyFolder } from "./bare-duckdb.js";
import type { Benchmark } from "./benchmark.js";
import { ORDER_COLUMNS, ORDER_SCHEMA, ORDER_SUMS, type OrdersData } from "./orders-data.js";

interface Append {
  readonly id: string;
  readonly title: string;
  readonly table: string;
  read(spark: LocalSession, data: OrdersData): DataFrame;
  bareRelation(data: OrdersData): string;
}

export function appendBenchmark({ id, title, table, read, bareRelation }: Append): Benchmark {
  return {
    id,
    title,
    bar: { ratio: 1.1, milliseconds: 0 },
    columns: ORDER_COLUMNS,
    sums: ORDER_SUMS,
    lakelet: ({ data, warehouse }, spark) => ({
      table,
      location: join(warehouse, "main/default", table),
      reset: async () => {
        await spark.execute(`DROP TABLE IF EXISTS ${table}; CREATE TABLE ${table} (${ORDER_SCHEMA}) USING DELTA`);
      },
      run: async () => {
        await read(spark, data).write.format("delta").mode("append").saveAsTable(table);
      },
    }),
    bare: ({ data, folder }, duckdb) => {
      const output = join(folder, `bare-${table}`);
      return {
        reset: () => emptyFolder(output),
        run: () => duckdb.copyDurably(`SELECT * FROM ${bareRelation(data)}`, output),
        expected: () => `read_parquet('${output}/*.parquet')`,
      };
    },
  };
}
