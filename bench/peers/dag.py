"""One job of tasks that do nothing, run by another orchestrator: prints the seconds from start to end as JSON.

usage: dag.py dagster|prefect|airflow chain|fan-out|lattice TASKS

Each peer runs in the cheapest way that keeps a history: Dagster in one process with its SQLite storage, Prefect with its
ephemeral server and threads, Airflow with `dag.test()` on SQLite. Starting Python and importing is not counted.
"""

import json
import os
import sys
import tempfile
import time

peer, shape, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
home = tempfile.mkdtemp(prefix="lakelet-dag-")
WIDTH = 10


def upstream(i):
    """Numbers of the tasks that task i depends on."""
    if i == 0:
        return []
    if shape == "chain":
        return [i - 1]
    if shape == "fan-out":
        return list(range(1, count - 1)) if i == count - 1 else [0]
    layer, place = divmod(i - 1, WIDTH)
    if layer == 0:
        return [0]
    first = 1 + (layer - 1) * WIDTH
    return [first + place, first + (place + 1) % WIDTH]


def dagster():
    import dagster as dg

    def make(i):
        @dg.op(name=f"t{i}", ins={"after": dg.In(dg.Nothing)} if i else {}, out=dg.Out(dg.Nothing))
        def work():
            pass

        return work

    dependencies = {
        f"t{i}": {"after": dg.MultiDependencyDefinition([dg.DependencyDefinition(f"t{j}") for j in upstream(i)])}
        for i in range(1, count)
    }
    graph = dg.GraphDefinition(name="noop", node_defs=[make(i) for i in range(count)], dependencies=dependencies)
    job = graph.to_job()
    with dg.DagsterInstance.local_temp(home) as instance:
        start = time.perf_counter()
        result = job.execute_in_process(instance=instance)
        assert result.success
        return time.perf_counter() - start, dg.__version__


def prefect():
    os.environ["PREFECT_HOME"] = home
    os.environ["PREFECT_LOGGING_LEVEL"] = "ERROR"
    from prefect import __version__, flow, task
    from prefect.task_runners import ThreadPoolTaskRunner

    @task
    def work():
        return None

    @flow(task_runner=ThreadPoolTaskRunner(max_workers=8))
    def noop(n):
        futures = []
        for i in range(n):
            futures.append(work.submit(wait_for=[futures[j] for j in upstream(i)]))
        for future in futures:
            future.wait()

    noop(1)  # starts the server
    start = time.perf_counter()
    noop(count)
    return time.perf_counter() - start, __version__


AIRFLOW_DAG = """
from datetime import datetime
from airflow.sdk import DAG
from airflow.providers.standard.operators.python import PythonOperator

with DAG("noop", start_date=datetime(2024, 1, 1), schedule=None) as dag:
    tasks = [PythonOperator(task_id=f"t{{i}}", python_callable=lambda: None) for i in range({count})]
    for before, after in {edges}:
        tasks[after].set_upstream(tasks[before])
"""


def airflow():
    os.environ.update(
        AIRFLOW_HOME=home, AIRFLOW__CORE__LOAD_EXAMPLES="False", AIRFLOW__LOGGING__LOGGING_LEVEL="ERROR",
        AIRFLOW__CORE__DAGS_FOLDER=os.path.join(home, "dags"),
    )
    os.makedirs(os.path.join(home, "dags"))
    edges = [(j, i) for i in range(1, count) for j in upstream(i)]
    with open(os.path.join(home, "dags", "noop.py"), "w") as file:
        file.write(AIRFLOW_DAG.format(count=count, edges=edges))
    import subprocess

    command = os.path.join(os.path.dirname(sys.executable), "airflow")
    for arguments in (["db", "migrate"], ["dags", "reserialize"]):
        subprocess.run([command, *arguments], check=True, capture_output=True)
    import logging
    import runpy

    from airflow import __version__

    logging.disable(logging.CRITICAL)
    dag = runpy.run_path(os.path.join(home, "dags", "noop.py"))["dag"]
    start = time.perf_counter()
    run = dag.test()
    assert run.state == "success", run.state
    return time.perf_counter() - start, __version__


stdout = os.dup(1)
os.dup2(2, 1)  # what a peer prints does not mix with the answer
seconds, version = {"dagster": dagster, "prefect": prefect, "airflow": airflow}[peer]()
os.write(stdout, (json.dumps({"peer": peer, "version": version, "shape": shape, "tasks": count, "seconds": seconds}) + "\n").encode())
os._exit(0)
