"""A selection as what pytest is given: an argument per test file or test, or what makes pytest run its default."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any


def arguments(answer: Mapping[str, Any], *, newlines: bool = False) -> list[str]:
    """The pytest arguments of a selection, sorted; empty for `none` alone. `newlines`: the way they travel keeps line ends in names.

    For `all` these are `answer["default_arguments"]`: the files and directories that `testpaths` matches, else ".". With no argument
    pytest would do the same, but an empty list can't be told from `none`. "." is no stand-in where `testpaths` is set, as pytest then
    collects more than it does by default; nor is the list of test files, which leaves out what other plugins collect.
    """
    if answer["decision"] == "none":
        return []
    default: list[str] = [_protected(path) for path in answer["default_arguments"]]
    if answer["decision"] == "all":
        return default
    named = {name for test in answer["tests"] for name in _names(test, newlines=newlines)}
    # What can't be named at all makes everything run; an empty subset can't be (it would look like `none`).
    return default if "." in named or not named else sorted(map(_protected, named))


def render(answer: Mapping[str, Any], *, zero: bool = False) -> bytes:
    """`arguments`, each followed by a line end (`zero`: by NUL), as the raw bytes of the file names."""
    end = b"\0" if zero else b"\n"
    return b"".join(os.fsencode(argument) + end for argument in arguments(answer, newlines=zero))


def _names(test: Mapping[str, Any], *, newlines: bool) -> list[str]:
    """The file, or those of its tests that are selected where all of them can be named."""
    path: str = _nameable(test["path"], newlines=newlines)
    node_ids: list[str] | None = test.get("node_ids")
    if node_ids is None or path != test["path"] or any(not _is_plain(node_id) for node_id in node_ids):
        return [path]
    return node_ids


def _is_plain(node_id: str) -> bool:
    """Whether a node ID survives its way: parameters hold anything, and what was not UTF-8 is written otherwise."""
    return node_id.isprintable() and "\\" not in node_id


def _nameable(path: str, *, newlines: bool) -> str:
    """`path`, or the nearest directory above it that pytest takes as an argument ("." in the end): that only widens.

    pytest reads what follows "::" and "[" as a node id, and a line end would cut the name in two.
    """
    while "::" in path or "[" in path or ("\n" in path and not newlines):
        path = path.rpartition("/")[0] or "."
    return path


def _protected(path: str) -> str:
    """`path` so that neither pytest nor xargs takes it for an option or, with "@", for a file of arguments."""
    return f"./{path}" if path.startswith(("-", "@")) else path
