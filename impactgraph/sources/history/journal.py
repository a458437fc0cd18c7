r"""The journal of one process: what it ran, as it ran, so that a crash loses no more than the tests that were running.

Lines of JSON. The first is an object that tells of the run (``run`` is its name). Each
finished attempt of a test is an array: node ID, outcome, microseconds of setup, call and teardown (null for a phase that did not run),
worker (null without workers). Further objects add what becomes known: ``decision`` when tests are selected, ``exit_status`` and ``ended``
at the end; ``selected`` and ``left_out`` are the test files by what the selection says of them, whatever was run.

A living process holds a lock on its journal. The kernel drops it with the process, however that ends, and no process id can be mistaken.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import mmap
import os
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakSet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SUFFIX = ".journal"
#: Of the journals that tell what functions did (see `impactgraph.plugin.watching`), one per process of a run.
TRACE = ".trace"
#: Of those that a child process tells what it did in, beside that of its parent, which names it by a number (see `_recorder_children.pxi`).
CHILD = ".child"
FORMAT = 1
#: Flags of what a trace lacks: something was not noted; processes were started that tell nothing.
CUT, CHILDREN = 1, 2
#: A flag of a test: it was the last to run of all those that its function and their parameters make.
LAST = 4
#: Another: it was skipped, so what it does is not known.
SKIPPED = 8
#: A flag of a module: it was there before anybody watched.
EARLY = 16
_HOUR = 3600
_STEP = 1 << 18  # bytes: some thousand lines
_FIELDS = 6


#: One attempt of one test: node ID, outcome, microseconds of setup, call and teardown, worker.
Attempt = Sequence[Any]


class Recording(NamedTuple):
    """A whole run: what the objects of its journal say, and its attempts in the order in which they ended."""

    facts: dict[str, Any]
    attempts: Sequence[Attempt]


class Journal:
    """A new journal in `directory`, locked by this process. Raises OSError.

    Lines are written into a mapping of the file: what stands there is the kernel's, whatever becomes of the process, and the call that it
    saves for each test would cost more than all else that recording does. The space is reserved before, so that no line meets a full disk.
    No file descriptor is kept: tests that close all descriptors are known.
    """

    def __init__(self, directory: str, facts: Mapping[str, Any], suffix: str = SUFFIX) -> None:
        self.path = os.path.join(directory, f"{facts['run']}{suffix}")
        self._end = self._size = 0
        self._process = os.getpid()
        file = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            # The lock lives as long as this mapping.
            self._map = self._first = self._mapped(file, _STEP)
        finally:
            os.close(file)
        self.write(facts_line({"format": FORMAT, **facts}))
        _open.add(self)

    def write(self, line: bytes) -> None:
        """`line`, which ends with a line end. Raises OSError where there is no room for it.

        A child process writes nothing: the file is its parent's, and both would write to the same places.
        """
        if os.getpid() != self._process:
            return
        start = self._end
        end = start + len(line)
        if end > self._size:
            self._grow(end)
        self._map[start:end] = line
        self._end = end

    def _grow(self, size: int) -> None:
        file = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
        try:
            self._map = self._mapped(file, -(-size // _STEP) * _STEP)
        finally:
            os.close(file)

    def _mapped(self, file: int, size: int) -> mmap.mmap:
        os.posix_fallocate(file, 0, size)
        self._size = size
        return mmap.mmap(file, size)

    def close(self) -> None:
        """Give the journal free for whoever ingests it."""
        if os.getpid() == self._process:
            with contextlib.suppress(OSError):  # what was reserved and not used are zeros after the last line, which mean nothing
                os.truncate(self.path, self._end)
        self.let_go()

    def let_go(self) -> None:
        """Unmap the file: in a child process, which would keep it locked for as long as it lives."""
        self._map.close()
        self._first.close()


_open: WeakSet[Journal] = WeakSet()


def _let_go_of_all() -> None:
    for journal in list(_open):
        journal.let_go()


os.register_at_fork(after_in_child=_let_go_of_all)


def facts_line(facts: Mapping[str, Any]) -> bytes:
    """The line that tells more about the run."""
    return json.dumps(facts).encode() + b"\n"


def new_name() -> str:
    """A name for a run: no other has it, and names sort by time."""
    return f"{time.time_ns() // 1_000_000:012x}-{os.urandom(8).hex()}"


class Found(NamedTuple):
    """A journal that nobody writes any more, and that nobody else will ingest while `file` is open."""

    path: str
    file: int
    data: bytes


def abandoned(directory: str, suffix: str = SUFFIX) -> Iterator[Found]:
    """The journals in `directory` whose process is gone, oldest first. Each is closed when the next is asked for."""
    for name in sorted(os.listdir(directory)):
        if name.endswith(suffix):
            path = os.path.join(directory, name)
            file = _open_if_abandoned(path)
            if file is None:
                continue
            try:
                with open(file, "rb", closefd=False) as stream:
                    yield Found(path, file, stream.read())
            finally:
                os.close(file)


def _open_if_abandoned(path: str) -> int | None:
    """A locked file descriptor; None where its process lives, somebody else has it or had it, or there is nothing in it yet."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:  # ingested since the directory was listed; or not ours to ingest
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        state = os.fstat(file)
    except OSError:
        os.close(file)
        return None
    # A process is between making its journal and locking it, or the file was removed by who had the lock before.
    if not state.st_nlink or (not state.st_size and time.time() - state.st_mtime < _HOUR):
        os.close(file)
        return None
    return file


def parse(data: bytes) -> Recording:
    """The run that a journal tells of. What follows the last line end is left out: a line that was cut off, reserved space.

    Raises ValueError where the first line is not ours.
    """
    found = values(data)
    if not found or type(found[0]) is not dict or found[0].get("format") != FORMAT:
        raise ValueError("not a journal")
    facts: dict[str, Any] = {}
    for value in found:
        if type(value) is dict:
            facts.update(value)
    return Recording(facts, [value for value in found if type(value) is list and len(value) == _FIELDS])


def values(data: bytes) -> list[Any]:
    """The lines of a journal; those that make no sense are left out."""
    whole = data[: data.rfind(b"\n") + 1]
    try:
        found: list[Any] = json.loads(b"[" + whole[:-1].replace(b"\n", b",") + b"]")
    except ValueError:
        found = [value for value in map(_value, whole.splitlines()) if value is not None]
    return found


def _value(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:  # a disk that lost a block, an editor
        return None
