"""Copies of a tree's files on disk, in a repository of their own: the checkout itself is read, and never written to."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

from impactgraph.sources.command import Git
from impactgraph.sources.disk import GITLINK, SYMLINK
from impactgraph.sources.git import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from impactgraph.model import Tree

_BATCH = 200  # files read at once
_IDENTITY = ("-c", "user.name=impactgraph", "-c", "user.email=impactgraph@localhost", "-c", "commit.gpgSign=false")
#: Whatever the user's own attributes say, git has to record what the disk has.
_ATTRIBUTES = "* -text -eol -filter -ident -working-tree-encoding\n"
#: Which commit a submodule is at matters to nobody in a copy that hasn't got it.
_NO_COMMIT = "1" * 40


def lay_down(tree: Tree, top: str) -> None:
    """Make `top` a repository whose only commit has the files of `tree`; of submodules it has the places."""
    files = [path for path, entry in tree.files.items() if not entry.is_submodule]
    for start in range(0, len(files), _BATCH):
        for path, content in tree.read(files[start : start + _BATCH]).items():
            _put(top, path, content, tree.files[path].mode)
    _commit(top, [path for path, entry in tree.files.items() if entry.is_submodule])


@contextmanager
def temporary_copy(tree: Tree, instead: Mapping[str, bytes]) -> Iterator[Tree]:
    """The work tree of a copy of `tree`, in which the files `instead` have other contents; removed in the end, whatever happens."""
    with tempfile.TemporaryDirectory(prefix="impactgraph-", ignore_cleanup_errors=True) as scratch:
        top = os.path.join(os.path.realpath(scratch), "checkout")
        os.makedirs(top)
        lay_down(tree, top)
        for path, content in instead.items():
            os.remove(os.path.join(top, path))  # a link would be followed, out of the copy
            _put(top, path, content, tree.files[path].mode)
        yield Repository.open(top).worktree()


def _put(top: str, path: str, content: bytes, mode: str) -> None:
    target = os.path.join(top, path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if mode == SYMLINK:
        os.symlink(content, os.fsencode(target))
        return
    with open(target, "wb") as file:
        file.write(content)
    os.chmod(target, 0o755 if mode == "100755" else 0o644)


def _commit(top: str, submodules: list[str]) -> None:
    """Make the files of `top` the only commit of a new repository there."""
    git = Git(top)
    git.run("init", "-q", "--template=", "-b", "main")
    os.makedirs(os.path.join(top, ".git", "info"), exist_ok=True)
    with open(os.path.join(top, ".git", "info", "attributes"), "w", encoding="ascii") as file:
        file.write(_ATTRIBUTES)
    git.run("-c", "core.autocrlf=false", "add", "--all", "--force", ".")
    for path in submodules:
        git.run("update-index", "--add", "--cacheinfo", f"{GITLINK},{_NO_COMMIT},{path}")
    git.run(*_IDENTITY, "commit", "-q", "--no-verify", "--allow-empty", "-m", "the state to judge")
