"""Records what PySpark answers to the cases of cases/<family>.py: writes <family>.json beside it. See README.md."""

import contextlib
import datetime
import decimal
import importlib
import importlib.util
import io
import json
import logging
import os
import pathlib
import sys
import time
from types import SimpleNamespace


from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, Row, SparkSession, types

HERE = pathlib.Path(__file__).parent
CASES = HERE / "cases"
sys.path.insert(0, str(CASES))
# The encoding of values is that of the SQL answers.
spec = importlib.util.spec_from_file_location("sql_record", HERE.parent / "spark" / "record.py")
sql_record = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sql_record)


class Ordered:
    """A DataFrame whose rows have an order."""

    def __init__(self, frame):
        self.frame = frame


def encode_value(value):
    if isinstance(value, Row):
        return {name: encode_value(value[i]) for i, name in enumerate(value.__fields__)}
    if isinstance(value, (list, tuple)):
        return [encode_value(one) for one in value]
    if isinstance(value, dict):
        return [[encode_value(k), encode_value(v)] for k, v in value.items()]
    if isinstance(value, datetime.datetime):
        return sql_record.timestamp_text(value) + "Z"
    if isinstance(value, (datetime.date, decimal.Decimal)):
        return str(value)
    return value


def by_key(value, data_type):
    """Maps have no order: their entries stand by their keys."""
    if value is None:
        return None
    if isinstance(data_type, types.ArrayType):
        return [by_key(one, data_type.elementType) for one in value]
    if isinstance(data_type, types.MapType):
        entries = [[key, by_key(one, data_type.valueType)] for key, one in value]
        return sorted(entries, key=lambda entry: json.dumps(entry[0]))
    if isinstance(data_type, types.StructType):
        return {field.name: by_key(value[field.name], field.dataType) for field in data_type.fields}
    return value


def encoded(value, data_type):
    return by_key(sql_record.encode(value, data_type), data_type)


def answer(result):
    if isinstance(result, Ordered):
        return {**answer(result.frame), "ordered": True}
    if isinstance(result, DataFrame):
        fields = result.schema.fields
        schema = [{"name": f.name, "type": f.dataType.simpleString()} for f in fields]
        rows = [[encoded(row[i], f.dataType) for i, f in enumerate(fields)] for row in result.collect()]
        return {"schema": schema, "rows": rows}
    return {"value": encode_value(result)}


def record(name, case, tables):
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            result = answer(case(tables))
        if printed.getvalue():
            result = {"printed": printed.getvalue()}
        return {"name": name, **result}
    except PySparkException as error:
        return {"name": name, "error": error.getCondition() or type(error).__name__}


def main():
    os.environ["TZ"] = "UTC"
    time.tzset()
    logging.disable(logging.CRITICAL)
    families = sys.argv[1:] or sorted(path.stem for path in CASES.glob("*.py"))
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.driver.extraJavaOptions", "-Duser.timezone=UTC")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    for family in families:
        recorded = []
        for name, case in importlib.import_module(family).cases.items():
            texts = json.loads((HERE / "tables.json").read_text(encoding="utf-8"))
            # A fresh DataFrame for each case, so that no case sees another's cache or views.
            tables = SimpleNamespace(
                spark=spark, ordered=Ordered, **{table: spark.sql(text) for table, text in texts.items()}
            )
            try:
                recorded.append(record(name, case, tables))
            except Exception as error:
                print(f"{family} {name}: {type(error).__name__}: {error}", file=sys.stderr)
            for view in spark.catalog.listTables():
                if view.isTemporary:
                    spark.catalog.dropTempView(view.name)
        lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in recorded)
        (CASES / f"{family}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
        print(f"{family}: {len(recorded)} cases, {sum('error' in one for one in recorded)} of them errors", flush=True)
    spark.stop()


if __name__ == "__main__":
    main()
