"""What functions did in a run, added to what is known from the runs before.

A test keeps the functions of its earlier runs: what a run does not enter may be warm in a cache, imported already, or late. A function
leaves a test when its own code has changed since and the newer run did not enter it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from impactgraph.kernel import decode_set, encode_set
from impactgraph.sources.history.codes import changed_functions
from impactgraph.sources.history.journal import CUT, EARLY, SKIPPED
from impactgraph.sources.history.packing import Known, pack, unpack
from impactgraph.sources.history.states import drop_unused, load_content, load_state
from impactgraph.sources.history.traces import Trace

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping

    from impactgraph.sources.history.traces import Traces

    #: Contents by id, of those ids that can be had.
    ReadObjects = Callable[[Iterable[str]], dict[str, bytes]]


class Functions:
    """Numbers of functions and of paths, given where there are none yet."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._paths: dict[str, int] = dict(connection.execute("SELECT name, id FROM path"))
        rows = connection.execute("SELECT path, name, id FROM function").fetchall()
        self._functions = {(path, name): number for path, name, number in rows}
        self._last = max(self._functions.values(), default=0)
        self._new: list[tuple[int, int, str]] = []

    def path(self, path: str) -> int:
        """Number of a path of the checkout."""
        number = self._paths.get(path)
        if number is None:
            number = self._paths[path] = len(self._paths) + 1
            self._connection.execute("INSERT INTO path VALUES (?, ?)", (number, path))
        return number

    def number(self, path: str, name: str) -> int:
        """Number of a function; it is in the database after the next `store`."""
        key = self.path(path), name
        number = self._functions.get(key)
        if number is None:
            self._last = number = self._functions[key] = self._last + 1
            self._new.append((number, *key))
        return number

    def store(self) -> None:
        """Write the new functions."""
        self._connection.executemany("INSERT INTO function VALUES (?, ?, ?)", self._new)
        self._new.clear()

    def by_path(self) -> dict[str, dict[str, int]]:
        """Numbers by path and name."""
        names = {number: path for path, number in self._paths.items()}
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for (path, name), number in self._functions.items():
            found[names[path]][name] = number
        return found


class Moment(NamedTuple):
    """The state that a run took place in. `held`: it was the same at the end. `prefix`: pytest's rootdir in the checkout."""

    state: int
    files: Mapping[str, str]
    held: bool
    prefix: Callable[[str], str]


def merge(connection: sqlite3.Connection, traces: Traces, moment: Moment, functions: Functions, read_objects: ReadObjects) -> None:
    """Add what a run, or one of its processes, did. Within a transaction."""
    functions.store()
    merging = _Merging(connection, moment, functions, read_objects)
    tests: dict[str, dict[str, Trace]] = defaultdict(dict)
    for node_id, trace in traces.tests.items():
        path, _, name = moment.prefix(node_id).partition("::")
        tests[path][name] = trace
    for path, found in tests.items():
        merging.add_tests(path, found)
    for path, trace in (*traces.imports.items(), ("", traces.session)):
        merging.add_import(path, trace, EARLY * (path in traces.early))
    for path in traces.early - traces.imports.keys():
        merging.add_import(path, Trace(), EARLY)
    drop_unused(connection)


class _Merging:
    """Of one run into one database."""

    def __init__(self, connection: sqlite3.Connection, moment: Moment, functions: Functions, read_objects: ReadObjects) -> None:
        self._connection = connection
        self._moment = moment
        self._functions = functions
        self._read_objects = read_objects
        files = moment.files
        self._directories = {path[:end] for path in files for end in range(len(path)) if path[end] == "/"} | {""}
        self._outside = {number for path, names in functions.by_path().items() if path not in files for number in names.values()}
        self._gone: dict[int, frozenset[int]] = {}

    def add_tests(self, path: str, tests: Mapping[str, Trace]) -> None:
        """The tests of a file."""
        number = self._functions.path(path)
        row = self._connection.execute("SELECT tests FROM trace WHERE path = ?", (number,)).fetchone()
        known = {} if row is None else unpack(row[0])
        for name, trace in tests.items():
            known[name] = self._known(trace, known.get(name))
        self._connection.execute("INSERT OR REPLACE INTO trace VALUES (?, ?)", (number, pack(known)))
        self._connection.execute("DELETE FROM trace_state WHERE path = ?", (number,))
        states = sorted({test.state for test in known.values()})
        self._connection.executemany("INSERT INTO trace_state VALUES (?, ?)", [(number, state) for state in states])

    def _known(self, trace: Trace, before: Known | None) -> Known:
        functions = trace.functions - self._outside
        modules = {self._functions.path(path) for path in trace.modules if path in self._moment.files}
        opened = {self._functions.path(path) for path in trace.files if path in self._moment.files or path in self._directories}
        flags = trace.flags | (0 if self._moment.held else CUT)
        if before is not None:
            functions |= self._kept(before.state, before.functions)
            modules.update(decode_set(before.modules))
            opened.update(decode_set(before.opened))
            if before.state == self._moment.state:
                # Another process of the same run, or another run of the same.
                flags = (flags | before.flags) & ~SKIPPED | flags & before.flags & SKIPPED
        return Known(self._moment.state, flags, *map(encode_set, (functions, modules, opened)))

    def _kept(self, state: int, functions: bytes) -> set[int]:
        kept = set(decode_set(functions))
        return kept if state == self._moment.state else kept - self._changed_since(state)

    def _changed_since(self, state: int) -> frozenset[int]:
        """Functions of an earlier state that are changed or gone."""
        if state not in self._gone:
            self._gone[state] = frozenset(self._compare(load_state(self._connection, state)))
        return self._gone[state]

    def _compare(self, old: Mapping[str, str]) -> Iterable[int]:
        new, known = self._moment.files, self._functions.by_path()
        differing = [path for path, oid in old.items() if path in known and new.get(path) != oid]
        contents = self._contents({oid for path in differing for oid in (old[path], new.get(path)) if oid is not None})
        for path in differing:
            yield from self._changed_of(old[path], new.get(path), known[path], contents)

    @staticmethod
    def _changed_of(old: str, new: str | None, known: Mapping[str, int], contents: Mapping[str, bytes]) -> Iterable[int]:
        if new is None:
            return known.values()
        if old not in contents or new not in contents:
            return ()
        changed = changed_functions(contents[old], contents[new])
        return () if changed is None else [number for name, number in known.items() if name in changed]

    def _contents(self, oids: set[str]) -> dict[str, bytes]:
        found = {oid: content for oid in oids if (content := load_content(self._connection, oid)) is not None}
        return found | self._read_objects(sorted(oids - found.keys()))

    def add_import(self, path: str, trace: Trace, flags: int) -> None:
        """What a module ran when it was imported; those without a path: what ran outside of all."""
        if path and path not in self._moment.files:
            return
        number = self._functions.path(path)
        functions = trace.functions - self._outside
        row = self._connection.execute("SELECT state, functions FROM import WHERE path = ?", (number,)).fetchone()
        if row is not None:
            functions |= self._kept(*row)
        flags |= trace.flags & CUT | (0 if self._moment.held else CUT)
        row = (number, self._moment.state, encode_set(functions), flags)
        self._connection.execute("INSERT OR REPLACE INTO import VALUES (?, ?, ?, ?)", row)
