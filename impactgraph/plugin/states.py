"""The state of the checkout that a run takes place in, for the journal: what each file holds, and what git could not tell of it later."""

from __future__ import annotations

import zlib
from binascii import b2a_base64
from typing import TYPE_CHECKING, Any

from impactgraph.errors import SourceError
from impactgraph.sources.git import Repository
from impactgraph.sources.trees import directory_tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from impactgraph.model import FileEntry, Tree

_CACHES = ("/__pycache__/", "/.pytest_cache/", "/.impactgraph_cache/")


class State:
    """The checkout as it is when this is made; `rootdir` is pytest's. Raises SourceError where files can't be read."""

    def __init__(self, rootdir: str) -> None:
        self._rootdir = rootdir
        self._tree = _tree(rootdir)
        self._committed = _committed(rootdir, self._tree.revision)

    def facts(self) -> dict[str, Any]:
        """`files`: id and path of each file, a line each; `contents`: by id, the Python files that the commit does not hold. All packed."""
        files = self._tree.files
        listing = "".join([f"{entry.oid} {path}\n" for path, entry in files.items() if "\n" not in path])
        new = [path for path, entry in files.items() if path.endswith(".py") and self._committed.get(path) != entry]
        contents = {files[path].oid: _packed(content) for path, content in self._tree.read(new).items()}
        return {"files": _packed(listing.encode("utf-8", "surrogateescape")), "contents": contents}

    def has_held(self) -> bool:
        """Whether the checkout still is as it was, as far as tests can have read it: what they wrote beside is no matter."""
        old, new = self._tree.files, _tree(self._rootdir).files
        return not any(self._matters(path) for path in old.keys() | new.keys() if old.get(path) != new.get(path))

    def _matters(self, path: str) -> bool:
        return not any(name in f"/{path}" for name in _CACHES) and (path.endswith(".py") or path in self._committed)


def _tree(rootdir: str) -> Tree:
    try:
        return Repository.open(rootdir).worktree()
    except SourceError:  # no checkout
        return directory_tree(rootdir)


def _committed(rootdir: str, revision: str | None) -> Mapping[str, FileEntry]:
    return Repository.open(rootdir).revision_tree(revision).files if revision else {}


def _packed(data: bytes) -> str:
    return b2a_base64(zlib.compress(data), newline=False).decode()
