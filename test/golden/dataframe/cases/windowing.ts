/** Window specifications and window functions. */
import * as F from "../../../../src/index.js";
import { Window } from "../../../../src/index.js";
import type { Cases } from "./case.js";

const by_n = Window.partitionBy("k").orderBy("n");
const by_v = Window.partitionBy("k").orderBy(F.col("v").desc());
const whole = Window.partitionBy("k");
export const cases: Cases = {
  row_number: (t) =>
    t.events.select("k", "n", "v", F.row_number().over(Window.partitionBy("k").orderBy("n", "v")).alias("x")),
  rank: (t) => t.events.select("k", "n", F.rank().over(by_n).alias("x"), F.dense_rank().over(by_n).alias("y")),
  percent_rank: (t) =>
    t.events.select("k", "n", F.percent_rank().over(by_n).alias("x"), F.cume_dist().over(by_n).alias("y")),
  ntile: (t) => t.events.select("k", "n", "v", F.ntile(2).over(Window.partitionBy("k").orderBy("n", "v")).alias("x")),
  lag_lead: (t) =>
    t.events.select("k", "n", "v", F.lag("v").over(by_v).alias("x"), F.lead("v", 1).over(by_v).alias("y")),
  lag_default: (t) =>
    t.events.select("k", "v", F.lag("v", 1, -1).over(by_v).alias("x"), F.lead("v", 2, 0).over(by_v).alias("y")),
  first_last: (t) =>
    t.events.select(
      "k",
      "v",
      F.first("v").over(by_v).alias("x"),
      F.last("v", true)
        .over(whole.orderBy("v").rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing))
        .alias("y"),
    ),
  nth_value: (t) => t.events.select("k", "v", F.nth_value("v", 2).over(by_v).alias("x")),
  first_value: (t) =>
    t.events.select("k", "v", F.first_value("v").over(by_v).alias("x"), F.last_value("v").over(by_v).alias("y")),
  sum_running: (t) => t.events.select("k", "n", "v", F.sum("v").over(by_n).alias("x")),
  sum_whole: (t) => t.events.select("k", "v", F.sum("v").over(whole).alias("x"), F.count("*").over(whole).alias("c")),
  rows_frame: (t) => t.events.select("k", "v", F.sum("v").over(by_v.rowsBetween(-1, 1)).alias("x")),
  rows_unbounded: (t) =>
    t.events.select(
      "k",
      "v",
      F.sum("v").over(by_v.rowsBetween(Window.unboundedPreceding, Window.currentRow)).alias("x"),
    ),
  rows_all: (t) =>
    t.events.select(
      "k",
      "v",
      F.max("v").over(by_v.rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing)).alias("x"),
    ),
  rows_following: (t) =>
    t.events.select("k", "v", F.count("v").over(by_v.rowsBetween(1, Window.unboundedFollowing)).alias("x")),
  range_frame: (t) => t.events.select("k", "n", F.count("*").over(by_n.rangeBetween(-1, 0)).alias("x")),
  range_unbounded: (t) =>
    t.events.select("k", "n", F.sum("n").over(by_n.rangeBetween(Window.unboundedPreceding, 1)).alias("x")),
  order_only: (t) =>
    t.events.select(
      "v",
      F.row_number()
        .over(Window.orderBy(F.col("v").asc_nulls_last()))
        .alias("x"),
    ),
  no_partition_sum: (t) => t.events.select("v", F.sum("v").over(Window.orderBy("v")).alias("x")),
  empty_spec: (t) => t.events.select("v", F.sum("v").over(Window.partitionBy()).alias("x")),
  partition_expression: (t) =>
    t.events.select(
      "n",
      F.count("*")
        .over(Window.partitionBy(F.col("n").mod(2)))
        .alias("x"),
    ),
  partition_list: (t) =>
    t.events.select(
      "k",
      F.count("*")
        .over(Window.partitionBy(["k", "n"]))
        .alias("x"),
    ),
  name_of_sum: (t) => t.events.select(F.sum("v").over(whole)),
  name_of_rank: (t) => t.events.select(F.rank().over(by_n)),
  name_of_frame: (t) => t.events.select(F.sum("v").over(by_v.rowsBetween(-1, 1))),
  name_of_lag: (t) => t.events.select(F.lag("v", 1).over(by_n)),
  top_per_key: (t) => t.events.withColumn("r", F.row_number().over(by_v)).filter("r = 1").drop("r"),
  in_expression: (t) => t.events.select("k", "v", F.col("v").divide(F.sum("v").over(whole)).alias("share")),
  average: (t) => t.events.select("k", "v", F.avg("v").over(by_v.rowsBetween(-2, 0)).alias("x")),
  with_column: (t) => t.events.withColumn("x", F.max("v").over(whole)).filter(F.col("v").eq(F.col("x"))),
  collect_over: (t) => t.events.select("k", "n", F.collect_list("v").over(by_v).alias("x")),
  of_aggregate: (t) =>
    t.events
      .groupBy("k")
      .agg(F.sum("v").alias("s"))
      .withColumn("r", F.rank().over(Window.orderBy(F.col("s").desc()))),
  min_max: (t) => t.events.select("k", F.min("v").over(whole).alias("x"), F.max("n").over(whole).alias("y")),
  stddev_over: (t) => t.events.select("k", F.stddev("v").over(whole).alias("x")),
};
