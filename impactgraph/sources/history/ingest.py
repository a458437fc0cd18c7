"""From recordings to rows. A run is known by its name, so ingesting it again changes nothing."""

from __future__ import annotations

import json
import os
import posixpath
import sqlite3
from typing import TYPE_CHECKING, Any

from impactgraph.sources.history import journal, store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from impactgraph.sources.history.journal import Attempt, Recording

_BAD = ".unreadable"
#: What a journal may hold instead of what it should: it is a file, and others can write files.
_NO_RUN = (AttributeError, LookupError, TypeError, ValueError, sqlite3.IntegrityError, sqlite3.ProgrammingError)


def ingest_journals(directory: str) -> list[str]:
    """Ingest every journal in `directory` that nobody writes any more, each in one transaction; what went wrong, in words.

    Raises SourceError where the database can't be used: the journals then stay.
    """
    warnings, damaged = store.use(directory, lambda connection: list(_ingest_all(connection, directory)))
    return [*([f"a damaged history was set aside as {damaged}"] if damaged else []), *warnings]


def _ingest_all(connection: sqlite3.Connection, directory: str) -> Iterator[str]:
    for found in journal.abandoned(directory):
        try:
            store_run(connection, journal.parse(found.data))
        except _NO_RUN:
            os.rename(found.path, found.path + _BAD)
            yield f"a journal that can't be read was set aside as {found.path}{_BAD}"
        else:
            # After the transaction: a crash between the two has the run ingested again, which changes nothing.
            os.remove(found.path)


def store_run(connection: sqlite3.Connection, recording: Recording) -> bool:
    """Store a whole run in one transaction; whether it was new."""
    facts = recording.facts
    with store.transaction(connection):
        run = _insert_run(connection, facts)
        if run is None:
            return False
        numbers = Numbers(connection, facts.get("directory") or "")
        _insert_attempts(connection, run, numbers, recording.attempts)
        judged = {_clean(path): kind == "selected" for kind in ("left_out", "selected") for path in facts.get(kind, ())}
        rows = [(run, numbers.file(path), selected) for path, selected in judged.items()]
        connection.executemany("INSERT INTO judged VALUES (?, ?, ?)", rows)
    return True


def _insert_run(connection: sqlite3.Connection, facts: dict[str, Any]) -> int | None:
    """Number of the new row; None where there is one of this name."""
    answer = facts.get("decision")
    row = (
        *(facts["run"], facts.get("source", "pytest"), facts.get("started"), facts.get("ended"), facts.get("exit_status")),
        *(facts.get("revision"), facts.get("dirty"), _clean(facts.get("directory") or "")),
        *(json.dumps(facts.get("arguments", [])), json.dumps(facts.get("environment", {}))),
        *(facts.get("mode"), answer and answer.get("decision")),
        answer and json.dumps(answer),
    )
    places = ", ".join("?" * len(row))
    columns = "name, source, started, ended, exit_status, revision, dirty, directory, arguments, environment, mode, decision, answer"
    cursor = connection.execute(f"INSERT OR IGNORE INTO run ({columns}) VALUES ({places})", row)  # noqa: S608 - constants and question marks
    return cursor.lastrowid if cursor.rowcount else None


def _clean(text: str) -> str:
    r"""`text` as SQLite can hold it: bytes of names that are not UTF-8 appear as ``\xNN``, as in all answers."""
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


class Numbers:
    """Numbers of files and nodes, given where there are none yet. Node IDs are relative to `prefix`, pytest's rootdir in the checkout."""

    def __init__(self, connection: sqlite3.Connection, prefix: str) -> None:
        self._connection = connection
        self._prefix = prefix
        self._files: dict[str, int] = {}
        self._nodes: dict[str, dict[str, int]] = {}  # by path as pytest has it; two such paths may be one file
        self._nodes_of: dict[int, dict[str, int]] = {}
        self._new: list[tuple[int, int, str]] = []
        self._last: int = connection.execute("SELECT coalesce(max(id), 0) FROM node").fetchone()[0]

    def node(self, node_id: str) -> int:
        """Number of a node; rows may refer to it after the next `store`."""
        path, _, name = node_id.partition("::")
        nodes = self._nodes.get(path)
        if nodes is None:
            nodes = self._nodes[path] = self._known_nodes(path)
        return nodes.get(name) or self._new_node(path, name)

    def _known_nodes(self, path: str) -> dict[str, int]:
        """All of a file at once: a run has few files with many tests each."""
        file = self._file_of(path)
        if file not in self._nodes_of:
            self._nodes_of[file] = dict(self._connection.execute("SELECT name, id FROM node WHERE file = ?", (file,)))
        return self._nodes_of[file]

    def _new_node(self, path: str, name: str) -> int:
        clean = _clean(name)
        nodes = self._nodes[path]
        if clean not in nodes:
            self._last = nodes[clean] = self._last + 1
            self._new.append((self._last, self._file_of(path), clean))
        nodes[name] = nodes[clean]
        return nodes[name]

    def store(self) -> None:
        """Write the new nodes, before anything refers to them."""
        self._connection.executemany("INSERT INTO node VALUES (?, ?, ?)", self._new)
        self._new.clear()

    def _file_of(self, path: str) -> int:
        if self._prefix or path.startswith("../"):
            path = posixpath.normpath(posixpath.join(self._prefix, path))
        return self.file(_clean(path))

    def file(self, path: str) -> int:
        """`path` is relative to the checkout's top."""
        number = self._files.get(path)
        if number is None:
            self._connection.execute("INSERT OR IGNORE INTO file (path) VALUES (?)", (path,))
            (number,) = self._connection.execute("SELECT id FROM file WHERE path = ?", (path,)).fetchone()
            self._files[path] = number
        return int(number)


def _insert_attempts(connection: sqlite3.Connection, run: int, numbers: Numbers, attempts: Sequence[Attempt]) -> None:
    outcomes = {name: _outcome(connection, name) for name in sorted({attempt[1] for attempt in attempts})}
    node_of = numbers.node
    times: dict[int, int] = {}
    rows = []
    for node_id, outcome, setup, call, teardown, worker in attempts:
        node = node_of(node_id)
        times[node] = number = times.get(node, 0) + 1
        rows.append((run, node, number, outcomes[outcome], setup, call, teardown, worker))
    numbers.store()
    connection.executemany("INSERT INTO attempt VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _outcome(connection: sqlite3.Connection, name: str) -> int:
    connection.execute("INSERT OR IGNORE INTO outcome (name) VALUES (?)", (name,))
    return int(connection.execute("SELECT id FROM outcome WHERE name = ?", (name,)).fetchone()[0])
