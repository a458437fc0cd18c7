"""What is recorded of earlier runs? What ``impactgraph history`` asks and does."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from impactgraph.errors import SourceError
from impactgraph.model import Warning_
from impactgraph.questions.answer import head
from impactgraph.sources.git import Repository
from impactgraph.sources.history import place, runs, store
from impactgraph.sources.history.ingest import ingest_journals, store_run
from impactgraph.sources.history.recorded import read_record
from impactgraph.sources.trees import directory_tree

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from impactgraph.model import Tree
    from impactgraph.record import Record

    Result = TypeVar("Result")


class History(NamedTuple):
    """The history of the checkout at `root`, in `directory`; `warnings` are of opening it."""

    root: str
    directory: str
    warnings: tuple[Warning_, ...] = ()

    def use(self, action: Callable[[sqlite3.Connection], Result]) -> Result:
        """What `action` makes of the database. Raises SourceError where it can't be used."""
        return store.use(self.directory, action)[0]


def open_history(directory: str, cache_dir: str | None, *, make: bool = False) -> History:
    """The history of the checkout that `directory` is in, with the journals of processes that are gone ingested.

    Raises SourceError where there is none (unless it may be made: `make`) or it can't be used.
    """
    root = _root(directory)
    path = place.history_directory(root, cache_dir) if cache_dir else place.configured_directory(root)
    if make:
        place.make(path)
    elif not os.path.isdir(path):
        raise SourceError(f"no run is recorded in {path}", "record runs with the pytest ini option impactgraph_record = true")
    warnings = tuple(Warning_("history", None, None, message) for message in ingest_journals(path, root))
    return History(root, path, warnings)


def _root(directory: str) -> str:
    try:
        return Repository.open(directory).root
    except SourceError:
        if not os.path.isdir(directory):
            raise
        return os.path.abspath(directory)


def listed(history: History, limit: int | None) -> dict[str, Any]:
    """The last `limit` runs, newest first, in the shape of the schema `history`, without their attempts."""
    found, functions = history.use(lambda connection: (runs.runs(connection, limit), _functions(connection, history.root)))
    rows = [{**_run(row), "attempts": None} for row in found]
    return {**head("history", history.root, history.warnings), "runs": rows, "functions": functions}


def _functions(connection: sqlite3.Connection, root: str) -> dict[str, Any] | None:
    """What is known of what tests entered: how many, from which states, and what it lacks; None where functions were never recorded."""
    record = read_record(connection)
    if record is None:
        return None
    present = {path: entry.oid for path, entry in _present(root).files.items()}
    tests = Counter(record.state_of)
    states = [
        {"tests": tests[number], "files_changed": _differing(record.states[number], present)} for number in sorted(tests, reverse=True)
    ]
    lacking = ((test, _lack(record, test)) for test in sorted(record.partial))
    partial = [{"node_id": record.node_ids[test], "lacks": lacks} for test, lacks in lacking]
    return {"tests": len(record.node_ids), "states": states, "partial": partial, "unseen": sorted(record.unseen)}


def _lack(record: Record, test: int) -> str:
    if test in record.silent:
        return "processes"
    return "skipped" if test in record.skipped else "functions"


def _present(root: str) -> Tree:
    try:
        return Repository.open(root).worktree()
    except SourceError:
        return directory_tree(root)


def _differing(one: Mapping[str, str], other: Mapping[str, str]) -> int:
    return sum(one.get(path) != other.get(path) for path in one.keys() | other.keys())


def exported(history: History, limit: int | None) -> dict[str, Any]:
    """As `listed`, with the attempts of each run."""
    found = history.use(lambda connection: [(row, runs.attempts(connection, row["id"])) for row in runs.runs(connection, limit)])
    rows = [{**_run(row), "attempts": attempts} for row, attempts in found]
    return {**head("history", history.root, history.warnings), "runs": rows}


def _run(row: dict[str, Any]) -> dict[str, Any]:
    """A row without its number, which means nothing outside of this database."""
    return {name: value for name, value in row.items() if name not in {"id", "answer"}}


def prune(history: History, *, keep: int | None, before: float | None, vacuum: bool) -> int:
    """Delete all but the last `keep` runs and those older than `before`; how many went."""

    def action(connection: sqlite3.Connection) -> int:
        with store.transaction(connection):
            gone = runs.prune(connection, keep=keep, before=before)
        if vacuum:
            runs.vacuum(connection)
        return gone

    return history.use(action)


class Import(NamedTuple):
    """What became of an imported file. `unplaced`: classes of tests that lie in no file of the checkout."""

    tests: int
    unplaced: int
    is_new: bool


def import_junit(history: History, path: str, revision: str | None) -> Import:
    """Store the run in the JUnit XML at `path`; `revision` is the commit it was of."""
    from impactgraph.sources.history.junit import read_junit  # with a library that nothing else needs

    oid = Repository.open(history.root).resolve(revision) if revision else None
    recording, unplaced = read_junit(path, history.root, oid)
    is_new = history.use(lambda connection: store_run(connection, recording))
    return Import(len(recording.attempts), unplaced, is_new)
