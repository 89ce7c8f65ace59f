"""union, unionByName, intersect and except."""

from pyspark.sql import functions as F
from pyspark.sql.functions import col, lit

cases = {
    "union": lambda t: t.dupes.union(t.dupes.limit(1)),
    "union_all": lambda t: t.dupes.unionAll(t.dupes).count(),
    "union_by_position": lambda t: t.dupes.union(t.dupes.select(col("id").alias("x"), col("s").alias("y"))),
    "union_types": lambda t: t.dupes.select("id").union(t.spark.range(2)),
    "union_null": lambda t: t.dupes.select("id").union(t.dupes.select(lit(None))),
    "union_distinct": lambda t: t.dupes.union(t.dupes).distinct(),
    "union_then_filter": lambda t: t.dupes.union(t.dupes).filter("id = 2").select("s"),
    "union_three": lambda t: t.spark.range(1).union(t.spark.range(2)).union(t.spark.range(1)),
    "union_decimals": lambda t: t.orders.select("amount").union(t.figures.select("dec")),
    "by_name": lambda t: t.dupes.unionByName(t.dupes.select("s", "id")),
    "by_name_other_case": lambda t: t.dupes.unionByName(t.dupes.select(col("s").alias("S"), "id")).distinct(),
    "by_name_missing": lambda t: t.left.unionByName(t.right, allowMissingColumns=True),
    "by_name_missing_right": lambda t: t.left.unionByName(t.left.select("id"), allowMissingColumns=True).filter("l IS NULL"),
    "by_name_missing_left": lambda t: t.left.select("id").unionByName(t.left.select("n", "id"), allowMissingColumns=True),
    "by_name_types": lambda t: t.left.select("id", "n").unionByName(t.left.select(col("n").cast("bigint"), "id")),
    "intersect": lambda t: t.dupes.intersect(t.dupes.filter("s = 'a'")),
    "intersect_all": lambda t: t.dupes.intersectAll(t.dupes.filter("s = 'a'")),
    "subtract": lambda t: t.dupes.subtract(t.dupes.filter("id = 1")),
    "except_all": lambda t: t.dupes.exceptAll(t.dupes.limit(0).union(t.dupes.filter("id = 1").limit(1))),
    "except_nulls": lambda t: t.dupes.subtract(t.dupes.filter("id IS NULL")),
    "union_sorted": lambda t: t.ordered(t.spark.range(2).union(t.spark.range(1)).orderBy(col("id").desc())),
    "union_grouped": lambda t: t.dupes.union(t.dupes).groupBy("id").agg(F.count("*").alias("n")),
    "union_column_counts": lambda t: t.dupes.union(t.dupes.select("id")),
    "by_name_missing_refused": lambda t: t.left.unionByName(t.right),
    "union_incompatible": lambda t: t.dupes.select("id").union(t.nested.select("tags")),
}
