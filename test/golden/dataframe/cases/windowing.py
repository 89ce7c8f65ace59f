"""Window specifications and window functions."""

from pyspark.sql import Window
from pyspark.sql import functions as F
from pyspark.sql.functions import col

by_n = Window.partitionBy("k").orderBy("n")
by_v = Window.partitionBy("k").orderBy(col("v").desc())
whole = Window.partitionBy("k")

cases = {
    "row_number": lambda t: t.events.select("k", "n", "v", F.row_number().over(Window.partitionBy("k").orderBy("n", "v")).alias("x")),
    "rank": lambda t: t.events.select("k", "n", F.rank().over(by_n).alias("x"), F.dense_rank().over(by_n).alias("y")),
    "percent_rank": lambda t: t.events.select("k", "n", F.percent_rank().over(by_n).alias("x"), F.cume_dist().over(by_n).alias("y")),
    "ntile": lambda t: t.events.select("k", "n", "v", F.ntile(2).over(Window.partitionBy("k").orderBy("n", "v")).alias("x")),
    "lag_lead": lambda t: t.events.select("k", "n", "v", F.lag("v").over(by_v).alias("x"), F.lead("v", 1).over(by_v).alias("y")),
    "lag_default": lambda t: t.events.select("k", "v", F.lag("v", 1, -1).over(by_v).alias("x"), F.lead("v", 2, 0).over(by_v).alias("y")),
    "first_last": lambda t: t.events.select("k", "v", F.first("v").over(by_v).alias("x"), F.last("v", True).over(whole.orderBy("v").rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing)).alias("y")),
    "nth_value": lambda t: t.events.select("k", "v", F.nth_value("v", 2).over(by_v).alias("x")),
    "first_value": lambda t: t.events.select("k", "v", F.first_value("v").over(by_v).alias("x"), F.last_value("v").over(by_v).alias("y")),
    "sum_running": lambda t: t.events.select("k", "n", "v", F.sum("v").over(by_n).alias("x")),
    "sum_whole": lambda t: t.events.select("k", "v", F.sum("v").over(whole).alias("x"), F.count("*").over(whole).alias("c")),
    "rows_frame": lambda t: t.events.select("k", "v", F.sum("v").over(by_v.rowsBetween(-1, 1)).alias("x")),
    "rows_unbounded": lambda t: t.events.select("k", "v", F.sum("v").over(by_v.rowsBetween(Window.unboundedPreceding, Window.currentRow)).alias("x")),
    "rows_all": lambda t: t.events.select("k", "v", F.max("v").over(by_v.rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing)).alias("x")),
    "rows_following": lambda t: t.events.select("k", "v", F.count("v").over(by_v.rowsBetween(1, Window.unboundedFollowing)).alias("x")),
    "range_frame": lambda t: t.events.select("k", "n", F.count("*").over(by_n.rangeBetween(-1, 0)).alias("x")),
    "range_unbounded": lambda t: t.events.select("k", "n", F.sum("n").over(by_n.rangeBetween(Window.unboundedPreceding, 1)).alias("x")),
    "order_only": lambda t: t.events.select("v", F.row_number().over(Window.orderBy(col("v").asc_nulls_last())).alias("x")),
    "no_partition_sum": lambda t: t.events.select("v", F.sum("v").over(Window.orderBy("v")).alias("x")),
    "empty_spec": lambda t: t.events.select("v", F.sum("v").over(Window.partitionBy()).alias("x")),
    "partition_expression": lambda t: t.events.select("n", F.count("*").over(Window.partitionBy(col("n") % 2)).alias("x")),
    "partition_list": lambda t: t.events.select("k", F.count("*").over(Window.partitionBy(["k", "n"])).alias("x")),
    "name_of_sum": lambda t: t.events.select(F.sum("v").over(whole)),
    "name_of_rank": lambda t: t.events.select(F.rank().over(by_n)),
    "name_of_frame": lambda t: t.events.select(F.sum("v").over(by_v.rowsBetween(-1, 1))),
    "name_of_lag": lambda t: t.events.select(F.lag("v", 1).over(by_n)),
    "top_per_key": lambda t: t.events.withColumn("r", F.row_number().over(by_v)).filter("r = 1").drop("r"),
    "in_expression": lambda t: t.events.select("k", "v", (col("v") / F.sum("v").over(whole)).alias("share")),
    "average": lambda t: t.events.select("k", "v", F.avg("v").over(by_v.rowsBetween(-2, 0)).alias("x")),
    "with_column": lambda t: t.events.withColumn("x", F.max("v").over(whole)).filter(col("v") == col("x")),
    "collect_over": lambda t: t.events.select("k", "n", F.collect_list("v").over(by_v).alias("x")),
    "of_aggregate": lambda t: t.events.groupBy("k").agg(F.sum("v").alias("s")).withColumn("r", F.rank().over(Window.orderBy(col("s").desc()))),
    "min_max": lambda t: t.events.select("k", F.min("v").over(whole).alias("x"), F.max("n").over(whole).alias("y")),
    "stddev_over": lambda t: t.events.select("k", F.stddev("v").over(whole).alias("x")),
}
