/** createDataFrame from objects, arrays and schemas. */
import * as F from "../../../../src/index.js";
import type { Cases } from "./case.js";

export const cases: Cases = {
  rows_of_names: (t) =>
    t.spark.createDataFrame(
      [
        [1, "a"],
        [2, "b"],
      ],
      ["id", "s"],
    ),
  objects: (t) =>
    t.spark.createDataFrame([
      { id: 1, s: "a" },
      { id: 2, s: "b" },
    ]),
  objects_missing_key: (t) => t.spark.createDataFrame([{ id: 1, s: "a" }, { id: 2 }]),
  row_objects: (t) =>
    t.spark.createDataFrame([
      { b: 1, a: "x" },
      { b: 2, a: "y" },
    ]),
  arrays_without_names: (t) =>
    t.spark.createDataFrame([
      [1, "a"],
      [2, "b"],
    ]),
  ddl: (t) => t.spark.createDataFrame([[1, "a", 2.5]], "id INT, s STRING, d DOUBLE"),
  ddl_objects: (t) => t.spark.createDataFrame([{ s: "a", id: 1 }], "id INT, s STRING"),
  ddl_objects_missing_key: (t) => t.spark.createDataFrame([{ id: 1 }, { s: "b" }], "id BIGINT, s STRING"),
  ddl_nulls: (t) => t.spark.createDataFrame([[null, null]], "id INT, s STRING"),
  ddl_empty: (t) => t.spark.createDataFrame([], "id INT, s STRING"),
  ddl_colons: (t) => t.spark.createDataFrame([[1, "a"]], "id: int, s: string"),
  ddl_small_types: (t) => t.spark.createDataFrame([[1, 2, 3.5, true]], "a TINYINT, b SMALLINT, f FLOAT, g BOOLEAN"),
  ddl_nested: (t) =>
    t.spark.createDataFrame(
      [[1, ["x", null], new Map([["k", 1]]), { c: "Oslo" }]],
      "id INT, a ARRAY<STRING>, m MAP<STRING, INT>, s STRUCT<c: STRING>",
    ),
  ddl_date: (t) => t.spark.createDataFrame([["2024-01-15"]], "d DATE"),
  ddl_timestamp: (t) => t.spark.createDataFrame([[new Date("2024-01-15T10:30:00.500Z")]], "at TIMESTAMP"),
  ddl_decimal: (t) => t.spark.createDataFrame([["12.50"]], "m DECIMAL(10,2)"),
  ddl_binary: (t) => t.spark.createDataFrame([[Buffer.from("Hi")]], "b BINARY"),
  ddl_not_null: async (t) => (await t.spark.createDataFrame([[1]], "id INT NOT NULL").schema()).fields[0]?.nullable,
  infer_numbers: (t) => t.spark.createDataFrame([[1, 2.5, true, "x"]], ["l", "d", "b", "s"]),
  infer_null_then_value: (t) => t.spark.createDataFrame([[null], [2]], ["x"]),
  infer_dates: (t) => t.spark.createDataFrame([[new Date("2024-01-15T10:00:00Z")]], ["at"]),
  infer_array: (t) => t.spark.createDataFrame([[[1, 2]], [[]]], ["a"]),
  infer_struct: (t) => t.spark.createDataFrame([[{ x: 1, y: "a" }], [null]], ["s"]),
  infer_map: (t) =>
    t.spark.createDataFrame(
      [
        [
          new Map([
            ["k", 1],
            ["j", 2],
          ]),
        ],
      ],
      ["m"],
    ),
  infer_binary: (t) => t.spark.createDataFrame([[Buffer.from("Hi")]], ["b"]),
  infer_nested: (t) => t.spark.createDataFrame([[[{ a: 1 }, { a: null }]]], ["x"]),
  then_filtered: (t) =>
    t.spark
      .createDataFrame(
        [
          [1, "a"],
          [2, "b"],
        ],
        ["id", "s"],
      )
      .filter(F.col("id").gt(1)),
  special_text: (t) => t.spark.createDataFrame([['it\'s "x"\\ \n ü']], ["s"]),
  big_numbers: (t) => t.spark.createDataFrame([[9007199254740993n]], ["x"]),
  nan: (t) => t.spark.createDataFrame([[Number.NaN, Number.POSITIVE_INFINITY]], ["x", "y"]),
  all_null_column: (t) => t.spark.createDataFrame([[1, null]], ["a", "b"]),
  no_rows_no_schema: (t) => t.spark.createDataFrame([], ["a"]),
  conflicting_types: (t) => t.spark.createDataFrame([[1], ["a"]], ["x"]),
  long_and_double: (t) => t.spark.createDataFrame([[1], [2.5]], ["x"]),
  ddl_wrong_type: (t) => t.spark.createDataFrame([["a"]], "id INT"),
  ddl_out_of_range: (t) => t.spark.createDataFrame([[300]], "id TINYINT"),
  ddl_null_in_not_null: (t) => t.spark.createDataFrame([[null]], "id INT NOT NULL"),
  ddl_length: (t) => t.spark.createDataFrame([[1, 2]], "id INT"),
  ddl_double_from_int: (t) => t.spark.createDataFrame([[1]], "d DOUBLE"),
  to_df_renamed: (t) => t.spark.createDataFrame([[1, "a"]]).toDF("x", "y"),
};
