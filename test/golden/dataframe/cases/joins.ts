/** Joins on names and on conditions, self-joins, columns of one name. */
import * as F from "../../../../src/index.js";
import type { Cases } from "./case.js";

export const cases: Cases = {
  inner_name: (t) => t.left.join(t.right, "id"),
  inner_names: (t) => t.left.join(t.left.select("id", "l", F.lit(1).alias("x")), ["id", "l"]),
  left_name: (t) => t.left.join(t.right, "id", "left"),
  right_name: (t) => t.left.join(t.right, "id", "right"),
  full_name: (t) => t.left.join(t.right, "id", "full"),
  outer_name: (t) => t.left.join(t.right, "id", "outer"),
  full_outer_name: (t) => t.left.join(t.right, ["id"], "full_outer"),
  left_outer_name: (t) => t.left.join(t.right, "id", "left_outer"),
  leftouter_name: (t) => t.left.join(t.right, "id", "leftouter"),
  right_outer_name: (t) => t.left.join(t.right, "id", "rightouter"),
  semi_name: (t) => t.left.join(t.right, "id", "left_semi"),
  leftsemi_name: (t) => t.left.join(t.right, "id", "leftsemi"),
  anti_name: (t) => t.left.join(t.right, "id", "left_anti"),
  anti_short: (t) => t.left.join(t.right, "id", "anti"),
  cross_how: (t) => t.left.join(t.right, undefined, "cross").count(),
  cross: (t) => t.left.select("l").crossJoin(t.right.select("r")),
  without_condition: (t) => t.left.join(t.right).count(),
  inner_condition: (t) => t.left.join(t.right, t.left.col("id").eq(t.right.col("id"))),
  left_condition: (t) => t.left.join(t.right, t.left.col("id").eq(t.right.col("id")), "left"),
  full_condition: (t) => t.left.join(t.right, t.left.col("id").eq(t.right.col("id")), "full"),
  semi_condition: (t) => t.left.join(t.right, t.left.col("id").eq(t.right.col("id")), "semi"),
  anti_condition: (t) => t.left.join(t.right, t.left.col("id").eq(t.right.col("id")), "anti"),
  condition_of_two: (t) =>
    t.left.join(
      t.right,
      t.left
        .col("id")
        .eq(t.right.col("id"))
        .and(t.left.col("n").lt(t.right.col("n"))),
    ),
  condition_list: (t) => t.left.join(t.right, [t.left.col("id").eq(t.right.col("id")), t.left.col("n").gt(20)]),
  condition_not_equal: (t) => t.left.join(t.right, t.left.col("id").lt(t.right.col("id"))).count(),
  condition_null_safe: (t) => t.left.join(t.right, t.left.col("id").eqNullSafe(t.right.col("id"))),
  condition_text: (t) => t.left.alias("a").join(t.right.alias("b"), F.expr("a.id = b.id")),
  condition_aliases: (t) => t.left.alias("a").join(t.right.alias("b"), F.col("a.id").eq(F.col("b.id")), "left"),
  condition_bare_names: (t) => t.left.join(t.right, F.col("l").eq(F.concat(F.lit("l"), F.substring("r", 2, 9)))),
  select_own: (t) =>
    t.left.join(t.right, t.left.col("id").eq(t.right.col("id"))).select(t.left.col("id"), t.right.col("n"), "l"),
  select_own_after_left: (t) =>
    t.left.join(t.right, t.left.col("id").eq(t.right.col("id")), "left").select(t.left.col("id"), t.right.col("id")),
  select_aliases: (t) =>
    t.left
      .alias("a")
      .join(t.right.alias("b"), F.col("a.id").eq(F.col("b.id")))
      .select("a.id", "b.n", "r"),
  select_alias_star: (t) =>
    t.left
      .alias("a")
      .join(t.right.alias("b"), F.col("a.id").eq(F.col("b.id")))
      .select("a.*", "b.r"),
  select_own_after_name: (t) => t.left.join(t.right, "id", "full").select("id", t.left.col("n"), t.right.col("n")),
  own_key_after_full_name: (t) => t.left.join(t.right, "id", "full").select("id", t.left.col("id"), t.right.col("id")),
  own_key_after_left_name: (t) => t.left.join(t.right, "id", "left").select("id", t.right.col("id")),
  drop_own: (t) => t.left.join(t.right, t.left.col("id").eq(t.right.col("id"))).drop(t.right.col("id")),
  drop_own_two: (t) =>
    t.left.join(t.right, t.left.col("id").eq(t.right.col("id"))).drop(t.right.col("id"), t.left.col("n")),
  drop_name_of_both: (t) => t.left.join(t.right, t.left.col("id").eq(t.right.col("id"))).drop("id"),
  drop_alias_column: (t) =>
    t.left
      .alias("a")
      .join(t.right.alias("b"), F.col("a.id").eq(F.col("b.id")))
      .drop(F.col("b.id")),
  filter_own: (t) => t.left.join(t.right, t.left.col("id").eq(t.right.col("id"))).filter(t.right.col("n").gt(200)),
  filter_alias: (t) =>
    t.left
      .alias("a")
      .join(t.right.alias("b"), F.col("a.id").eq(F.col("b.id")))
      .where("a.n > 20 AND b.n < 300"),
  with_column_own: (t) =>
    t.left
      .join(t.right, t.left.col("id").eq(t.right.col("id")))
      .withColumn("sum", t.left.col("n").plus(t.right.col("n"))),
  order_own: (t) =>
    t.left
      .join(t.right, t.left.col("id").eq(t.right.col("id")))
      .orderBy(t.right.col("n").desc(), t.left.col("n"))
      .select("l", "r"),
  group_own: (t) =>
    t.left
      .join(t.right, t.left.col("id").eq(t.right.col("id")))
      .groupBy(t.left.col("id"))
      .agg(F.sum(t.right.col("n"))),
  group_name: (t) => t.left.join(t.right, "id").groupBy("id").agg(F.count("*")),
  filtered_side_own: (t) =>
    t.left
      .filter("n > 10")
      .join(t.right, t.left.col("id").eq(t.right.col("id")))
      .select("l", t.right.col("id")),
  self_aliases: (t) =>
    t.people
      .alias("a")
      .join(t.people.alias("b"), F.col("a.city").eq(F.col("b.city")))
      .filter("a.id < b.id")
      .select("a.name", "b.name"),
  self_name: (t) => t.people.join(t.people, "id").count(),
  self_manager: (t) =>
    t.left
      .alias("x")
      .join(t.left.alias("y"), F.expr("x.n = y.n + 10"), "left")
      .select("x.l", F.col("y.l").alias("other")),
  self_renamed: (t) => t.left.join(t.left.select(F.col("id").alias("id2"), F.col("l").alias("m")), F.expr("id = id2")),
  three: (t) => t.left.join(t.right, "id").join(t.left.select("id", F.col("n").alias("m")), "id"),
  three_conditions: (t) =>
    t.left
      .join(t.right, t.left.col("id").eq(t.right.col("id")))
      .join(t.people, t.people.col("id").eq(t.left.col("id")))
      .select("l", "r", "name"),
  three_aliases: (t) =>
    t.left
      .alias("a")
      .join(t.right.alias("b"), F.expr("a.id = b.id"))
      .join(t.people.alias("c"), F.expr("c.id = a.id"))
      .select("a.l", "b.r", "c.name"),
  types_differ: (t) => t.left.withColumn("id", F.col("id").cast("string")).join(t.right, "id"),
  types_differ_condition: (t) => t.left.join(t.right.withColumn("id", F.col("id").cast("bigint")), "id", "right"),
  name_other_case: (t) => t.left.withColumnRenamed("id", "ID").join(t.right, "id"),
  joined_to_aggregate: (t) => t.left.join(t.left.groupBy("id").agg(F.max("n").alias("n")), ["id", "n"]),
  all_columns_kept: (t) => t.left.join(t.right, t.left.col("id").eq(t.right.col("id"))).columns(),
  to_df_after: (t) => t.left.join(t.right, t.left.col("id").eq(t.right.col("id"))).toDF("a", "b", "c", "d", "e", "f"),
  broadcast: (t) => t.left.join(F.broadcast(t.right), "id"),
  lookup_then_rename: (t) =>
    t.orders
      .join(t.people, t.orders.col("person_id").eq(t.people.col("id")), "left")
      .select(t.orders.col("id").alias("order_id"), "name", "amount"),
  semi_then_own: (t) => t.left.join(t.right, t.left.col("id").eq(t.right.col("id")), "semi").select(t.left.col("l")),
  using_then_join_again: (t) =>
    t.left.join(t.right, "id", "left").join(t.people.select("id", "name"), "id", "left").filter(F.col("id").gt(1)),
  duplicate_names_renamed: (t) =>
    t.left
      .join(t.right, t.left.col("id").eq(t.right.col("id")))
      .withColumnRenamed("id", "key")
      .columns(),
  distinct_after: (t) =>
    t.left
      .join(t.right, t.left.col("id").eq(t.right.col("id")))
      .select(t.left.col("id"))
      .distinct(),
};
