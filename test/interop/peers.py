"""The peers' side of the interop test: one process, one JSON request a line on stdin, one JSON answer a line on stdout.

read:  {"do": "read", "engine": "delta-rs" | "spark", "path": ..., "version"?: n}  -> {"columns": [...], "rows": [[...]]}, rows sorted
sql:   {"do": "sql", "text": ...}  -> Spark runs it
rust-write: {"do": "rust-write", "path": ..., "rows": [...], "mode": ..., "partition_by": [...]}
"""

import base64
import datetime
import decimal
import glob
import json
import math
import os
import sys

JARS = ",".join(sorted(glob.glob(os.path.join(os.environ["LAKELET_PEER_JARS"], "*.jar"))))
_spark = None


def spark():
    global _spark
    if _spark is None:
        from pyspark.sql import SparkSession

        _spark = (
            SparkSession.builder.master("local[2]")
            .config("spark.jars", JARS)
            .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
            .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.warehouse.dir", os.environ["LAKELET_PEER_WAREHOUSE"])
            .config("spark.databricks.delta.snapshotPartitions", "2")
            .getOrCreate()
        )
        _spark.sparkContext.setLogLevel("ERROR")
    return _spark


def plain(value):
    """The value as `lakelet sql --format json` writes it, so that answers compare as text."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        return value
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            return value.strftime("%Y-%m-%dT%H:%M:%S.%f")
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if hasattr(value, "asDict"):
        return {key: plain(one) for key, one in value.asDict().items()}
    return [plain(one) for one in value]


def answer(columns, rows):
    rows = [[plain(value) for value in row] for row in rows]
    rows.sort(key=lambda row: json.dumps(row, sort_keys=True))
    return {"columns": columns, "rows": rows}


def read(request):
    if request["engine"] == "delta-rs":
        from deltalake import DeltaTable

        table = DeltaTable(request["path"], version=request.get("version"))
        data = table.to_pyarrow_table()
        names = request.get("columns") or data.column_names
        columns = [data.column(name).to_pylist() for name in names]
        return answer(names, list(zip(*columns)) if columns and data.num_rows else [])
    reader = spark().read.format("delta")
    if "version" in request:
        reader = reader.option("versionAsOf", request["version"])
    frame = reader.load(request["path"])
    if request.get("columns"):
        frame = frame.select(*[f"`{name}`" for name in request["columns"]])
    # Python's datetime has no zone for Spark's TIMESTAMP: it is shown in the session's, which is UTC.
    timestamps = {f.name for f in frame.schema.fields if f.dataType.typeName() == "timestamp"}
    rows = []
    for row in frame.collect():
        rows.append(
            [
                value.astimezone(datetime.timezone.utc) if name in timestamps and value is not None else value
                for name, value in zip(frame.columns, row)
            ]
        )
    return answer(frame.columns, rows)


def sql(request):
    frame = spark().sql(request["text"])
    return answer(frame.columns, frame.collect())


def rust_write(request):
    import pyarrow as pa
    from deltalake import write_deltalake

    columns = {
        name: pa.array(values, type=getattr(pa, kind)() if isinstance(kind, str) else pa.decimal128(*kind))
        for name, kind, values in request["data"]
    }
    write_deltalake(
        request["path"], pa.table(columns), mode=request.get("mode", "append"), partition_by=request.get("partition_by")
    )
    return {}


ACTIONS = {"read": read, "sql": sql, "rust-write": rust_write}

for line in sys.stdin:
    request = json.loads(line)
    try:
        result = {"ok": ACTIONS[request["do"]](request)}
    except Exception as error:  # the test is told, and decides
        result = {"error": f"{type(error).__name__}: {error}"}
    print("@" + json.dumps(result), flush=True)
