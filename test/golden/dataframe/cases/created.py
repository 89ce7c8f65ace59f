"""createDataFrame from objects, arrays and schemas."""

import datetime
import decimal

from pyspark.sql import Row
from pyspark.sql.functions import col

cases = {
    "rows_of_names": lambda t: t.spark.createDataFrame([(1, "a"), (2, "b")], ["id", "s"]),
    "objects": lambda t: t.spark.createDataFrame([{"id": 1, "s": "a"}, {"id": 2, "s": "b"}]),
    "objects_missing_key": lambda t: t.spark.createDataFrame([{"id": 1, "s": "a"}, {"id": 2}]),
    "row_objects": lambda t: t.spark.createDataFrame([Row(b=1, a="x"), Row(b=2, a="y")]),
    "arrays_without_names": lambda t: t.spark.createDataFrame([(1, "a"), (2, "b")]),
    "ddl": lambda t: t.spark.createDataFrame([(1, "a", 2.5)], "id INT, s STRING, d DOUBLE"),
    "ddl_objects": lambda t: t.spark.createDataFrame([{"s": "a", "id": 1}], "id INT, s STRING"),
    "ddl_objects_missing_key": lambda t: t.spark.createDataFrame([{"id": 1}, {"s": "b"}], "id BIGINT, s STRING"),
    "ddl_nulls": lambda t: t.spark.createDataFrame([(None, None)], "id INT, s STRING"),
    "ddl_empty": lambda t: t.spark.createDataFrame([], "id INT, s STRING"),
    "ddl_colons": lambda t: t.spark.createDataFrame([(1, "a")], "id: int, s: string"),
    "ddl_small_types": lambda t: t.spark.createDataFrame([(1, 2, 3.5, True)], "a TINYINT, b SMALLINT, f FLOAT, g BOOLEAN"),
    "ddl_nested": lambda t: t.spark.createDataFrame([(1, ["x", None], {"k": 1}, {"c": "Oslo"})], "id INT, a ARRAY<STRING>, m MAP<STRING, INT>, s STRUCT<c: STRING>"),
    "ddl_date": lambda t: t.spark.createDataFrame([(datetime.date(2024, 1, 15),)], "d DATE"),
    "ddl_timestamp": lambda t: t.spark.createDataFrame([(datetime.datetime(2024, 1, 15, 10, 30, 0, 500000),)], "at TIMESTAMP"),
    "ddl_decimal": lambda t: t.spark.createDataFrame([(decimal.Decimal("12.50"),)], "m DECIMAL(10,2)"),
    "ddl_binary": lambda t: t.spark.createDataFrame([(bytearray(b"Hi"),)], "b BINARY"),
    "ddl_not_null": lambda t: t.spark.createDataFrame([(1,)], "id INT NOT NULL").schema.fields[0].nullable,
    "infer_numbers": lambda t: t.spark.createDataFrame([(1, 2.5, True, "x")], ["l", "d", "b", "s"]),
    "infer_null_then_value": lambda t: t.spark.createDataFrame([(None,), (2,)], ["x"]),
    "infer_dates": lambda t: t.spark.createDataFrame([(datetime.datetime(2024, 1, 15, 10, 0),)], ["at"]),
    "infer_array": lambda t: t.spark.createDataFrame([([1, 2],), ([],)], ["a"]),
    "infer_struct": lambda t: t.spark.createDataFrame([(Row(x=1, y="a"),), (None,)], ["s"]),
    "infer_map": lambda t: t.spark.createDataFrame([({"k": 1, "j": 2},)], ["m"]),
    "infer_binary": lambda t: t.spark.createDataFrame([(bytearray(b"Hi"),)], ["b"]),
    "infer_nested": lambda t: t.spark.createDataFrame([([Row(a=1), Row(a=None)],)], ["x"]),
    "then_filtered": lambda t: t.spark.createDataFrame([(1, "a"), (2, "b")], ["id", "s"]).filter(col("id") > 1),
    "special_text": lambda t: t.spark.createDataFrame([("it's \"x\"\\ \n ü",)], ["s"]),
    "big_numbers": lambda t: t.spark.createDataFrame([(9007199254740993,)], ["x"]),
    "nan": lambda t: t.spark.createDataFrame([(float("nan"), float("inf"))], ["x", "y"]),
    "all_null_column": lambda t: t.spark.createDataFrame([(1, None)], ["a", "b"]),
    "no_rows_no_schema": lambda t: t.spark.createDataFrame([], ["a"]),
    "conflicting_types": lambda t: t.spark.createDataFrame([(1,), ("a",)], ["x"]),
    "long_and_double": lambda t: t.spark.createDataFrame([(1,), (2.5,)], ["x"]),
    "ddl_wrong_type": lambda t: t.spark.createDataFrame([("a",)], "id INT"),
    "ddl_out_of_range": lambda t: t.spark.createDataFrame([(300,)], "id TINYINT"),
    "ddl_null_in_not_null": lambda t: t.spark.createDataFrame([(None,)], "id INT NOT NULL"),
    "ddl_length": lambda t: t.spark.createDataFrame([(1, 2)], "id INT"),
    "ddl_double_from_int": lambda t: t.spark.createDataFrame([(1,)], "d DOUBLE"),
    "to_df_renamed": lambda t: t.spark.createDataFrame([(1, "a")]).toDF("x", "y"),
}
