/** B6: one day of a table partitioned by day replaced from that day's file, against a COPY of the file. */
import { join } from "node:path";
import { emptyFolder } from "./bare-duckdb.js";
import type { Benchmark, Workplace } from "./benchmark.js";
import { ORDER_COLUMNS, ORDER_SUMS, REPLACED_DAY, sqlList } from "./orders-data.js";

const locationOf = ({ folder }: Workplace) => join(folder, "by-day");

export const replaceWhereDay: Benchmark = {
  id: "B6",
  title: "replaceWhere of a day",
  bar: { ratio: 1.15, milliseconds: 15 },
  columns: ORDER_COLUMNS,
  sums: ORDER_SUMS,
  prepare: async (place, spark) => {
    await spark.read
      .parquet(...place.data.parquet)
      .write.partitionBy("order_date")
      .save(locationOf(place));
  },
  lakelet: (place, spark) => ({
    table: `delta.\`${locationOf(place)}\``,
    location: locationOf(place),
    // Replaced by the same rows again, the day's files are new each time.
    reset: async () => {},
    run: async () => {
      await spark.read
        .parquet(place.data.day)
        .write.mode("overwrite")
        .option("replaceWhere", `order_date = '${REPLACED_DAY}'`)
        .save(locationOf(place));
    },
  }),
  bare: ({ data, folder }, duckdb) => {
    const output = join(folder, "bare-day");
    return {
      reset: () => emptyFolder(output),
      run: () => duckdb.copyDurably(`SELECT * FROM read_parquet('${data.day}')`, output),
      expected: () =>
        `(SELECT * FROM read_parquet('${output}/*.parquet') UNION ALL SELECT * FROM read_parquet(${sqlList(data.parquet)}) WHERE order_date <> DATE '${REPLACED_DAY}')`,
    };
  },
};
