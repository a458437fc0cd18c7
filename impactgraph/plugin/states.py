"""The state of the checkout that a run takes place in, for the journal: what each file holds, and what git could not tell of it later."""

from __future__ import annotations

import zlib
from binascii import b2a_base64
from typing import TYPE_CHECKING, Any

from impactgraph.sources import git
from impactgraph.sources.trees import directory_tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from impactgraph.model import FileEntry, Tree

_CACHES = ("/__pycache__/", "/.pytest_cache/", "/.impactgraph_cache/")


class State:
    """The checkout as it is when this is made; `rootdir` is pytest's, `repository` what it is in. Raises SourceError for unreadable files.

    `facts`, for the journal: `files` has id and path of each file, a line each; `contents`, by id, the Python files that the commit does
    not hold. All packed. What is kept meanwhile is strings: every garbage collection of the run would look at a named tuple for each file.
    """

    def __init__(self, rootdir: str, repository: git.Repository | None) -> None:
        self._rootdir = rootdir
        self._repository = repository
        tree, committed = (directory_tree(rootdir), None) if repository is None else repository.compared()
        self.seen = git.State(list(tree.files), None if committed is None else tree.files != committed)
        self.facts = _facts(tree, committed or {})
        self._files = _plain(tree)
        self._committed = frozenset(committed or ())

    def has_held(self) -> bool:
        """Whether the checkout still is as it was, as far as tests can have read it: what they wrote beside is no matter."""
        old, new = self._files, _plain(directory_tree(self._rootdir) if self._repository is None else self._repository.worktree())
        return not any(self._matters(path) for path in old.keys() | new.keys() if old.get(path) != new.get(path))

    def _matters(self, path: str) -> bool:
        return not any(name in f"/{path}" for name in _CACHES) and (path.endswith(".py") or path in self._committed)


def _plain(tree: Tree) -> dict[str, str]:
    return {path: f"{entry.mode} {entry.oid}" for path, entry in tree.files.items()}


def _facts(tree: Tree, committed: Mapping[str, FileEntry]) -> dict[str, Any]:
    files = tree.files
    listing = "".join([f"{entry.oid} {path}\n" for path, entry in files.items() if "\n" not in path])
    new = [path for path, entry in files.items() if path.endswith(".py") and committed.get(path) != entry]
    contents = {files[path].oid: _packed(content) for path, content in tree.read(new).items()}
    return {"files": _packed(listing.encode("utf-8", "surrogateescape")), "contents": contents}


def _packed(data: bytes) -> str:
    return b2a_base64(zlib.compress(data), newline=False).decode()
