"""States of a checkout in the history: id and path of each file, kept by their difference from one that is kept whole."""

from __future__ import annotations

import zlib
from binascii import a2b_base64
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

#: A state that differs from the last whole one in more than this share of its files is kept whole.
_SHARE = 0.2


def parse_state(packed: str) -> dict[str, str]:
    """Path -> id, from a journal. Raises ValueError, zlib.error."""
    return _files(zlib.decompress(a2b_base64(packed)))


def _files(listing: bytes) -> dict[str, str]:
    text = listing.decode("utf-8", "surrogateescape")
    return {path: oid for oid, _, path in (line.partition(" ") for line in text.split("\n")[:-1])}


def _listing(files: Mapping[str, str]) -> bytes:
    return "".join([f"{oid} {path}\n" for path, oid in files.items()]).encode("utf-8", "surrogateescape")


def store_state(connection: sqlite3.Connection, files: Mapping[str, str], contents: Mapping[str, str]) -> int:
    """Number of the state; it is the last one's where nothing differs. `contents`: packed, by id."""
    last = connection.execute("SELECT max(id) FROM state").fetchone()[0]
    if last is not None and load_state(connection, last) == files:
        return int(last)
    for oid, packed in contents.items():
        connection.execute("INSERT OR IGNORE INTO content VALUES (?, ?)", (oid, a2b_base64(packed)))
    base = connection.execute("SELECT max(id) FROM state WHERE base IS NULL").fetchone()[0]
    listing = files
    if base is not None:
        whole = load_state(connection, base)
        listing = {path: oid for path, oid in files.items() if whole.get(path) != oid} | dict.fromkeys(whole.keys() - files.keys(), "")
        if len(listing) > _SHARE * len(files):
            base, listing = None, files
    row = base, zlib.compress(_listing(listing), 9)
    cursor = connection.execute("INSERT INTO state (base, files) VALUES (?, ?)", row)
    return int(cursor.lastrowid or 0)


def load_state(connection: sqlite3.Connection, number: int) -> dict[str, str]:
    """Path -> id of each file. Raises LookupError where there is no such state."""
    row = connection.execute("SELECT base, files FROM state WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise LookupError(number)
    base, packed = row
    files = _files(zlib.decompress(packed))
    if base is None:
        return files
    both = {**load_state(connection, base), **files}
    return {path: both[path] for path in sorted(both) if both[path]}


def load_content(connection: sqlite3.Connection, oid: str) -> bytes | None:
    """The content of a file that git did not have when it was recorded."""
    row = connection.execute("SELECT data FROM content WHERE oid = ?", (oid,)).fetchone()
    return None if row is None else zlib.decompress(row[0])


def drop_unused(connection: sqlite3.Connection) -> None:
    """Delete states that no trace is of, and contents of none of those that are left."""
    used = "SELECT state FROM trace_state UNION SELECT state FROM import UNION SELECT max(id) FROM state"
    gone = connection.execute(
        f"DELETE FROM state WHERE id NOT IN ({used}) AND id NOT IN (SELECT base FROM state WHERE base IS NOT NULL AND id IN ({used}))"  # noqa: S608
    )
    if gone.rowcount:
        left: set[str] = set()
        for (number,) in connection.execute("SELECT id FROM state").fetchall():
            left.update(load_state(connection, number).values())
        stored: list[tuple[Any]] = connection.execute("SELECT oid FROM content").fetchall()
        connection.executemany("DELETE FROM content WHERE oid = ?", [row for row in stored if row[0] not in left])
