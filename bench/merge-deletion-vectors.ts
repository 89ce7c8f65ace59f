/** B3 with deletion vectors: the same MERGE of one row in a hundred, against DuckDB's own search for the rows that it changes. */
import { join } from "node:path";
import { DeltaTable } from "../src/tables/delta-table.js";
import { emptyFolder } from "./bare-duckdb.js";
import type { Benchmark, Workplace } from "./benchmark.js";
import { copyTable, liveFiles } from "./delta-files.js";
import { ORDER_COLUMNS, ORDER_SCHEMA, ORDER_SUMS, sqlList } from "./orders-data.js";
import { mergeWork } from "./peers/peer-work.js";

const templateOf = ({ folder }: Workplace) => join(folder, "merge-vectors-template");

export const mergeDeletionVectors: Benchmark = {
  id: "B3V",
  title: "MERGE 1 %, deletion vectors",
  bar: { ratio: 2, milliseconds: 0 },
  columns: ORDER_COLUMNS,
  sums: ORDER_SUMS,
  // Made first and then filled, so that the MERGE is no tenth commit, which alone would write a checkpoint, too.
  prepare: async (place, spark) => {
    await spark.execute(
      `CREATE TABLE delta.\`${templateOf(place)}\` (${ORDER_SCHEMA}) USING DELTA TBLPROPERTIES ('delta.enableDeletionVectors' = 'true')`,
    );
    for (const file of place.data.parquet) await spark.read.parquet(file).write.mode("append").save(templateOf(place));
  },
  // delta-rs and Polars write no deletion vectors, but whole files again.
  peers: (place) => [
    {
      peers: ["delta-rs", "Spark", "Polars"],
      template: templateOf(place),
      work: mergeWork(place.data.updates, ["order_id"], "upsert"),
    },
  ],
  lakelet: (place, spark) => {
    let round = 0;
    const location = () => join(place.folder, `merge-vectors-${process.pid}-${round}`);
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
    const updates = `read_parquet('${place.data.updates}')`;
    const target = async () => `read_parquet(${sqlList((await liveFiles(templateOf(place))).map(({ path }) => path))})`;
    let relation = "";
    return {
      reset: async () => {
        relation = await target();
        await duckdb.run("DROP TABLE IF EXISTS hit");
      },
      run: () =>
        duckdb.run(
          `CREATE TEMP TABLE hit AS SELECT t.file_index, t.file_row_number FROM ${relation} AS t SEMI JOIN ${updates} AS s ON t.order_id = s.order_id`,
        ),
      expected: () =>
        `(SELECT t.* FROM ${relation} AS t ANTI JOIN ${updates} AS s ON t.order_id = s.order_id UNION ALL SELECT * FROM ${updates})`,
    };
  },
};
