/** B2: Parquet files appended to a table, against a COPY of them. */

import { appendBenchmark } from "./append.js";
import type { Benchmark } from "./benchmark.js";
import { sqlList } from "./orders-data.js";

export const parquetAppend: Benchmark = appendBenchmark({
  id: "B2",
  title: "Parquet append",
  table: "parquet_append",
  read: (spark, data) => spark.read.parquet(...data.parquet),
  bareRelation: (data) => `read_parquet(${sqlList(data.parquet)})`,
});
