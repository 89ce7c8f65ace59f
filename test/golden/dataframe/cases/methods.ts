/** Methods of DataFrame beyond the everyday ones. */
import {
  col,
  count,
  DateType,
  expr,
  grouping_id,
  IntegerType,
  LongType,
  lit,
  max,
  StringType,
  StructField,
  StructType,
  struct,
  sum,
  when,
} from "../../../../src/index.js";
import type { Cases } from "./case.js";

export const cases: Cases = {
  crosstab: (t) => t.people.crosstab("age", "city"),
  crosstab_stat: (t) => t.people.stat.crosstab("city", "salary"),
  freq_items: (t) => t.dupes.freqItems(["id", "s"], 0.5),
  freq_items_name: (t) => t.dupes.select("s").stat.freqItems(["s"]),
  sample_by_all_or_none: (t) => t.people.sampleBy("city", { Oslo: 1, Rome: 0 }, 1),
  sample_by_number: (t) =>
    t.people.stat.sampleBy(
      "id",
      new Map([
        [1, 1],
        [3, 1],
      ]),
      7,
    ),
  sample_by_beyond: (t) => t.people.sampleBy("id", new Map([[1, 1.5]]), 7).count(),
  corr: (t) => t.people.corr("id", "age"),
  corr_other_method: (t) => t.people.corr("id", "age", "spearman"),
  cov: (t) => t.people.cov("id", "age"),
  quantiles: (t) => t.people.approxQuantile(["id", "age"], [0, 0.5, 1], 0),
  col_regex: (t) => t.people.select(t.people.colRegex("`(id|.*ity)`")),
  col_regex_beside: (t) => t.people.select("age", t.people.colRegex("`NA.*`")),
  col_regex_plain: (t) => t.people.select(t.people.colRegex("age")),
  grouping_sets: (t) => t.people.groupingSets([["city"], ["age"], []], "city", "age").agg(count("*").alias("n")),
  grouping_sets_columns: (t) =>
    t.people.groupingSets([[col("city"), col("age")], []], "city", "age").agg(sum("id"), grouping_id().alias("g")),
  grouping_sets_short: (t) => t.people.groupingSets([["city"], []], "city").max("age"),
  melt: (t) => t.people.melt("id", ["age", "salary"], "what", "figure"),
  melt_all_others: (t) => t.left.select("id", "n").melt("id", null, "what", "figure"),
  unpivot_without_ids: (t) => t.left.unpivot([], ["id", "n"], "what", "figure"),
  unpivot_mixed: (t) => t.people.unpivot("id", ["name", "age"], "what", "figure"),
  unpivot_all_ids: (t) => t.people.unpivot("id", [], "what", "figure"),
  unpivot_columns: (t) => t.left.unpivot([col("l").alias("key")], [col("n"), col("id")], "a b", "c"),
  transpose: (t) => t.people.select("id", "age", "salary").transpose(),
  transpose_index: (t) => t.people.select("age", "name", "id").transpose("name"),
  transpose_column: (t) => t.people.select("age", "name", "id").transpose(col("id")),
  transpose_mixed: (t) => t.people.transpose(),
  transpose_text: (t) => t.people.select("id", "name", "city").transpose(),
  transpose_one_column: (t) => t.people.select("id").transpose(),
  to_json: (t) => t.people.toJSON(),
  to_schema: (t) => t.people.to(StructType([StructField("salary", StringType()), StructField("ID", LongType())])),
  to_schema_missing: (t) => t.people.to(StructType([StructField("id", LongType()), StructField("more", DateType())])),
  to_schema_missing_not_null: (t) => t.people.to(StructType([StructField("more", LongType(), false)])),
  to_schema_not_null: (t) => t.people.to(StructType([StructField("age", IntegerType(), false)])),
  to_schema_other_type: (t) => t.people.to(StructType([StructField("name", IntegerType())])),
  drop_field: (t) => t.nested.select(col("address").dropFields("city").alias("a")),
  drop_field_name: (t) => t.nested.select(col("address").dropFields("city")),
  drop_field_unknown: (t) => t.nested.select(col("address").dropFields("street").alias("a")),
  drop_field_case: (t) => t.nested.select(col("address").dropFields("CITY").alias("a")),
  drop_all_fields: (t) => t.nested.select(col("address").dropFields("city", "zip")),
  drop_inner_field: (t) =>
    t.nested.select(struct("address", "id").alias("x")).select(col("x").dropFields("address.zip").alias("y")),
  with_inner_field: (t) => t.nested.select(col("address").withField("zip.more", lit(1)).alias("a")),
  with_inner_field_name: (t) => t.nested.select(col("address").withField("zip.code", lit(1))),
  when_of_column: (t) => t.people.select(col("id").when(lit(true), 1)),
  otherwise_twice: (t) => t.people.select(when(col("id").eq(1), "x").otherwise("y").otherwise("z")),
  when_chain: (t) => t.people.select(when(col("id").eq(1), "x").when(col("id").eq(2), "y")),
  exists: (t) =>
    t.left.alias("l").where(
      t.right
        .alias("r")
        .where(col("r.id").eq(col("l.id").outer()))
        .exists(),
    ),
  not_exists: (t) =>
    t.left.alias("l").where(
      t.right
        .alias("r")
        .where(col("r.id").eq(col("l.id").outer()))
        .exists()
        .not(),
    ),
  scalar: (t) => t.left.select("id", t.right.select(max("n")).scalar().alias("most")),
  scalar_correlated: (t) =>
    t.left.alias("l").select(
      "l.l",
      t.right
        .alias("r")
        .where(col("r.id").eq(col("l.id").outer()))
        .select(sum("r.n"))
        .scalar()
        .alias("s"),
    ),
  lateral_join: (t) =>
    t.left.alias("l").lateralJoin(
      t.right
        .alias("r")
        .where(col("r.id").eq(col("l.id").outer()))
        .select("r", "n"),
    ),
  lateral_left_join: (t) =>
    t.left.alias("l").lateralJoin(
      t.right
        .alias("r")
        .where(col("r.id").eq(col("l.id").outer()))
        .select(col("r.n").alias("m")),
      null,
      "left",
    ),
  lateral_join_on: (t) =>
    t.left.alias("l").lateralJoin(
      t.right
        .alias("r")
        .where(col("r.id").eq(col("l.id").outer()))
        .select(col("r.n").alias("m")),
      col("m").gt(200),
    ),
  lateral_join_type: (t) => t.left.lateralJoin(t.right, null, "right"),
  same_semantics: (t) => [
    t.people.filter("id = 1").sameSemantics(t.people.filter("id = 1")),
    t.people.select("id").sameSemantics(t.people.select("age")),
  ],
  is_streaming: (t) => t.people.isStreaming,
  with_watermark: (t) => t.moments.withWatermark("at", "1 day").select("id"),
  duplicates_within_watermark: (t) => t.moments.dropDuplicatesWithinWatermark(),
  with_metadata: async (t) => {
    const { fields } = await t.people.withMetadata("age", { unit: "years" }).filter("id > 1").schema();
    return Object.entries(fields.find((one) => one.name === "age")?.metadata ?? {});
  },
  with_metadata_unknown: (t) => t.people.withMetadata("town", { unit: "years" }),
  repartition_by_range: (t) => t.people.repartitionByRange(2, "id").select("id"),
  describe_list: (t) => t.people.describe(["age"]),
  summary_list: (t) => t.people.select("age").summary("count", "count_distinct", "approx_count_distinct", "33%"),
  observe_without_get: (t) => t.people.observe("seen", count(lit(1)).alias("n")).select("id"),
  transform_arguments: (t) => t.people.transform((df, n: number) => df.limit(n), 2).select("id"),
  transform_keyword_columns: (t) => t.left.select("id").intersectAll(t.right.select("id")),
  select_expr_list: (t) => t.people.selectExpr(["id", "id + 1 AS more"]),
  global_view: async (t) => {
    await t.people.createOrReplaceGlobalTempView("shared");
    return t.spark.table("global_temp.shared").count();
  },
  global_view_sql: async (t) => {
    await t.people.createOrReplaceGlobalTempView("shared");
    return t.spark.sql("SELECT count(*) AS n FROM global_temp.shared WHERE id > 2");
  },
  grouped_agg_mixed: (t) => t.people.groupBy("city").agg({ age: "max", "*": "count" }),
  tail_none: async (t) => (await t.people.tail(0)).length,
  head_many: async (t) => (await t.people.orderBy("id").head(2)).map((row) => row.id),
  drop_duplicates_none: (t) => t.dupes.dropDuplicates([]).count(),
  expr_alias: async (t) => {
    const { fields } = await t.people.select(expr("id + 1").alias("a", { metadata: { k: 1 } })).schema();
    return Object.entries(fields[0]?.metadata ?? {});
  },
};
