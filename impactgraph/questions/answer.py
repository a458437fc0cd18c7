"""The parts that all answers share, in the shape that outside programs read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impactgraph import kernel
from impactgraph._version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

    from impactgraph.decisions.seeds import Judged
    from impactgraph.model import ImpactGraph, Warning_

#: 1: the first published form. Adding a field keeps the number; renaming or removing one raises it.
SCHEMA_VERSION = 1
#: What makes the same question have another answer: the program itself.
VARIANT = (__version__, SCHEMA_VERSION, kernel.NAME)


def head(kind: str, root: str, warnings: Iterable[Warning_] = ()) -> dict[str, Any]:
    """What every answer starts with."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": kind,
        "tool": {"name": "impactgraph", "version": __version__, "kernel": kernel.NAME},
        "root": root,
        "warnings": [warning._asdict() for warning in warnings],
    }


def warnings_of(graph: ImpactGraph) -> list[dict[str, Any]]:
    """The warnings of a graph, with one for each file that couldn't be parsed."""
    unparsed = [{"code": "unparsed", "path": path, "line": None, "message": error} for path, error in graph.unparsed]
    return [*(warning._asdict() for warning in graph.warnings), *unparsed]


def change(item: Judged) -> dict[str, Any]:
    """A judged change as one of the `changes` of a selection."""
    return {
        "path": item.change.path,
        "old_path": item.change.old_path,
        "status": item.change.status,
        "class": item.klass,
        "effect": item.effect,
        "units": None if item.units is None else [unit._asdict() for unit in item.units],
        "reason": item.reason,
        "detail": item.detail,
    }
