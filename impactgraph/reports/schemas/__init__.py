"""The JSON Schemas (draft 2020-12) of the answers; `head.json` is what they share."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import orjson

_HEAD = "head"


def kinds() -> tuple[str, ...]:
    """The kinds of answers that have a schema, sorted."""
    names = (file.name.removesuffix(".json") for file in files(__name__).iterdir() if file.name.endswith(".json"))
    return tuple(sorted(name for name in names if name != _HEAD))


def load(kind: str) -> bytes:
    """The schema of `kind`, one of `kinds`, complete in itself: what all answers share is merged in. Raises KeyError."""
    if kind not in kinds():
        raise KeyError(kind)
    head, own = _read(_HEAD), _read(kind)
    schema = {
        **head,
        **own,
        "properties": {**head["properties"], "kind": {"const": kind}, **own["properties"]},
        "required": [*head["required"], *own["required"]],
        "$defs": {**head["$defs"], **own.get("$defs", {})},
    }
    return orjson.dumps(schema, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _read(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = orjson.loads(files(__name__).joinpath(f"{name}.json").read_bytes())
    return schema
