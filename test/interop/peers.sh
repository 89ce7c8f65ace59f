#!/usr/bin/env bash
# Installs the peers that lakelet is compared with, pinned, outside the source tree, and prints the folder.
# A venv with delta-rs and PySpark, and delta-spark's jars. Needs Python 3.11 with venv, a JDK and Maven.
set -euo pipefail

PYSPARK=4.0.1
DELTALAKE=1.6.6
PYARROW=26.0.1
DELTA_SPARK=4.0.1
ANTLR=4.13.1

folder="${LAKELET_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/lakelet/peers-spark$PYSPARK-delta$DELTA_SPARK-rs$DELTALAKE}"
if [ ! -f "$folder/complete" ]; then
  mkdir -p "$folder/jars"
  python3 -m venv "$folder/venv" >&2
  "$folder/venv/bin/pip" install --quiet --disable-pip-version-check "pyspark==$PYSPARK" "deltalake==$DELTALAKE" "pyarrow==$PYARROW" >&2
  for artifact in "io.delta:delta-spark_2.13:$DELTA_SPARK" "io.delta:delta-storage:$DELTA_SPARK" "org.antlr:antlr4-runtime:$ANTLR"; do
    mvn --quiet --batch-mode dependency:copy "-Dartifact=$artifact" "-DoutputDirectory=$folder/jars" >&2
  done
  touch "$folder/complete"
fi
echo "$folder"
