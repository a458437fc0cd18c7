"""The history's answer to what tests did: a `Record`."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from impactgraph.kernel import decode_set, touching
from impactgraph.record import Function
from impactgraph.sources.history.journal import CHILDREN, CUT, EARLY, LAST, SKIPPED
from impactgraph.sources.history.packing import columns
from impactgraph.sources.history.states import load_content, load_state

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from impactgraph.record import Record
    from impactgraph.sources.history.packing import Packed


def read_record(connection: sqlite3.Connection) -> Record | None:
    """All that is known of what tests did; None where functions were never recorded. Raises sqlite3.Error, ValueError, LookupError."""
    rows = connection.execute("SELECT path.name, tests FROM trace JOIN path ON path.id = trace.path ORDER BY path.name").fetchall()
    return Recorded(connection, [(path, columns(tests)) for path, tests in rows]) if rows else None


class Recorded:
    """A `Record`; what is rarely asked for is read when it is. Functions and paths have one number less than in the database."""

    def __init__(self, connection: sqlite3.Connection, files: Sequence[tuple[str, Packed]]) -> None:
        self._files = sorted(files, key=lambda file: f"{file[0]}::")
        self.node_ids: Sequence[str] = [f"{path}::{name}" if name else path for path, packed in self._files for name in packed.names]
        numbers = sorted({state for _, packed in files for state in packed.states})
        self.states: Sequence[Mapping[str, str]] = [load_state(connection, number) for number in numbers]
        position = {number: index for index, number in enumerate(numbers)}
        self.state_of: Sequence[int] = [position[state] for _, packed in self._files for state in packed.states]
        flags = [flag for _, packed in self._files for flag in packed.flags]
        self.partial = frozenset(number for number, flag in enumerate(flags) if flag & (CUT | CHILDREN | SKIPPED))
        self.silent = frozenset(number for number, flag in enumerate(flags) if flag & CHILDREN)
        self.skipped = frozenset(number for number, flag in enumerate(flags) if flag & SKIPPED)
        self.last = frozenset(number for number, flag in enumerate(flags) if flag & LAST)
        self._paths = [name for (name,) in connection.execute("SELECT name FROM path ORDER BY id")]
        self._rows = connection.execute("SELECT path, name FROM function ORDER BY id").fetchall()
        self._imports = connection.execute("SELECT path, functions, flags FROM import").fetchall()
        oids = [oid for (oid,) in connection.execute("SELECT oid FROM content")]
        self._contents = {oid: load_content(connection, oid) for oid in oids}

    @cached_property
    def functions(self) -> Sequence[Function]:
        """All that were ever entered."""
        paths = self._paths
        return [Function(paths[path - 1], name) for path, name in self._rows]

    @cached_property
    def imported(self) -> Mapping[str, frozenset[int]]:
        """See `Record`."""
        return {self._paths[path - 1]: _numbers(functions) for path, functions, _ in self._imports if self._paths[path - 1]}

    @cached_property
    def unseen(self) -> frozenset[str]:
        """See `Record`."""
        return frozenset(self._paths[path - 1] for path, _, flags in self._imports if flags & CUT and self._paths[path - 1])

    @cached_property
    def early(self) -> frozenset[str]:
        """See `Record`."""
        return frozenset(self._paths[path - 1] for path, _, flags in self._imports if flags & EARLY)

    @cached_property
    def session(self) -> frozenset[int]:
        """See `Record`."""
        return frozenset().union(*(_numbers(functions) for path, functions, _ in self._imports if not self._paths[path - 1]))

    def entered(self, functions: Iterable[int]) -> set[int]:
        """See `Record`."""
        return self._tests_with(functions, len(self._rows), lambda packed: packed.functions)

    def requested(self, paths: Iterable[str]) -> set[int]:
        """See `Record`."""
        return self._tests_with(self._numbers_of(paths), len(self._paths), lambda packed: packed.modules)

    def opened(self, paths: Iterable[str]) -> set[int]:
        """See `Record`."""
        return self._tests_with(self._numbers_of(paths), len(self._paths), lambda packed: packed.opened)

    def _numbers_of(self, paths: Iterable[str]) -> list[int]:
        wanted = set(paths)
        return [number for number, path in enumerate(self._paths) if path in wanted]

    def _tests_with(self, numbers: Iterable[int], count: int, positions: Callable[[Packed], list[int]]) -> set[int]:
        wanted = bytearray(count + 1)
        for number in numbers:
            wanted[number + 1] = 1
        found: set[int] = set()
        start = 0
        for _, packed in self._files:
            hit = set(touching(packed.sets, wanted))
            if hit:
                found.update(start + test for test, position in enumerate(positions(packed)) if position in hit)
            start += len(packed.names)
        return found

    def text(self, oid: str) -> bytes | None:
        """See `Record`."""
        return self._contents.get(oid)


def _numbers(functions: bytes) -> frozenset[int]:
    return frozenset(number - 1 for number in decode_set(functions))
