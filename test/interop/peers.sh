#!/usr/bin/env bash
# Installs the peers that lakelet is compared with, pinned, outside the source tree, and prints the folder.
# With --polars, --sdk or --dbt Polars, Databricks' SDK or dbt (in a venv of its own), too. A venv with delta-rs and PySpark, and delta-spark's jars. Needs Python >= 3.10 with venv, a JDK >= 17 and Maven.
set -euo pipefail

PYSPARK=4.0.1
DELTALAKE=1.6.6
PYARROW=26.0.1
# For the benchmarks only.
POLARS=2.1.0
# For the bodies of runs/get only.
DATABRICKS_SDK=0.156.0
# What lakelet installs where the user has no dbt: see src/tasks/dbt/dbt-python.ts.
DBT_CORE=1.11.16
DBT_DUCKDB=1.11.1
DUCKDB=1.5.6
DELTA_SPARK=4.0.1
ANTLR=4.13.1

folder="${LAKELET_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/lakelet/peers-spark$PYSPARK-delta$DELTA_SPARK-rs$DELTALAKE}"
# Asked whether they are there, it installs nothing.
if [ "${1:-}" = "--installed" ]; then [ -f "$folder/complete" ]; exit; fi

missing=()
python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1 \
  || missing+=("Python 3.10 or newer with venv, as python3 (Debian: apt-get install python3 python3-venv)")
java_home="${JAVA_HOME:-}"
java="${java_home:+$java_home/bin/}java"
java_version="$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1 || true)"
[ "${java_version:-0}" -ge 17 ] \
  || missing+=("a JDK, 17 or newer, found by JAVA_HOME or as java (Debian: apt-get install openjdk-17-jdk-headless)")

if [ ! -f "$folder/complete" ]; then
  command -v mvn >/dev/null || missing+=("Maven, as mvn (Debian: apt-get install maven)")
fi
if [ "${#missing[@]}" -gt 0 ]; then
  echo "The interop tests compare lakelet with delta-rs and Spark, and need:" >&2
  printf '  * %s\n' "${missing[@]}" >&2
  echo "Install what is missing and run them again; all other tests (npm test) need Node only." >&2
  exit 1
fi

if [ ! -f "$folder/complete" ]; then
  echo "Installing delta-rs $DELTALAKE and Spark $PYSPARK with Delta $DELTA_SPARK into $folder (once) ..." >&2
  mkdir -p "$folder/jars"
  python3 -m venv "$folder/venv" >&2
  "$folder/venv/bin/pip" install --quiet --disable-pip-version-check "pyspark==$PYSPARK" "deltalake==$DELTALAKE" "pyarrow==$PYARROW" >&2
  for artifact in "io.delta:delta-spark_2.13:$DELTA_SPARK" "io.delta:delta-storage:$DELTA_SPARK" "org.antlr:antlr4-runtime:$ANTLR"; do
    mvn --quiet --batch-mode dependency:copy "-Dartifact=$artifact" "-DoutputDirectory=$folder/jars" >&2
  done
  touch "$folder/complete"
fi
if [ "${1:-}" = "--polars" ] && [ ! -f "$folder/polars-$POLARS" ]; then
  echo "Installing Polars $POLARS into $folder (once) ..." >&2
  "$folder/venv/bin/pip" install --quiet --disable-pip-version-check "polars==$POLARS" >&2
  touch "$folder/polars-$POLARS"
fi
if [ "${1:-}" = "--sdk" ] && [ ! -f "$folder/sdk-$DATABRICKS_SDK" ]; then
  echo "Installing databricks-sdk $DATABRICKS_SDK into $folder (once) ..." >&2
  "$folder/venv/bin/pip" install --quiet --disable-pip-version-check "databricks-sdk==$DATABRICKS_SDK" >&2
  touch "$folder/sdk-$DATABRICKS_SDK"
fi
if [ "${1:-}" = "--dbt" ] && [ ! -f "$folder/dbt-$DBT_CORE-$DBT_DUCKDB-$DUCKDB" ]; then
  echo "Installing dbt $DBT_CORE with dbt-duckdb $DBT_DUCKDB into $folder (once) ..." >&2
  python3 -m venv "$folder/dbt" >&2
  "$folder/dbt/bin/pip" install --quiet --disable-pip-version-check "dbt-core==$DBT_CORE" "dbt-duckdb==$DBT_DUCKDB" "duckdb==$DUCKDB" >&2
  touch "$folder/dbt-$DBT_CORE-$DBT_DUCKDB-$DUCKDB"
fi
echo "$folder"
