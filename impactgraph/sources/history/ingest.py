"""From recordings to rows. A run is known by its name, so ingesting it again changes nothing."""

from __future__ import annotations

import contextlib
import json
import os
import posixpath
import sqlite3
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from impactgraph.sources.history import journal, store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from impactgraph.sources.history.journal import Attempt, Recording

_BAD = ".unreadable"
_COLUMNS = 8  # of an attempt
_ROW = f"({', '.join('?' * _COLUMNS)})"
_ROWS = 50  # of one statement
#: What a journal may hold instead of what it should: it is a file, and others can write files.
_NO_RUN = (AttributeError, LookupError, TypeError, ValueError, sqlite3.IntegrityError, sqlite3.ProgrammingError)


def ingest_journals(directory: str, root: str | None = None) -> list[str]:
    """Ingest every journal in `directory` that nobody writes any more, each in one transaction; what went wrong, in words.

    `root`: a directory of the checkout, whose git knows what functions were. Raises SourceError where the database can't be used: the
    journals then stay.
    """

    def action(connection: sqlite3.Connection) -> list[str]:
        return [*_ingest_all(connection, directory), *_merge_all(connection, directory, root)]

    warnings, damaged = store.use(directory, action)
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


def _merge_all(connection: sqlite3.Connection, directory: str, root: str | None) -> Iterator[str]:
    """Take in what functions did in runs that are stored."""
    if not any(name.endswith((journal.TRACE, journal.CHILD)) for name in os.listdir(directory)):
        return
    from impactgraph.sources.history.tracing import Tracing  # not without traces

    tracing = Tracing(connection, directory, root)
    for found in journal.abandoned(directory, journal.TRACE):
        run = os.path.basename(found.path).partition(".")[0]
        if os.path.exists(os.path.join(directory, run + journal.SUFFIX)):
            continue  # that run goes on
        try:
            with store.transaction(connection):
                tracing.take(run, found.data)
        except _NO_RUN:
            os.rename(found.path, found.path + _BAD)
            yield f"a journal that can't be read was set aside as {found.path}{_BAD}"
            tracing = Tracing(connection, directory, root)
        else:
            os.remove(found.path)
    _forget_children(directory)


def _forget_children(directory: str) -> None:
    """Remove the journals of child processes whose run has all been taken in; what those tell that still live comes too late."""
    names = os.listdir(directory)
    waiting = {name.partition(".")[0] for name in names if name.endswith((journal.SUFFIX, journal.TRACE))}
    for name in names:
        if name.endswith(journal.CHILD) and name.partition(".")[0] not in waiting:
            with contextlib.suppress(FileNotFoundError):
                os.remove(os.path.join(directory, name))


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
        if "state" in facts:
            from impactgraph.sources.history.states import parse_state, store_state  # where functions were recorded

            state = store_state(connection, parse_state(facts["state"]["files"]), facts["state"]["contents"])
            connection.execute("UPDATE run SET state = ?, held = ? WHERE id = ?", (state, facts.get("held", False), run))
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
        self._names: dict[int, dict[str, int]] = {}  # by file: two paths as pytest has them may be one
        self._new: list[tuple[int, int, str]] = []
        self._last: int = connection.execute("SELECT coalesce(max(id), 0) FROM node").fetchone()[0]

    def nodes(self, node_ids: Iterable[str]) -> dict[str, int]:
        """Numbers of all nodes that the database has in the files of `node_ids`, and of those it has now, by the node IDs given."""
        found: dict[str, int] = {}
        paths = set()
        for node_id in node_ids:
            if node_id in found:  # nearly always, but for the first of a file
                continue
            path, _, name = node_id.partition("::")
            if path not in paths:
                paths.add(path)
                start = f"{path}::"
                names = self._known(path)
                found.update(zip(map(start.__add__, names), names.values(), strict=True))
            found[node_id] = found.get(node_id) or self._node(path, name)
        self._store()
        return found

    def _known(self, path: str) -> dict[str, int]:
        """All of a file at once: a run has few files with many tests each."""
        file = self._file_of(path)
        if file not in self._names:
            self._names[file] = dict(self._connection.execute("SELECT name, id FROM node WHERE file = ?", (file,)))
        return self._names[file]

    def _node(self, path: str, name: str) -> int:
        clean, names = _clean(name), self._known(path)
        if clean not in names:
            self._last = names[clean] = self._last + 1
            self._new.append((self._last, self._file_of(path), clean))
        return names[clean]

    def _store(self) -> None:
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
            query = "SELECT id FROM file WHERE path = ?"
            row = self._connection.execute(query, (path,)).fetchone()  # first, as nearly always it is there
            if row is None:
                self._connection.execute("INSERT INTO file (path) VALUES (?)", (path,))
                row = self._connection.execute(query, (path,)).fetchone()
            number = self._files[path] = int(row[0])
        return number


def _insert_attempts(connection: sqlite3.Connection, run: int, numbers: Numbers, attempts: Sequence[Attempt]) -> None:
    """By columns, and in statements of many rows: both are a good deal cheaper than row by row, and this is done after every run."""
    if not attempts:
        return
    node_ids, names, *durations, workers = zip(*attempts, strict=True)
    number_of = numbers.nodes(node_ids)
    nodes = [number_of[node_id] for node_id in node_ids]
    outcome_of = {name: _outcome(connection, name) for name in sorted(set(names))}
    outcomes = [outcome_of[name] for name in names]
    values = list(chain.from_iterable(zip(repeat(run), nodes, _times(nodes), outcomes, *durations, workers)))
    for rows in (_ROWS, 1):
        size = rows * _COLUMNS
        whole = len(values) - len(values) % size
        statement = f"INSERT INTO attempt VALUES {', '.join([_ROW] * rows)}"  # noqa: S608 - question marks
        connection.executemany(statement, [values[start : start + size] for start in range(0, whole, size)])
        del values[:whole]


def _times(nodes: Sequence[int]) -> Iterable[int]:
    """For each of `nodes` how many times it has been there, with this one."""
    if len(set(nodes)) == len(nodes):
        return repeat(1)
    times: dict[int, int] = {}
    numbers = []
    for node in nodes:
        times[node] = number = times.get(node, 0) + 1
        numbers.append(number)
    return numbers


def _outcome(connection: sqlite3.Connection, name: str) -> int:
    connection.execute("INSERT OR IGNORE INTO outcome (name) VALUES (?)", (name,))
    return int(connection.execute("SELECT id FROM outcome WHERE name = ?", (name,)).fetchone()[0])
