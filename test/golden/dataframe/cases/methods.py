"""Methods of DataFrame beyond the everyday ones."""

from pyspark.sql import functions as F
from pyspark.sql.functions import col, expr, lit
from pyspark.sql.types import DateType, IntegerType, LongType, StringType, StructField, StructType

fields = lambda *given: StructType([StructField(*one) for one in given])

cases = {
    "crosstab": lambda t: t.people.crosstab("age", "city"),
    "crosstab_stat": lambda t: t.people.stat.crosstab("city", "salary"),
    "freq_items": lambda t: t.dupes.freqItems(["id", "s"], 0.5),
    "freq_items_name": lambda t: t.dupes.select("s").stat.freqItems(["s"]),
    "sample_by_all_or_none": lambda t: t.people.sampleBy("city", {"Oslo": 1.0, "Rome": 0.0}, 1),
    "sample_by_number": lambda t: t.people.stat.sampleBy("id", {1: 1.0, 3: 1.0}, 7),
    "sample_by_beyond": lambda t: t.people.sampleBy("id", {1: 1.5}, 7).count(),
    "corr": lambda t: t.people.corr("id", "age"),
    "corr_other_method": lambda t: t.people.corr("id", "age", "spearman"),
    "cov": lambda t: t.people.cov("id", "age"),
    "quantiles": lambda t: t.people.approxQuantile(["id", "age"], [0.0, 0.5, 1.0], 0.0),
    "col_regex": lambda t: t.people.select(t.people.colRegex("`(id|.*ity)`")),
    "col_regex_beside": lambda t: t.people.select("age", t.people.colRegex("`NA.*`")),
    "col_regex_plain": lambda t: t.people.select(t.people.colRegex("age")),
    "grouping_sets": lambda t: t.people.groupingSets([["city"], ["age"], []], "city", "age").agg(F.count("*").alias("n")),
    "grouping_sets_columns": lambda t: t.people.groupingSets([[col("city"), col("age")], []], "city", "age").agg(
        F.sum("id"), F.grouping_id().alias("g")
    ),
    "grouping_sets_short": lambda t: t.people.groupingSets([["city"], []], "city").max("age"),
    "melt": lambda t: t.people.melt("id", ["age", "salary"], "what", "figure"),
    "melt_all_others": lambda t: t.left.select("id", "n").melt("id", None, "what", "figure"),
    "unpivot_without_ids": lambda t: t.left.unpivot([], ["id", "n"], "what", "figure"),
    "unpivot_mixed": lambda t: t.people.unpivot("id", ["name", "age"], "what", "figure"),
    "unpivot_all_ids": lambda t: t.people.unpivot("id", [], "what", "figure"),
    "unpivot_columns": lambda t: t.left.unpivot([col("l").alias("key")], [col("n"), col("id")], "a b", "c"),
    "transpose": lambda t: t.people.select("id", "age", "salary").transpose(),
    "transpose_index": lambda t: t.people.select("age", "name", "id").transpose("name"),
    "transpose_column": lambda t: t.people.select("age", "name", "id").transpose(col("id")),
    "transpose_mixed": lambda t: t.people.transpose(),
    "transpose_text": lambda t: t.people.select("id", "name", "city").transpose(),
    "transpose_one_column": lambda t: t.people.select("id").transpose(),
    "to_json": lambda t: t.spark.createDataFrame([(one,) for one in t.people.toJSON().collect()], "value string"),
    "to_schema": lambda t: t.people.to(fields(("salary", StringType()), ("ID", LongType()))),
    "to_schema_missing": lambda t: t.people.to(fields(("id", LongType()), ("more", DateType()))),
    "to_schema_missing_not_null": lambda t: t.people.to(fields(("more", LongType(), False))),
    "to_schema_not_null": lambda t: t.people.to(fields(("age", IntegerType(), False))),
    "to_schema_other_type": lambda t: t.people.to(fields(("name", IntegerType()))),
    "drop_field": lambda t: t.nested.select(col("address").dropFields("city").alias("a")),
    "drop_field_name": lambda t: t.nested.select(col("address").dropFields("city")),
    "drop_field_unknown": lambda t: t.nested.select(col("address").dropFields("street").alias("a")),
    "drop_field_case": lambda t: t.nested.select(col("address").dropFields("CITY").alias("a")),
    "drop_all_fields": lambda t: t.nested.select(col("address").dropFields("city", "zip")),
    "drop_inner_field": lambda t: t.nested.select(
        F.struct("address", "id").alias("x")
    ).select(col("x").dropFields("address.zip").alias("y")),
    "with_inner_field": lambda t: t.nested.select(col("address").withField("zip.more", lit(1)).alias("a")),
    "with_inner_field_name": lambda t: t.nested.select(col("address").withField("zip.code", lit(1))),
    "when_of_column": lambda t: t.people.select(col("id").when(lit(True), 1)),
    "otherwise_twice": lambda t: t.people.select(F.when(col("id") == 1, "x").otherwise("y").otherwise("z")),
    "when_chain": lambda t: t.people.select(F.when(col("id") == 1, "x").when(col("id") == 2, "y")),
    "exists": lambda t: t.left.alias("l").where(
        t.right.alias("r").where(col("r.id") == col("l.id").outer()).exists()
    ),
    "not_exists": lambda t: t.left.alias("l").where(
        ~t.right.alias("r").where(col("r.id") == col("l.id").outer()).exists()
    ),
    "scalar": lambda t: t.left.select("id", t.right.select(F.max("n")).scalar().alias("most")),
    "scalar_correlated": lambda t: t.left.alias("l").select(
        "l.l", t.right.alias("r").where(col("r.id") == col("l.id").outer()).select(F.sum("r.n")).scalar().alias("s")
    ),
    "lateral_join": lambda t: t.left.alias("l").lateralJoin(
        t.right.alias("r").where(col("r.id") == col("l.id").outer()).select("r", "n")
    ),
    "lateral_left_join": lambda t: t.left.alias("l").lateralJoin(
        t.right.alias("r").where(col("r.id") == col("l.id").outer()).select(col("r.n").alias("m")), how="left"
    ),
    "lateral_join_on": lambda t: t.left.alias("l").lateralJoin(
        t.right.alias("r").where(col("r.id") == col("l.id").outer()).select(col("r.n").alias("m")), col("m") > 200
    ),
    "lateral_join_type": lambda t: t.left.lateralJoin(t.right, how="right"),
    "same_semantics": lambda t: [
        t.people.filter("id = 1").sameSemantics(t.people.filter("id = 1")),
        t.people.select("id").sameSemantics(t.people.select("age")),
    ],
    "is_streaming": lambda t: t.people.isStreaming,
    "with_watermark": lambda t: t.moments.withWatermark("at", "1 day").select("id"),
    "duplicates_within_watermark": lambda t: t.moments.dropDuplicatesWithinWatermark(),
    "with_metadata": lambda t: t.people.withMetadata("age", {"unit": "years"}).filter("id > 1").schema["age"].metadata,
    "with_metadata_unknown": lambda t: t.people.withMetadata("town", {"unit": "years"}),
    "repartition_by_range": lambda t: t.people.repartitionByRange(2, "id").select("id"),
    "describe_list": lambda t: t.people.describe(["age"]),
    "summary_list": lambda t: t.people.select("age").summary("count", "count_distinct", "approx_count_distinct", "33%"),
    "observe_without_get": lambda t: t.people.observe("seen", F.count(lit(1)).alias("n")).select("id"),
    "transform_arguments": lambda t: t.people.transform(lambda df, n: df.limit(n), 2).select("id"),
    "transform_keyword_columns": lambda t: t.left.select("id").intersectAll(t.right.select("id")),
    "select_expr_list": lambda t: t.people.selectExpr(["id", "id + 1 AS more"]),
    "global_view": lambda t: [t.people.createOrReplaceGlobalTempView("shared"), t.spark.table("global_temp.shared").count()][1],
    "global_view_sql": lambda t: [
        t.people.createOrReplaceGlobalTempView("shared"),
        t.spark.sql("SELECT count(*) AS n FROM global_temp.shared WHERE id > 2"),
    ][1],
    "grouped_agg_mixed": lambda t: t.people.groupBy("city").agg({"age": "max", "*": "count"}),
    "tail_none": lambda t: len(t.people.tail(0)),
    "head_many": lambda t: [row.id for row in t.people.orderBy("id").head(2)],
    "drop_duplicates_none": lambda t: t.dupes.dropDuplicates([]).count(),
    "expr_alias": lambda t: t.people.select(expr("id + 1").alias("a", metadata={"k": 1})).schema["a"].metadata,
}
