"""The directories of a tree, each listed once: every later question about placement is a walk over these tables."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impactgraph.model import Tree


def join(directory: str, name: str) -> str:
    """`name` inside `directory`, where the top is the empty string."""
    return f"{directory}/{name}" if directory else name


def parent(path: str) -> str:
    """The directory that holds `path`; the top's own parent is the top."""
    return path.rpartition("/")[0]


def resolve(base: str, relative: str) -> str | None:
    """`relative` seen from the directory `base`; None where it is absolute or leads out of the checkout."""
    path = posixpath.normpath(posixpath.join("/", base, relative.replace("\\", "/")))
    depth = base.count("/") + 1 if base else 0
    if relative.startswith("/") or _climb(relative) > depth:
        return None
    return path.lstrip("/")


def _climb(relative: str) -> int:
    """How many levels above its start `relative` leads."""
    normal = posixpath.normpath(relative)
    return normal.split("/").count("..")


class Directories:
    """File names and directory names per directory of a tree (sorted), and the symlinks among them that lead to directories."""

    __slots__ = ("files", "links", "subdirectories")

    def __init__(self, tree: Tree) -> None:
        files: dict[str, list[str]] = {"": []}
        for path in tree.files:
            directory, _, name = path.rpartition("/")
            if directory in files:
                files[directory].append(name)
            else:
                files[directory] = [name]
        self.files = files
        self.subdirectories = _subdirectories(files)
        for names in files.values():
            names.sort()
        self.links = self._directory_links(tree)

    def _directory_links(self, tree: Tree) -> dict[str, str]:
        symlinks = [path for path, entry in tree.files.items() if entry.is_symlink]
        targets = tree.read(symlinks) if symlinks else {}
        found = ((path, resolve(parent(path), target.decode("utf-8", "surrogateescape"))) for path, target in targets.items())
        return {path: target for path, target in sorted(found, key=lambda link: link[0]) if target and target in self.files}

    def __contains__(self, directory: str) -> bool:
        return directory in self.files

    def has_file(self, path: str) -> bool:
        """Whether the tree has a file at `path` (a symlink to a directory is none)."""
        directory, _, name = path.rpartition("/")
        return name in self.files.get(directory, ()) and path not in self.links

    def has_init(self, directory: str) -> bool:
        """Whether `directory` is a regular package."""
        return "__init__.py" in self.files.get(directory, ())

    def below(self, directory: str) -> Iterator[str]:
        """`directory` and every directory below it, parents first, sorted."""
        stack = [directory]
        while stack:
            current = stack.pop()
            yield current
            stack.extend(join(current, name) for name in reversed(self.subdirectories[current]))

    def local_root(self, directory: str) -> str:
        """The first directory upwards from `directory`, itself included, that is no regular package; the way pytest finds it."""
        while directory and self.has_init(directory) and directory.rpartition("/")[2].isidentifier():
            directory = parent(directory)
        return directory


def _subdirectories(files: dict[str, list[str]]) -> dict[str, list[str]]:
    """Names of the directories in each directory, sorted; adds directories that hold only directories to `files`."""
    found: dict[str, list[str]] = {directory: [] for directory in files}
    for directory in list(files):
        child = directory
        while child:
            above, _, name = child.rpartition("/")
            known = above in found
            found.setdefault(above, []).append(name)
            files.setdefault(above, [])
            if known:
                break
            child = above
    return {directory: sorted(set(names)) for directory, names in sorted(found.items())}
