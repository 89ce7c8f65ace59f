/** B8: a gold table of sums by day and status over a Delta table, against a COPY of DuckDB's own aggregate over the same files. */
import { join } from "node:path";
import { emptyFolder } from "./bare-duckdb.js";
import type { Benchmark, Workplace } from "./benchmark.js";
import { liveFiles } from "./delta-files.js";
import { sqlList } from "./orders-data.js";

const SOURCE = "gold_source";
const GOLD = "gold_by_day_and_status";
const folderOf = ({ warehouse }: Workplace, table: string) => join(warehouse, "main/default", table);

export const goldAggregate: Benchmark = {
  id: "B8",
  title: "Gold aggregate",
  bar: { ratio: 1.15, milliseconds: 30 },
  columns: ["order_date", "status", "orders", "items", "revenue", "largest", "last_update"],
  sums: ["orders", "items", "revenue"],
  prepare: async (place, spark) => {
    for (const file of place.data.parquet) await spark.read.parquet(file).write.mode("append").saveAsTable(SOURCE);
  },
  lakelet: (place, spark) => ({
    table: GOLD,
    location: folderOf(place, GOLD),
    reset: async () => {},
    run: async () => {
      const gold = await spark.sql(`
        SELECT order_date, status, count(*) AS orders, sum(quantity) AS items, sum(amount) AS revenue,
          max(amount) AS largest, max(updated_at) AS last_update
        FROM ${SOURCE}
        GROUP BY order_date, status
      `);
      await gold.write.mode("overwrite").saveAsTable(GOLD);
    },
  }),
  bare: (place, duckdb) => {
    const output = join(place.folder, "bare-gold");
    return {
      reset: () => emptyFolder(output),
      run: async () => {
        const files = (await liveFiles(folderOf(place, SOURCE))).map(({ path }) => path);
        await duckdb.copyDurably(
          `SELECT order_date, status, count(*) AS orders, sum(quantity)::BIGINT AS items,
            sum(amount)::DECIMAL(22,2) AS revenue, max(amount) AS largest, max(updated_at) AS last_update
          FROM read_parquet(${sqlList(files)})
          GROUP BY order_date, status`,
          output,
        );
      },
      expected: () => `read_parquet('${output}/*.parquet')`,
    };
  },
};
