"""The peers' side of the interop tests: one process, one JSON request a line on stdin, one JSON answer a line on stdout.

read          {"engine": "delta-rs" | "datafusion" | "spark", "path", "version"?, "where"?} -> {"columns", "rows", "files"?}
spark         {"statements": [...]}: Spark runs them -> the last one's {"columns", "rows"}
rust-write    {"path", "queries": [...], ...keywords of write_deltalake}: delta-rs writes what Spark gives for each query, one commit each
rust-merge    {"path", "query", "predicate", "clauses": [[method, keywords], ...]}: delta-rs merges what Spark gives for the query
rust-call     {"path", "method": "delete" | "optimize.compact" | ..., "keywords"}: a method of delta-rs's DeltaTable
spark-create  {"path", "columns": [[name, type, [method, ...arguments] | null], ...]}: a table by the builder of Spark's DeltaTable
add-actions   {"path"}: what delta-rs makes of the log's files and their statistics -> {"columns", "rows"}

Rows are sent as `lakelet sql --format json` writes them.
"""

import base64
import functools
import glob
import json
import math
import os
import sys

import pyarrow as pa

ALIASES = {"source_alias": "s", "target_alias": "t"}


@functools.cache
def spark():
    from pyspark.sql import SparkSession

    jars = ",".join(sorted(glob.glob(os.path.join(os.environ["LAKELET_PEER_JARS"], "*.jar"))))
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.jars", jars)
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "1")
        # Small data: compiling code for each query would cost more than it saves.
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.sources.parallelPartitionDiscovery.parallelism", "2")
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "1g")
        .config("spark.sql.warehouse.dir", os.path.join(os.environ["LAKELET_PEER_FOLDER"], "spark-warehouse"))
        .config("spark.databricks.delta.snapshotPartitions", "1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return session


def plain(value, kind):
    if value is None:
        return None
    if pa.types.is_boolean(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return value
    if pa.types.is_string_view(kind):
        return value
    if pa.types.is_integer(kind):
        return value if abs(value) < 2**53 else str(value)
    if pa.types.is_floating(kind):
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        return value
    if pa.types.is_decimal(kind):
        return format(value, "f")
    if pa.types.is_timestamp(kind):
        text = value.replace(tzinfo=None).isoformat(timespec="microseconds")
        return text if kind.tz is None else f"{text}Z"
    if pa.types.is_date(kind):
        return value.isoformat()
    if pa.types.is_struct(kind):
        return {field.name: plain(value[field.name], field.type) for field in kind}
    if pa.types.is_map(kind):
        pairs = value.items() if isinstance(value, dict) else value
        return [[plain(key, kind.key_type), plain(one, kind.item_type)] for key, one in pairs]
    if pa.types.is_nested(kind):
        return [plain(one, kind.value_type) for one in value]
    return base64.b64encode(bytes(value)).decode()


def answer(table):
    """`table` is an Arrow table; timestamps with a zone are shown in UTC."""
    columns = []
    for column in table.columns:
        kind = column.type
        if pa.types.is_timestamp(kind) and kind.tz not in (None, "UTC"):
            kind = pa.timestamp(kind.unit, "UTC")
            column = column.cast(kind)
        columns.append([plain(value, kind) for value in column.to_pylist()])
    return {"columns": table.column_names, "rows": [list(row) for row in zip(*columns)]}


def read(engine, path, version=None, where=None):
    return {"delta-rs": read_dataset, "datafusion": read_datafusion, "spark": read_spark}[engine](path, version, where)


def read_dataset(path, version, where):
    from deltalake import DeltaTable

    assert where is None, "a dataset has no SQL"
    return answer(DeltaTable(path, version=version).to_pyarrow_table())


def read_datafusion(path, version, where):
    from deltalake import DeltaTable, QueryBuilder

    text = "SELECT * FROM t" + (f" WHERE {where}" if where else "")
    batches = QueryBuilder().register("t", DeltaTable(path, version=version)).execute(text).read_all()
    return answer(pa.table(batches))


def read_spark(path, version, where):
    reader = spark().read.format("delta")
    if version is not None:
        reader = reader.option("versionAsOf", version)
    frame = reader.load(path)
    if where is None:
        return answer(frame.toArrow())
    frame = frame.where(where)
    result = answer(frame.toArrow())
    scan = frame._jdf.queryExecution().executedPlan().collectLeaves().head()
    files = scan.metrics().get("numFiles")
    return {**result, "files": files.get().value() if files.isDefined() else 0}


def run_spark(statements):
    for text in statements:
        frame = spark().sql(text)
    return answer(frame.toArrow()) if frame.columns else {"columns": [], "rows": []}


def spark_create(path, columns):
    tables = spark()._jvm.io.delta.tables.DeltaTable
    builder = tables.create(spark()._jsparkSession).location(path)
    for name, kind, generated in columns:
        column = tables.columnBuilder(spark()._jsparkSession, name).dataType(kind)
        if generated is not None:
            column = getattr(column, generated[0])(*generated[1:])
        builder = builder.addColumn(column.build())
    builder.execute()
    return {}


def rust_write(path, queries, **keywords):
    from deltalake import write_deltalake

    for data in [spark().sql(query).toArrow() for query in queries]:
        write_deltalake(path, data, **keywords)
    return {}


def rust_merge(path, query, predicate, clauses):
    from deltalake import DeltaTable

    merge = DeltaTable(path).merge(spark().sql(query).toArrow(), predicate, **ALIASES)
    for method, keywords in clauses:
        merge = getattr(merge, method)(**keywords)
    return merge.execute()


def rust_call(path, method, keywords):
    from deltalake import DeltaTable

    found = functools.reduce(getattr, method.split("."), DeltaTable(path))
    result = found(**keywords)
    return result if isinstance(result, dict) else {}


def add_actions(path):
    from deltalake import DeltaTable

    return answer(pa.table(DeltaTable(path).get_add_actions(flatten=True)))


ACTIONS = {
    "read": read,
    "spark": run_spark,
    "spark-create": spark_create,
    "rust-write": rust_write,
    "rust-merge": rust_merge,
    "rust-call": rust_call,
    "add-actions": add_actions,
}

for line in sys.stdin:
    request = json.loads(line)
    action = ACTIONS[request.pop("do")]
    try:
        result = {"ok": action(**request)}
    except Exception as error:  # the test is told, and decides
        result = {"error": f"{type(error).__name__}: {error}"}
    print("@" + json.dumps(result), flush=True)
