"""Journals of functions, one after the other, into the database."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING

from impactgraph.errors import SourceError
from impactgraph.sources.git import Repository
from impactgraph.sources.history.children import read_child
from impactgraph.sources.history.journal import CHILD
from impactgraph.sources.history.merge import Functions, Moment, merge
from impactgraph.sources.history.states import load_state
from impactgraph.sources.history.traces import parse

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from impactgraph.sources.history.children import Child


class Tracing:
    """Takes the journals in `directory` in; `root` is a directory of the checkout."""

    def __init__(self, connection: sqlite3.Connection, directory: str, root: str | None) -> None:
        self._connection = connection
        self._directory = directory
        self._root = root
        self._functions = Functions(connection)
        self._moments: dict[str, Moment | None] = {}

    def take(self, run: str, data: bytes) -> None:
        """The journal of a process of the run named `run`; of a run that was not stored nothing is taken."""
        if run not in self._moments:
            self._moments[run] = self._moment(run)
        moment = self._moments[run]
        if moment is not None:
            traces = parse(data, self._functions.number, lambda name: self._child(run, name))
            merge(self._connection, traces, moment, self._functions, self._contents)

    def _child(self, run: str, name: str) -> Child | None:
        try:
            with open(os.path.join(self._directory, f"{run}.{name}{CHILD}"), "rb") as file:
                return read_child(file.read())
        except (OSError, ValueError):  # it never began to tell
            return None

    def _moment(self, run: str) -> Moment | None:
        query = "SELECT state, held, directory FROM run WHERE name = ? AND state IS NOT NULL"
        row = self._connection.execute(query, (run,)).fetchone()
        if row is None:
            return None
        state, held, directory = row
        return Moment(state, load_state(self._connection, state), bool(held), lambda node_id: _from_top(directory, node_id))

    def _contents(self, oids: Iterable[str]) -> dict[str, bytes]:
        try:
            return Repository.open(self._root).contents(oids) if self._root else {}
        except SourceError:  # no git here: what can't be compared stays
            return {}


def _from_top(directory: str, node_id: str) -> str:
    """A node ID relative to the checkout's top."""
    path, separator, name = node_id.partition("::")
    if directory or path.startswith("../"):
        path = posixpath.normpath(posixpath.join(directory, path))
    return f"{path}{separator}{name}"
