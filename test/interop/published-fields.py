"""Holds test/jobs/spec/published-fields.json against the databricks-sdk that is installed: prints what differs, exit code 1."""

import dataclasses
import enum
import json
import pathlib
import re
import sys

from databricks.sdk.service import compute, jobs

RECORD = pathlib.Path(__file__).parent.parent / "jobs/spec/published-fields.json"
PLAIN = {"str": "string", "int": "integer", "bool": "boolean", "float": "number"}
# The service of jobs has a class of the same name for the compute of runs.
OTHER = {"ClusterSpec"}
found = {}


def shape(text):
    text = re.sub(r"^Optional\[(.*)\]$", r"\1", text)
    if listed := re.match(r"List\[(.*)\]$", text):
        return [shape(listed[1])]
    if mapped := re.match(r"Dict\[str, (.*)\]$", text):
        return {"map": shape(mapped[1])}
    name = text.strip("\"'").split(".")[-1]
    kind = getattr(jobs, name, None) or getattr(compute, name, None)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return {"enum": sorted(one.value for one in kind)}
    if dataclasses.is_dataclass(kind):
        walk(kind)
    return PLAIN.get(name, name)


def walk(kind):
    if kind.__name__ in found:
        return
    fields = found[kind.__name__] = {}
    if kind.__name__ not in OTHER:
        fields.update((one.name, shape(one.type)) for one in dataclasses.fields(kind))


walk(jobs.JobSettings)
record = json.loads(RECORD.read_text())["types"]
differences = [
    f"{kind}.{field}: {what}, recorded as {record.get(kind, {}).get(field)}"
    for kind, fields in found.items()
    for field, what in fields.items()
    if record.get(kind, {}).get(field) != what
]
print("\n".join(differences) or "no difference")
sys.exit(1 if differences else 0)
