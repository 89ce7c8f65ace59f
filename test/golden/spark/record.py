"""Records what real Spark answers: reads <family>.sql, writes <family>.json beside it. See README.md."""

import base64
import datetime
import decimal
import json
import logging
import math
import os
import pathlib
import sys

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession, types

HERE = pathlib.Path(__file__).parent
LARGEST_EXACT = 2**53
EXACT = decimal.Context(prec=100)


def statements(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if text and not text.startswith("--"):
            yield text.rstrip(";")


def timestamp_text(value):
    return value.strftime("%Y-%m-%dT%H:%M:%S.%f").rjust(26, "0")


def encode(value, data_type):
    """A value as `lakelet sql --format json` prints it."""
    if value is None:
        return None
    if isinstance(data_type, types.ArrayType):
        return [encode(one, data_type.elementType) for one in value]
    if isinstance(data_type, types.MapType):
        return [[encode(k, data_type.keyType), encode(v, data_type.valueType)] for k, v in value.items()]
    if isinstance(data_type, types.StructType):
        return {field.name: encode(value[i], field.dataType) for i, field in enumerate(data_type.fields)}
    if isinstance(data_type, types.TimestampType):
        return timestamp_text(value.astimezone(datetime.timezone.utc)) + "Z"
    if isinstance(data_type, types.TimestampNTZType):
        return timestamp_text(value)
    if isinstance(data_type, types.DateType):
        return value.isoformat()
    if isinstance(data_type, types.DecimalType):
        # Python may hold more digits behind the point than the type has.
        return format(value.quantize(decimal.Decimal(1).scaleb(-data_type.scale), context=EXACT), "f")
    if isinstance(data_type, types.BinaryType):
        return base64.b64encode(bytes(value)).decode("ascii")
    if isinstance(data_type, (types.FloatType, types.DoubleType)):
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        return value
    if isinstance(data_type, types.LongType) and abs(value) > LARGEST_EXACT:
        return str(value)
    if isinstance(value, (bool, int, str)):
        return value
    return str(value)


def record(spark, sql):
    try:
        frame = spark.sql(sql)
        schema = [{"name": f.name, "type": f.dataType.simpleString()} for f in frame.schema.fields]
        rows = [[encode(row[i], f.dataType) for i, f in enumerate(frame.schema.fields)] for row in frame.collect()]
        return {"sql": sql, "schema": schema, "rows": rows}
    except PySparkException as error:
        condition = error.getCondition() or type(error).__name__
        return {"sql": sql, "error": condition, "sqlState": error.getSqlState()}
    except Exception as error:  # Python cannot hold the value (a year beyond 9999, say): the statement says so
        return {"sql": sql, "unrecorded": f"{type(error).__name__}: {str(error).splitlines()[0][:200]}"}


def main():
    os.environ["TZ"] = "UTC"
    logging.getLogger("SQLQueryContextLogger").disabled = True
    families = [HERE / f"{name}.sql" for name in sys.argv[1:]] or sorted(HERE.glob("*.sql"))
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
        recorded = [record(spark, sql) for sql in statements(family)]
        lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in recorded)
        family.with_suffix(".json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
        failed = sum("error" in one for one in recorded)
        print(f"{family.stem}: {len(recorded)} statements, {failed} of them errors", flush=True)
    spark.stop()


if __name__ == "__main__":
    main()
