"""The database of the history: opened by one process at a time, set aside where it is damaged."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import time
from typing import TYPE_CHECKING, TypeVar

from impactgraph.errors import SourceError
from impactgraph.sources.history import schema
from impactgraph.sources.history.place import DATABASE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Result = TypeVar("Result")

_LOCK = "lock"
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_POLL = 0.02  # seconds


class UnavailableHistoryError(SourceError):
    """The history can't be read or written now: locked by another program, a full disk, no permission."""


def use(directory: str, action: Callable[[sqlite3.Connection], Result], *, patience: float = 10.0) -> tuple[Result, str | None]:
    """What `action` makes of the opened database, and where a damaged database was put if there was one (then `action` got an empty one).

    `patience`: seconds to wait for other processes. Raises UnavailableHistoryError, NewerHistoryError.
    """
    try:
        with _alone(directory, patience):
            try:
                return _run(directory, action, patience), None
            except sqlite3.DatabaseError as error:
                if error.sqlite_errorcode & 0xFF not in _DAMAGE:
                    raise
            aside = _set_aside(directory)
            return _run(directory, action, patience), aside
    except sqlite3.Error as error:
        raise _unavailable(directory, str(error)) from error
    except OSError as error:
        raise _unavailable(directory, error.strerror or str(error)) from error


def _run(directory: str, action: Callable[[sqlite3.Connection], Result], patience: float) -> Result:
    connection = sqlite3.connect(os.path.join(directory, DATABASE), timeout=patience, isolation_level=None)
    try:
        schema.migrate(connection)
        return action(connection)
    finally:
        connection.close()


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is done inside, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextlib.contextmanager
def _alone(directory: str, patience: float) -> Iterator[None]:
    """Hold the directory's lock. SQLite's own doesn't cover the switch to WAL, and a damaged database may only be moved when unused."""
    file = os.open(os.path.join(directory, _LOCK), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
    try:
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_POLL)
        yield
    finally:
        os.close(file)


def _set_aside(directory: str) -> str:
    """Rename the database with its companions, so that nothing in it is lost to somebody who can repair it."""
    path = os.path.join(directory, DATABASE)
    aside = f"{path}.damaged-{time.time_ns() // 1_000_000}"
    for companion in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.rename(path + companion, aside + companion)
    return aside


def _unavailable(directory: str, reason: str) -> UnavailableHistoryError:
    message = f"the history in {directory} can't be used: {reason}"
    return UnavailableHistoryError(message, "another program may have it open, the disk may be full, or the directory read-only")
