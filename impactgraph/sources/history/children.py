"""What a child process told, line by line as it happened: see `_recorder_children.pxi`."""

from __future__ import annotations

from typing import NamedTuple

from impactgraph.sources.history.journal import FORMAT, values

_OWN = (".git/", ".impactgraph_cache/")


class Child(NamedTuple):
    """`functions`: path and qualified name. `children`: numbers of processes that it started itself; `silent`: of one that tells nothing.

    `cut`: something was not noted.
    """

    process: int
    functions: list[tuple[str, str]]
    modules: set[str]
    files: set[str]
    children: set[int]
    silent: bool
    cut: bool


def read_child(data: bytes) -> Child:
    """The journal of a child process, as far as it got. Raises ValueError where it has not begun."""
    found = values(data)
    if not found or type(found[0]) is not dict or found[0].get("format") != FORMAT:
        raise ValueError("not the journal of a child")
    broken = len(found) != data.count(b"\n")  # a thread was writing when the journal was read
    by_kind: dict[str, list[list[object]]] = {kind: [] for kind in "cork"}
    for kind, *rest in found[1:]:
        by_kind[kind].append(rest)
    started = {int(str(number)) for (number,) in by_kind["k"]}
    return Child(
        int(found[0]["process"]),
        [(str(path), str(name)) for path, name in by_kind["c"]],
        {str(path) for (path,) in by_kind["r"]},
        {path for (path,) in by_kind["o"] if type(path) is str and counts(path)},
        started - {0},
        0 in started,
        broken or bool(found[0]["cut"]),
    )


def counts(path: str) -> bool:
    """What Python keeps beside modules, and what we keep, is no input of a test."""
    return "__pycache__" not in path and not path.startswith(_OWN)
