/** union, unionByName, intersect and except. */
import * as F from "../../../../src/index.js";
import type { Cases } from "./case.js";

export const cases: Cases = {
  union: (t) => t.dupes.union(t.dupes.limit(1)),
  union_all: (t) => t.dupes.unionAll(t.dupes).count(),
  union_by_position: (t) => t.dupes.union(t.dupes.select(F.col("id").alias("x"), F.col("s").alias("y"))),
  union_types: (t) => t.dupes.select("id").union(t.spark.range(2)),
  union_null: (t) => t.dupes.select("id").union(t.dupes.select(F.lit(null))),
  union_distinct: (t) => t.dupes.union(t.dupes).distinct(),
  union_then_filter: (t) => t.dupes.union(t.dupes).filter("id = 2").select("s"),
  union_three: (t) => t.spark.range(1).union(t.spark.range(2)).union(t.spark.range(1)),
  union_decimals: (t) => t.orders.select("amount").union(t.figures.select("dec")),
  by_name: (t) => t.dupes.unionByName(t.dupes.select("s", "id")),
  by_name_other_case: (t) => t.dupes.unionByName(t.dupes.select(F.col("s").alias("S"), "id")).distinct(),
  by_name_missing: (t) => t.left.unionByName(t.right, true),
  by_name_missing_right: (t) => t.left.unionByName(t.left.select("id"), true).filter("l IS NULL"),
  by_name_missing_left: (t) => t.left.select("id").unionByName(t.left.select("n", "id"), true),
  by_name_types: (t) => t.left.select("id", "n").unionByName(t.left.select(F.col("n").cast("bigint"), "id")),
  intersect: (t) => t.dupes.intersect(t.dupes.filter("s = 'a'")),
  intersect_all: (t) => t.dupes.intersectAll(t.dupes.filter("s = 'a'")),
  subtract: (t) => t.dupes.subtract(t.dupes.filter("id = 1")),
  except_all: (t) => t.dupes.exceptAll(t.dupes.limit(0).union(t.dupes.filter("id = 1").limit(1))),
  except_nulls: (t) => t.dupes.subtract(t.dupes.filter("id IS NULL")),
  union_sorted: (t) => t.spark.range(2).union(t.spark.range(1)).orderBy(F.col("id").desc()),
  union_grouped: (t) => t.dupes.union(t.dupes).groupBy("id").agg(F.count("*").alias("n")),
  union_column_counts: (t) => t.dupes.union(t.dupes.select("id")),
  by_name_missing_refused: (t) => t.left.unionByName(t.right),
  union_incompatible: (t) => t.dupes.select("id").union(t.nested.select("tags")),
};
