/** Methods of Column and the names that they give. */
import * as F from "../../../../src/index.js";
import type { Cases } from "./case.js";

export const cases: Cases = {
  arithmetic: (t) =>
    t.people.select(
      F.col("id").plus(1),
      F.col("id").minus(1),
      F.col("id").multiply(2),
      F.col("id").divide(2),
      F.col("id").mod(2),
    ),
  arithmetic_columns: (t) =>
    t.people.select(F.col("id").plus(F.col("age")), F.col("salary").minus(F.col("id")), F.col("age").negate()),
  arithmetic_double: (t) => t.people.select(F.col("id").multiply(1.5), F.col("id").plus(0.5)),
  arithmetic_decimal: (t) =>
    t.orders.select(F.col("amount").multiply(2), F.col("amount").plus(F.col("amount")), F.col("amount").divide(3)),
  comparison: (t) =>
    t.people.select(
      F.col("id").eq(1),
      F.col("id").neq(1),
      F.col("id").lt(2),
      F.col("id").leq(2),
      F.col("id").gt(2),
      F.col("id").geq(2),
    ),
  comparison_null: (t) =>
    t.people.select(F.col("age").eq(null), F.col("age").eqNullSafe(null), F.col("age").eqNullSafe(34)),
  logic: (t) => t.types.select(F.col("bool").and(F.lit(true)), F.col("bool").or(F.lit(true)), F.col("bool").not()),
  bitwise: (t) => t.people.select(F.col("id").bitwiseAND(1), F.col("id").bitwiseOR(8), F.col("id").bitwiseXOR(3)),
  is_null: (t) => t.people.select(F.col("age").isNull(), F.col("age").isNotNull()),
  is_nan: (t) => t.people.select(F.col("salary").isNaN()),
  isin: (t) => t.people.select("id", F.col("city").isin("Oslo", "Rome")),
  isin_list: (t) => t.people.select("id", F.col("id").isin([1, 2])),
  isin_empty: (t) => t.people.select("id", F.col("id").isin([]).alias("x")),
  isin_column: (t) => t.people.select("id", F.col("id").isin(F.col("age"), 3).alias("x")),
  between: (t) => t.people.select("id", F.col("age").between(30, 40)),
  between_columns: (t) => t.people.select("id", F.col("age").between(F.col("id"), 40).alias("x")),
  between_dates: (t) => t.orders.filter(F.col("day").between("2024-01-15", "2024-01-31")).select("id"),
  like: (t) => t.people.select(F.col("name").like("A%"), F.col("name").ilike("a%"), F.col("name").rlike("^[AB]")),
  starts_ends_contains: (t) =>
    t.people.select(F.col("name").startswith("A"), F.col("name").endswith("n"), F.col("name").contains("i")),
  starts_with_column: (t) =>
    t.people.select(
      F.col("name")
        .startswith(F.substring("name", 1, 1))
        .alias("x"),
    ),
  substr: (t) => t.people.select(F.col("name").substr(1, 2)),
  substr_columns: (t) => t.people.select(F.col("name").substr(F.lit(2), F.col("id")).alias("x")),
  alias: (t) => t.people.select(F.col("id").alias("key"), F.col("name").name("label")),
  cast_names: (t) => t.people.select(F.col("id").cast("string"), F.col("id").plus(1).cast("string")),
  cast_from_int: (t) =>
    t.people.select(
      ...["tinyint", "smallint", "int", "bigint", "float", "double", "string", "boolean", "decimal(10,2)"].map((type) =>
        F.col("id").cast(type).alias(type),
      ),
    ),
  cast_from_text: async (t) =>
    (await t.spark.sql("SELECT '12' AS n, '2024-01-15' AS d, 'true' AS b, '1.5' AS x")).select(
      F.col("n").cast("int"),
      F.col("n").cast("bigint"),
      F.col("x").cast("double"),
      F.col("x").cast("decimal(5,1)"),
      F.col("d").cast("date"),
      F.col("d").cast("timestamp"),
      F.col("b").cast("boolean"),
      F.col("n").cast("binary"),
    ),
  cast_from_double: (t) =>
    t.figures
      .filter("id < 3")
      .select(
        F.col("d").cast("int"),
        F.col("d").cast("string"),
        F.col("d").cast("decimal(10,1)"),
        F.col("d").cast("boolean"),
      ),
  cast_from_time: (t) =>
    t.orders.select(
      F.col("at").cast("date"),
      F.col("at").cast("string"),
      F.col("at").cast("bigint"),
      F.col("day").cast("timestamp"),
      F.col("day").cast("string"),
    ),
  cast_nested_text: (t) =>
    t.nested.select("id", F.col("tags").cast("string"), F.col("attrs").cast("string"), F.col("address").cast("string")),
  cast_array: (t) => t.lists.select(F.col("a").cast("array<string>")),
  astype: (t) => t.people.select(F.col("age").astype("double")),
  try_cast: (t) => t.people.select(F.col("name").try_cast("int")),
  cast_failing: (t) => t.people.select(F.col("name").cast("int")),
  get_item_array: (t) => t.nested.filter("id = 1").select(F.col("tags").getItem(0), F.col("tags").getItem(1)),
  get_item_map: (t) => t.nested.select(F.col("attrs").getItem("a"), F.col("attrs").getItem("b")),
  get_field: (t) =>
    t.nested.select(F.col("address").getField("city"), F.col("address.zip.code"), F.col("address").getItem("city")),
  get_field_chain: (t) => t.nested.select(F.col("address").getField("zip").getField("code")),
  get_item_beyond: (t) => t.nested.filter("id = 1").select(F.col("tags").getItem(9)),
  when: (t) => t.people.select(F.when(F.col("age").gt(30), "old").otherwise("young").alias("a")),
  when_chain: (t) =>
    t.people.select(
      "id",
      F.when(F.col("age").gt(40), "old").when(F.col("age").gt(30), "mid").otherwise("young").alias("a"),
    ),
  when_without_otherwise: (t) => t.people.select(F.when(F.col("age").gt(30), 1)),
  when_name: (t) =>
    t.people.select(
      F.when(F.col("age").gt(30), "old").when(F.col("age").isNull(), F.lit("?")).otherwise(F.col("name")),
    ),
  when_types: (t) =>
    t.people.select(F.when(F.col("id").eq(1), 1).when(F.col("id").eq(2), 2.5).otherwise(null).alias("x")),
  when_columns: (t) => t.people.select(F.when(F.col("age").isNull(), F.col("id")).otherwise(F.col("age")).alias("x")),
  when_in_aggregate: (t) => t.people.agg(F.sum(F.when(F.col("city").eq("Oslo"), F.col("age"))).alias("x")),
  dotted_quotes: (t) => t.people.select(F.col("id").alias("a`b"), F.col("name").alias("c d")).select("`a``b`", "`c d`"),
  literal_types: (t) =>
    t.spark.range(1).select(F.lit(1), F.expr("1.0D"), F.lit("x"), F.lit(true), F.lit(null), F.lit(3000000000)),
  literal_list: (t) => t.spark.range(1).select(F.lit([1, 2, 3]), F.lit(["a", "b"])),
  literal_text_escapes: (t) => t.spark.range(1).select(F.lit('it\'s \\ "q" \n ü %').alias("x")),
  literal_of_column: (t) => t.people.select(F.lit(F.col("id"))),
  expr: (t) => t.people.select(F.expr("id + 1"), F.expr("id + 1 AS n"), F.expr("upper(name)")),
  expr_alias: (t) => t.people.select(F.expr("id * 2").alias("x")),
  order_methods: (t) => t.people.orderBy(F.col("city").asc(), F.col("id").desc()),
  over: (t) => t.people.select("id", F.expr("sum(id) OVER (ORDER BY id)").alias("x")),
  operators_together: (t) =>
    t.people.filter(F.col("id").plus(1).multiply(2).gt(4).and(F.col("name").eq("Dan").not())).select("id"),
  literal_left: (t) => t.people.select(F.lit(10).minus(F.col("id")), F.lit(100).divide(F.col("id"))),
  eq_null_safe: (t) => t.people.select(F.col("name").eqNullSafe("Ann"), F.col("name").eqNullSafe(F.col("city"))),
  get_item_by_column: (t) => t.lists.filter("id = 1").select(F.col("a").getItem(F.col("id")).alias("x")),
  nested_functions: (t) =>
    t.people.select(F.upper(F.substring(F.coalesce(F.col("name"), F.lit("nobody")), 1, 3)).alias("x")),
  date_arithmetic: (t) => t.orders.select(F.col("day").plus(1), F.col("at").minus(F.expr("INTERVAL 1 HOUR"))),
  date_comparison: (t) => t.orders.filter(F.col("day").geq("2024-02-01")).select("id"),
  number_and_text: (t) => t.people.filter(F.col("id").eq("1")).select("id"),
  sum_of_booleans: (t) => t.people.select(F.sum(F.col("age").gt(30).cast("int")).alias("x")),
  try_cast_chain: async (t) =>
    (await t.spark.sql("SELECT explode(array('1', 'x')) AS s")).select(
      F.coalesce(F.col("s").try_cast("int"), F.lit(-1)).alias("x"),
    ),
  explode_named: (t) => t.nested.select("id", F.explode_outer("attrs").alias("k", "v")),
  transform_lambda: (t) => t.lists.select(F.transform("a", (x) => x.plus(1)).alias("x")),
  transform_lambda_index: (t) => t.lists.select(F.transform("a", (x, i) => x.multiply(i)).alias("x")),
  nested_lambda: (t) => t.lists.select(F.transform("a", (x) => F.transform("b", (y) => x.plus(y))).alias("x")),
};
