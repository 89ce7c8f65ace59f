"""A peer of the benchmarks: a process that stays up, so that its work is timed warm. Its argument says which: delta-rs, Spark, Polars or dbt.

One JSON request a line on stdin, one JSON answer a line on stdout, marked by "@": {"do", "location", ...} ->
{"ok": {"milliseconds", "cpuMilliseconds", "peakMegabytes"}} or {"error"}. CPU time is that of the process and of those it started
(Spark's JVM); the peak is the greatest resident set of them so far. Sources are read within the timed work, as lakelet reads them.

Kind to the peers: delta-rs has the source as a table in memory and not as a stream, so that it may leave out files by its values; Spark
has as many shuffle partitions as threads. None of them flushes its files or its log to the disk, as lakelet and bare DuckDB do.
"""

import functools
import glob
import json
import os
import sys
import time

import pipeline_work

PEER = sys.argv[1]
OPTIONS = json.loads(sys.argv[2])  # {"threads", "memory"}: Spark's threads and heap
ALIASES = {"source_alias": "s", "target_alias": "t"}
TICKS = os.sysconf("SC_CLK_TCK")


# --- what it costs ---


def tree():
    """The process and all that it started."""
    parents = {}
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path) as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue  # has just ended
        parents[int(path.split("/")[2])] = int(fields[1])
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def cpu_milliseconds():
    if PEER != "Spark":
        return time.process_time() * 1000
    ticks = 0
    for pid in tree():
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks * 1000 / TICKS


def peak_megabytes():
    total = 0
    for pid in tree():
        with open(f"/proc/{pid}/status") as file:
            total += sum(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
    return round(total / 1024)


def timed(work):
    cpu = cpu_milliseconds()
    start = time.perf_counter()
    phases = work()
    wall = (time.perf_counter() - start) * 1000
    cost = {"milliseconds": wall, "cpuMilliseconds": cpu_milliseconds() - cpu}
    return {**cost, "peakMegabytes": peak_megabytes(), "phases": phases}


# --- delta-rs ---


def stream_of(source):
    import pyarrow
    import pyarrow.parquet as parquet

    file = parquet.ParquetFile(source)
    return pyarrow.RecordBatchReader.from_batches(file.schema_arrow, file.iter_batches())


def rust_merge(location, source, keys, kind, streamed=False, limitMegabytes=None, **_):
    import pyarrow.parquet as parquet
    from deltalake import DeltaTable

    changes = stream_of(source) if streamed else parquet.read_table(source)
    spill = {} if limitMegabytes is None else {"max_spill_size": limitMegabytes * 2**20}
    condition = " AND ".join(f"t.{key} = s.{key}" for key in keys)
    merge = DeltaTable(location).merge(changes, condition, streamed_exec=streamed, **spill, **ALIASES)
    if kind == "delete-only":
        merge = merge.when_matched_delete()
    if kind == "upsert":
        merge = merge.when_matched_update_all()
    if kind == "multiple-insert-only":
        merge = merge.when_not_matched_insert_all(predicate="s.customer_id % 2 = 0")
    if kind != "delete-only":
        merge = merge.when_not_matched_insert_all()
    merge.execute()


def rust_optimize(location, **_):
    from deltalake import DeltaTable

    DeltaTable(location).optimize.compact()


def rust_vacuum(location, **_):
    from deltalake import DeltaTable

    DeltaTable(location).vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)


# --- Spark ---


@functools.cache
def spark():
    from pyspark.sql import SparkSession

    jars = ",".join(sorted(glob.glob(os.path.join(os.environ["LAKELET_PEER_JARS"], "*.jar"))))
    threads = OPTIONS["threads"]
    session = (
        SparkSession.builder.master(f"local[{threads}]")
        .config("spark.jars", jars)
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", str(threads))
        .config("spark.databricks.delta.snapshotPartitions", str(threads))
        .config("spark.databricks.delta.retentionDurationCheck.enabled", "false")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", OPTIONS["memory"])
        .config("spark.local.dir", os.path.join(os.getcwd(), "spark-local"))
        .config("spark.sql.warehouse.dir", os.path.join(os.getcwd(), "spark-warehouse"))
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return session


def spark_sql(location, sql, **_):
    spark().sql(sql.replace("{table}", f"delta.`{location}`")).collect()


def spark_statements(statements, **_):
    for sql in statements:
        spark().sql(sql).collect()


# --- Polars ---


def polars_merge(location, source, keys, kind, partitionBy=(), streamed=False, **_):
    """Polars' own work is the join, and the whole table written again; its mode "merge" is delta-rs's."""
    import polars

    table = polars.scan_delta(location)
    changes = polars.scan_parquet(source)
    if kind.endswith("insert-only"):
        result, mode = changes.join(table, on=keys, how="anti"), "append"
    else:
        kept = table.join(changes, on=keys, how="anti")
        result = kept if kind == "delete-only" else polars.concat([kept, changes])
        mode = "overwrite"
    options = {"partition_by": list(partitionBy)} if partitionBy else None
    if streamed:
        result.sink_delta(location, mode=mode, delta_write_options=options)
    else:
        result.collect().write_delta(location, mode=mode, delta_write_options=options)


def polars_optimize(location, **_):
    import polars

    polars.scan_delta(location).collect().write_delta(location, mode="overwrite")


# --- many commits ---


def insert(location, first, count, writer):
    """Ten rows a commit, by delta-rs or Spark. delta-rs tries again where another writer was first."""
    import pyarrow

    columns = ["writer", "number", "row", "name", "amount"]
    kinds = [pyarrow.int32(), pyarrow.int32(), pyarrow.int32(), pyarrow.string(), pyarrow.decimal128(10, 2)]
    for number in range(first, first + count):
        if PEER == "Spark":
            rows = ", ".join(f"({writer}, {number}, {row}, 'row {row}', {row}.25)" for row in range(10))
            spark().sql(f"INSERT INTO delta.`{location}` VALUES {rows}")
            continue
        from decimal import Decimal

        rows = [(writer, number, row, f"row {row}", Decimal(f"{row}.25")) for row in range(10)]
        arrays = [pyarrow.array(values, kind) for values, kind in zip(zip(*rows), kinds)]
        table = pyarrow.table(arrays, names=columns)
        if PEER == "Polars":
            import polars

            polars.from_arrow(table).write_delta(location, mode="append")
        else:
            from deltalake import write_deltalake

            write_deltalake(location, table, mode="append")


ACTIONS = {
    "delta-rs": {"merge": rust_merge, "optimize": rust_optimize, "vacuum": rust_vacuum, "insert": insert, "pipeline": pipeline_work.rust},
    "Spark": {"merge": spark_sql, "optimize": spark_sql, "vacuum": spark_sql, "insert": insert, "pipeline": spark_statements},
    "Polars": {"merge": polars_merge, "optimize": polars_optimize, "insert": insert, "pipeline": pipeline_work.polars_},
    "dbt": {"pipeline": pipeline_work.dbt},
}

for line in sys.stdin:
    request = json.loads(line)
    action = ACTIONS[PEER].get(request.pop("do"))
    try:
        if PEER == "Spark":
            spark()  # started before the clock
        result = {"ok": timed(lambda: action(**request))}
    except BaseException as error:  # a panic of Rust is no Exception; the benchmark is told, and decides
        result = {"error": f"{type(error).__name__}: {error}"[:2000]}
    print("@" + json.dumps(result), flush=True)
