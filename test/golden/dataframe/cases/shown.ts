/** What show, printSchema and their relatives print, to the letter. */
import * as F from "../../../../src/index.js";
import type { Cases } from "./case.js";

export const cases: Cases = {
  show: (t) => t.people.orderBy("id").show(),
  show_one: (t) => t.people.orderBy("id").show(1),
  show_exactly: (t) => t.people.orderBy("id").show(5),
  show_zero: (t) => t.people.show(0),
  show_two: (t) => t.people.orderBy("id").show(2),
  show_empty: (t) => t.people.limit(0).show(),
  show_vertical: (t) => t.people.orderBy("id").show(undefined, undefined, true),
  show_vertical_cut: (t) => t.people.orderBy("id").show(2, true, true),
  show_vertical_empty: (t) => t.people.limit(0).show(undefined, undefined, true),
  show_vertical_eleven: (t) => t.spark.range(11).show(undefined, undefined, true),
  show_truncated: (t) => t.people.select(F.repeat("name", 9).alias("long")).orderBy("long").show(),
  show_not_truncated: (t) =>
    t.people.select("id", F.repeat("name", 9).alias("long")).orderBy("id").show(undefined, false),
  show_truncated_to: (t) => t.people.select("id", F.repeat("name", 9).alias("long")).orderBy("id").show(undefined, 5),
  show_truncated_to_two: (t) =>
    t.people.select("id", F.repeat("name", 9).alias("a long name")).orderBy("id").show(undefined, 2),
  show_long_header: (t) => t.people.select(F.lit(1).alias("a header of more than twenty letters")).show(1),
  show_unicode: async (t) => (await t.spark.sql("SELECT 'straße' AS a, '日本語' AS b, 'é' AS c")).show(),
  show_types: (t) => t.types.show(undefined, false),
  show_types_truncated: (t) => t.types.show(),
  show_nested: (t) => t.nested.orderBy("id").show(undefined, false),
  show_doubles: async (t) =>
    (
      await t.spark.sql(
        "SELECT explode(array(1.0D, -0.0D, 1e7D, 12345678.9D, 0.001D, 1e-5D, 100D, 1e21D, CAST('Infinity' AS DOUBLE))) AS d",
      )
    ).show(),
  show_floats: async (t) =>
    (await t.spark.sql("SELECT CAST(0.1 AS FLOAT) AS f, CAST(1e10 AS FLOAT) AS g, CAST(3 AS FLOAT) AS h")).show(),
  show_decimals: async (t) =>
    (
      await t.spark.sql(
        "SELECT 1.10 AS a, CAST(1e-9 AS DECIMAL(20,10)) AS b, CAST(0 AS DECIMAL(10,2)) AS c, CAST(0 AS DECIMAL(38,18)) AS d",
      )
    ).show(undefined, false),
  show_times: async (t) =>
    (
      await t.spark.sql(
        "SELECT TIMESTAMP '2024-01-15 10:00:00.120' AS a, TIMESTAMP '2024-01-15 10:00:00' AS b, DATE '2024-01-15' AS c",
      )
    ).show(undefined, false),
  show_binary: async (t) => (await t.spark.sql("SELECT X'00FF10' AS b, array(X'4869') AS a")).show(),
  show_intervals: async (t) =>
    (await t.spark.sql("SELECT INTERVAL '1' DAY AS d, INTERVAL '2' MONTH AS m")).show(undefined, false),
  show_special_letters: async (t) =>
    (await t.spark.sql("SELECT 'a\\tb\\nc\\rd' AS s, concat('x', char(11), char(12), char(7), 'y') AS v")).show(),
  show_nested_deep: async (t) =>
    (
      await t.spark.sql(
        "SELECT array(named_struct('a', map('k', array(1, NULL)), 'b', 1.5D)) AS x, map() AS e, array() AS f",
      )
    ).show(undefined, false),
  show_duplicate_names: (t) => t.people.orderBy("id").select("id", "id").show(1),
  show_nulls_and_booleans: async (t) =>
    (await t.spark.sql("SELECT NULL AS n, true AS b, array(NULL, 'NULL') AS a")).show(),
  show_window: (t) => t.orders.filter("id = 10").select(F.window("at", "1 hour")).show(undefined, false),
  print_schema: (t) => t.people.printSchema(),
  print_schema_types: (t) => t.types.printSchema(),
  print_schema_nested: (t) => t.nested.printSchema(),
  print_schema_deep: async (t) =>
    (await t.spark.sql("SELECT array(named_struct('a', map('k', array(1, NULL)), 'b', 1.5D)) AS x")).printSchema(),
  print_schema_level: (t) => t.nested.printSchema(1),
  print_schema_derived: (t) =>
    t.people.select(F.count("*").alias("n"), F.lit(1).alias("one"), F.lit(null).alias("none")).printSchema(),
  print_schema_range: (t) => t.spark.range(1).withColumn("x", F.col("id").multiply(2)).printSchema(),
  print_schema_intervals: async (t) =>
    (await t.spark.sql("SELECT INTERVAL '1' DAY AS d, INTERVAL '2' MONTH AS m")).printSchema(),
  describe_shown: (t) => t.people.describe().show(),
  summary_shown: (t) => t.people.summary().show(),
  pivot_shown: (t) => t.sales.groupBy("year").pivot("course").sum("earnings").orderBy("year").show(),
  expr_shown: (t) => t.people.orderBy("id").select(F.expr("age > 30"), F.col("salary").divide(3)).show(),
};
