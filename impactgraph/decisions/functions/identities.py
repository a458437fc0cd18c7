"""What recorded tests are called now: files were edited since, and pytest refuses names that are gone."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from impactgraph.analysis.mentions.definitions import may_define

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from impactgraph.decisions.functions.evidence import Evidence
    from impactgraph.decisions.functions.names import Book
    from impactgraph.model import FileEntry, Tree
    from impactgraph.record import Record


class Identities:
    """Node IDs of recorded tests in the state `files`, whose mentions are in `book`."""

    def __init__(self, evidence: Evidence, book: Book, files: Mapping[str, FileEntry], named: Iterable[tuple[str, str]] = ()) -> None:
        self._record = evidence.record
        self._whole = evidence.as_they_are_now(
            named, lambda path, name: any("fixture" in each for each in book[path].decorators.get(name, ()))
        )
        self._book = book
        self._files = files

    def current(self, tests: Iterable[int]) -> set[str] | None:
        """Node IDs of `tests`, all of one file; None where nobody can tell, so that the file has to run as a whole."""
        found: set[str] = set()
        for test in tests:
            node_id = self._record.node_ids[test]
            path = node_id.partition("::")[0]
            whole = self._whole.get(test)
            if whole is not None and self._is_there(path, whole):
                found.add(whole)
                continue
            if is_as_recorded(self._record, test, self._files):
                found.add(node_id)
                continue
            edited = node_id.partition("[")[0]
            if _name_of(node_id) not in self._book[path].decorators:
                return None  # inherited, imported, made by a plugin: the file has it from somewhere
            found.add(edited)  # its parameters may have changed
        return found

    def _is_there(self, path: str, node_id: str) -> bool:
        """Whether the file defines the test or class: an inherited one is as it was recorded."""
        mentions, name = self._book[path], node_id.partition("::")[2].replace("::", ".")
        return name in mentions.decorators or name in mentions.classes

    def fresh(self, named: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
        """Node IDs, by file, of test functions and classes that no run recorded; "" as an ID stands for the whole file."""
        found: dict[str, list[str]] = {}
        known = {whole for node_id in self._record.node_ids for whole in _with_those_around(node_id.partition("[")[0])}
        for path, name in named:
            mentions = self._book[path]
            node_id = f"{path}::{name.replace('.', '::')}"
            if path not in known or node_id in known or not _is_test(name):
                continue
            if name in mentions.decorators and name not in mentions.classes:
                found.setdefault(path, []).append(node_id)
            elif name in mentions.classes:
                found.setdefault(path, []).append(node_id if any(each.startswith(f"{name}.test") for each in mentions.decorators) else "")
        return found


def gone(record: Record, head: Tree) -> frozenset[int]:
    """Recorded tests that no run has any more in the state `head`.

    Functions that their file defined, and surely does not; and tests with parameters of functions that make others by now: all those were
    recorded with the file as it is.
    """
    edited: dict[str, list[int]] = {}
    remade: set[str] = set()
    for test, node_id in enumerate(record.node_ids):
        path = node_id.partition("::")[0]
        if not path.endswith(".py") or path not in head.files:
            continue
        if not is_as_recorded(record, test, head.files):
            edited.setdefault(path, []).append(test)
        elif test in record.last or not node_id.endswith("]"):
            remade.add(node_id.partition("[")[0])
    defined = {(function.path, function.name) for function in record.functions if function.path in edited} if edited else set()
    contents = head.read(sorted(edited))

    @functools.cache
    def is_gone(path: str, function: str) -> bool:
        name = _name_of(function)
        may_be_there = (path, name) not in defined or path not in contents or may_define(contents[path], name)
        return function in remade or not may_be_there

    return frozenset(test for path, tests in edited.items() for test in tests if is_gone(path, record.node_ids[test].partition("[")[0]))


def is_as_recorded(record: Record, test: int, files: Mapping[str, FileEntry]) -> bool:
    """Whether the test's file is what it was in the state of its newest trace."""
    path = record.node_ids[test].partition("::")[0]
    entry = files.get(path)
    return entry is not None and record.states[record.state_of[test]].get(path) == entry.oid


def _name_of(node_id: str) -> str:
    """The qualified name of the function that a node ID names."""
    return node_id.partition("[")[0].partition("::")[2].replace("::", ".")


def _with_those_around(node_id: str) -> list[str]:
    """A node ID, and those of the classes and the file that it is in."""
    parts = node_id.split("::")
    return ["::".join(parts[:length]) for length in range(1, len(parts) + 1)]


def _is_test(name: str) -> bool:
    """Whether pytest collects a function or class by its name, unless it is configured otherwise."""
    *outer, last = name.split(".")
    return last.startswith(("test", "Test")) and all(each.startswith("Test") for each in outer)
