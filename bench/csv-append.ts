/** B1: a CSV file with a given schema appended to a table, against a COPY of DuckDB's typed CSV reader. */

import { appendBenchmark } from "./append.js";
import type { Benchmark } from "./benchmark.js";
import { CSV_COLUMNS, ORDER_SCHEMA } from "./orders-data.js";

export const csvAppend: Benchmark = appendBenchmark({
  id: "B1",
  title: "CSV append",
  table: "csv_append",
  read: (spark, data) => spark.read.format("csv").option("header", true).schema(ORDER_SCHEMA).load(data.csv),
  bareRelation: (data) =>
    `read_csv('${data.csv}', auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', columns = ${CSV_COLUMNS})`,
});
