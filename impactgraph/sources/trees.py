"""The three kinds of trees: a work tree, a revision, a plain directory.

A work tree is what ``git add --all`` and ``git commit`` would record now: tracked files as they are on disk, and untracked ones that are
not ignored. A file that can't be read keeps its place, under an id that equals no other.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from impactgraph.errors import SourceError
from impactgraph.model import FileEntry, Tree
from impactgraph.sources.disk import GITLINK, UNKNOWN_OID, Disk

if TYPE_CHECKING:
    from impactgraph.sources.index import IndexEntry

_32_BITS = 0xFFFFFFFF
_SKIPPED_DIRECTORIES = frozenset({b"__pycache__", b"node_modules"})

ReadObjects = Callable[[Iterable[str]], dict[str, bytes]]


class Answers(NamedTuple):
    """What only git can say about a work tree; asked when needed."""

    read_objects: ReadObjects
    #: path of a submodule -> its checked-out commit, or None where it isn't checked out
    submodule_head: Callable[[bytes], str | None]
    #: whether the executable bit on disk means anything (core.fileMode)
    trusts_mode: Callable[[], bool]


class Worktree:
    """Collects the files of a work tree."""

    def __init__(self, disk: Disk, answers: Answers) -> None:
        self._disk = disk
        self._answers = answers
        self._files: dict[str, FileEntry] = {}
        self._statuses: dict[str, os.stat_result] = {}
        self._mode_is_trusted: bool | None = None

    def add_index(self, entries: Iterable[IndexEntry]) -> None:
        """Take in the entries of an index, as the files on disk are now."""
        files, statuses, status_of = self._files, self._statuses, self._disk.status
        for entry in entries:
            raw, file, _, recorded = entry
            path = raw.decode("utf-8", "surrogateescape")
            try:
                status = status_of(raw)
            except PermissionError:
                files[path] = FileEntry(file.mode, UNKNOWN_OID)
                continue
            # Written out, as this is done for every file in every run.
            if status is not None and recorded == (
                status.st_mtime_ns,
                status.st_ctime_ns,
                status.st_ino & _32_BITS,
                status.st_size & _32_BITS,
            ):
                files[path] = file
                statuses[path] = status
            else:
                self._add_tracked(path, entry, status)

    def _add_tracked(self, path: str, entry: IndexEntry, status: os.stat_result | None) -> None:
        """A tracked file that the index does not vouch for."""
        if status is None:
            # A submodule that isn't checked out may have no directory; its commit is part of the state all the same.
            if entry.skip_worktree or entry.file.is_submodule:
                self._files[path] = entry.file
        elif stat.S_ISDIR(status.st_mode):
            if entry.file.is_submodule:
                self._files[path] = FileEntry(GITLINK, self._answers.submodule_head(entry.path) or entry.file.oid)
        else:
            self._add_by_content(entry.path, status, entry.file)

    def add_untracked(self, path: bytes) -> None:
        """Take in a path that git names as untracked; one that ends with a slash is a repository."""
        if path.endswith(b"/"):
            # A repository inside this one: git would record it as a submodule.
            repository = path.rstrip(b"/")
            self._files[_text(repository)] = FileEntry(GITLINK, self._answers.submodule_head(repository) or UNKNOWN_OID)
            return
        status = self._disk.status(path)
        if status is not None:
            self._add_by_content(path, status, None)

    def _add_by_content(self, path: bytes, status: os.stat_result, tracked: FileEntry | None) -> None:
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISLNK(status.st_mode)):
            return
        entry, status = self._disk.identify(path, status)
        if tracked is not None and _is_chmod(tracked, entry) and not self._trusts_mode():
            entry = tracked
        text = _text(path)
        self._files[text] = entry
        self._statuses[text] = status

    def _trusts_mode(self) -> bool:
        if self._mode_is_trusted is None:
            self._mode_is_trusted = self._answers.trusts_mode()
        return self._mode_is_trusted

    def tree(self, label: str, revision: str | None) -> Tree:
        """What was collected; later additions need another tree."""
        files = dict(sorted(self._files.items()))
        return Tree(files, self._reader(files), label=label, revision=revision, is_worktree=True)

    def _reader(self, files: dict[str, FileEntry]) -> Callable[[Sequence[str]], dict[str, bytes]]:
        from_disk = disk_reader(self._disk, files, self._statuses)

        def read(paths: Sequence[str]) -> dict[str, bytes]:
            contents = from_disk([path for path in paths if path in self._statuses])
            # Left out of a sparse checkout: git still has them.
            sparse = [path for path in paths if path not in self._statuses and files[path].oid != UNKNOWN_OID]
            objects = self._answers.read_objects(files[path].oid for path in sparse)
            return contents | {path: objects[files[path].oid] for path in sparse if files[path].oid in objects}

        return read


def disk_reader(
    disk: Disk, files: dict[str, FileEntry], statuses: dict[str, os.stat_result]
) -> Callable[[Sequence[str]], dict[str, bytes]]:
    """A `Tree` reader of files on disk; `statuses` are those the files had when they were listed."""

    def read(paths: Sequence[str]) -> dict[str, bytes]:
        contents = {}
        for path in paths:
            content = disk.content(_raw(path), files[path], statuses[path])
            if content is not None:
                contents[path] = content
        return contents

    return read


def revision_tree(listing: str, read_objects: ReadObjects, label: str, revision: str) -> Tree:
    """The tree of a commit from the output of ``git ls-tree -r -z --full-tree``; contents are read when they are asked for."""
    files = {}
    for record in listing.split("\0")[:-1]:
        description, _, path = record.partition("\t")
        mode, _, oid = description.split(" ")
        # Commits of old times have modes such as 100664; git takes them for 100644.
        files[path] = FileEntry("100644" if mode == "100664" else mode, oid)
    files = dict(sorted(files.items()))
    if "../" in listing:
        _refuse_outside(files)

    def read(paths: Sequence[str]) -> dict[str, bytes]:
        objects = read_objects(files[path].oid for path in paths)
        return {path: objects[files[path].oid] for path in paths if files[path].oid in objects}

    return Tree(files, read, label=label, revision=revision)


def without_environments(paths: Sequence[str]) -> list[str]:
    """`paths` without what lies in virtual environments that nobody told git to ignore: pytest passes over them, too."""
    inside = tuple(path.removesuffix("pyvenv.cfg") for path in paths if path.endswith("/pyvenv.cfg"))
    return [path for path in paths if not path.startswith(inside)] if inside else list(paths)


def directory_tree(path: str) -> Tree:
    """The tree of a plain directory, without git: caches, virtual environments and node_modules are skipped."""
    root = os.path.abspath(path)
    if not os.path.isdir(root):
        message = f"not a directory: {path}"
        raise SourceError(message, "name a directory that exists")
    disk = Disk(root)
    files: dict[str, FileEntry] = {}
    statuses: dict[str, os.stat_result] = {}
    for found in sorted(_walk(os.fsencode(root))):
        status = disk.status(found)
        if status is not None:
            text = _text(found)
            files[text], statuses[text] = disk.identify(found, status)
    return Tree(dict(sorted(files.items())), disk_reader(disk, files, statuses), label=root)


def _walk(root: bytes) -> list[bytes]:
    """Regular files and symlinks below `root`, relative to it."""
    found: list[bytes] = []
    waiting = [b""]
    while waiting:
        directory = waiting.pop()
        names, entries = _scan(root, directory)
        if directory and b"pyvenv.cfg" in names:
            continue
        for entry in entries:
            relative = directory + entry.name
            if entry.name == b".git":
                continue
            if entry.is_symlink() or entry.is_file():
                found.append(relative)
            elif entry.is_dir() and entry.name not in _SKIPPED_DIRECTORIES:
                waiting.append(relative + b"/")
    return found


def _scan(root: bytes, directory: bytes) -> tuple[set[bytes], list[os.DirEntry[bytes]]]:
    try:
        with os.scandir(root + b"/" + directory) as scan:
            entries = list(scan)
    except PermissionError:
        shown = directory.decode("utf-8", "backslashreplace")
        message = f"directory can't be read: {shown}"
        raise SourceError(message, "make it readable, or name a directory without it") from None
    return {entry.name for entry in entries}, entries


def _refuse_outside(paths: Iterable[str]) -> None:
    for path in paths:
        if ".." in path.split("/"):
            message = f"the commit names a path outside of the checkout: {path!r}"
            raise SourceError(message, "git fsck tells more; don't check this commit out")


def _is_chmod(old: FileEntry, new: FileEntry) -> bool:
    return old.oid == new.oid and old.mode != new.mode and not old.is_symlink and not new.is_symlink


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


def _raw(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")
