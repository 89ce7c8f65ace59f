"""Records what real Spark with Delta Lake answers to sequences of statements: reads <family>.sql, writes <family>.json. See README.md."""

import glob
import importlib.util
import json
import logging
import os
import pathlib
import re
import sys

from pyspark.sql import SparkSession

HERE = pathlib.Path(__file__).parent
# The encoding of values is that of the answers to queries.
spec = importlib.util.spec_from_file_location("sql_record", HERE.parent / "spark" / "record.py")
sql_record = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sql_record)

DATE = re.compile(r"^[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4}$")
# Rows of DESCRIBE that tell of Spark itself.
OWN_ROWS = ("Created By", "Last Access")


def statements(path):
    text = re.sub(r"^--.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [one.strip() for one in re.split(r";[ \t]*\n", text) if one.strip()]


def masked(value):
    """Paths, users and times differ from machine to machine."""
    if not isinstance(value, str):
        return value
    if value.startswith("file:/"):
        return "<path>"
    return "<time>" if DATE.match(value) else value


def masked_rows(rows):
    kept = [row for row in rows if not (row and row[0] in OWN_ROWS)]
    return [["Owner", "<user>"] if row[:1] == ["Owner"] else [masked(one) for one in row] for row in kept]


def record(session, sql):
    answer = sql_record.record(session, sql)
    if "rows" in answer:
        answer["rows"] = masked_rows(answer["rows"])
    return answer


def main():
    os.environ["TZ"] = "UTC"
    logging.getLogger("SQLQueryContextLogger").disabled = True
    jars = ",".join(sorted(glob.glob(os.path.join(os.environ["LAKELET_PEER_JARS"], "*.jar"))))
    families = [HERE / f"{name}.sql" for name in sys.argv[1:]] or sorted(HERE.glob("*.sql"))
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.jars", jars)
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.databricks.delta.snapshotPartitions", "1")
        .config("spark.driver.extraJavaOptions", "-Duser.timezone=UTC")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    for family in families:
        session = spark.newSession()
        schema = f"golden_{family.stem}"
        session.sql(f"CREATE SCHEMA {schema}")
        session.sql(f"USE {schema}")
        recorded = [record(session, sql) for sql in statements(family)]
        lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in recorded)
        family.with_suffix(".json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
        session.sql(f"DROP SCHEMA {schema} CASCADE")
        print(f"{family.stem}: {len(recorded)} statements", flush=True)
    spark.stop()


if __name__ == "__main__":
    main()
