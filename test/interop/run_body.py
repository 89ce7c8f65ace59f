"""Reads a body of runs/get with Databricks' own SDK and prints which of its keys the SDK does not know, a path a line."""
import enum
import json
import sys
import typing
import dataclasses

from databricks.sdk.service import jobs


def unknown(body, type_, path):
    origin = typing.get_origin(type_)
    if origin is typing.Union:
        inner = [one for one in typing.get_args(type_) if one is not type(None)]
        yield from unknown(body, inner[0], path)
    elif origin is list:
        for i, one in enumerate(body):
            yield from unknown(one, typing.get_args(type_)[0], f"{path}[{i}]")
    elif dataclasses.is_dataclass(type_):
        hints = typing.get_type_hints(type_)
        for key, value in body.items():
            if key not in hints:
                yield f"{path}.{key}"
            else:
                yield from unknown(value, hints[key], f"{path}.{key}")
    elif isinstance(type_, type) and issubclass(type_, enum.Enum):
        if body not in [one.value for one in type_]:
            yield f"{path} = {body}"
    elif type_ is int and (not isinstance(body, int) or isinstance(body, bool)):
        yield f"{path} is no int"
    elif type_ is str and not isinstance(body, str):
        yield f"{path} is no str"


body = json.load(sys.stdin)
jobs.Run.from_dict(body)
for line in unknown(body, jobs.Run, "run"):
    print(line)
