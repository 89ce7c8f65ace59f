/** B3: MERGE of one row in a hundred, scattered, into a table of twenty files, against a rewrite of the same files by an anti join. */
import { join } from "node:path";
import { DeltaTable } from "../src/tables/delta-table.js";
import { emptyFolder } from "./bare-duckdb.js";
import type { Benchmark, Workplace } from "./benchmark.js";
import { copyTable, liveFiles } from "./delta-files.js";
import { ORDER_COLUMNS, ORDER_SCHEMA, ORDER_SUMS, sqlList } from "./orders-data.js";
import { mergeWork } from "./peers/peer-work.js";

const templateOf = ({ folder }: Workplace) => join(folder, "merge-template");

export const mergeCopyOnWrite: Benchmark = {
  id: "B3",
  title: "MERGE 1 %, copy-on-write",
  bar: { ratio: 1.25, milliseconds: 0 },
  columns: ORDER_COLUMNS,
  sums: ORDER_SUMS,
  // Made first and then filled, so that the MERGE is no tenth commit, which alone would write a checkpoint, too.
  prepare: async (place, spark) => {
    await spark.execute(`CREATE TABLE delta.\`${templateOf(place)}\` (${ORDER_SCHEMA}) USING DELTA`);
    for (const file of place.data.parquet) await spark.read.parquet(file).write.mode("append").save(templateOf(place));
  },
  peers: (place) => [
    {
      peers: ["delta-rs", "Spark", "Polars"],
      template: templateOf(place),
      work: mergeWork(place.data.updates, ["order_id"], "upsert"),
    },
  ],
  lakelet: (place, spark) => {
    let round = 0;
    const location = () => join(place.folder, `merge-${process.pid}-${round}`);
    return {
      get table() {
        return `delta.\`${location()}\``;
      },
      get location() {
        return location();
      },
      // Another folder each time, for the session remembers the versions of a table.
      reset: async () => {
        await emptyFolder(location());
        round++;
        await copyTable(templateOf(place), location());
      },
      run: async () => {
        await DeltaTable.forPath(spark, location())
          .as("t")
          .merge(spark.read.parquet(place.data.updates).as("s"), "t.order_id = s.order_id")
          .whenMatchedUpdateAll()
          .whenNotMatchedInsertAll()
          .execute();
      },
    };
  },
  bare: (place, duckdb) => {
    const output = join(place.folder, "bare-merge");
    const updates = `read_parquet('${place.data.updates}')`;
    const target = async () => `read_parquet(${sqlList((await liveFiles(templateOf(place))).map(({ path }) => path))})`;
    return {
      reset: () => emptyFolder(output),
      run: async () =>
        duckdb.copyDurably(
          `SELECT t.* FROM ${await target()} AS t ANTI JOIN ${updates} AS s ON t.order_id = s.order_id UNION ALL SELECT * FROM ${updates}`,
          output,
        ),
      expected: () => `read_parquet('${output}/*.parquet')`,
    };
  },
};
