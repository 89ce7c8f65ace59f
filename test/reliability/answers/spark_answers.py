"""What real Spark answers to statements: one JSON request a line on stdin, one JSON answer a line on stdout (behind "@").

{"setup"?: [...], "local"?: {name: query}, "statements": [...]} -> {"ok": [answer, ...]} | {"error": "..."}

With "setup" the statements, and those of later requests without one, run in a new session with an empty schema, after the setup's.
"local" are temporary views whose rows are computed once and stay in the plan, so that reading them starts no job.
An answer is as those of test/golden/spark/record.py, and:
- "texts": indexes of columns that Python cannot hold (intervals, years beyond 9999, variants), whose values are Spark's cast to string;
- "message" of an error.
"""

import glob
import importlib.util
import json
import logging
import os
import pathlib
import sys

os.environ["TZ"] = "UTC"

from py4j.java_gateway import is_instance_of  # noqa: E402
from pyspark import SparkContext  # noqa: E402
from pyspark.errors.exceptions import captured  # noqa: E402
from pyspark.sql import SparkSession, functions, types  # noqa: E402

HERE = pathlib.Path(__file__).parent
LONGEST_MESSAGE = 400


def recorder():
    spec = importlib.util.spec_from_file_location("record", HERE.parent.parent / "golden" / "spark" / "record.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RECORD = recorder()


def start():
    jars = ",".join(sorted(glob.glob(os.path.join(os.environ["LAKELET_PEER_JARS"], "*.jar"))))
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.jars", jars)
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.sql.shuffle.partitions", "1")
        # Small data: compiling code for each query would cost more than it saves.
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.driver.extraJavaOptions", "-Duser.timezone=UTC -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xss16m")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "2g")
        .config("spark.sql.warehouse.dir", os.path.join(os.environ["LAKELET_PEER_FOLDER"], "spark-warehouse"))
        .config("spark.databricks.delta.snapshotPartitions", "1")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    return spark


class Refusal(Exception):
    """An error of Spark's. PySpark's own classes fetch stack traces of all causes, which takes longer than the statement."""

    def __init__(self, condition, sql_state, message):
        super().__init__(message)
        self.condition, self.sql_state, self.message = condition, sql_state, message or ""


def refusal(thrown):
    """By the outermost condition; what has none (an exception of Java's) by the name of the innermost class."""
    cause = thrown
    while cause is not None:
        innermost = cause
        if is_instance_of(SparkContext._gateway, cause, "org.apache.spark.SparkThrowable"):
            condition = cause.getCondition()
            if condition is not None:
                return Refusal(condition, cause.getSqlState(), cause.getMessage())
        cause = cause.getCause()
    return Refusal(innermost.getClass().getSimpleName(), None, innermost.getMessage())


captured.convert_exception = refusal


def has_no_python_form(data_type):
    """Types whose values arrive in Python changed or not at all."""
    if isinstance(data_type, types.ArrayType):
        return has_no_python_form(data_type.elementType)
    if isinstance(data_type, types.MapType):
        return has_no_python_form(data_type.keyType) or has_no_python_form(data_type.valueType)
    if isinstance(data_type, types.StructType):
        return any(has_no_python_form(field.dataType) for field in data_type.fields)
    return "interval" in data_type.typeName() or data_type.typeName() == "variant"


def holds_times(data_type):
    return any(name in data_type.simpleString() for name in ("date", "timestamp"))


def rows_of(frame, fields, texts):
    if texts:
        # By position: names may be ambiguous.
        plain = frame.toDF(*[f"c{i}" for i in range(len(fields))])
        frame = plain.select(*[functions.col(f"c{i}").cast("string") if i in texts else functions.col(f"c{i}") for i in range(len(fields))])
        fields = frame.schema.fields
    return [[RECORD.encode(row[i], field.dataType) for i, field in enumerate(fields)] for row in frame.collect()]


def answer(spark, sql):
    try:
        frame = spark.sql(sql)
        fields = frame.schema.fields
        schema = [{"name": f.name, "type": f.dataType.simpleString()} for f in fields]
        texts = [i for i, f in enumerate(fields) if has_no_python_form(f.dataType)]
        try:
            rows = rows_of(frame, fields, texts)
        except (ValueError, OverflowError, TypeError) as error:
            texts = [i for i, f in enumerate(fields) if i in texts or holds_times(f.dataType)]
            if not texts:
                raise error
            rows = rows_of(frame, fields, texts)
        return {"sql": sql, "schema": schema, "rows": rows, **({"texts": texts} if texts else {})}
    except Refusal as error:
        message = error.message[:LONGEST_MESSAGE]
        return {"sql": sql, "error": error.condition, "sqlState": error.sql_state, "message": message}
    except Exception as error:
        return {"sql": sql, "unrecorded": f"{type(error).__name__}: {str(error)[:200]}"}


def keep(spark, name, query):
    rows = spark.sql(query)._jdf.queryExecution().optimizedPlan()
    dataset = SparkContext._jvm.org.apache.spark.sql.classic.Dataset.ofRows(spark._jsparkSession, rows)
    dataset.createOrReplaceTempView(name)


def main():
    logging.getLogger("SQLQueryContextLogger").disabled = True
    base = start()
    spark, schemas = base, 0
    for line in sys.stdin:
        try:
            request = json.loads(line)
            if "setup" in request:
                schemas += 1
                spark = base.newSession()
                spark.sql(f"CREATE SCHEMA answers_{schemas}")
                spark.sql(f"USE answers_{schemas}")
                for statement in request["setup"]:
                    spark.sql(statement).collect()
            for name, query in request.get("local", {}).items():
                keep(spark, name, query)
            reply = {"ok": [answer(spark, sql) for sql in request.get("statements", [])]}
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {str(error)[:2000]}"}
        print("@" + json.dumps(reply), flush=True)
    base.stop()


if __name__ == "__main__":
    main()
