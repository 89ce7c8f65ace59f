/** Rows of a DataFrame: filtered, sorted, limited, made distinct, sampled, counted. */
import * as F from "../../../../src/index.js";
import type { Cases } from "./case.js";

export const cases: Cases = {
  filter_column: (t) => t.people.filter(F.col("age").gt(30)),
  filter_text: (t) => t.people.filter("age > 30 AND city = 'Oslo'"),
  filter_chain: (t) => t.people.filter("age > 20").filter(F.col("city").isNotNull()),
  where: (t) => t.people.where(F.col("city").eq("Oslo")),
  where_or_text: (t) => t.people.where("id = 1 OR id = 2").where("name <> 'Bob'"),
  filter_not: (t) => t.people.filter(F.col("city").isNull().not()),
  filter_and_or: (t) => t.people.filter(F.col("age").eq(34).and(F.col("id").gt(1)).or(F.col("name").eq("Bob"))),
  filter_boolean_column: (t) => t.types.filter("bool").select("i"),
  filter_null_condition: (t) => t.people.filter(F.lit(null)),
  filter_in_list: (t) => t.people.filter(F.col("city").isin("Oslo", "Rome")),
  filter_own_column: (t) => t.people.filter(t.people.col("age").geq(34)),
  filter_dropped_column: (t) => t.people.select("id", "age").filter(t.people.col("age").gt(30)),
  filter_exists_lambda: (t) => t.nested.filter(F.exists("tags", (x) => x.eq("x"))).select("id"),
  order_one: (t) => t.people.orderBy("age", "id"),
  order_desc: (t) => t.people.orderBy(F.col("age").desc(), F.col("id").desc()),
  order_nulls_last: (t) => t.people.orderBy(F.col("age").asc_nulls_last(), "id"),
  order_desc_nulls_first: (t) => t.people.orderBy(F.col("age").desc_nulls_first(), "id"),
  order_asc_nulls_first: (t) => t.people.orderBy(F.col("city").asc_nulls_first(), "id"),
  order_desc_nulls_last: (t) => t.people.orderBy(F.col("city").desc_nulls_last(), "id"),
  order_functions: (t) => t.people.sort(F.desc("city"), F.asc("id")),
  order_ascending_flag: (t) => t.people.orderBy("age", "id", { ascending: false }),
  order_ascending_list: (t) => t.people.orderBy("age", "id", { ascending: [true, false] }),
  order_list: (t) => t.people.orderBy(["city", "id"]),
  order_expression: (t) => t.people.orderBy(F.length("name"), F.col("id").negate()),
  order_nan: (t) => t.people.orderBy(F.col("salary").desc()),
  order_position: (t) => t.people.orderBy(2),
  order_column_not_selected: (t) => t.people.select("name").orderBy("id"),
  order_after_limit: (t) => t.people.orderBy("id").limit(3).orderBy(F.desc("id")),
  order_then_filter: (t) => t.people.orderBy(F.desc("id")).filter("id > 2").select("id"),
  order_then_with_column: (t) => t.people.orderBy(F.desc("id")).withColumn("x", F.col("id").multiply(2)),
  sort_within_partitions: (t) => t.people.coalesce(1).sortWithinPartitions("name"),
  limit: (t) => t.people.orderBy("id").limit(2),
  limit_zero: (t) => t.people.limit(0),
  limit_beyond: (t) => t.people.limit(100),
  offset: (t) => t.people.orderBy("id").offset(3),
  offset_limit: (t) => t.people.orderBy("id").offset(1).limit(2),
  limit_offset: (t) => t.people.orderBy("id").limit(3).offset(1),
  distinct: (t) => t.dupes.distinct(),
  distinct_columns: (t) => t.dupes.select("s").distinct(),
  drop_duplicates: (t) => t.dupes.dropDuplicates(),
  drop_duplicates_columns: (t) => t.dupes.select("id").dropDuplicates(["id"]),
  drop_duplicates_keeps_columns: (t) => t.dupes.filter("id = 2 OR id IS NULL").dropDuplicates(["id"]),
  drop_duplicates_other_case: (t) => t.dupes.filter("id = 2").drop_duplicates(["ID"]),
  drop_duplicates_two: (t) => t.dupes.dropDuplicates(["id", "s"]),
  sample_all: (t) => t.people.sample(1.0),
  sample_none: (t) => t.people.sample(0.0),
  sample_count_bounds: async (t) => {
    const count = await t.spark.range(1000).sample(0.5, 7).count();
    return 350 < count && count < 650;
  },
  sample_replacement_named: (t) => t.spark.range(10).sample({ withReplacement: false, fraction: 1.0, seed: 1 }),
  count: (t) => t.people.count(),
  count_filtered: (t) => t.people.filter("age = 34").count(),
  count_empty: (t) => t.people.limit(0).count(),
  is_empty: (t) => t.people.isEmpty(),
  is_empty_filtered: (t) => t.people.filter("id > 100").isEmpty(),
  first: (t) => t.people.orderBy("id").first(),
  first_of_none: (t) => t.people.filter("id > 100").first(),
  head: (t) => t.people.orderBy("id").select("id", "name").head(),
  head_count: (t) => t.people.orderBy("id").select("id", "name").head(2),
  head_one: (t) => t.people.orderBy("id").select("id").head(1),
  take: (t) => t.people.orderBy("id").select("id").take(3),
  tail: (t) => t.people.orderBy("id").select("id").tail(2),
  tail_beyond: (t) => t.people.orderBy("id").select("id").tail(9),
  collect: (t) => t.people.orderBy("id").select("id", "age").collect(),
  collect_nested: (t) => t.nested.orderBy("id").collect(),
  to_local_iterator: async (t) => {
    const rows = [];
    for await (const row of t.people.orderBy("id").select("id").toLocalIterator()) rows.push(row);
    return rows;
  },
  range_end: (t) => t.spark.range(3),
  range_start: (t) => t.spark.range(2, 5),
  range_step: (t) => t.spark.range(0, 10, 3),
  range_down: (t) => t.spark.range(5, 0, -2),
  range_empty: (t) => t.spark.range(5, 5),
  repartition: (t) => t.people.repartition(4),
  repartition_columns: (t) => t.people.repartition(2, "city").select("id"),
  coalesce: (t) => t.people.coalesce(1),
  hint: (t) => t.people.hint("broadcast").select("id"),
  cache: async (t) => (await t.people.cache()).filter("id = 1"),
  persist: async (t) => (await t.people.persist()).select("id"),
  unpersist: async (t) => (await (await t.people.cache()).unpersist()).count(),
  temp_view: async (t) => {
    await t.people.createOrReplaceTempView("v");
    return (await t.spark.sql("SELECT count(*) AS n FROM v")).collect();
  },
  temp_view_replaced: async (t) => {
    await t.people.createOrReplaceTempView("v");
    await t.spark.range(2).createOrReplaceTempView("v");
    return t.spark.table("v").collect();
  },
  temp_view_of_view: async (t) => {
    await t.people.createOrReplaceTempView("v");
    await t.spark.table("v").filter("id < 3").createOrReplaceTempView("w");
    return (await t.spark.sql("SELECT id FROM w ORDER BY id")).collect();
  },
  temp_view_taken: async (t) => {
    await t.people.createTempView("v");
    await t.people.createTempView("v");
  },
  random_split_all: async (t) => {
    const parts = t.spark.range(100).randomSplit([0.3, 0.7], 5);
    return (await Promise.all(parts.map((one) => one.count()))).reduce((sum, one) => sum + one, 0);
  },
};
