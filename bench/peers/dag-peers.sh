#!/usr/bin/env bash
# Installs the orchestrators that B11 runs beside lakelet, pinned, each in a venv outside the source tree, and prints the folder.
set -euo pipefail

DAGSTER=1.13.29
PREFECT=3.8.8
# Prefect 3.8.8 does not import with a later one.
FASTAPI=0.139.0
AIRFLOW=3.3.2

folder="${XDG_CACHE_HOME:-$HOME/.cache}/lakelet/orchestrators-dagster$DAGSTER-prefect$PREFECT-airflow$AIRFLOW"
if [ ! -f "$folder/complete" ]; then
  echo "Installing Dagster $DAGSTER, Prefect $PREFECT and Airflow $AIRFLOW into $folder (once) ..." >&2
  mkdir -p "$folder"
  install() {
    python3 -m venv "$folder/$1" >&2
    "$folder/$1/bin/pip" install --quiet --disable-pip-version-check "${@:2}" >&2
  }
  install dagster "dagster==$DAGSTER"
  install prefect "prefect==$PREFECT" "fastapi==$FASTAPI"
  install airflow "apache-airflow==$AIRFLOW"
  touch "$folder/complete"
fi
echo "$folder"
