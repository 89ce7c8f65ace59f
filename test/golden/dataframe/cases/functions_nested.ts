/** Functions of arrays, maps, structs, JSON and CSV under PySpark's names. */
import * as F from "../../../../src/index.js";
import type { Cases } from "./case.js";

export const cases: Cases = {
  array: (t) => t.people.select(F.array("id", "age"), F.array(), F.array([F.col("id"), F.lit(0)])),
  size: (t) => t.lists.select(F.size("a"), F.size("m"), F.cardinality("a"), F.array_size("a")),
  element_at: (t) =>
    t.lists.filter("id = 1").select(F.element_at("a", 1), F.element_at("m", "a"), F.element_at("a", -1)),
  element_at_missing: (t) => t.lists.select(F.element_at("m", "zz")),
  try_element_at: (t) => t.lists.select(F.try_element_at("a", F.lit(9)), F.try_element_at("m", F.lit("zz"))),
  get: (t) => t.lists.select(F.get("a", 0), F.get("a", F.lit(9)), F.get("a", "id")),
  array_contains: (t) =>
    t.lists.select(F.array_contains("a", 1), F.array_contains("a", 9), F.array_contains("a", F.col("id"))),
  array_distinct: (t) => t.lists.select(F.array_distinct("a")),
  array_join: (t) => t.nested.select(F.array_join("tags", "-"), F.array_join("tags", "-", "?")),
  array_sort: (t) => t.lists.select(F.array_sort("a")),
  array_sort_comparator: (t) => t.lists.select(F.array_sort("b", (x, y) => y.minus(x)).alias("x")),
  sort_array: (t) => t.lists.select(F.sort_array("a"), F.sort_array("a", false)),
  array_max: (t) => t.lists.select(F.array_max("a"), F.array_min("a")),
  array_position: (t) => t.lists.select(F.array_position("a", 1)),
  array_remove: (t) => t.lists.select(F.array_remove("a", 1)),
  array_union: (t) => t.lists.select(F.array_union("a", "b")),
  array_intersect: (t) => t.lists.select(F.array_intersect("a", "b"), F.array_except("a", "b")),
  arrays_overlap: (t) => t.lists.select(F.arrays_overlap("a", "b")),
  arrays_zip: (t) => t.lists.select(F.arrays_zip("a", "b")),
  array_append: (t) =>
    t.lists.select(F.array_append("b", 9), F.array_prepend("b", 0), F.array_append("b", F.col("id"))),
  array_insert: (t) => t.lists.select(F.array_insert("b", 1, 7), F.array_insert("b", 3, "id")),
  array_compact: (t) => t.lists.select(F.array_compact("a")),
  array_repeat: (t) => t.lists.select(F.array_repeat("id", 2), F.array_repeat(F.lit("x"), 2)),
  flatten: (t) => t.lists.select(F.flatten(F.array("b", "b"))),
  slice: (t) => t.lists.select(F.slice("a", 2, 2), F.slice("b", F.lit(1), F.lit(1))),
  sequence: (t) => t.lists.select(F.sequence(F.lit(1), "id"), F.sequence(F.lit(5), F.lit(1), F.lit(-2))),
  sequence_dates: (t) => t.moments.select(F.sequence(F.col("day"), F.date_add("day", 2)).alias("x")),
  explode: (t) => t.lists.select("id", F.explode("b")),
  explode_outer: (t) => t.lists.select("id", F.explode_outer("b")),
  explode_map: (t) => t.lists.select("id", F.explode("m")),
  posexplode: (t) => t.lists.select("id", F.posexplode("b")),
  posexplode_outer: (t) => t.lists.select("id", F.posexplode_outer("b")),
  inline: (t) => t.lists.select(F.inline(F.arrays_zip("a", "b"))),
  inline_outer: (t) => t.lists.select("id", F.inline_outer(F.arrays_zip("b", "b"))),
  stack: (t) => t.people.select("id", F.stack(F.lit(2), F.lit("a"), F.col("id"), F.lit("b"), F.col("age"))),
  transform: (t) => t.lists.select(F.transform("a", (x) => x.multiply(2))),
  transform_index: (t) => t.lists.select(F.transform("a", (x, i) => x.plus(i))),
  filter: (t) => t.lists.select(F.filter("a", (x) => x.gt(1))),
  filter_index: (t) => t.lists.select(F.filter("a", (_x, i) => i.lt(2))),
  exists: (t) =>
    t.lists.select(
      F.exists("a", (x) => x.eq(3)),
      F.forall("b", (x) => x.gt(0)),
    ),
  aggregate: (t) =>
    t.lists.select(
      F.aggregate("b", F.lit(0), (acc, x) => acc.plus(x)),
      F.aggregate(
        "b",
        F.lit(0),
        (acc, x) => acc.plus(x),
        (acc) => acc.multiply(10),
      ),
    ),
  reduce: (t) => t.lists.select(F.reduce("b", F.lit(0), (acc, x) => acc.plus(x)).alias("x")),
  zip_with: (t) => t.lists.select(F.zip_with("a", "b", (x, y) => F.coalesce(x, y)).alias("x")),
  create_map: (t) => t.people.select(F.create_map(F.lit("id"), "id", F.lit("age"), "age")),
  map_from_arrays: (t) => t.lists.filter("id = 1").select(F.map_from_arrays("b", "b")),
  map_from_entries: (t) => t.lists.select(F.map_from_entries(F.map_entries("m"))),
  map_keys: (t) => t.lists.select(F.map_keys("m"), F.map_values("m"), F.map_entries("m")),
  map_concat: (t) => t.lists.select(F.map_concat("m", F.create_map(F.lit("z"), "id"))),
  map_contains_key: (t) => t.lists.select(F.map_contains_key("m", "a")),
  map_filter: (t) => t.lists.select(F.map_filter("m", (_k, v) => v.gt(1))),
  transform_keys: (t) =>
    t.lists.select(
      F.transform_keys("m", (k) => F.upper(k)),
      F.transform_values("m", (_k, v) => v.plus(1)),
    ),
  map_zip_with: (t) => t.lists.select(F.map_zip_with("m", "m", (_k, a, b) => a.plus(b)).alias("x")),
  str_to_map: async (t) =>
    (await t.spark.sql("SELECT 'a:1,b:2' AS s")).select(F.str_to_map("s"), F.str_to_map("s", F.lit(","), F.lit(":"))),
  struct: (t) =>
    t.people.select(F.struct("id", "name"), F.struct(F.col("id").alias("k"), F.col("age").plus(1).alias("n"))),
  struct_unnamed: (t) => t.people.select(F.struct(F.col("id").plus(1), F.lit(1))),
  named_struct: (t) => t.people.select(F.named_struct(F.lit("k"), "id", F.lit("v"), "name")),
  get_json_object: async (t) =>
    (await t.spark.sql('SELECT \'{"a": {"b": [1, 2]}, "c": "x"}\' AS j')).select(
      F.get_json_object("j", "$.a.b[1]"),
      F.get_json_object("j", "$.c"),
    ),
  json_tuple: async (t) =>
    (await t.spark.sql('SELECT \'{"a": 1, "c": "x"}\' AS j')).select(F.json_tuple("j", "a", "c")),
  json_tuple_named: async (t) =>
    (await t.spark.sql('SELECT \'{"a": 1, "c": "x"}\' AS j')).select("j", F.json_tuple("j", "a", "c").alias("x", "y")),
  from_json: async (t) =>
    (await t.spark.sql('SELECT \'{"a": 1, "c": ["x"]}\' AS j')).select(F.from_json("j", "a INT, c ARRAY<STRING>")),
  from_json_fields: async (t) =>
    (await t.spark.sql('SELECT \'{"a": 1, "c": ["x"]}\' AS j'))
      .select(F.from_json("j", "a INT, c ARRAY<STRING>").alias("v"))
      .select("v.a", "v.c"),
  from_json_options: async (t) =>
    (await t.spark.sql('SELECT \'{"d": "15/01/2024"}\' AS j')).select(
      F.from_json("j", "d DATE", { dateFormat: "dd/MM/yyyy" }).alias("v"),
    ),
  from_json_map: async (t) =>
    (await t.spark.sql("SELECT '{\"a\": 1}' AS j")).select(F.from_json("j", "MAP<STRING, INT>").alias("v")),
  to_json: (t) => t.nested.select(F.to_json("address"), F.to_json("attrs"), F.to_json(F.struct("id", "tags"))),
  schema_of_json: (t) => t.spark.range(1).select(F.schema_of_json('{"a": 1, "b": [2.5]}')),
  json_array_length: async (t) =>
    (await t.spark.sql("SELECT '[1, 2]' AS j")).select(
      F.json_array_length("j"),
      F.json_object_keys(F.lit('{"a": 1}')).alias("k"),
    ),
  from_csv: (t) => t.texts.select(F.from_csv("c", "x STRING, y STRING, z STRING").alias("v")),
  to_csv: (t) => t.people.select(F.to_csv(F.struct("id", "name", "salary"))),
  with_field: (t) =>
    t.nested.select(F.col("address").withField("n", F.lit(1)), F.col("address").withField("city", F.lit("X"))),
};
