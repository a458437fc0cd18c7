"""git's index, read without git: it alone says which files are unchanged since git last hashed them.

`git diff-files` would say it too, but it hashes what it can't be sure of, and hashing runs the filters that a checkout configures.
The format is git's documented one (gitformat-index), versions 2 to 4.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from impactgraph.model import EMPTY_OIDS, FileEntry

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

_HEADER = struct.Struct(">4sII")
# ctime, mtime (seconds, nanoseconds), device (left out), inode, mode, user and group (left out), size
_STATUS = ">4I4x2I8xI"
_FLAGS = struct.Struct(">H")
_EXTENDED = 0x4000
_SKIP_WORKTREE = 0x4000
_CONFLICTED = 0x3000
_COMPRESSED_PATHS = 4
_SUBMODULE = 0o160000
_SECOND = 1_000_000_000
_32_BITS = 0xFFFFFFFF
_MODES = {number: f"{number:o}" for number in (0o100644, 0o100755, 0o120000, 0o160000, 0o40000)}


# mtime and ctime in nanoseconds, inode and size modulo 2**32: what git noted of a file when it hashed it.
Recorded = tuple[int, int, int, int]


class IndexEntry(NamedTuple):
    """One file of the index. `recorded` is None where nothing vouches for the file on disk.

    That is so in conflicts, for submodules, in indexes read by git, for files that changed when the index was written, or later
    (racily clean ones), and where git wrote size 0 to say that it doesn't know.
    """

    path: bytes
    file: FileEntry
    skip_worktree: bool
    recorded: Recorded | None


class Index(NamedTuple):
    """What an index holds. `tree`: id of the tree that a commit of it would have, None where git has not noted it."""

    entries: list[IndexEntry]
    tree: str | None


def parse_index(data: bytes, oid_size: int, written: int) -> Index | None:
    """An index file, or None where only git can read it (split or sparse indexes, unknown versions).

    `oid_size` is in bytes; `written` is when the file was, in nanoseconds. Raises ValueError for what is not an index.
    """
    try:
        signature, version, count = _HEADER.unpack_from(data)
        if signature != b"DIRC":
            message = "not an index"
            raise ValueError(message)
        if version not in {2, 3, 4}:
            return None
        entries, end = _entries(data, count, oid_size, written, compressed=version == _COMPRESSED_PATHS)
        extensions = dict(_extensions(data, end, oid_size))
        # A name in lower case changes what the entries mean (`link`, `sdir`).
        return None if any(name[:1].islower() for name in extensions) else Index(entries, _tree(extensions.get(b"TREE", b""), oid_size))
    except (struct.error, LookupError) as error:
        raise ValueError(str(error)) from None


def _entries(data: bytes, count: int, oid_size: int, written: int, *, compressed: bool) -> tuple[list[IndexEntry], int]:
    """The entries, and where they end."""
    head = struct.Struct(f"{_STATUS}{oid_size}sH")
    empty = frozenset(map(bytes.fromhex, EMPTY_OIDS))
    entries = []
    new = tuple.__new__  # a named tuple's own is written in Python; there are two for every file in every run
    path, start = b"", _HEADER.size
    for _ in range(count):
        ctime, ctime_ns, mtime, mtime_ns, inode, mode, size, oid, flags = head.unpack_from(data, start)
        path_start = start + head.size
        skip = False
        if flags & _EXTENDED:
            skip = bool(_FLAGS.unpack_from(data, path_start)[0] & _SKIP_WORKTREE)
            path_start += _FLAGS.size
        strip = len(path)
        if compressed:
            strip, path_start = _offset(data, path_start)
        end = data.index(b"\0", path_start)
        path = path[: len(path) - strip] + data[path_start:end]
        start = end + 1 if compressed else start + ((end - start + 8) & ~7)
        modified = mtime * _SECOND + mtime_ns
        is_vouched = (size or oid in empty) and modified < written and mode != _SUBMODULE and not flags & _CONFLICTED
        recorded = (modified, ctime * _SECOND + ctime_ns, inode, size) if is_vouched else None
        entries.append(new(IndexEntry, (path, new(FileEntry, (_MODES[mode], oid.hex())), skip, recorded)))
    return entries, start


def _offset(data: bytes, start: int) -> tuple[int, int]:
    """A number in git's variable-width encoding, and where it ends."""
    byte = data[start]
    value = byte & 127
    while byte & 128:
        start += 1
        byte = data[start]
        value = ((value + 1) << 7) | (byte & 127)
    return value, start + 1


def _extensions(data: bytes, start: int, oid_size: int) -> Iterator[tuple[bytes, bytes]]:
    while start + 8 <= len(data) - oid_size:
        name, size = data[start : start + 4], int.from_bytes(data[start + 4 : start + 8], "big")
        yield name, data[start + 8 : start + 8 + size]
        start += 8 + size


def _tree(noted: bytes, oid_size: int) -> str | None:
    """The first of the trees `noted`, which is the top's: path (none), number of entries (-1: not valid), of subtrees, id."""
    path, _, rest = noted.partition(b"\0")
    numbers, _, oids = rest.partition(b"\n")
    return oids[:oid_size].hex() if not path and numbers[:1].isdigit() and len(oids) >= oid_size else None


def recorded_of(status: os.stat_result) -> Recorded:
    """What git notes of a file with this status."""
    return status.st_mtime_ns, status.st_ctime_ns, status.st_ino & _32_BITS, status.st_size & _32_BITS


def parse_listing(listing: str) -> list[IndexEntry]:
    """Entries from the output of ``git ls-files --cached --stage -t -z``."""
    entries = []
    for record in listing.split("\0")[:-1]:
        description, _, path = record.partition("\t")
        tag, mode, oid, _ = description.split(" ")
        entries.append(IndexEntry(path.encode("utf-8", "surrogateescape"), FileEntry(mode, oid), tag == "S", None))
    return entries
