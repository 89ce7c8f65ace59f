/** Random DataFrames of materialized views over two tables, as everyday TypeScript writes them. */
import type { DataFrame } from "../../../src/dataframe/data-frame.js";
import { count, sum } from "../../../src/dataframe/functions/aggregates.js";
import { col, expr, lit } from "../../../src/dataframe/functions/basics.js";
import type { SparkSession } from "../../../src/session/contract.js";
import { pick } from "./random-views.js";

type Random = () => number;
type Step = (frame: DataFrame, next: Random) => DataFrame;

/** Each leaves `k` and `v` there. */
const STEPS: readonly Step[] = [
  (frame) => frame.withColumn("w1", col("v").plus(lit(1))),
  (frame) => frame.withColumn("v", expr("v * 2")),
  (frame) => frame.withColumn("K", expr("upper(k)")),
  (frame) => frame.withColumnRenamed("x", "y").drop("nothing"),
  (frame) => frame.drop("d"),
  (frame) => frame.filter(frame.col("v").gt(lit(1))),
  (frame) => frame.filter("k IS NOT NULL").alias("f").filter("f.v < 14"),
  (frame) => frame.drop("m").select("*", expr("v % 3 AS m")),
  (frame) => frame.select(frame.col("k"), frame.col("v"), frame.col("v").plus(lit(2)).alias("w2")),
  (frame) => frame.union(frame.filter("v > 4")),
  (frame) => frame.orderBy("v"),
];
const TYPES = ["inner", "left", "right", "full", "leftsemi", "leftanti"] as const;

/** A step that ends it: what comes after need not have the columns. */
const ENDS: readonly ((frame: DataFrame, other: DataFrame, next: Random) => DataFrame)[] = [
  (frame) => frame,
  (frame) => frame.distinct(),
  (frame) => frame.groupBy("k").agg(count(lit(1)).alias("n"), sum("v").alias("sv")),
  (frame) => frame.groupBy(frame.col("k"), expr("v % 2 AS odd")).agg(sum(frame.col("v")).alias("sv")),
  (frame, other, next) => {
    const type = pick(next, TYPES);
    const joined = frame.join(other, frame.col("k").eq(other.col("k")), type);
    if (type === "leftsemi" || type === "leftanti") return joined;
    return joined.drop(other.col("k"));
  },
  (frame, other, next) => frame.join(other, "k", pick(next, ["inner", "left", "leftsemi"])),
  (frame, other) =>
    frame
      .join(other, frame.col("k").eq(other.col("k")))
      .groupBy(other.col("name"))
      .agg(count(lit(1)).alias("n"), sum(frame.col("v")).alias("sv")),
  (frame, other) =>
    frame.alias("a").join(other.alias("b"), expr("a.k <=> b.k AND a.v > b.w")).select("a.k", "b.name", "a.v"),
];

/** The same one for the same numbers. */
export function randomFrame(spark: SparkSession, next: Random): DataFrame {
  let frame = spark.table("r");
  const steps = Math.floor(next() * 4);
  for (let i = 0; i < steps; i++) frame = pick(next, STEPS)(frame, next);
  return pick(next, ENDS)(frame, spark.table("s"), next);
}
