"""Files below one directory, reached without following a symlink, and named by git's blob ids."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from impactgraph.errors import SourceError
from impactgraph.model import FileEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The id of content that can't be had: it equals no content's id.
UNKNOWN_OID = "0" * 40
SYMLINK = "120000"
GITLINK = "160000"

#: Larger files, in bytes, are not read into memory.
READ_LIMIT = 256 << 20
_CHUNK = 1 << 20
# Without O_NONBLOCK, opening a FIFO that took a file's place would wait for ever.
_OPEN_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEVER_ENTERED = frozenset({b"", b".", b"..", b".git"})


class Disk:
    """One directory on disk. Paths are bytes, relative to it; a path that would leave it is as good as absent."""

    __slots__ = ("_algorithm", "_last_real", "_prefix", "_real")

    def __init__(self, root: str, object_format: str = "sha1") -> None:
        self._prefix = os.fsencode(root) + b"/"
        self._algorithm = object_format
        self._real = {b"": True}
        self._last_real = b""

    def status(self, path: bytes) -> os.stat_result | None:
        """What is at `path` itself; None for nothing. Raises PermissionError where a directory can't be searched."""
        directory, _, name = path.rpartition(b"/")
        # Paths come sorted: most lie beside the one before.
        if directory != self._last_real:
            if not self._is_real(directory):
                return None
            self._last_real = directory
        if name in _NEVER_ENTERED:
            return None
        try:
            return os.lstat(self._prefix + path)
        except PermissionError:
            raise
        except OSError:
            return None

    def _is_real(self, directory: bytes) -> bool:
        unknown = []
        while (known := self._real.get(directory)) is None:
            unknown.append(directory)
            directory = directory.rpartition(b"/")[0]
        for deeper in reversed(unknown):
            known = known and deeper.rpartition(b"/")[2] not in _NEVER_ENTERED and self._is_directory(deeper)
            self._real[deeper] = known
        return known

    def _is_directory(self, directory: bytes) -> bool:
        try:
            return stat.S_ISDIR(os.lstat(self._prefix + directory).st_mode)
        except PermissionError:
            raise
        except OSError:
            return False

    def identify(self, path: bytes, status: os.stat_result) -> tuple[FileEntry, os.stat_result]:
        """Mode and id of the file, symlink at `path`, by its content, and the status that the content had."""
        is_link = stat.S_ISLNK(status.st_mode)
        mode = SYMLINK if is_link else "100755" if status.st_mode & stat.S_IXUSR else "100644"
        try:
            if is_link:
                target = os.readlink(self._prefix + path)
                return FileEntry(mode, self._blob_oid(len(target), iter([target]))), status
            descriptor = self._open(path)
            try:
                status = os.fstat(descriptor)
                return FileEntry(mode, self._blob_oid(status.st_size, _chunks(descriptor, status.st_size))), status
            finally:
                os.close(descriptor)
        except OSError:
            return FileEntry(mode, UNKNOWN_OID), status

    def _blob_oid(self, size: int, chunks: Iterator[bytes]) -> str:
        # Here, because loading OpenSSL takes milliseconds and a clean checkout needs no hash.
        import hashlib

        digest = hashlib.new(self._algorithm, b"blob %d\0" % size, usedforsecurity=False)
        for chunk in chunks:
            digest.update(chunk)
        return digest.hexdigest()

    def _open(self, path: bytes) -> int:
        descriptor = os.open(self._prefix + path, _OPEN_FLAGS)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            message = "not a regular file"
            raise OSError(message)
        return descriptor

    def content(self, path: bytes, entry: FileEntry, expected: os.stat_result) -> bytes | None:
        """The content that `entry` names; None where it can't be read or is over 256 MiB.

        Raises `SourceError` where the file is no longer what it was when it was listed: what is kept under its id would be wrong.
        """
        if entry.oid == UNKNOWN_OID:
            return None
        try:
            content, status = self._link(path) if entry.is_symlink else self._regular(path)
        except PermissionError:
            return None
        except OSError:
            raise _changed(path) from None
        if not _same(status, expected) and content is not None and self._blob_oid(len(content), iter([content])) != entry.oid:
            raise _changed(path)
        return content

    def _link(self, path: bytes) -> tuple[bytes, os.stat_result]:
        return os.readlink(self._prefix + path), os.lstat(self._prefix + path)

    def _regular(self, path: bytes) -> tuple[bytes | None, os.stat_result]:
        descriptor = self._open(path)
        try:
            status = os.fstat(descriptor)
            if status.st_size > READ_LIMIT:
                return None, status
            return b"".join(_chunks(descriptor, status.st_size)), status
        finally:
            os.close(descriptor)


def _chunks(descriptor: int, size: int) -> Iterator[bytes]:
    """The first `size` bytes. Raises OSError where there are fewer: somebody is writing."""
    while size > 0:
        chunk = os.read(descriptor, min(size, _CHUNK))
        if not chunk:
            message = "shorter than it was"
            raise OSError(message)
        size -= len(chunk)
        yield chunk


def _same(one: os.stat_result, other: os.stat_result) -> bool:
    return (one.st_mtime_ns, one.st_ctime_ns, one.st_size, one.st_ino) == (
        other.st_mtime_ns,
        other.st_ctime_ns,
        other.st_size,
        other.st_ino,
    )


def _changed(path: bytes) -> SourceError:
    shown = path.decode("utf-8", "backslashreplace")
    return SourceError(f"{shown} changed while it was being analysed", "run again when nothing writes to the checkout")
